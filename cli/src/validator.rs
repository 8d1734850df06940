//! Validators: session keys and bonds. The node makes the keys; the account signs for them here.

use crate::{
    args::{bytes, hex},
    session::Session,
};
use anyhow::{Error, Result};
use assay_client::At;
use assay_primitives::{AccountId32, Balance};
use clap::Subcommand;
use codec::{Compact, Decode, Encode};
use serde_json::{json, Value};
use std::str::FromStr;

/// The pallet.
const PALLET: &str = "Validators";
/// Of BABE and of GRANDPA.
const KEYS: usize = 2 * 32;
/// A signature by each.
const PROOF: usize = 2 * 64;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Register the session keys that the signer's node made. They are used from the session after the next on.
    SetKeys {
        /// The public keys, as `author_rotateKeysWithOwner` answers them.
        #[arg(long)]
        keys: Hex<KEYS>,
        /// The proof of the same answer: the keys' signatures of the signer's account.
        #[arg(long)]
        proof: Hex<PROOF>,
    },
    /// Take the session keys off the chain, and their deposit back.
    PurgeKeys,
    /// Bond the native token, or add to the bond.
    Bond {
        /// By how much, in the smallest unit.
        #[arg(long)]
        amount: Balance,
    },
    /// Leave the set of validators, in its turn.
    Leave,
    /// Begin to unbond the bond of one who left.
    Unbond,
    /// Withdraw the bond once no offence can be reported any more.
    Withdraw,
    /// The set and those who wait for a place: bonds, blocks made and slots missed.
    List,
    /// An account's session keys, blocks made and slots missed.
    Show {
        /// The account.
        account: AccountId32,
    },
}

/// Bytes of a fixed length, in hex.
#[derive(Clone, Copy)]
pub(crate) struct Hex<const N: usize>([u8; N]);

impl<const N: usize> FromStr for Hex<N> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        bytes(text).map(Self)
    }
}

/// Why a validator leaves, in the chain's encoding.
#[derive(Debug, Decode)]
enum Cause {
    Wish,
    Removal,
    NoKeys,
    Offence,
}

/// How a validator stands, in the chain's encoding.
#[derive(Decode)]
enum Standing {
    Joining,
    Serving,
    Leaving(Cause),
}

/// A validator, in the chain's encoding.
#[derive(Decode)]
struct Validator {
    who: AccountId32,
    bond: Balance,
    standing: Standing,
}

/// What was done in a session, in the chain's encoding.
#[derive(Decode)]
struct Tally {
    made: u32,
    missed: u32,
}

/// What a validator did in this session and the last, in the chain's encoding.
#[derive(Decode)]
struct Performance {
    session: u32,
    now: Tally,
    before: Tally,
}

/// Runs a command.
pub(crate) async fn run(session: &Session, command: Command) -> Result<Value> {
    match command {
        Command::SetKeys { keys, proof } => {
            // The call takes the proof as bytes of any length.
            session.submit_to("Session", "set_keys", |call| call.arg(&keys.0).arg(&proof.0[..])).await
        }
        Command::PurgeKeys => session.submit_to("Session", "purge_keys", |call| call).await,
        Command::Bond { amount } => session.submit_to(PALLET, "bond", |call| call.arg(&Compact(amount))).await,
        Command::Leave => session.submit_to(PALLET, "leave", |call| call).await,
        Command::Unbond => session.submit_to(PALLET, "unbond", |call| call).await,
        Command::Withdraw => session.submit_to(PALLET, "withdraw", |call| call).await,
        Command::List => list(&session.best().await?).await,
        Command::Show { account } => show(&session.best().await?, &account).await,
    }
}

async fn list(best: &At) -> Result<Value> {
    let validators: Vec<Validator> = best.view(PALLET, "validators", ()).await?;
    let mut rows = Vec::new();
    for Validator { who, bond, standing } in validators {
        let Performance { now, before, .. } = performance(best, &who).await?;
        let (standing, cause) = match standing {
            Standing::Joining => ("joining", None),
            Standing::Serving => ("serving", None),
            Standing::Leaving(cause) => ("leaving", Some(format!("{cause:?}").to_lowercase())),
        };
        rows.push(json!({
            "account": who.to_string(),
            "standing": standing,
            "cause": cause,
            "bond": bond.to_string(),
            "made": now.made,
            "missed": now.missed,
            "madeBefore": before.made,
            "missedBefore": before.missed,
        }));
    }
    Ok(rows.into())
}

async fn show(best: &At, account: &AccountId32) -> Result<Value> {
    let keys: Option<[u8; KEYS]> = best.storage("Session", "NextKeys", vec![account.encode()]).await?;
    let Performance { session, now, before } = performance(best, account).await?;
    Ok(json!({
        "account": account.to_string(),
        "keys": keys.map(hex),
        "session": session,
        "made": now.made,
        "missed": now.missed,
        "madeBefore": before.made,
        "missedBefore": before.missed,
    }))
}

async fn performance(best: &At, account: &AccountId32) -> Result<Performance> {
    Ok(best.view(PALLET, "performance", (account,)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_two_of_an_answer_and_nothing_else() {
        let answer = format!("0x{}{}", "11".repeat(32), "22".repeat(32));
        let keys = answer.parse::<Hex<KEYS>>().unwrap();
        assert_eq!(keys.0, [[0x11u8; 32], [0x22; 32]].concat()[..]);
        for wrong in [&answer[2..], &answer[..130 - 64], "0x", ""] {
            assert!(wrong.parse::<Hex<KEYS>>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn arguments_are_encoded_as_the_call_takes_them() {
        let (keys, proof) = (Hex([7; KEYS]), Hex([9; PROOF]));
        assert_eq!(keys.0.encode(), [7u8; KEYS]);
        // 128 as a compact integer, then the bytes.
        assert_eq!(proof.0[..].encode(), [&[0x01u8, 0x02][..], &[9; PROOF]].concat());
    }
}
