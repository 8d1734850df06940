//! What must always hold.

use crate::{pallet::*, types::PaymentState};
use assay_primitives::{AccountId32, AssetId, Balance};
use frame_support::{
    ensure,
    traits::{
        fungibles::{Inspect, InspectHold},
        Get,
    },
};

impl<T: Config> Pallet<T> {
    /// 1. What is held of an account in an asset is the sum of its open payments.
    /// 2. The claims account covers all claims.
    /// 3. A closed payment's nonce is still remembered, and it is that payment's.
    /// 4. Settings lie within their bounds.
    pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        use alloc::collections::BTreeMap;

        let mut open = BTreeMap::<(AccountId32, AssetId), Balance>::new();
        for (id, payment) in ReservedPayments::<T>::iter() {
            if payment.state == PaymentState::Open {
                let sum = open.entry((payment.account.clone(), payment.asset)).or_default();
                *sum = sum.saturating_add(payment.value);
            } else {
                let used = Nonces::<T>::get(payment.nonce_key).ok_or("a closed payment outlived its nonce")?;
                ensure!(used.payment == id, "a closed payment's nonce belongs to another payment");
            }
        }
        for ((account, asset), sum) in open {
            let held = T::Holds::balance_on_hold(asset, &HoldReason::Payment.into(), &account);
            ensure!(held == sum, "held money is not the sum of open payments");
        }

        let mut claims = BTreeMap::<AssetId, Balance>::new();
        for (_, asset, amount) in Claims::<T>::iter() {
            let sum = claims.entry(asset).or_default();
            *sum = sum.saturating_add(amount);
        }
        for (asset, sum) in claims {
            ensure!(T::Assets::balance(asset, &T::ClaimsAccount::get()) >= sum, "claims are not covered");
        }
        ensure!(CurrentSettings::<T>::get().is_sane(), "a setting lies outside its bounds");
        Ok(())
    }
}
