//! Admitting, leaving, removing: what is queued. The order of the queue is that of the calls.

use crate::{
    pallet::*,
    types::{Bond, Cause, Departure, Standing, ValidatorView},
};
use alloc::vec::Vec;
use assay_primitives::{AccountId32, Balance};
use frame_support::{
    ensure,
    traits::{fungible::MutateHold, Get},
    BoundedVec,
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Whether an account is in the set, or waits for its place.
    pub(crate) fn is_admitted(who: &AccountId32) -> bool {
        Set::<T>::get().contains(who) || Joining::<T>::get().contains(who)
    }

    pub(crate) fn do_admit(who: AccountId32) -> DispatchResult {
        let bond = Bonds::<T>::get(&who).ok_or(Error::<T>::NotBonded)?;
        ensure!(bond.unbonding.is_none(), Error::<T>::Unbonding);
        ensure!(Self::bond_of(&who) >= Self::minimum_bond(), Error::<T>::BondTooSmall);
        ensure!(Self::has_keys(&who), Error::<T>::NoKeys);
        ensure!(!Self::is_admitted(&who), Error::<T>::AlreadyAdmitted);
        ensure!(Self::has_place(), Error::<T>::TooManyValidators);
        Joining::<T>::try_append(who.clone()).map_err(|()| Error::<T>::TooManyValidators)?;
        Self::deposit_event(Event::Admitted { who });
        Ok(())
    }

    pub(crate) fn do_leave(who: AccountId32, cause: Cause) -> DispatchResult {
        if Self::end_admission(&who, cause) {
            return Ok(());
        }
        let (set, leaving) = (Set::<T>::get(), Leaving::<T>::get());
        ensure!(set.contains(&who), Error::<T>::NotValidator);
        ensure!(leaving.iter().all(|one| one.who != who), Error::<T>::AlreadyLeaving);
        let to_be = set.len().saturating_add(Joining::<T>::get().len()).saturating_sub(leaving.len());
        ensure!(to_be > 1, Error::<T>::LastValidator);
        Self::queue_departure(leaving, who, cause);
        Ok(())
    }

    /// Stops somebody's waiting for a place; `false` if it was not.
    pub(crate) fn end_admission(who: &AccountId32, cause: Cause) -> bool {
        let mut joining = Joining::<T>::get();
        let before = joining.len();
        joining.retain(|one| one != who);
        let waited = joining.len() < before;
        if waited {
            Joining::<T>::put(joining);
            Self::deposit_event(Event::AdmissionEnded { who: who.clone(), cause });
        }
        waited
    }

    /// Queues the departure of somebody in the set, after those in `leaving`, which has nothing of it.
    pub(crate) fn queue_departure(
        mut leaving: BoundedVec<Departure, T::MaxValidators>,
        who: AccountId32,
        cause: Cause,
    ) {
        // There is room for everyone in the set.
        if leaving.try_push(Departure { who: who.clone(), cause }).is_ok() {
            Leaving::<T>::put(leaving);
            Self::deposit_event(Event::Leaves { who, cause });
        }
    }

    /// Takes somebody into the set at once: a validator of a genesis, or one that a chain had before it had this
    /// pallet. Holds `amount` as its bond, whatever the least bond is; nothing if it is 0.
    ///
    /// Errors: `AlreadyAdmitted`, `TooManyValidators`, those of a hold.
    pub fn adopt(who: &AccountId32, amount: Balance) -> DispatchResult {
        ensure!(!Self::is_admitted(who), Error::<T>::AlreadyAdmitted);
        ensure!(Self::has_place(), Error::<T>::TooManyValidators);
        if amount > 0 {
            CurrencyOf::<T>::hold(&HoldReason::Bond.into(), who, amount)?;
        }
        Set::<T>::try_append(who.clone()).map_err(|()| Error::<T>::TooManyValidators)?;
        Bonds::<T>::mutate(who, |slot| slot.get_or_insert_with(Bond::default).unbonding = None);
        Ok(())
    }

    /// Whether there can be one more validator.
    fn has_place() -> bool {
        let taken = Set::<T>::get().len().saturating_add(Joining::<T>::get().len());
        taken < T::MaxValidators::get() as usize
    }

    pub(crate) fn validator_views() -> Vec<ValidatorView> {
        let leaving = Leaving::<T>::get();
        let view = |who: AccountId32, standing| ValidatorView { bond: Self::bond_of(&who), who, standing };
        let serving = Set::<T>::get().into_iter().map(|who| {
            let departure = leaving.iter().find(|one| one.who == who);
            view(who, departure.map_or(Standing::Serving, |one| Standing::Leaving(one.cause)))
        });
        serving.chain(Joining::<T>::get().into_iter().map(|who| view(who, Standing::Joining))).collect()
    }
}
