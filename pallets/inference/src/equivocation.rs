//! Equivocation: two receipts of one provider for the same payment, leg and request that name different responses.

use crate::{pallet::*, types::Equivocation};
use assay_primitives::{AccountId32, AssetId, Balance, PaymentId, Payments, Receipt, H160};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungibles::MutateHold,
        tokens::{Fortitude::Force, Precision::Exact, Restriction::Free},
        Get,
    },
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_report(id: PaymentId, leg: u32, other: &Equivocation) -> DispatchResult {
        CapturedPayments::<T>::try_mutate(id, |slot| {
            let captured = slot.as_mut().ok_or(Error::<T>::UnknownReceipt)?;
            let first = captured.legs.get_mut(leg as usize).ok_or(Error::<T>::UnknownReceipt)?;
            ensure!(!first.equivocated, Error::<T>::AlreadyReported);
            ensure!(first.response != other.response, Error::<T>::NoEquivocation);

            let service = Services::<T>::get(first.service).ok_or(Error::<T>::UnknownService)?;
            let receipt = Receipt {
                payment: id,
                leg,
                service: first.service,
                request: first.request,
                response: other.response,
                amount: other.amount,
                issued_at: other.issued_at,
            };
            let key =
                other.signature.signer(receipt.digest(&T::Chain::get())).ok_or(Error::<T>::BadReceiptSignature)?;
            // A key answers for what it signed whatever became of it, else revoking it would undo the deed.
            ensure!(ReceiptKeys::<T>::contains_key(&service.provider, key), Error::<T>::UnknownReceiptKey);

            first.equivocated = true;
            let amount = first.amount;
            Providers::<T>::mutate(&service.provider, |slot| {
                if let Some(provider) = slot {
                    provider.barred.get_or_insert(Self::block());
                }
            });
            let (slashed, to_payer) = Self::slash(&service.provider, captured.asset, captured.payer, amount)?;
            Self::deposit_event(Event::Equivocated {
                payment: id,
                leg,
                provider: service.provider,
                response: other.response,
                slashed,
                to_payer,
            });
            Ok(())
        })
    }

    /// Takes up to the governed multiple of the amount out of the bond: the payer gets at most what it paid, the rest
    /// goes to the treasury.
    fn slash(
        provider: &AccountId32,
        asset: AssetId,
        payer: H160,
        amount: Balance,
    ) -> Result<(Balance, Balance), sp_runtime::DispatchError> {
        let most = amount.saturating_mul(CurrentSettings::<T>::get().slash_multiple.into());
        let slashed = Bonds::<T>::mutate(provider, asset, |slot| {
            slot.as_mut().map_or(0, |bond| {
                let slashed = most.min(bond.amount);
                bond.amount = bond.amount.saturating_sub(slashed);
                slashed
            })
        });
        let take = |to: &AccountId32, amount: Balance| {
            with_storage_layer(|| {
                T::Holds::transfer_on_hold(asset, &HoldReason::Bond.into(), provider, to, amount, Exact, Free, Force)
            })
        };
        let share = slashed.min(amount);
        // A payer that cannot be paid must not keep the slash from happening.
        let to_payer = if share > 0 { take(&T::Payments::account_of(payer), share).unwrap_or(0) } else { 0 };
        let rest = slashed.saturating_sub(to_payer);
        if rest > 0 {
            take(&T::Treasury::get(), rest)?;
        }
        Ok((slashed, to_payer))
    }
}
