//! Blocks made, slots missed.

use crate::{
    mock::*,
    pallet::*,
    types::{PerformanceView, Tally, MAX_SKIPPED},
};
use frame_support::{assert_ok, dispatch::DispatchClass};

/// What the validator at this place did in this session.
fn at(place: usize) -> Tally {
    Validators::performance(Session::validators()[place].clone()).now
}

/// What all did in this session, or the last.
fn all(session: u32) -> Tally {
    Tallies::<Test>::iter_prefix_values(session)
        .fold(Tally::default(), |sum, one| Tally { made: sum.made + one.made, missed: sum.missed + one.missed })
}

#[test]
fn blocks_and_skipped_slots_are_counted_for_whose_they_are() {
    run(|| {
        make_block(FIRST_SLOT + 1, 1);
        make_block(FIRST_SLOT + 4, 0);
        let expected = [(2, 0), (1, 0), (0, 1), (0, 1)].map(|(made, missed)| Tally { made, missed });
        assert_eq!([0, 1, 2, 3].map(at), expected);
        // Two slots were looked at, and one author counted.
        assert_eq!(System::block_weight().get(DispatchClass::Mandatory).ref_time(), 3);
    });
}

#[test]
fn the_end_of_a_session_says_who_missed_how_many() {
    run(|| {
        make_block(FIRST_SLOT + 1, 1);
        make_block(FIRST_SLOT + 4, 0);
        let validators = Session::validators();
        next_session();
        let missed = [(3, 1), (1, 2), (0, 2), (0, 2)];
        for (who, (made, missed)) in validators.iter().zip(missed) {
            System::assert_has_event(Event::SlotsMissed { who: who.clone(), session: 0, made, missed }.into());
            let (now, before) = (Tally::default(), Tally { made, missed });
            assert_eq!(Validators::performance(who.clone()), PerformanceView { session: 1, now, before });
        }
    });
}

#[test]
fn a_session_without_a_missed_slot_says_nothing() {
    run(|| {
        for slot in 1..=SESSION_SLOTS {
            make_block(FIRST_SLOT + slot, (slot % 4) as u32);
        }
        assert_eq!(Session::current_index(), 1);
        assert_eq!(all(0), Tally { made: SESSION_SLOTS as u32 + 1, missed: 0 });
        assert!(events().is_empty());
    });
}

#[test]
fn the_first_block_skips_nothing() {
    build(genesis()).execute_with(|| {
        make_block(FIRST_SLOT * 1_000, 0);
        assert_eq!(all(0), Tally { made: 1, missed: 0 });
    });
}

#[test]
fn boundary_a_stall_counts_as_many_slots_as_one_block_may() {
    run(|| {
        make_block(FIRST_SLOT + 10_000, 0);
        assert_eq!(all(0), Tally { made: 2, missed: MAX_SKIPPED });
        assert_eq!(System::block_weight().get(DispatchClass::Mandatory).ref_time(), 1 + u64::from(MAX_SKIPPED));
    });
}

#[test]
fn attack_tallies_do_not_pile_up_as_validators_come_and_go() {
    run(|| {
        (11..=12).for_each(admitted);
        for round in 0..10u8 {
            let (goes, comes) = if round % 2 == 0 { ([11, 12], [13, 14]) } else { ([13, 14], [11, 12]) };
            pass(2);
            goes.into_iter().for_each(removed);
            for n in comes {
                if round == 0 {
                    admitted(n);
                } else {
                    assert_ok!(admit(n));
                }
            }
            let now = Session::current_index();
            assert!(Tallies::<Test>::iter_keys().all(|(session, _)| session == now || session + 1 == now));
            assert!(Tallies::<Test>::iter().count() <= 2 * MOST as usize);
        }
    });
}
