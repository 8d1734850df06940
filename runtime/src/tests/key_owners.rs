//! Whose a session key is, for who reports what was done with it.

use super::*;
use codec::Encode;
use configs::key_owners::KeyOwners;
use frame_support::traits::KeyOwnerProofSystem;
use opaque::SessionKeys;
use pallet_session::NextKeys;
use sp_consensus_babe::KEY_TYPE as BABE;
use sp_consensus_grandpa::KEY_TYPE as GRANDPA;
use sp_keyring::Ed25519Keyring;

/// Somebody registers these keys. What works stays what it was, in this session and the next.
fn registers(who: Sr25519Keyring, keys: &SessionKeys) -> SessionKeys {
    let working = NextKeys::<Runtime>::get(who.to_account_id()).expect("has keys");
    NextKeys::<Runtime>::insert(who.to_account_id(), keys);
    working
}

fn others() -> SessionKeys {
    SessionKeys { babe: Sr25519Keyring::Ferdie.public().into(), grandpa: Ed25519Keyring::Ferdie.public().into() }
}

#[test]
fn attack_who_registers_other_keys_answers_for_those_that_work() {
    on_local(|| {
        let working = registers(Sr25519Keyring::Dave, &others());
        let dave = Sr25519Keyring::Dave.to_account_id();
        for key in [(BABE, working.babe.encode()), (GRANDPA, working.grandpa.encode())] {
            let newest = Historical::prove(key.clone()).expect("there are keys");
            assert_eq!(Historical::check_proof(key.clone(), newest), None, "the session pallet knows the newest alone");
            let proof = KeyOwners::prove(key.clone()).expect("it works");
            assert_eq!(KeyOwners::check_proof(key, proof), Some((dave.clone(), ())));
        }
        assert_eq!(NextKeys::<Runtime>::get(dave), Some(others()), "nothing is changed by asking");
    });
}

#[test]
fn attack_an_accomplice_who_registers_other_keys_spoils_no_report() {
    on_local(|| {
        let key = (BABE, Babe::authorities()[3].0.encode());
        let proof = KeyOwners::prove(key.clone()).expect("it works");
        registers(Sr25519Keyring::Alice, &others());
        assert_eq!(KeyOwners::check_proof(key.clone(), proof.clone()), Some((Session::validators()[3].clone(), ())));
        assert_eq!(Historical::check_proof(key, proof), None, "to the session pallet it does");
    });
}

#[test]
fn keys_that_do_not_work_prove_nothing() {
    on_local(|| {
        registers(Sr25519Keyring::Dave, &others());
        assert_eq!(KeyOwners::prove((BABE, others().babe.encode())), None);
        assert_eq!(KeyOwners::prove((GRANDPA, Babe::authorities()[3].0.encode())), None);
    });
}
