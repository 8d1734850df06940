//! Whose turn a slot is.

use super::*;
use codec::Encode;
use configs::slots::{turn, BabeSlots, BlockAuthor};
use frame_support::traits::FindAuthor;
use pallet_validators::SlotLeaders;
use sp_consensus_babe::{
    digests::{PreDigest, SecondaryPlainPreDigest},
    Slot, BABE_ENGINE_ID,
};

/// The first slot of the session that runs, and the first of the next.
const START: u64 = 1_000;
const NEXT: u64 = START + 30;

/// A test network in a session whose next one has one validator less.
fn in_a_session(slot: u64, skipped: u32, test: impl FnOnce()) {
    on_local(|| {
        pallet_babe::GenesisSlot::<Runtime>::put(Slot::from(START));
        pallet_babe::CurrentSlot::<Runtime>::put(Slot::from(slot));
        pallet_babe::Lateness::<Runtime>::put(skipped);
        pallet_babe::Randomness::<Runtime>::put([1; 32]);
        pallet_babe::NextRandomness::<Runtime>::put([2; 32]);
        pallet_session::QueuedKeys::<Runtime>::mutate(|queued| queued.truncate(3));
        test()
    });
}

fn author(place: u32) -> Option<AccountId> {
    let slot = SecondaryPlainPreDigest { authority_index: place, slot: 0.into() };
    let digest = PreDigest::SecondaryPlain(slot).encode();
    BlockAuthor::find_author([(BABE_ENGINE_ID, &digest[..])])
}

/// The same vector as in sc-consensus-babe: `secondary_slot_author_selection_works`.
#[test]
fn the_draw_is_the_nodes() {
    assert_eq!(turn(100.into(), &[3; 32], 1_000), Some(167));
    assert_eq!(turn(100.into(), &[3; 32], 0), None);
}

#[test]
fn skipped_slots_are_those_between_the_parent_and_this_block() {
    in_a_session(START + 9, 3, || assert_eq!(BabeSlots::skipped(), START + 6..START + 9));
    in_a_session(START + 9, 0, || assert!(BabeSlots::skipped().is_empty()));
    // The first block begins the slots, however late it is.
    in_a_session(START, u32::MAX, || {
        System::set_block_number(1);
        assert!(BabeSlots::skipped().is_empty());
    });
}

#[test]
fn a_slot_is_led_by_whom_its_own_session_draws() {
    in_a_session(NEXT + 2, 4, || {
        let (now, queued) = (Session::validators(), Session::queued_keys());
        for slot in START..NEXT {
            let place = turn(slot.into(), &[1; 32], 4).unwrap();
            assert_eq!(BabeSlots::leader(slot), Some(now[place].clone()));
        }
        for slot in NEXT..NEXT + 30 {
            let place = turn(slot.into(), &[2; 32], 3).unwrap();
            assert_eq!(BabeSlots::leader(slot), Some(queued[place].0.clone()));
        }
        assert_eq!(BabeSlots::leader(START - 1), None, "of what is over nothing is known");
    });
}

#[test]
fn a_sessions_first_block_is_its_own_authors() {
    in_a_session(NEXT - 1, 0, || {
        let validators = Session::validators();
        assert_eq!(author(3), Some(validators[3].clone()));
        assert_eq!(author(4), None);
    });
    in_a_session(NEXT, 0, || {
        pallet_session::QueuedKeys::<Runtime>::mutate(|queued| queued.reverse());
        let queued = Session::queued_keys();
        assert_eq!(author(0), Some(queued[0].0.clone()));
        assert_eq!(author(3), None, "it has three validators");
        assert_ne!(queued[0].0, Session::validators()[0]);
    });
}

#[test]
fn the_authorities_stand_in_the_order_of_the_validators() {
    on_local(|| {
        let keys = |who: &AccountId| pallet_session::NextKeys::<Runtime>::get(who).expect("a validator has keys");
        let babe: Vec<_> = Session::validators().iter().map(|who| keys(who).babe).collect();
        let authorities: Vec<_> = Babe::authorities().into_inner().into_iter().map(|(key, _)| key).collect();
        assert_eq!(authorities, babe);
    });
}
