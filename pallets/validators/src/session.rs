//! From the queue to the next session's validators.
//!
//! The session pallet asks for a session's validators when the session before it begins. So what is applied here takes
//! effect a session later, and the keys that work until then are already fixed.

use crate::{
    pallet::*,
    types::{Cause, Departure, Offences},
};
use alloc::vec::Vec;
use assay_primitives::AccountId32;
use frame_support::{traits::Get, BoundedVec};
use pallet_session::{historical, NextKeys, QueuedKeys, SessionInterface};
use sp_staking::{offence::OffenceSeverity, SessionIndex};

/// A validator with the keys that it works with.
type Keyed<T> = (AccountId32, <T as pallet_session::Config>::Keys);

impl<T: Config> Pallet<T> {
    /// The validators of session `index`; nothing if they and their keys are those of the session before.
    fn plan_session(index: SessionIndex) -> Option<Vec<(AccountId32, ())>> {
        let working = QueuedKeys::<T>::get();
        Self::restore_keys(&working);
        Self::apply_changes(index);
        let keyed = |who: AccountId32| NextKeys::<T>::get(&who).map(|keys| (who, keys));
        let next: Vec<Keyed<T>> = Set::<T>::get().into_iter().filter_map(keyed).collect();
        // A key that changed counts too: what proves a session's keys later is computed only for sessions named here.
        (!next.is_empty() && next != working).then(|| next.into_iter().map(|(who, _)| (who, ())).collect())
    }

    /// Whether an account has session keys.
    pub(crate) fn has_keys(who: &AccountId32) -> bool {
        NextKeys::<T>::contains_key(who)
    }

    /// Who purged its keys is to leave, and gets back those that it works with, unless they are somebody else's by now.
    fn restore_keys(working: &[Keyed<T>]) {
        for who in Set::<T>::get().into_iter().filter(|who| !Self::has_keys(who)) {
            let leaving = Leaving::<T>::get();
            if leaving.iter().all(|one| one.who != who) {
                Self::queue_departure(leaving, who.clone(), Cause::NoKeys);
            }
            let restored = working.iter().find(|(one, _)| *one == who).is_some_and(|(_, keys)| {
                <pallet_session::Pallet<T> as SessionInterface>::set_keys(&who, keys.clone()).is_ok()
            });
            if restored {
                Self::deposit_event(Event::KeysRestored { who });
            }
        }
    }

    /// Applies what is queued, as much of it as one session's change may, to the session `index`.
    fn apply_changes(index: SessionIndex) {
        let most = T::ChangesPerSession::get().max(1) as usize;
        let (mut joined, keyless): (Vec<_>, Vec<_>) = Joining::<T>::get().into_iter().partition(Self::has_keys);
        for who in keyless {
            Self::end_admission(&who, Cause::NoKeys);
        }
        let waiting = joined.split_off(most.min(joined.len()));

        // Who has no keys cannot work, and the session pallet leaves it out in any case.
        let urgent = |one: &Departure| one.cause == Cause::Offence || !Self::has_keys(&one.who);
        let (mut left, mut others): (Vec<_>, Vec<_>) = Leaving::<T>::get().into_iter().partition(urgent);
        let mut staying = others.split_off(most.min(others.len()));
        left.append(&mut others);

        let mut set = Set::<T>::get();
        if !set.is_empty() && left.len() >= set.len().saturating_add(joined.len()) {
            // Somebody has to make blocks: of those who can, the one whose departure is the least urgent.
            let last = left.iter().rposition(|one| Self::has_keys(&one.who)).unwrap_or(0);
            staying.insert(0, left.remove(last));
        }
        if joined.is_empty() && left.is_empty() {
            return;
        }
        set.retain(|who| left.iter().all(|one| one.who != *who));
        for Departure { who, cause } in left {
            Bonds::<T>::mutate_extant(&who, |bond| {
                bond.out_since = index;
                if let Some(Offences { until: until @ None, .. }) = &mut bond.offences {
                    *until = Some(index);
                }
            });
            Self::deposit_event(Event::Left { who, session: index, cause });
        }
        for who in joined {
            // There is a place for everyone who was admitted.
            if set.try_push(who.clone()).is_ok() {
                Self::deposit_event(Event::Joined { who, session: index });
            }
        }
        Set::<T>::put(set);
        Joining::<T>::put(BoundedVec::<_, T::MaxValidators>::truncate_from(waiting));
        Leaving::<T>::put(BoundedVec::<_, T::MaxValidators>::truncate_from(staying));
    }

    /// A change of the set has enabled everyone: who is on its way out for an offence is disabled again.
    fn disable_offenders() {
        for Departure { who, cause } in Leaving::<T>::get() {
            if cause == Cause::Offence {
                pallet_session::Pallet::<T>::report_offence(who, OffenceSeverity::max_severity());
            }
        }
    }

    /// Forgets what no report can need any more.
    fn forget(ended: SessionIndex) {
        let reportable = T::UnbondingSessions::get();
        historical::Pallet::<T>::prune_up_to(ended.saturating_sub(reportable));
        if let Some(over) = ended.checked_sub(reportable.saturating_add(1)) {
            // One a validator at most.
            let _ = Penalties::<T>::clear_prefix(over, u32::MAX, None);
        }
    }

    /// Whether the keys of a session can be proven no more, and its offences not reported.
    pub(crate) fn is_forgotten(session: SessionIndex) -> bool {
        session.saturating_add(T::UnbondingSessions::get()).saturating_add(1) < Self::current_session()
    }
}

impl<T: Config> pallet_session::SessionManager<AccountId32> for Pallet<T> {
    fn new_session(index: SessionIndex) -> Option<Vec<AccountId32>> {
        Some(Self::plan_session(index)?.into_iter().map(|(who, ())| who).collect())
    }

    fn new_session_genesis(index: SessionIndex) -> Option<Vec<AccountId32>> {
        let planned = <Self as historical::SessionManager<AccountId32, ()>>::new_session_genesis(index);
        Some(planned?.into_iter().map(|(who, ())| who).collect())
    }

    fn start_session(_: SessionIndex) {
        Self::disable_offenders();
    }

    fn end_session(index: SessionIndex) {
        Self::forget(index);
        Self::close_tallies(index);
    }
}

impl<T: Config> historical::SessionManager<AccountId32, ()> for Pallet<T> {
    fn new_session(index: SessionIndex) -> Option<Vec<(AccountId32, ())>> {
        Self::plan_session(index)
    }

    /// Those whom genesis gave keys to: the set itself is built later, and that they are the same is checked then.
    /// Naming them here, rather than leaving it to the session pallet, is what gives historical sessions their first
    /// root.
    fn new_session_genesis(_: SessionIndex) -> Option<Vec<(AccountId32, ())>> {
        Some(NextKeys::<T>::iter_keys().map(|who| (who, ())).collect())
    }

    fn start_session(index: SessionIndex) {
        <Self as pallet_session::SessionManager<AccountId32>>::start_session(index)
    }

    fn end_session(index: SessionIndex) {
        <Self as pallet_session::SessionManager<AccountId32>>::end_session(index)
    }
}
