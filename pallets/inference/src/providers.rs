//! Providers: their receipt keys and their bonds.

use crate::{
    pallet::*,
    types::{Bond, KeyRecord, Provider, Settings, MAX_KEYS},
};
use alloc::vec::Vec;
use assay_primitives::{
    views::{KeyState, ProviderView},
    AccountId32, AssetId, Balance, BlockNumber, ReceiptKey,
};
use frame_support::{
    ensure,
    traits::{fungibles::MutateHold, tokens::Precision::Exact, Consideration, Footprint},
};
use sp_runtime::{DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
    pub(crate) fn block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The last block that lies longer ago than the retention.
    pub(crate) fn forgotten() -> BlockNumber {
        Self::block().saturating_sub(CurrentSettings::<T>::get().retention)
    }

    fn provider_footprint(keys: u32) -> Footprint {
        Footprint::from_parts(keys.saturating_add(1) as usize, core::mem::size_of::<(AccountId32, ReceiptKey)>())
    }

    pub(crate) fn do_register_provider(account: AccountId32, keys: Vec<ReceiptKey>) -> DispatchResult {
        ensure!(!Providers::<T>::contains_key(&account), Error::<T>::AlreadyProvider);
        ensure!(!keys.is_empty(), Error::<T>::NoKeys);
        let since = Self::block();
        for key in &keys {
            ensure!(!ReceiptKeys::<T>::contains_key(&account, key), Error::<T>::KeyExists);
            ReceiptKeys::<T>::insert(&account, key, KeyRecord { since, state: KeyState::Active });
        }
        let count = keys.len().saturated_into();
        let ticket = T::Deposit::new(&account, Self::provider_footprint(count))?;
        let provider = Provider { barred: None, keys: count, bonds: 0, services: 0, ticket };
        Providers::<T>::insert(&account, provider);
        Self::deposit_event(Event::ProviderRegistered { provider: account, keys });
        Ok(())
    }

    pub(crate) fn do_deregister_provider(account: AccountId32) -> DispatchResult {
        let provider = Providers::<T>::take(&account).ok_or(Error::<T>::UnknownProvider)?;
        ensure!(provider.services == 0, Error::<T>::HasServices);
        ensure!(provider.bonds == 0, Error::<T>::HasBonds);
        let _ = ReceiptKeys::<T>::clear_prefix(&account, MAX_KEYS, None);
        provider.ticket.drop(&account)?;
        Self::deposit_event(Event::ProviderDeregistered { provider: account });
        Ok(())
    }

    /// Changes the number of a provider's keys and its deposit with it.
    fn recount_keys(account: &AccountId32, count: impl FnOnce(u32) -> u32) -> DispatchResult {
        Providers::<T>::try_mutate_exists(account, |slot| {
            let provider = slot.take().ok_or(Error::<T>::UnknownProvider)?;
            let keys = count(provider.keys);
            ensure!(keys <= MAX_KEYS, Error::<T>::TooManyKeys);
            let ticket = provider.ticket.update(account, Self::provider_footprint(keys))?;
            *slot = Some(Provider { keys, ticket, ..provider });
            Ok(())
        })
    }

    pub(crate) fn do_add_key(account: AccountId32, key: ReceiptKey) -> DispatchResult {
        ensure!(!ReceiptKeys::<T>::contains_key(&account, key), Error::<T>::KeyExists);
        Self::recount_keys(&account, |keys| keys.saturating_add(1))?;
        ReceiptKeys::<T>::insert(&account, key, KeyRecord { since: Self::block(), state: KeyState::Active });
        Self::deposit_event(Event::KeyAdded { provider: account, key });
        Ok(())
    }

    pub(crate) fn do_change_key(account: AccountId32, key: ReceiptKey, revoke: bool) -> DispatchResult {
        let now = Self::block();
        ReceiptKeys::<T>::try_mutate(&account, key, |slot| {
            let record = slot.as_mut().ok_or(Error::<T>::UnknownReceiptKey)?;
            record.state = match (record.state, revoke) {
                (KeyState::Active, false) => KeyState::Retired(now),
                (KeyState::Active | KeyState::Retired(_), true) => KeyState::Revoked(now),
                _ => return Err(Error::<T>::KeyNotActive),
            };
            Self::deposit_event(Event::KeyChanged { provider: account.clone(), key, state: record.state });
            Ok(())
        })?;
        Ok(())
    }

    pub(crate) fn do_remove_key(account: AccountId32, key: ReceiptKey) -> DispatchResult {
        let record = ReceiptKeys::<T>::take(&account, key).ok_or(Error::<T>::UnknownReceiptKey)?;
        let (KeyState::Retired(ended) | KeyState::Revoked(ended)) = record.state else {
            return Err(Error::<T>::KeyActive.into());
        };
        // Once for payments that were open when it ended, once for their receipts.
        let Settings { retention, .. } = CurrentSettings::<T>::get();
        ensure!(ended < Self::forgotten().saturating_sub(retention), Error::<T>::TooEarly);
        Self::recount_keys(&account, |keys| keys.saturating_sub(1))?;
        Self::deposit_event(Event::KeyRemoved { provider: account, key });
        Ok(())
    }

    pub(crate) fn do_bond(account: AccountId32, asset: AssetId, amount: Balance) -> DispatchResult {
        ensure!(MinimumBonds::<T>::contains_key(asset), Error::<T>::AssetHasNoBond);
        ensure!(amount > 0, Error::<T>::NothingToBond);
        Providers::<T>::try_mutate(&account, |slot| {
            let provider = slot.as_mut().ok_or(Error::<T>::UnknownProvider)?;
            T::Holds::hold(asset, &HoldReason::Bond.into(), &account, amount)?;
            let total = Bonds::<T>::mutate(&account, asset, |slot| {
                let bond = slot.get_or_insert_with(|| {
                    provider.bonds = provider.bonds.saturating_add(1);
                    Bond { amount: 0, unbonding: None, last_capture: 0 }
                });
                bond.amount = bond.amount.saturating_add(amount);
                bond.unbonding = None;
                bond.amount
            });
            Self::deposit_event(Event::Bonded { provider: account.clone(), asset, amount, total });
            Ok(())
        })
    }

    pub(crate) fn do_unbond(account: AccountId32, asset: AssetId) -> DispatchResult {
        Bonds::<T>::try_mutate(&account, asset, |slot| {
            let bond = slot.as_mut().ok_or(Error::<T>::NoBond)?;
            ensure!(bond.unbonding.is_none(), Error::<T>::AlreadyUnbonding);
            bond.unbonding = Some(Self::block());
            Ok::<_, Error<T>>(())
        })?;
        Self::deposit_event(Event::Unbonding { provider: account, asset });
        Ok(())
    }

    pub(crate) fn do_withdraw_bond(account: AccountId32, asset: AssetId) -> DispatchResult {
        let bond = Bonds::<T>::take(&account, asset).ok_or(Error::<T>::NoBond)?;
        let since = bond.unbonding.ok_or(Error::<T>::NotUnbonding)?;
        ensure!(since.max(bond.last_capture) < Self::forgotten(), Error::<T>::TooEarly);
        if bond.amount > 0 {
            T::Holds::release(asset, &HoldReason::Bond.into(), &account, bond.amount, Exact)?;
        }
        Providers::<T>::mutate(&account, |slot| {
            if let Some(provider) = slot {
                provider.bonds = provider.bonds.saturating_sub(1);
            }
        });
        Self::deposit_event(Event::BondWithdrawn { provider: account, asset, amount: bond.amount });
        Ok(())
    }

    /// Keeps a bond for the retention of what was just captured.
    pub(crate) fn note_capture(account: &AccountId32, asset: AssetId) {
        if let Some(bond) = Bonds::<T>::get(account, asset) {
            Bonds::<T>::insert(account, asset, Bond { last_capture: Self::block(), ..bond });
        }
    }

    /// Whether a provider's bond in an asset suffices for new payments.
    pub(crate) fn is_bonded(account: &AccountId32, asset: AssetId) -> bool {
        let minimum = MinimumBonds::<T>::get(asset);
        let bond = Bonds::<T>::get(account, asset).filter(|bond| bond.unbonding.is_none());
        matches!((minimum, bond), (Some(minimum), Some(bond)) if bond.amount >= minimum)
    }

    /// Whether an account is a provider that may earn.
    pub(crate) fn ensure_in_good_standing(account: &AccountId32) -> Result<(), Error<T>> {
        let provider = Providers::<T>::get(account).ok_or(Error::<T>::UnknownProvider)?;
        ensure!(provider.barred.is_none(), Error::<T>::ProviderBarred);
        Ok(())
    }

    pub(crate) fn provider_view(account: AccountId32) -> Option<ProviderView> {
        let provider = Providers::<T>::get(&account)?;
        Some(ProviderView {
            barred: provider.barred.is_some(),
            keys: ReceiptKeys::<T>::iter_prefix(&account).map(|(key, record)| (key, record.state)).collect(),
            bonds: Bonds::<T>::iter_prefix(&account)
                .map(|(asset, bond)| (asset, bond.amount, bond.unbonding))
                .collect(),
            services: provider.services,
            account,
        })
    }
}
