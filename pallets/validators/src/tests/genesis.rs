//! The first validators, and what genesis refuses.

use crate::{mock::*, pallet::*};
use frame_support::assert_ok;
use pallet_session::historical::HistoricalSessions;

#[test]
fn the_first_validators_serve_with_their_bonds() {
    build(genesis()).execute_with(|| {
        assert_eq!(serving(), accounts(1..=FOUNDERS));
        assert_eq!(Set::<Test>::get().into_inner(), Session::validators());
        for n in 1..=FOUNDERS {
            assert_eq!((bond_of(n), free_of(n)), (BOND, ENDOWMENT - BOND));
        }
        assert!(HistoricalSessions::<Test>::contains_key(0) && HistoricalSessions::<Test>::contains_key(1));
        assert_ok!(Validators::do_try_state());
    });
}

#[test]
fn a_chain_that_nobody_changes_keeps_its_first_validators() {
    run(|| {
        let first = Session::validators();
        for _ in 0..5 {
            next_session();
            assert_eq!(Session::validators(), first);
            assert!(!pallet_session::QueuedChanged::<Test>::get());
        }
        assert_eq!(Grandpa::current_set_id(), 0);
    });
}

#[test]
#[should_panic(expected = "this genesis is refused: the validators are not those with session keys")]
fn attack_a_validator_without_a_bond_is_not_hidden_among_the_session_keys() {
    let mut genesis = genesis();
    genesis.genesis_validators.validators.pop();
    build(genesis);
}

#[test]
#[should_panic(expected = "this genesis is refused: the validators are not those with session keys")]
fn attack_a_validator_is_not_hidden_among_the_keys_for_later() {
    let mut genesis = genesis();
    genesis.session.non_authority_keys = vec![(account(11), account(11), keys(11))];
    build(genesis);
}

#[test]
#[should_panic(expected = "this genesis is refused: the validators are not those with session keys")]
fn a_validator_without_session_keys_is_refused() {
    let mut genesis = genesis();
    genesis.genesis_validators.validators.push((account(11), BOND));
    build(genesis);
}

#[test]
#[should_panic(expected = "this genesis is refused: the validators are not those with session keys")]
fn somebody_else_in_place_of_a_validator_is_refused() {
    let mut genesis = genesis();
    genesis.genesis_validators.validators[0].0 = account(11);
    build(genesis);
}

#[test]
#[should_panic(expected = "this genesis is refused: a validator is named twice")]
fn a_validator_that_is_named_twice_is_refused() {
    let mut genesis = genesis();
    genesis.genesis_validators.validators.push((account(1), BOND));
    build(genesis);
}

#[test]
#[should_panic(expected = "this genesis is refused: a validator has no bond")]
fn a_bond_of_nothing_is_refused() {
    let mut genesis = genesis();
    genesis.genesis_validators.validators[0].1 = 0;
    build(genesis);
}

#[test]
#[should_panic(expected = "this genesis is refused: a validator cannot be taken")]
fn a_bond_that_cannot_be_paid_is_refused() {
    let mut genesis = genesis();
    genesis.genesis_validators.validators[0].1 = ENDOWMENT + 1;
    build(genesis);
}
