//! What must always hold.

use crate::{pallet::*, types::MAX_KEYS};
use alloc::collections::BTreeMap;
use assay_primitives::{AccountId32, ModelId};
use frame_support::{ensure, traits::fungibles::InspectHold};

impl<T: Config> Pallet<T> {
    /// 1. A provider's counts of keys, bonds and services are true, and it has no more keys than it can have.
    /// 2. What is held as bond is what is recorded as bond.
    /// 3. A model's count of services is true.
    /// 4. Settings lie within their bounds.
    pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        let mut services = BTreeMap::<AccountId32, u32>::new();
        let mut runs = BTreeMap::<ModelId, u32>::new();
        for service in Services::<T>::iter_values() {
            let count = services.entry(service.provider).or_default();
            *count = count.saturating_add(1);
            let count = runs.entry(service.model).or_default();
            *count = count.saturating_add(1);
        }
        for (id, model) in Models::<T>::iter() {
            ensure!(model.services == runs.remove(&id).unwrap_or(0), "a model's count of services is wrong");
        }
        ensure!(runs.is_empty(), "a service runs a model that is not there");
        for (account, provider) in Providers::<T>::iter() {
            let keys = ReceiptKeys::<T>::iter_prefix(&account).count() as u32;
            ensure!(provider.keys == keys && keys <= MAX_KEYS, "a provider's count of keys is wrong");
            ensure!(
                provider.services == services.remove(&account).unwrap_or(0),
                "a provider's count of services is wrong"
            );
            ensure!(
                provider.bonds == Bonds::<T>::iter_prefix(&account).count() as u32,
                "a provider's count of bonds is wrong"
            );
        }
        ensure!(services.is_empty(), "a service has no provider");
        for (account, asset, bond) in Bonds::<T>::iter() {
            let held = T::Holds::balance_on_hold(asset, &HoldReason::Bond.into(), &account);
            ensure!(held == bond.amount, "a bond is not what is held");
        }
        ensure!(CurrentSettings::<T>::get().is_sane(), "a setting lies outside its bounds");
        Ok(())
    }
}
