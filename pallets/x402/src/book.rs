//! The replay book. A nonce is remembered until its authorization has expired, and at least for the governed memory,
//! so that whoever asks again is told what became of the payment.

use crate::{
    pallet::*,
    types::{NonceUse, PaymentState},
};
use assay_primitives::{BlockNumber, PaymentId, H256};
use frame_support::ensure;
use sp_runtime::SaturatedConversion;

/// Length of a slot of time in the calendar of nonces, in seconds.
const SLOT: u64 = 300;

/// Expired nonces that every new one removes: as many as come in, so that full blocks cannot make the book grow beyond
/// what is in use. Idle blocks remove the rest.
pub(crate) const PRUNED_PER_USE: u32 = 1;

impl<T: Config> Pallet<T> {
    pub(crate) fn block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Uses a nonce up for a payment whose authorization expires at `expires`.
    pub(crate) fn use_nonce(key: H256, payment: PaymentId, expires: u64, plain: bool) -> Result<(), Error<T>> {
        ensure!(!Nonces::<T>::contains_key(key), Error::<T>::NonceUsed);
        Self::prune(PRUNED_PER_USE);
        let keep_until = expires.max(Self::now().saturating_add(CurrentSettings::<T>::get().memory));
        Nonces::<T>::insert(key, NonceUse { keep_until, payment, at: Self::block(), plain });
        NonceCalendar::<T>::note(keep_until.saturating_div(SLOT).saturated_into(), key);
        Ok(())
    }

    /// Forgets up to `limit` nonces whose time has passed, and the closed payments that used them.
    pub(crate) fn prune(limit: u32) -> u32 {
        let due = NonceCalendar::<T>::take_due(Self::now().saturating_div(SLOT).saturated_into(), limit);
        for key in &due {
            if let Some(used) = Nonces::<T>::take(key) {
                ReservedPayments::<T>::mutate_exists(used.payment, |payment| {
                    if payment.as_ref().is_some_and(|payment| payment.state != PaymentState::Open) {
                        *payment = None;
                    }
                });
            }
        }
        due.len().saturated_into()
    }
}
