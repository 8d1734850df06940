//! Session keys: rotating them, and what purging them does not do.

use crate::{mock::*, pallet::*, types::Cause};
use frame_support::{assert_ok, traits::KeyOwnerProofSystem};
use pallet_session::SessionInterface;

fn purge(n: u8) {
    assert_ok!(Session::purge_keys(signed(n)));
}

fn restored() -> usize {
    events().into_iter().filter(|event| matches!(event, Event::KeysRestored { .. })).count()
}

#[test]
fn a_key_that_was_rotated_can_be_proven_in_later_sessions() {
    run(|| {
        assert_ok!(<Session as SessionInterface>::set_keys(&account(1), keys(21)));
        pass(2);
        let rotated = || (sp_consensus_babe::KEY_TYPE, keys(21).babe);
        assert!(Babe::authorities().iter().any(|(key, _)| *key == rotated().1));
        let proof = babe_key_proof(21);
        for _ in 0..UNBONDING {
            next_session();
            assert_eq!(Historical::check_proof(rotated(), proof.clone()), Some((account(1), ())));
        }
    });
}

#[test]
fn attack_purging_keys_is_no_way_out_of_the_limit() {
    run(|| {
        (1..=3).for_each(purge);
        next_session();
        assert_eq!(restored(), 3);
        for n in [1, 2, 3] {
            System::assert_has_event(Event::Leaves { who: account(n), cause: Cause::NoKeys }.into());
        }
        next_session();
        assert_eq!(serving().len(), 2);
        next_session();
        assert_eq!(serving(), accounts([4]));
        assert_eq!(restored(), 3);
    });
}

#[test]
fn attack_the_last_validator_cannot_stop_the_chain_by_purging_its_keys() {
    run(|| {
        (1..=3).for_each(removed);
        pass(3);
        purge(4);
        for _ in 0..3 {
            next_session();
            assert_eq!(serving(), accounts([4]));
            assert_eq!(Babe::authorities().into_inner(), [(keys(4).babe, 1)]);
        }
        assert_eq!(restored(), 1);
    });
}

#[test]
fn attack_purging_all_keys_at_once_stops_no_chain() {
    run(|| {
        (1..=4).for_each(purge);
        pass(5);
        assert_eq!(serving().len(), 1);
        assert_eq!(Babe::authorities().len(), 1);
    });
}

#[test]
fn attack_keys_that_are_somebody_elses_by_now_do_not_come_back() {
    run(|| {
        purge(1);
        assert_ok!(<Session as SessionInterface>::set_keys(&account(11), keys(1)));
        next_session();
        assert_eq!(restored(), 0);
        System::assert_has_event(Event::Left { who: account(1), session: 2, cause: Cause::NoKeys }.into());
        next_session();
        assert_eq!(serving(), accounts([2, 3, 4]));
    });
}

#[test]
fn attack_who_stays_last_has_keys() {
    run(|| {
        // The keys of two are somebody else's, the other two are removed.
        for (n, thief) in [(1, 11), (2, 12)] {
            purge(n);
            assert_ok!(<Session as SessionInterface>::set_keys(&account(thief), keys(n)));
        }
        assert_ok!(remove(3));
        assert_ok!(remove(4));
        for _ in 0..4 {
            next_session();
            assert!(!Babe::authorities().is_empty());
        }
        assert_eq!(serving(), accounts([4]));
    });
}

#[test]
fn who_purges_its_keys_while_it_waits_waits_no_more() {
    run(|| {
        admitted(11);
        purge(11);
        next_session();
        System::assert_has_event(Event::AdmissionEnded { who: account(11), cause: Cause::NoKeys }.into());
        next_session();
        assert_eq!(serving(), accounts(1..=FOUNDERS));
    });
}
