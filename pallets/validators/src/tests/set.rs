//! Who comes, who goes, and how many at a time.

use crate::{
    mock::*,
    pallet::*,
    types::{Cause, Standing, ValidatorView},
};
use assay_primitives::AccountId32;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError::BadOrigin;

/// Who left for the session that is planned, and who joined.
fn changes() -> (Vec<AccountId32>, Vec<AccountId32>) {
    let planned = Session::current_index() + 1;
    let (mut left, mut joined) = (Vec::new(), Vec::new());
    for event in events() {
        match event {
            Event::Left { who, session, .. } if session == planned => left.push(who),
            Event::Joined { who, session } if session == planned => joined.push(who),
            _ => (),
        }
    }
    (left, joined)
}

#[test]
fn who_is_admitted_serves_from_the_session_after_the_next() {
    run(|| {
        admitted(11);
        next_session();
        System::assert_has_event(Event::Joined { who: account(11), session: 2 }.into());
        assert_eq!(serving(), accounts(1..=FOUNDERS));
        next_session();
        assert_eq!(serving(), accounts([1, 2, 3, 4, 11]));
        assert_eq!(Babe::authorities().len(), 5);
        next_session();
        assert_eq!(Grandpa::grandpa_authorities().len(), 5);
    });
}

#[test]
fn attack_nobody_is_admitted_without_bond_and_keys() {
    run(|| {
        assert_noop!(admit(11), Error::<Test>::NotBonded);
        assert_ok!(Validators::bond(signed(11), LEAST_BOND));
        assert_noop!(admit(11), Error::<Test>::NoKeys);
        set_keys(11);
        MinimumBond::set(LEAST_BOND + 1);
        assert_noop!(admit(11), Error::<Test>::BondTooSmall);
        MinimumBond::set(LEAST_BOND);
        assert_ok!(Validators::unbond(signed(11)));
        assert_noop!(admit(11), Error::<Test>::Unbonding);
        assert_ok!(Validators::bond(signed(11), 1));
        assert_ok!(admit(11));
    });
}

#[test]
fn attack_nobody_is_admitted_twice() {
    run(|| {
        assert_noop!(admit(1), Error::<Test>::AlreadyAdmitted);
        assert_ok!(Validators::leave(signed(1)));
        assert_noop!(admit(1), Error::<Test>::AlreadyAdmitted);
        admitted(11);
        assert_noop!(admit(11), Error::<Test>::AlreadyAdmitted);
        pass(2);
        assert_noop!(admit(11), Error::<Test>::AlreadyAdmitted);
        assert_ok!(admit(1));
    });
}

#[test]
fn attack_nobody_else_changes_the_set() {
    run(|| {
        admitted(11);
        for origin in [RuntimeOrigin::none(), signed(1), signed(12)] {
            assert_noop!(Validators::admit(origin.clone(), account(12)), BadOrigin);
            assert_noop!(Validators::remove(origin, account(1)), BadOrigin);
        }
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Validators::leave(origin), BadOrigin);
        }
    });
}

#[test]
fn fails_when_every_place_is_taken() {
    run(|| {
        (11..=14).for_each(admitted);
        assert_ok!(Validators::bond(signed(15), BOND));
        set_keys(15);
        assert_noop!(admit(15), Error::<Test>::TooManyValidators);
        assert_ok!(remove(14));
        System::assert_last_event(Event::AdmissionEnded { who: account(14), cause: Cause::Removal }.into());
        assert_ok!(admit(15));
    });
}

#[test]
fn attack_no_more_changes_than_a_session_may() {
    run(|| {
        (11..=14).for_each(admitted);
        assert_ok!(Validators::leave(signed(1)));
        assert_ok!(remove(2));
        assert_ok!(Validators::leave(signed(3)));
        next_session();
        assert_eq!(changes(), (accounts([1, 2]), accounts([11, 12])));
        next_session();
        assert_eq!(changes(), (accounts([3]), accounts([13, 14])));
        next_session();
        assert_eq!(changes(), (vec![], vec![]));
        assert_eq!(serving(), accounts([4, 11, 12, 13, 14]));
    });
}

#[test]
fn boundary_a_session_that_may_change_nothing_changes_one() {
    run(|| {
        ChangesPerSession::set(0);
        (11..=12).for_each(admitted);
        assert_ok!(Validators::leave(signed(1)));
        assert_ok!(Validators::leave(signed(2)));
        next_session();
        assert_eq!(changes(), (accounts([1]), accounts([11])));
        next_session();
        assert_eq!(changes(), (accounts([2]), accounts([12])));
    });
}

#[test]
fn boundary_a_session_that_may_change_everything_does() {
    run(|| {
        ChangesPerSession::set(u32::MAX);
        (11..=14).for_each(admitted);
        for n in 1..=FOUNDERS {
            assert_ok!(remove(n));
        }
        next_session();
        assert_eq!(changes(), (accounts(1..=FOUNDERS), accounts(11..=14)));
        next_session();
        assert_eq!(serving(), accounts(11..=14));
    });
}

#[test]
fn who_waits_for_a_place_stops_waiting_at_once() {
    run(|| {
        admitted(11);
        assert_ok!(Validators::leave(signed(11)));
        System::assert_last_event(Event::AdmissionEnded { who: account(11), cause: Cause::Wish }.into());
        assert_ok!(Validators::unbond(signed(11)));
        pass(2);
        assert_eq!(serving(), accounts(1..=FOUNDERS));
    });
}

#[test]
fn fails_for_who_is_no_validator_or_leaves_already() {
    run(|| {
        assert_noop!(Validators::leave(signed(11)), Error::<Test>::NotValidator);
        assert_noop!(remove(11), Error::<Test>::NotValidator);
        assert_ok!(Validators::leave(signed(1)));
        System::assert_last_event(Event::Leaves { who: account(1), cause: Cause::Wish }.into());
        assert_noop!(Validators::leave(signed(1)), Error::<Test>::AlreadyLeaving);
        assert_noop!(remove(1), Error::<Test>::AlreadyLeaving);
        next_session();
        assert_noop!(Validators::leave(signed(1)), Error::<Test>::NotValidator);
    });
}

#[test]
fn attack_the_last_validator_does_not_leave() {
    run(|| {
        for n in 1..FOUNDERS {
            assert_ok!(Validators::leave(signed(n)));
        }
        assert_noop!(Validators::leave(signed(FOUNDERS)), Error::<Test>::LastValidator);
        assert_noop!(remove(FOUNDERS), Error::<Test>::LastValidator);
        pass(3);
        assert_eq!(serving(), accounts([FOUNDERS]));
        assert_noop!(remove(FOUNDERS), Error::<Test>::LastValidator);
        admitted(11);
        assert_ok!(remove(FOUNDERS));
        pass(2);
        assert_eq!(serving(), accounts([11]));
    });
}

#[test]
fn attack_a_successor_that_backs_out_leaves_no_empty_set() {
    run(|| {
        admitted(11);
        for n in 1..=FOUNDERS {
            assert_ok!(remove(n));
        }
        assert_ok!(Validators::leave(signed(11)));
        pass(4);
        assert_eq!(serving(), accounts([FOUNDERS]));
        // It still is to leave, and does when it can.
        admitted(12);
        pass(2);
        assert_eq!(serving(), accounts([12]));
        assert!(Leaving::<Test>::get().is_empty());
    });
}

#[test]
fn the_view_says_how_everyone_stands() {
    run(|| {
        assert_ok!(remove(1));
        admitted(11);
        let view = |who, standing| ValidatorView { who, bond: BOND, standing };
        let serving = Session::validators().into_iter().map(|who| {
            let leaves = who == account(1);
            view(who, if leaves { Standing::Leaving(Cause::Removal) } else { Standing::Serving })
        });
        let expected: Vec<_> = serving.chain([view(account(11), Standing::Joining)]).collect();
        assert_eq!(Validators::validators(), expected);
    });
}
