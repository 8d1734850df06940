//! Vetoing, and what no veto reaches.

use crate::{mock::*, pallet::*};
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::DispatchError::BadOrigin;

#[test]
fn a_vetoed_decision_is_not_enacted() {
    run(|| {
        for call in [short(1), long(1)] {
            assert_ok!(decide(&call));
            go_to(System::block_number() + 1);
            assert_ok!(veto(id(&call)));
            System::assert_last_event(Event::Vetoed { id: id(&call) }.into());
            assert_eq!(Decisions::pending(id(&call)), None);
        }
        go_to(NOW + 2 * USUAL);
        assert!(results().is_empty());
        assert!(!short_is_done(1) && !long_is_done(1));
    });
}

#[test]
fn a_vetoed_decision_can_be_made_again() {
    run(|| {
        assert_ok!(decide(&long(1)));
        assert_ok!(veto(id(&long(1))));
        assert_ok!(decide(&long(1)));
        go_to(NOW + USUAL);
        assert!(long_is_done(1));
    });
}

#[test]
fn attack_nobody_else_vetoes() {
    run(|| {
        assert_ok!(decide(&short(1)));
        let others = [
            RuntimeOrigin::none(),
            RuntimeOrigin::root(),
            RuntimeOrigin::signed(COUNCIL),
            RuntimeOrigin::signed(STRANGER),
            enacted(),
        ];
        for origin in others {
            assert_noop!(Decisions::veto(origin, id(&short(1))), BadOrigin);
        }
    });
}

#[test]
fn fails_for_what_was_never_decided_is_vetoed_or_is_done() {
    run(|| {
        assert_noop!(veto(H256::zero()), Error::<Test>::UnknownDecision);
        assert_ok!(decide(&short(1)));
        assert_ok!(veto(id(&short(1))));
        assert_noop!(veto(id(&short(1))), Error::<Test>::UnknownDecision);
        assert_ok!(decide(&short(2)));
        go_to(NOW + USUAL);
        assert_noop!(veto(id(&short(2))), Error::<Test>::UnknownDecision);
    });
}

#[test]
fn attack_a_veto_reaches_no_task_of_somebody_else() {
    run(|| {
        let name = id(&short(1)).0;
        let task = Box::new(short(1));
        assert_ok!(Scheduler::schedule_named(RuntimeOrigin::root(), name, NOW + 5, None, 0, task));
        assert_noop!(veto(H256(name)), Error::<Test>::UnknownDecision);
        go_to(NOW + 5);
        // It was made, by root, who manages no preimages here.
        assert_eq!(results(), [Err(BadOrigin)]);
    });
}
