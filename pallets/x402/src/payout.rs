//! Moving money out of a payment, and claims for what could not be moved.

use crate::pallet::*;
use alloc::vec::Vec;
use assay_primitives::{AccountId32, AssetId, Balance, OpenPayment, Payout};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungibles::{Mutate, MutateHold},
        tokens::{
            Fortitude::Polite,
            Precision::Exact,
            Preservation::{Expendable, Preserve},
            Restriction::Free,
        },
        Get,
    },
};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Pays each leg less its fee, and the fees to the treasury. Returns what the payer paid and each leg's fee.
    pub(crate) fn pay_out(payment: &OpenPayment, payouts: &[Payout]) -> Result<(Balance, Vec<Balance>), DispatchError> {
        let paid = payouts
            .iter()
            .try_fold(0, |sum: Balance, payout| sum.checked_add(payout.amount))
            .filter(|paid| *paid <= payment.value)
            .ok_or(Error::<T>::Overspent)?;
        let fees: Vec<Balance> = payouts.iter().map(|payout| payment.fee.mul_floor(payout.amount)).collect();
        let mut treasury = 0;
        for (payout, fee) in payouts.iter().zip(&fees) {
            treasury = Balance::saturating_add(treasury, *fee);
            Self::pay_or_claim(payment, &payout.owner, &payout.account, payout.amount.saturating_sub(*fee))?;
        }
        Self::pay_or_claim(payment, &T::Treasury::get(), &T::Treasury::get(), treasury)?;
        Ok((paid, fees))
    }

    /// Pays an account; where that fails, the owner gets a claim. Fails only where the payer's money cannot move at all.
    fn pay_or_claim(
        payment: &OpenPayment,
        owner: &AccountId32,
        account: &AccountId32,
        amount: Balance,
    ) -> DispatchResult {
        if amount == 0 {
            return Ok(());
        }
        // A failing transfer may have changed the hold before it fails.
        with_storage_layer(|| Self::move_money(payment, account, amount)).or_else(|_| {
            Self::move_money(payment, &T::ClaimsAccount::get(), amount)?;
            Claims::<T>::mutate(owner, payment.asset, |claim| *claim = claim.saturating_add(amount));
            Self::deposit_event(Event::ClaimAdded { owner: owner.clone(), asset: payment.asset, amount });
            Ok(())
        })
    }

    fn move_money(payment: &OpenPayment, to: &AccountId32, amount: Balance) -> DispatchResult {
        let (asset, from) = (payment.asset, &payment.account);
        match payment.unspent {
            Some(_) => T::Assets::transfer(asset, from, to, amount, Preserve).map(drop),
            None => {
                T::Holds::transfer_on_hold(asset, &HoldReason::Payment.into(), from, to, amount, Exact, Free, Polite)
                    .map(drop)
            }
        }
    }

    pub(crate) fn do_claim(owner: AccountId32, asset: AssetId, to: AccountId32) -> DispatchResult {
        let amount = Claims::<T>::take(&owner, asset);
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        T::Assets::transfer(asset, &T::ClaimsAccount::get(), &to, amount, Expendable)?;
        Self::deposit_event(Event::ClaimPaid { owner, to, asset, amount });
        Ok(())
    }
}
