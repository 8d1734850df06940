//! What validators pay for offences, as the chain tells of it.

use crate::World;
use anyhow::{bail, ensure};
use assay_client::Event;
use assay_primitives::{AccountId32, Balance};
use codec::{Decode, Encode};
use sp_runtime::Perbill;

/// The native token's unit.
pub const ASY: Balance = 1_000_000_000_000;
/// Two blocks in a slot, as the chain names the offence.
pub const BABE: [u8; 16] = *b"babe:equivocatio";
/// Two votes in a round, as the chain names the offence.
pub const GRANDPA: [u8; 16] = *b"grandpa:equivoca";

/// What a validator was slashed in a block, and for which session; all of it is the treasury's.
pub async fn slash(world: &World, events: &[Event], who: &AccountId32) -> anyhow::Result<(u32, Balance)> {
    let slashes: Vec<(AccountId32, u32, Balance)> =
        events.iter().filter_map(|event| decoded(event, "Validators", "Slashed")).collect();
    let [(account, session, amount)] = &slashes[..] else { bail!("not one slash: {slashes:?}") };
    ensure!(account == who, "{account} was slashed");
    let treasury: AccountId32 = world.chain.best().await?.constant("X402", "Treasury")?;
    let deposit = Some((treasury, *amount));
    let gained = events.iter().any(|event| decoded(event, "Balances", "Deposit") == deposit);
    ensure!(gained, "the treasury did not get the {amount}");
    Ok((*session, *amount))
}

/// What an equivocation costs one of so many validators: (3 / n) squared of its bond.
pub fn share(validators: u32, bond: Balance) -> Balance {
    Perbill::from_rational(9, validators * validators).mul_ceil(bond)
}

/// How much an account has bonded.
pub async fn bond(world: &World, who: &AccountId32) -> anyhow::Result<Balance> {
    /// Why a bond is on hold: the pallet's index, and that of the reason in it.
    const REASON: [u8; 2] = [16, 0];
    let best = world.chain.best().await?;
    let holds: Option<Vec<([u8; 2], Balance)>> = best.storage("Balances", "Holds", vec![who.encode()]).await?;
    let bonds = holds.unwrap_or_default().into_iter().filter(|(reason, _)| *reason == REASON);
    Ok(bonds.map(|(_, amount)| amount).sum())
}

/// The first fields of an event, if it has these names.
pub fn decoded<T: Decode>(event: &Event, pallet: &str, name: &str) -> Option<T> {
    event.is(pallet, name).then(|| event.decode().ok()).flatten()
}
