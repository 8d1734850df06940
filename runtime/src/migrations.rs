//! What brings the state of an older runtime over to this one. Pallets that are new begin empty, at their version.
//!
//! | from spec version | what |
//! |---|---|
//! | 1 | the validators of the session that was planned last are the set, each with the least bond, or what it can spare of it |
//! | 1 | the length of sessions is stored: ten minutes, on every network |
//!
//! Council and Technical Committee have no members after it: where there was sudo, it names them. Who has bonded less than
//! the least serves on, and can add to its bond.

use crate::{configs::consensus::MinimumBond, *};
use frame_support::{
    migrations::VersionedMigration,
    traits::{
        fungible::Inspect,
        tokens::{Fortitude, Preservation},
        OnRuntimeUpgrade, UncheckedOnRuntimeUpgrade,
    },
    weights::Weight,
};
use pallet_network::{SessionSlots, DEFAULT_SESSION_SLOTS};
use pallet_validators::Set;
#[cfg(feature = "try-runtime")]
use sp_runtime::TryRuntimeError;

type DbWeight = <Runtime as frame_system::Config>::DbWeight;

/// All of them, in their order.
pub type Migrations = (VersionedMigration<0, 1, StoreSessionSlots, Network, DbWeight>, AdoptValidators);

/// Stores the length that sessions always had.
pub struct StoreSessionSlots;

impl UncheckedOnRuntimeUpgrade for StoreSessionSlots {
    fn on_runtime_upgrade() -> Weight {
        SessionSlots::<Runtime>::put(DEFAULT_SESSION_SLOTS);
        DbWeight::get().writes(1)
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(_: Vec<u8>) -> Result<(), TryRuntimeError> {
        frame_support::ensure!(SessionSlots::<Runtime>::exists(), "the length of sessions is stored");
        Ok(())
    }
}

/// Makes those the set who are to make the blocks of the session that was planned last, where there is no set yet.
pub struct AdoptValidators;

impl AdoptValidators {
    fn planned() -> Vec<AccountId> {
        Session::queued_keys().into_iter().map(|(validator, _)| validator).collect()
    }

    /// As much of the least bond as this account can spare.
    fn bond_of(who: &AccountId) -> Balance {
        MinimumBond::get().min(Balances::reducible_balance(who, Preservation::Preserve, Fortitude::Polite))
    }
}

impl OnRuntimeUpgrade for AdoptValidators {
    fn on_runtime_upgrade() -> Weight {
        if !Set::<Runtime>::get().is_empty() {
            return DbWeight::get().reads(1);
        }
        let planned = Self::planned();
        for who in &planned {
            // Blocks need their makers more than these need a bond.
            let adopted = Validators::adopt(who, Self::bond_of(who)).or_else(|_| Validators::adopt(who, 0));
            frame_support::defensive_assert!(adopted.is_ok(), "a validator that is planned is not adopted");
        }
        let each = DbWeight::get().reads_writes(6, 5);
        DbWeight::get().reads(3).saturating_add(each.saturating_mul(planned.len() as u64))
    }

    #[cfg(feature = "try-runtime")]
    fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
        let expected = match Set::<Runtime>::get().into_inner() {
            set if set.is_empty() => Self::planned(),
            set => set,
        };
        Ok(codec::Encode::encode(&expected))
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(state: Vec<u8>) -> Result<(), TryRuntimeError> {
        let expected: Vec<AccountId> = codec::DecodeAll::decode_all(&mut &state[..]).map_err(|_| "no validators")?;
        frame_support::ensure!(Set::<Runtime>::get().into_inner() == expected, "the set is who was planned");
        let bonded = expected.iter().all(pallet_validators::Bonds::<Runtime>::contains_key);
        frame_support::ensure!(bonded, "every validator has a bond's record");
        Ok(())
    }
}
