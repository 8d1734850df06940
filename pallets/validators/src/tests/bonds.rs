//! Bonding, unbonding, withdrawing.

use crate::{mock::*, pallet::*};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;

fn bond(n: u8, amount: u128) -> sp_runtime::DispatchResult {
    Validators::bond(signed(n), amount)
}

#[test]
fn a_bond_is_held_and_can_grow() {
    run(|| {
        assert_ok!(bond(11, LEAST_BOND));
        System::assert_last_event(Event::Bonded { who: account(11), amount: LEAST_BOND, total: LEAST_BOND }.into());
        assert_ok!(bond(11, 1));
        System::assert_last_event(Event::Bonded { who: account(11), amount: 1, total: LEAST_BOND + 1 }.into());
        assert_eq!((bond_of(11), free_of(11)), (LEAST_BOND + 1, ENDOWMENT - LEAST_BOND - 1));
    });
}

#[test]
fn attack_a_record_is_not_had_for_dust() {
    run(|| {
        assert_noop!(bond(11, 0), Error::<Test>::NothingToBond);
        assert_noop!(bond(11, LEAST_BOND - 1), Error::<Test>::BondTooSmall);
        assert_ok!(bond(11, LEAST_BOND));
        assert_noop!(bond(11, 0), Error::<Test>::NothingToBond);
    });
}

#[test]
fn boundary_a_least_bond_of_nothing_is_one_of_something() {
    run(|| {
        MinimumBond::set(0);
        assert_noop!(bond(11, 0), Error::<Test>::NothingToBond);
        assert_ok!(bond(11, 1));
    });
}

#[test]
fn boundary_a_least_bond_that_nobody_has_lets_nobody_in_and_nobody_out() {
    run(|| {
        MinimumBond::set(u128::MAX);
        assert_noop!(bond(11, ENDOWMENT), Error::<Test>::BondTooSmall);
        pass(3);
        assert_eq!(serving(), accounts(1..=FOUNDERS));
    });
}

#[test]
fn fails_for_more_than_there_is() {
    run(|| {
        // The least balance stays free.
        assert_noop!(bond(11, ENDOWMENT), TokenError::FundsUnavailable);
        assert_ok!(bond(11, ENDOWMENT - 1));
    });
}

#[test]
fn a_bond_that_never_answered_for_anything_comes_back_after_the_same_time() {
    run(|| {
        assert_ok!(bond(11, BOND));
        assert_ok!(Validators::unbond(signed(11)));
        System::assert_last_event(Event::Unbonding { who: account(11), until: UNBONDING + 1 }.into());
        pass(UNBONDING);
        assert_noop!(Validators::withdraw(signed(11)), Error::<Test>::TooEarly);
        next_session();
        assert_ok!(Validators::withdraw(signed(11)));
        System::assert_last_event(Event::Withdrawn { who: account(11), amount: BOND }.into());
        assert_eq!((bond_of(11), free_of(11)), (0, ENDOWMENT));
        assert!(!Bonds::<Test>::contains_key(account(11)));
    });
}

#[test]
fn fails_in_any_other_order() {
    run(|| {
        assert_noop!(Validators::unbond(signed(11)), Error::<Test>::NotBonded);
        assert_noop!(Validators::withdraw(signed(11)), Error::<Test>::NotBonded);
        assert_ok!(bond(11, BOND));
        assert_noop!(Validators::withdraw(signed(11)), Error::<Test>::NotUnbonding);
        assert_ok!(Validators::unbond(signed(11)));
        assert_noop!(Validators::unbond(signed(11)), Error::<Test>::Unbonding);
        pass(UNBONDING + 1);
        assert_ok!(Validators::withdraw(signed(11)));
        assert_noop!(Validators::withdraw(signed(11)), Error::<Test>::NotBonded);
    });
}

#[test]
fn attack_who_bonds_while_unbonding_waits_for_the_whole_time_again() {
    run(|| {
        assert_ok!(bond(11, BOND));
        assert_ok!(Validators::unbond(signed(11)));
        pass(UNBONDING + 1);
        assert_ok!(bond(11, 1));
        assert_noop!(Validators::withdraw(signed(11)), Error::<Test>::NotUnbonding);
        assert_ok!(Validators::unbond(signed(11)));
        assert_noop!(Validators::withdraw(signed(11)), Error::<Test>::TooEarly);
    });
}

#[test]
fn attack_a_bond_answers_from_admission_to_the_last_session_and_after() {
    run(|| {
        assert_noop!(Validators::unbond(signed(1)), Error::<Test>::StillValidator);
        admitted(11);
        assert_noop!(Validators::unbond(signed(11)), Error::<Test>::StillValidator);
        assert_ok!(Validators::leave(signed(1)));
        assert_noop!(Validators::unbond(signed(1)), Error::<Test>::StillValidator);
        next_session();
        // The session that is planned has it no more, the one that runs does.
        assert!(!Set::<Test>::get().contains(&account(1)) && serving().contains(&account(1)));
        assert_noop!(Validators::unbond(signed(1)), Error::<Test>::StillValidator);
        next_session();
        assert!(!serving().contains(&account(1)));
        assert_noop!(Validators::withdraw(signed(1)), Error::<Test>::NotUnbonding);
        assert_ok!(Validators::unbond(signed(1)));
        pass(UNBONDING);
        assert_noop!(Validators::withdraw(signed(1)), Error::<Test>::TooEarly);
        next_session();
        assert_ok!(Validators::withdraw(signed(1)));
        assert_eq!(free_of(1), ENDOWMENT);
    });
}

#[test]
fn attack_nobody_else_touches_a_bond() {
    run(|| {
        assert_ok!(bond(11, BOND));
        assert_noop!(Validators::unbond(signed(12)), Error::<Test>::NotBonded);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            let bad = sp_runtime::DispatchError::BadOrigin;
            assert_noop!(Validators::bond(origin.clone(), BOND), bad);
            assert_noop!(Validators::unbond(origin.clone()), bad);
            assert_noop!(Validators::withdraw(origin), bad);
        }
    });
}
