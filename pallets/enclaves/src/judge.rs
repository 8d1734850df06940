//! From a receipt to a verdict.

use crate::{pallet::*, types::*, weights::WeightInfo};
use alloc::vec::Vec;
use assay_primitives::{AccountId32, BlockNumber, Claim, Evidence, ModelId, Verdicts, Verifier, H256};
use frame_support::{ensure, traits::Get, weights::Weight};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Verifier for Pallet<T> {
    fn check_anchor(_: &AccountId32, model: ModelId, anchor: H256) -> DispatchResult {
        let (policy, Conditions { terms, .. }) = Self::whole_policy(anchor)?;
        ensure!(policy.model == model, Error::<T>::WrongModel);
        Self::ensure_current(&policy, &terms)?;
        let on = terms.measured.iter().any(|measured| KindSwitches::<T>::get(measured.kind()));
        ensure!(on, Error::<T>::KindDisabled);
        Ok(())
    }

    fn anchor_weight() -> Weight {
        T::WeightInfo::check_anchor()
    }

    fn weight(_: &Evidence) -> Weight {
        T::WeightInfo::verify_session().saturating_add(T::WeightInfo::reappraise())
    }

    fn verify(claims: &[Claim]) -> Verdicts {
        let mut unused = Weight::zero();
        let each: Vec<DispatchResult> = claims
            .iter()
            .map(|claim| {
                let appraised_again = Self::judge(claim)?;
                // Evidence that failed pays in full.
                if !appraised_again {
                    unused = unused.saturating_add(T::WeightInfo::reappraise());
                }
                Ok(())
            })
            .collect();
        Verdicts { each, unused }
    }
}

impl<T: Config> Pallet<T> {
    /// Whether a session's key signed the receipt, and the session is good. Returns whether its facts had to be looked
    /// at again.
    pub(crate) fn judge(claim: &Claim) -> Result<bool, DispatchError> {
        ensure!(claim.evidence.material.is_empty(), Error::<T>::UnexpectedMaterial);
        let key = claim.evidence.signature.signer(claim.digest).ok_or(Error::<T>::BadReceiptSignature)?;
        let mut session = Sessions::<T>::get(claim.anchor, key).ok_or(Error::<T>::UnknownSession)?;
        ensure!(session.provider == *claim.provider, Error::<T>::WrongProvider);
        let policy = Policies::<T>::get(claim.anchor).ok_or(Error::<T>::UnknownPolicy)?;
        ensure!(policy.model == claim.model, Error::<T>::WrongModel);
        let good_then = |ended: Option<BlockNumber>| ended.is_none_or(|block| claim.reserved_at < block);
        ensure!(good_then(policy.ended), Error::<T>::PolicyEnded);
        ensure!(good_then(session.ended), Error::<T>::SessionEnded);

        let epoch = Epoch::<T>::get();
        let look_again = (session.epoch, session.narrowings) != (epoch, policy.narrowings);
        if look_again {
            let facts = Facts::<T>::get(claim.anchor, key).ok_or(Error::<T>::UnknownSession)?;
            let conditions = PolicyTerms::<T>::get(claim.anchor).ok_or(Error::<T>::UnknownPolicy)?;
            Self::reappraise(&key, &facts, &conditions)?;
            let ends = Self::expiry(session.since, &conditions.terms, &SettingsOf::<T>::get());
            session.expires = session.expires.min(ends);
            (session.epoch, session.narrowings) = (epoch, policy.narrowings);
        }
        Self::ensure_in_time(session.registered, session.expires, claim.reserved_at)?;
        if look_again {
            Sessions::<T>::insert(claim.anchor, key, session);
        }
        Ok(look_again)
    }

    /// Whether the session is good now, or was when the payment was reserved. Blocks do not come faster than every
    /// `BlockSeconds`, so the reserve was not later than that many seconds a block ago.
    fn ensure_in_time(registered: BlockNumber, expires: u64, reserved_at: BlockNumber) -> Result<(), Error<T>> {
        let now = Self::now();
        let blocks: u64 = Self::block().saturating_sub(reserved_at).into();
        let reserved_by = now.saturating_sub(blocks.saturating_mul(T::BlockSeconds::get()));
        let good_then = registered <= reserved_at && reserved_by <= expires;
        ensure!(now <= expires || good_then, Error::<T>::SessionExpired);
        Ok(())
    }
}
