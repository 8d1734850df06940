//! Reserve, capture, refund, and the sweep of what was not delivered in time.

use crate::{
    pallet::*,
    types::{Payment, PaymentState, Settings},
    weights::WeightInfo,
};
use alloc::vec::Vec;
use assay_primitives::{
    views::PaymentStatus, AccountId32, AssetId, Authorization, Balance, BlockNumber, OpenPayment, PaymentId,
    PaymentRef, Payments, Payout, Terms, H160,
};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungibles::{Inspect, MutateHold},
        tokens::{DepositConsequence, Precision::Exact, Provenance::Extant},
        Get,
    },
    weights::Weight,
};
use sp_runtime::{DispatchError, DispatchResult, SaturatedConversion};

/// Clock ticks until a refund that failed is tried again: five minutes.
const RETRY_TICKS: BlockNumber = 150;

/// Most due payments, and most expired nonces, that one block's idle time looks at.
pub(crate) const SWEPT_PER_BLOCK: u32 = 64;

impl<T: Config> Payments for Pallet<T> {
    fn find(payment: &PaymentRef) -> Result<Option<OpenPayment>, DispatchError> {
        let id = match payment {
            PaymentRef::Reserved(id) => Some(*id),
            PaymentRef::Authorization(authorization) => Self::id_of(authorization),
        };
        let Some((id, payment)) = id.and_then(|id| Some((id, ReservedPayments::<T>::get(id)?))) else {
            return Ok(None);
        };
        Self::ensure_open(&payment)?;
        ensure!(Clock::<T>::get() <= payment.deadline, Error::<T>::DeadlinePassed);
        Ok(Some(OpenPayment {
            id,
            payer: payment.payer,
            account: payment.account,
            offer: payment.offer,
            asset: payment.asset,
            value: payment.value,
            reserved_at: payment.reserved_at,
            fee: payment.fee,
            prices: payment.prices,
            unspent: None,
        }))
    }

    fn examine(authorization: &Authorization, terms: &Terms) -> Result<OpenPayment, DispatchError> {
        let Settings { fee, min_delivery, max_delivery, .. } = CurrentSettings::<T>::get();
        ensure!((min_delivery..=max_delivery).contains(&terms.delivery_seconds), Error::<T>::DeliveryTimeOutOfBounds);
        ensure!(authorization.recipient() == terms.offer, Error::<T>::WrongRecipient);
        let verified = Self::verify(authorization, terms.asset)?;
        ensure!(verified.value == terms.total, Error::<T>::WrongValue);
        Ok(OpenPayment {
            id: verified.payment,
            payer: verified.payer,
            account: Self::payer_account(verified.payer),
            offer: terms.offer,
            asset: terms.asset,
            value: verified.value,
            reserved_at: Self::block(),
            fee,
            prices: terms.prices.clone(),
            unspent: Some((verified.nonce_key, verified.expires)),
        })
    }

    fn reserve(authorization: &Authorization, terms: &Terms) -> Result<OpenPayment, DispatchError> {
        let open = Self::examine(authorization, terms)?;
        let Some((nonce_key, expires)) = open.unspent else { return Err(Error::<T>::NonceUsed.into()) };
        Self::use_nonce(nonce_key, open.id, expires, false)?;
        T::Holds::hold(open.asset, &HoldReason::Payment.into(), &open.account, open.value)?;

        let ticks = terms.delivery_seconds.div_ceil(T::BlockSeconds::get().max(1));
        let deadline = Clock::<T>::get().saturating_add(ticks.saturated_into());
        let payment = Payment {
            payer: open.payer,
            account: open.account.clone(),
            offer: open.offer,
            asset: open.asset,
            value: open.value,
            reserved_at: open.reserved_at,
            deadline,
            fee: open.fee,
            prices: open.prices.clone(),
            nonce_key,
            state: PaymentState::Open,
        };
        ReservedPayments::<T>::insert(open.id, payment);
        DueCalendar::<T>::note(deadline, open.id);
        Self::deposit_event(Event::Reserved {
            payment: open.id,
            payer: open.payer,
            offer: open.offer,
            asset: open.asset,
            value: open.value,
            deadline,
            fee: open.fee,
        });
        Ok(OpenPayment { unspent: None, ..open })
    }

    fn capture(payment: &OpenPayment, payouts: &[Payout]) -> Result<Vec<Balance>, DispatchError> {
        match payment.unspent {
            Some((nonce_key, expires)) => {
                Self::use_nonce(nonce_key, payment.id, expires, false)?;
                Self::ensure_spendable(payment.asset, &payment.account, payment.value)?;
            }
            None => {
                Self::close(payment.id, PaymentState::Captured(Self::block()), |payment| {
                    ensure!(Clock::<T>::get() <= payment.deadline, Error::<T>::DeadlinePassed);
                    Ok(())
                })?;
            }
        }
        let (paid, fees) = Self::pay_out(payment, payouts)?;
        let fee = fees.iter().fold(0, |sum: Balance, fee| sum.saturating_add(*fee));
        let kept = payment.value.saturating_sub(paid);
        if payment.unspent.is_none() && kept > 0 {
            T::Holds::release(payment.asset, &HoldReason::Payment.into(), &payment.account, kept, Exact)?;
        }
        Self::deposit_event(Event::Captured {
            payment: payment.id,
            payer: payment.payer,
            asset: payment.asset,
            paid,
            fee,
            kept,
        });
        Ok(fees)
    }

    fn refund(payment: PaymentId) -> DispatchResult {
        Self::do_refund(payment, true)
    }

    fn status(payment: PaymentId) -> PaymentStatus {
        Self::reserved_status(payment).unwrap_or(PaymentStatus::Unknown)
    }

    fn account_of(address: H160) -> AccountId32 {
        Self::account_behind_address(address)
    }

    fn can_be_paid(account: &AccountId32, asset: AssetId) -> bool {
        let least = T::Assets::minimum_balance(asset).max(1);
        T::Assets::can_deposit(asset, account, least, Extant) == DepositConsequence::Success
    }
}

impl<T: Config> Pallet<T> {
    fn ensure_open(payment: &Payment) -> Result<(), Error<T>> {
        match payment.state {
            PaymentState::Open => Ok(()),
            PaymentState::Captured(_) => Err(Error::<T>::AlreadyCaptured),
            PaymentState::Refunded(_) => Err(Error::<T>::AlreadyRefunded),
        }
    }

    /// Closes an open payment that passes a check. Its outcome is kept as long as its nonce.
    fn close(
        id: PaymentId,
        state: PaymentState,
        check: impl FnOnce(&Payment) -> Result<(), Error<T>>,
    ) -> Result<Payment, Error<T>> {
        ReservedPayments::<T>::try_mutate_exists(id, |slot| {
            let payment = slot.as_mut().ok_or(Error::<T>::UnknownPayment)?;
            Self::ensure_open(payment)?;
            check(payment)?;
            payment.state = state;
            let closed = payment.clone();
            if !Nonces::<T>::contains_key(closed.nonce_key) {
                *slot = None;
            }
            Ok(closed)
        })
    }

    /// Releases an open payment's money to its payer: after its deadline, or `early` on the settling pallet's word.
    pub(crate) fn do_refund(id: PaymentId, early: bool) -> DispatchResult {
        let payment = Self::close(id, PaymentState::Refunded(Self::block()), |payment| {
            ensure!(early || Clock::<T>::get() > payment.deadline, Error::<T>::DeadlineNotPassed);
            Ok(())
        })?;
        T::Holds::release(payment.asset, &HoldReason::Payment.into(), &payment.account, payment.value, Exact)?;
        Self::deposit_event(Event::Refunded {
            payment: id,
            payer: payment.payer,
            asset: payment.asset,
            value: payment.value,
        });
        Ok(())
    }

    /// Refunds up to `limit` payments whose deadline has passed. One that cannot be refunded is put off and stops none.
    pub(crate) fn sweep(limit: u32) -> u32 {
        let due = DueCalendar::<T>::take_due(Clock::<T>::get(), limit);
        for id in &due {
            let open = ReservedPayments::<T>::get(id).is_some_and(|payment| payment.state == PaymentState::Open);
            if !open {
                continue;
            }
            // A failing release may have changed the hold before it fails.
            if let Err(error) = with_storage_layer(|| Self::do_refund(*id, false)) {
                DueCalendar::<T>::note(Clock::<T>::get().saturating_add(RETRY_TICKS), *id);
                Self::deposit_event(Event::RefundDelayed { payment: *id, error });
            }
        }
        due.len().saturated_into()
    }

    /// Spends a block's idle weight on due refunds and expired nonces.
    pub(crate) fn sweep_within(limit: Weight) -> Weight {
        let fits = |weight: fn(u32) -> Weight, left: Weight| -> u32 {
            let base = weight(0);
            let each = weight(1).saturating_sub(base);
            left.checked_sub(&base)
                .and_then(|left| left.checked_div_per_component(&each))
                .unwrap_or(0)
                .min(SWEPT_PER_BLOCK as u64) as u32
        };
        let mut used = Weight::zero();
        let payments = fits(T::WeightInfo::sweep, limit);
        if payments > 0 {
            used = used.saturating_add(T::WeightInfo::sweep(Self::sweep(payments)));
        }
        let nonces = fits(T::WeightInfo::prune, limit.saturating_sub(used));
        if nonces > 0 {
            used = used.saturating_add(T::WeightInfo::prune(Self::prune(nonces)));
        }
        used
    }
}
