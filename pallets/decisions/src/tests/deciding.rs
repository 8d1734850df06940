//! Deciding, and what is then done when.

use crate::{enactment::BLOCKS_TRIED, mock::*, pallet::*, EnsureEnacted};
use frame_support::{assert_noop, assert_ok, traits::EnsureOrigin};
use sp_core::H256;
use sp_runtime::DispatchError::{self, BadOrigin};

#[test]
fn a_decision_is_enacted_when_the_delay_is_over_and_not_before() {
    run(|| {
        for call in [short(1), long(1)] {
            assert_ok!(decide(&call));
            System::assert_last_event(Event::Decided { id: id(&call), at: NOW + USUAL }.into());
            assert_eq!(Decisions::pending(id(&call)), Some(NOW + USUAL));
        }
        go_to(NOW + USUAL - 1);
        assert!(!short_is_done(1) && !long_is_done(1));
        go_to(NOW + USUAL);
        assert_eq!(results(), [Ok(()), Ok(())]);
        assert!(short_is_done(1) && long_is_done(1));
        assert_eq!(Decisions::pending(id(&short(1))), None);
    });
}

#[test]
fn attack_a_shorter_delay_hurries_no_decision_that_was_made() {
    run(|| {
        assert_ok!(decide(&short(1)));
        Delay::set(1);
        go_to(NOW + USUAL - 1);
        assert!(!short_is_done(1));
        assert_eq!(Decisions::pending(id(&short(1))), Some(NOW + USUAL));
    });
}

#[test]
fn boundary_a_delay_of_nothing_is_one_block() {
    run(|| {
        Delay::set(0);
        assert_ok!(decide(&short(1)));
        assert!(!short_is_done(1));
        go_to(NOW + 1);
        assert!(short_is_done(1));
    });
}

#[test]
fn boundary_a_delay_without_end_can_still_be_vetoed() {
    run(|| {
        Delay::set(u64::MAX);
        assert_ok!(decide(&short(1)));
        assert_eq!(Decisions::pending(id(&short(1))), Some(u64::MAX));
        assert_ok!(veto(id(&short(1))));
    });
}

#[test]
fn attack_nobody_else_decides() {
    run(|| {
        let others = [
            RuntimeOrigin::none(),
            RuntimeOrigin::root(),
            RuntimeOrigin::signed(COMMITTEE),
            RuntimeOrigin::signed(STRANGER),
            enacted(),
        ];
        for origin in others {
            assert_noop!(Decisions::decide(origin, Box::new(short(1))), BadOrigin);
        }
    });
}

#[test]
fn attack_a_decision_is_not_made_twice_while_it_waits() {
    run(|| {
        for call in [short(1), long(1)] {
            assert_ok!(decide(&call));
            assert_noop!(decide(&call), Error::<Test>::AlreadyDecided);
        }
        go_to(NOW + USUAL);
        assert_ok!(decide(&long(1)));
        assert_eq!(Decisions::pending(id(&long(1))), Some(NOW + 2 * USUAL));
    });
}

#[test]
fn attack_a_task_of_somebody_else_with_the_name_of_a_call_blocks_no_decision() {
    run(|| {
        let name = id(&short(1)).0;
        let task = Box::new(short(2));
        assert_ok!(Scheduler::schedule_named(RuntimeOrigin::root(), name, NOW + 5, None, 0, task));
        assert_ok!(decide(&short(1)));
        go_to(NOW + USUAL);
        assert!(short_is_done(1));
    });
}

#[test]
fn attack_a_decision_does_nothing_that_only_root_may() {
    run(|| {
        let call = RuntimeCall::System(frame_system::Call::set_heap_pages { pages: 1 });
        assert_ok!(decide(&call));
        go_to(NOW + USUAL);
        assert_eq!(results(), [Err(BadOrigin)]);
    });
}

#[test]
fn attack_a_decision_makes_no_decisions_and_vetoes_none() {
    run(|| {
        assert_ok!(decide(&RuntimeCall::Decisions(Call::decide { call: Box::new(short(1)) })));
        assert_ok!(decide(&RuntimeCall::Decisions(Call::veto { id: H256::zero() })));
        go_to(NOW + USUAL);
        assert_eq!(results(), [Err(BadOrigin), Err(BadOrigin)]);
    });
}

#[test]
fn attack_nobody_else_passes_for_what_is_enacted() {
    run(|| {
        let passes = |origin| <EnsureEnacted as EnsureOrigin<RuntimeOrigin>>::try_origin(origin).is_ok();
        assert!(passes(enacted()));
        let others = [
            RuntimeOrigin::none(),
            RuntimeOrigin::root(),
            RuntimeOrigin::signed(COUNCIL),
            RuntimeOrigin::signed(COMMITTEE),
        ];
        for origin in others {
            assert!(!passes(origin));
        }
    });
}

#[test]
fn attack_a_full_block_delays_a_decision_by_a_block_and_stops_none() {
    run(|| {
        for n in 0..TASKS_PER_BLOCK {
            let task = Box::new(short(n as u8));
            assert_ok!(Scheduler::schedule(RuntimeOrigin::root(), NOW + USUAL, None, 0, task));
        }
        assert_ok!(decide(&long(1)));
        System::assert_last_event(Event::Decided { id: id(&long(1)), at: NOW + USUAL + 1 }.into());
        assert_eq!(Decisions::pending(id(&long(1))), Some(NOW + USUAL + 1));
        go_to(NOW + USUAL);
        assert!(!long_is_done(1));
        go_to(NOW + USUAL + 1);
        assert!(long_is_done(1));
    });
}

#[test]
fn fails_when_no_block_takes_any_more_and_keeps_nothing() {
    run(|| {
        for n in 0..BLOCKS_TRIED * TASKS_PER_BLOCK {
            assert_ok!(decide(&short(n as u8)));
        }
        assert_noop!(decide(&long(1)), DispatchError::Exhausted);
        assert_eq!(requests(&long(1)), None);
        go_to(NOW + 1);
        assert_ok!(decide(&long(1)));
    });
}

#[test]
fn fails_for_a_call_that_no_preimage_can_hold() {
    run(|| {
        let remark = vec![0; pallet_preimage::MAX_SIZE as usize];
        let call = RuntimeCall::System(frame_system::Call::remark { remark });
        assert_noop!(decide(&call), DispatchError::Exhausted);
    });
}
