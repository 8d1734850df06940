//! Whose a session key is, and the proof of it that a report of an offence carries.
//!
//! As long as a session runs, the session pallet proves the keys that were registered last, which work from the session
//! after the next on. So whoever registers others could not be reported for what it does with those that work until then.
//! Here it is the keys that work that are proven.

use crate::{opaque::SessionKeys, *};
use frame_support::{storage::with_transaction_unchecked, traits::KeyOwnerProofSystem};
use pallet_session::{historical, NextKeys};
use sp_runtime::{KeyTypeId, TransactionOutcome};

/// The owners of session keys.
pub struct KeyOwners;

impl<D: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, D)> for KeyOwners {
    type IdentificationTuple = historical::IdentificationTuple<Runtime>;
    type Proof = sp_session::MembershipProof;

    /// Nothing for a key that does not work.
    fn prove((kind, key): (KeyTypeId, D)) -> Option<Self::Proof> {
        let key = (kind, key.as_ref());
        let proof = with_working_keys(|| Historical::prove(key))?;
        Self::check_proof(key, proof.clone()).map(|_| proof)
    }

    fn check_proof((kind, key): (KeyTypeId, D), proof: Self::Proof) -> Option<Self::IdentificationTuple> {
        with_working_keys(|| Historical::check_proof((kind, key.as_ref()), proof))
    }
}

/// Asks as if everybody had registered last what works now.
fn with_working_keys<R>(ask: impl FnOnce() -> R) -> R {
    with_transaction_unchecked(|| {
        // Both pallets have their keys in the order of the session's validators.
        let keys = Babe::authorities().into_iter().zip(Grandpa::grandpa_authorities());
        for (who, ((babe, _), (grandpa, _))) in Session::validators().into_iter().zip(keys) {
            NextKeys::<Runtime>::insert(who, SessionKeys { babe, grandpa });
        }
        TransactionOutcome::Rollback(ask())
    })
}
