//! Plain payments, the native accounts behind addresses, and the list of payable assets.

use crate::{
    pallet::*,
    types::{Payable, TokenName},
};
use assay_primitives::{
    address::{account_address, asset_from_address, fallback_account, is_fallback, is_offer_address},
    AccountId32, AssetId, Authorization, Payments, H160,
};
use frame_support::{
    ensure,
    traits::{
        fungible::{self, Inspect as _, Mutate as _},
        fungibles::{Inspect, Mutate},
        tokens::{
            Fortitude::Polite,
            Preservation::{Expendable, Preserve},
        },
        Consideration, Footprint, Get,
    },
};
use sp_runtime::{traits::Zero, DispatchError, DispatchResult, SaturatedConversion};

type NativeOf<T> = <T as Config>::Native;
type NativeBalanceOf<T> = <NativeOf<T> as fungible::Inspect<AccountId32>>::Balance;

impl<T: Config> Pallet<T> {
    pub(crate) fn account_behind_address(address: H160) -> AccountId32 {
        Mapped::<T>::get(address).map_or_else(|| fallback_account(address), |(account, _)| account)
    }

    pub(crate) fn do_pay(authorization: &Authorization) -> DispatchResult {
        let recipient = authorization.recipient();
        ensure!(!is_offer_address(recipient), Error::<T>::OfferAddress);
        let asset = asset_from_address(authorization.token()).ok_or(Error::<T>::UnknownAsset)?;
        let verified = Self::verify(authorization, asset)?;
        Self::use_nonce(verified.nonce_key, verified.payment, verified.expires, true)?;
        let account = Self::account_behind_address(recipient);
        T::Assets::transfer(asset, &Self::payer_account(verified.payer), &account, verified.value, Preserve)?;
        Self::deposit_event(Event::Paid {
            payment: verified.payment,
            payer: verified.payer,
            recipient,
            account,
            asset,
            value: verified.value,
        });
        Ok(())
    }

    /// Returns how many assets it looked at.
    pub(crate) fn do_map_account(account: AccountId32) -> Result<u32, DispatchError> {
        ensure!(!is_fallback(&account), Error::<T>::IsFallbackAccount);
        let address = account_address(&account);
        ensure!(!Mapped::<T>::contains_key(address), Error::<T>::AlreadyMapped);
        let ticket = T::MappingDeposit::new(&account, Footprint::from_mel::<(AccountId32, T::MappingDeposit)>())?;
        Mapped::<T>::insert(address, (account.clone(), ticket));

        let fallback = fallback_account(address);
        let mut seen = 0u32;
        for asset in PayableAssets::<T>::iter_keys() {
            seen = seen.saturating_add(1);
            let amount = T::Assets::reducible_balance(asset, &fallback, Expendable, Polite);
            if amount > 0 {
                T::Assets::transfer(asset, &fallback, &account, amount, Expendable)?;
            }
        }
        let native: NativeBalanceOf<T> = NativeOf::<T>::reducible_balance(&fallback, Expendable, Polite);
        if !native.is_zero() {
            NativeOf::<T>::transfer(&fallback, &account, native, Expendable)?;
        }
        Self::deposit_event(Event::AccountMapped { account, address });
        Ok(seen.saturated_into())
    }

    pub(crate) fn do_list_asset(asset: AssetId, name: TokenName, revision: u8) -> DispatchResult {
        ensure!(T::Assets::asset_exists(asset), Error::<T>::NoSuchAsset);
        for account in [T::Treasury::get(), T::ClaimsAccount::get()] {
            ensure!(!T::Assets::balance(asset, &account).is_zero(), Error::<T>::CannotReceive);
            ensure!(Self::can_be_paid(&account, asset), Error::<T>::CannotReceive);
        }
        let new = !PayableAssets::<T>::contains_key(asset);
        ensure!(!new || PayableAssets::<T>::count() < MAX_PAYABLE_ASSETS, Error::<T>::TooManyAssets);
        PayableAssets::<T>::insert(asset, Payable { name: name.clone(), revision });
        Self::deposit_event(Event::AssetListed { asset, name, revision });
        Ok(())
    }
}
