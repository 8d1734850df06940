//! From a tier to its verifier, and the verifier of tier Signed.

use crate::{pallet::*, weights::WeightInfo};
use alloc::vec::Vec;
use assay_primitives::{AccountId32, Claim, Disclosure, Evidence, ModelId, Tier, Verifier, H256};
use core::marker::PhantomData;
use frame_support::{ensure, weights::Weight};
use sp_runtime::DispatchResult;

/// Tier Signed: a receipt is true if one of the provider's own receipt keys signed it.
pub struct SignedTier<T>(PhantomData<T>);

impl<T: Config> Verifier for SignedTier<T> {
    fn check_anchor(_: &AccountId32, _: ModelId, anchor: H256) -> DispatchResult {
        // The keys are the anchor, and they rotate.
        ensure!(anchor.is_zero(), Error::<T>::AnchorNotZero);
        Ok(())
    }

    fn weight(_: &Evidence) -> Weight {
        T::WeightInfo::verify_signed()
    }

    fn verify(claim: &Claim) -> DispatchResult {
        ensure!(claim.evidence.material.is_empty(), Error::<T>::UnexpectedMaterial);
        let key = claim.evidence.signature.signer(claim.digest).ok_or(Error::<T>::BadReceiptSignature)?;
        let record = ReceiptKeys::<T>::get(claim.provider, key).ok_or(Error::<T>::UnknownReceiptKey)?;
        ensure!(record.is_good_for(claim.reserved_at), Error::<T>::KeyNotActive);
        Ok(())
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn check_anchor(tier: Tier, provider: &AccountId32, model: ModelId, anchor: H256) -> DispatchResult {
        match tier {
            Tier::Signed => SignedTier::<T>::check_anchor(provider, model, anchor),
            Tier::Attested => T::Attested::check_anchor(provider, model, anchor),
            Tier::Proven => T::Proven::check_anchor(provider, model, anchor),
        }
    }

    pub(crate) fn opens(tier: Tier, disclosure: &Disclosure, response: H256) -> bool {
        match tier {
            Tier::Signed => SignedTier::<T>::opens(disclosure, response),
            Tier::Attested => T::Attested::opens(disclosure, response),
            Tier::Proven => T::Proven::opens(disclosure, response),
        }
    }

    pub(crate) fn verify_batch(tier: Tier, claims: &[Claim]) -> Vec<DispatchResult> {
        match tier {
            Tier::Signed => SignedTier::<T>::verify_batch(claims),
            Tier::Attested => T::Attested::verify_batch(claims),
            Tier::Proven => T::Proven::verify_batch(claims),
        }
    }

    /// The most that evidence may weigh at any tier: which tier its leg has is only known from storage.
    pub(crate) fn evidence_weight(evidence: &Evidence) -> Weight {
        SignedTier::<T>::weight(evidence).max(T::Attested::weight(evidence)).max(T::Proven::weight(evidence))
    }
}
