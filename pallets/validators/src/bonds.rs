//! Bonding, unbonding, withdrawing.

use crate::{pallet::*, types::Bond};
use assay_primitives::{AccountId32, Balance};
use frame_support::{
    ensure,
    traits::{
        fungible::{InspectHold, MutateHold},
        tokens::Precision::Exact,
        Get,
    },
};
use sp_runtime::DispatchResult;
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
    /// The session that runs.
    pub(crate) fn current_session() -> SessionIndex {
        pallet_session::Pallet::<T>::current_index()
    }

    /// How much an account's bond is.
    pub(crate) fn bond_of(who: &AccountId32) -> Balance {
        CurrencyOf::<T>::balance_on_hold(&HoldReason::Bond.into(), who)
    }

    /// The least bond of who is admitted.
    pub(crate) fn minimum_bond() -> Balance {
        T::MinimumBond::get().max(1)
    }

    pub(crate) fn do_bond(who: AccountId32, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::NothingToBond);
        let known = Bonds::<T>::get(&who);
        // A record costs at least a whole bond.
        ensure!(known.is_some() || amount >= Self::minimum_bond(), Error::<T>::BondTooSmall);
        CurrencyOf::<T>::hold(&HoldReason::Bond.into(), &who, amount)?;
        Bonds::<T>::insert(&who, Bond { unbonding: None, ..known.unwrap_or_default() });
        let total = Self::bond_of(&who);
        Self::deposit_event(Event::Bonded { who, amount, total });
        Ok(())
    }

    pub(crate) fn do_unbond(who: AccountId32) -> DispatchResult {
        let mut bond = Bonds::<T>::get(&who).ok_or(Error::<T>::NotBonded)?;
        ensure!(bond.unbonding.is_none(), Error::<T>::Unbonding);
        let now = Self::current_session();
        ensure!(!Self::is_admitted(&who) && bond.out_since <= now, Error::<T>::StillValidator);
        bond.unbonding = Some(now);
        Bonds::<T>::insert(&who, bond);
        Self::deposit_event(Event::Unbonding { who, until: Self::unbonded(now) });
        Ok(())
    }

    pub(crate) fn do_withdraw(who: AccountId32) -> DispatchResult {
        let bond = Bonds::<T>::get(&who).ok_or(Error::<T>::NotBonded)?;
        let since = bond.unbonding.ok_or(Error::<T>::NotUnbonding)?;
        ensure!(Self::current_session() >= Self::unbonded(since), Error::<T>::TooEarly);
        let amount = Self::bond_of(&who);
        // Nothing is left where all of it was slashed.
        if amount > 0 {
            CurrencyOf::<T>::release(&HoldReason::Bond.into(), &who, amount, Exact)?;
        }
        Bonds::<T>::remove(&who);
        Self::deposit_event(Event::Withdrawn { who, amount });
        Ok(())
    }

    /// The first session in which a bond that began to be unbonded in session `since` can be withdrawn. Its owner
    /// served in the session before at the latest, and the keys of that one can be proven for as long.
    fn unbonded(since: SessionIndex) -> SessionIndex {
        since.saturating_add(T::UnbondingSessions::get()).saturating_add(1)
    }
}
