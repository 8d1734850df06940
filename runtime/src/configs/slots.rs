//! Whose turn a slot is, and who made a block.

use crate::*;
use codec::Encode;
use core::ops::Range;
use frame_support::{traits::FindAuthor, ConsensusEngineId};
use sp_consensus_babe::{Randomness, Slot};
use sp_core::U256;
use sp_io::hashing::blake2_256;

/// The place among so many authorities of the one whose turn this slot is: BABE's draw for secondary slots, of which this
/// chain has no others (`secondary_slot_author` of sc-consensus-babe).
pub(crate) fn turn(slot: Slot, randomness: &Randomness, authorities: usize) -> Option<usize> {
    let draw = U256::from_big_endian(&(randomness, slot).using_encoded(blake2_256));
    draw.checked_rem(U256::from(authorities)).map(|place| place.low_u64() as usize)
}

/// Whether this block begins a session, and the session pallet has not changed it yet.
fn begins_session() -> bool {
    Babe::should_epoch_change(System::block_number())
}

/// The slots of the chain, as BABE assigns them.
pub struct BabeSlots;

impl pallet_validators::SlotLeaders<AccountId> for BabeSlots {
    fn skipped() -> Range<u64> {
        // The first block's slot is where slots begin.
        if System::block_number() <= 1 {
            return 0..0;
        }
        let now = *Babe::current_slot();
        now.saturating_sub(Babe::lateness().into())..now
    }

    fn leader(slot: u64) -> Option<AccountId> {
        let (start, slot) = (Babe::current_epoch_start(), Slot::from(slot));
        if slot < start {
            return None;
        }
        // What comes after the session that is being left was announced as the next.
        if *slot - *start < configs::consensus::EpochDuration::get() {
            let validators = Session::validators();
            let place = turn(slot, &Babe::randomness(), validators.len())?;
            validators.get(place).cloned()
        } else {
            let queued = Session::queued_keys();
            let place = turn(slot, &pallet_babe::NextRandomness::<Runtime>::get(), queued.len())?;
            queued.get(place).map(|(validator, _)| validator.clone())
        }
    }
}

/// The validator that made a block. A session's first block names its author by the place in the new session, and who made
/// it is asked before the session pallet has changed the session.
pub struct BlockAuthor;

impl FindAuthor<AccountId> for BlockAuthor {
    fn find_author<'a, I>(digests: I) -> Option<AccountId>
    where
        I: 'a + IntoIterator<Item = (ConsensusEngineId, &'a [u8])>,
    {
        let place = Babe::find_author(digests)? as usize;
        if begins_session() {
            Session::queued_keys().get(place).map(|(validator, _)| validator.clone())
        } else {
            Session::validators().get(place).cloned()
        }
    }
}
