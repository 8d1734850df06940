//! Blocks made and slots missed. What is counted is what the chain saw: a block that came too late is a missed slot.

use crate::{
    pallet::*,
    types::{PerformanceView, SlotLeaders, Tally, MAX_SKIPPED},
    weights::WeightInfo,
};
use assay_primitives::AccountId32;
use frame_support::dispatch::DispatchClass;
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_authorship::EventHandler;
use sp_runtime::SaturatedConversion;
use sp_staking::SessionIndex;

impl<T: Config> EventHandler<AccountId32, BlockNumberFor<T>> for Pallet<T> {
    fn note_author(author: AccountId32) {
        let session = Self::current_session();
        Tallies::<T>::mutate(session, author, |tally| tally.made = tally.made.saturating_add(1));
        let skipped = T::SlotLeader::skipped();
        let first = skipped.start.max(skipped.end.saturating_sub(MAX_SKIPPED.into()));
        for who in (first..skipped.end).filter_map(T::SlotLeader::leader) {
            Tallies::<T>::mutate(session, who, |tally| tally.missed = tally.missed.saturating_add(1));
        }
        let looked_at = skipped.end.saturating_sub(first).saturated_into();
        let weight = <T as Config>::WeightInfo::note_author(looked_at);
        // The authorship pallet does not count it.
        frame_system::Pallet::<T>::register_extra_weight_unchecked(weight, DispatchClass::Mandatory);
    }
}

impl<T: Config> Pallet<T> {
    /// Says who missed slots of a session that ends, and forgets the session before it.
    pub(crate) fn close_tallies(ended: SessionIndex) {
        for (who, Tally { made, missed }) in Tallies::<T>::iter_prefix(ended) {
            if missed > 0 {
                Self::deposit_event(Event::SlotsMissed { who, session: ended, made, missed });
            }
        }
        if let Some(before) = ended.checked_sub(1) {
            // As many as made or missed blocks in one session.
            let _ = Tallies::<T>::clear_prefix(before, u32::MAX, None);
        }
    }

    pub(crate) fn performance_view(who: &AccountId32) -> PerformanceView {
        let session = Self::current_session();
        let before = session.checked_sub(1).map(|last| Tallies::<T>::get(last, who)).unwrap_or_default();
        PerformanceView { session, now: Tallies::<T>::get(session, who), before }
    }
}
