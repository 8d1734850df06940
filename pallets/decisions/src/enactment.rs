//! Deciding, vetoing, and who pays for the memory of it.

use crate::pallet::*;
use frame_support::{
    ensure,
    traits::{
        schedule::{
            v3::{Named, TaskName},
            DispatchTime, HARD_DEADLINE,
        },
        Bounded, BoundedInline, Get, QueryPreimage, StorePreimage,
    },
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::{
    traits::{Hash, One, Saturating},
    DispatchError, DispatchResult,
};

/// Blocks, from the soonest on, of which one must take a decision.
pub(crate) const BLOCKS_TRIED: u32 = 16;

/// What sets names of decisions apart from those of all other tasks.
const DOMAIN: &[u8] = b"assay/decision";

impl<T: Config> Pallet<T> {
    /// What the scheduler calls a decision.
    pub(crate) fn task(id: H256) -> TaskName {
        T::Hashing::hash_of(&(DOMAIN, id)).0
    }

    pub(crate) fn enacted_at(id: H256) -> Option<BlockNumberFor<T>> {
        T::Scheduler::next_dispatch_time(Self::task(id)).ok()
    }

    pub(crate) fn do_decide(call: <T as Config>::RuntimeCall) -> DispatchResult {
        let id = T::Hashing::hash_of(&call);
        ensure!(Self::enacted_at(id).is_none(), Error::<T>::AlreadyDecided);
        let requested = T::Preimages::is_requested(&id);
        let call = T::Preimages::bound(call)?;
        let long = call.lookup_hash();
        let delay = T::Delay::get().max(One::one());
        let soonest = frame_system::Pallet::<T>::block_number().saturating_add(delay);
        let at = Self::schedule(id, soonest, call)?;
        // Noting a long call requests it unless somebody else did; scheduling requests it again, and that one lasts.
        if let Some(hash) = long.filter(|_| !requested) {
            T::Preimages::unrequest(&hash);
        }
        Self::deposit_event(Event::Decided { id, at });
        Ok(())
    }

    /// Schedules in the first block that takes one more task, so that nobody stops a decision by filling the soonest.
    fn schedule(
        id: H256,
        soonest: BlockNumberFor<T>,
        call: Bounded<<T as Config>::RuntimeCall, T::Hashing>,
    ) -> Result<BlockNumberFor<T>, DispatchError> {
        let mut at = soonest;
        for _ in 1..BLOCKS_TRIED {
            match Self::schedule_at(id, at, call.clone()) {
                Err(DispatchError::Exhausted) => at.saturating_inc(),
                outcome => return outcome.map(|()| at),
            }
        }
        Self::schedule_at(id, at, call).map(|()| at)
    }

    fn schedule_at(
        id: H256,
        at: BlockNumberFor<T>,
        call: Bounded<<T as Config>::RuntimeCall, T::Hashing>,
    ) -> DispatchResult {
        let (when, origin) = (DispatchTime::At(at), Origin::Enacted.into());
        T::Scheduler::schedule_named(Self::task(id), when, None, HARD_DEADLINE, origin, call).map(|_| ())
    }

    pub(crate) fn do_veto(id: H256) -> DispatchResult {
        ensure!(Self::enacted_at(id).is_some(), Error::<T>::UnknownDecision);
        T::Scheduler::cancel_named(Self::task(id))?;
        // The scheduler gives up no request of a task that is cancelled by name. It made none for a short call.
        let long = T::Preimages::len(&id).is_some_and(|length| length as usize > BoundedInline::bound());
        if long && T::Preimages::is_requested(&id) {
            T::Preimages::unrequest(&id);
        }
        Self::deposit_event(Event::Vetoed { id });
        Ok(())
    }
}
