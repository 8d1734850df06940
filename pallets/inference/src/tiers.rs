//! From a tier to its verifier, and the verifier of tier Signed.

use crate::{pallet::*, weights::WeightInfo};
use alloc::vec::Vec;
use assay_primitives::{AccountId32, Claim, Disclosure, Evidence, ModelId, Tier, Verdicts, Verifier, H256};
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

    fn anchor_weight() -> Weight {
        Weight::zero()
    }

    fn weight(_: &Evidence) -> Weight {
        T::WeightInfo::verify_signed()
    }

    fn verify(claims: &[Claim]) -> Verdicts {
        let judge = |claim: &Claim| {
            ensure!(claim.evidence.material.is_empty(), Error::<T>::UnexpectedMaterial);
            Pallet::<T>::check_signature(claim)
        };
        Verdicts { each: claims.iter().map(judge).collect(), unused: Weight::zero() }
    }
}

impl<T: Config> Pallet<T> {
    /// Whether one of the provider's receipt keys signed the receipt.
    pub(crate) fn check_signature(claim: &Claim) -> DispatchResult {
        let key = claim.evidence.signature.signer(claim.digest).ok_or(Error::<T>::BadReceiptSignature)?;
        let record = ReceiptKeys::<T>::get(claim.provider, key).ok_or(Error::<T>::UnknownReceiptKey)?;
        ensure!(record.is_good_for(claim.reserved_at), Error::<T>::KeyNotActive);
        Ok(())
    }

    pub(crate) fn check_anchor(tier: Tier, provider: &AccountId32, model: ModelId, anchor: H256) -> DispatchResult {
        match tier {
            Tier::Signed => SignedTier::<T>::check_anchor(provider, model, anchor),
            Tier::Attested => T::Attested::check_anchor(provider, model, anchor),
            Tier::Proven => T::Proven::check_anchor(provider, model, anchor),
        }
    }

    /// The most that looking at the anchors of this many services may weigh.
    pub(crate) fn anchor_weights(services: u32) -> Weight {
        T::Attested::anchor_weight().max(T::Proven::anchor_weight()).saturating_mul(services.into())
    }

    pub(crate) fn opens(tier: Tier, disclosure: &Disclosure, response: H256) -> bool {
        match tier {
            Tier::Signed => SignedTier::<T>::opens(disclosure, response),
            Tier::Attested => T::Attested::opens(disclosure, response),
            Tier::Proven => T::Proven::opens(disclosure, response),
        }
    }

    /// Judges claims of one tier. What another tier's evidence would have cost beyond theirs was not used.
    pub(crate) fn judge(tier: Tier, claims: &[Claim]) -> Verdicts {
        let Verdicts { each, unused } = match tier {
            Tier::Signed => SignedTier::<T>::verify(claims),
            Tier::Attested => T::Attested::verify(claims),
            Tier::Proven => Self::judge_proven(claims),
        };
        let unused = claims.iter().fold(unused, |sum, Claim { evidence, .. }| {
            sum.saturating_add(Self::evidence_weight(evidence).saturating_sub(Self::weight_at(tier, evidence)))
        });
        Verdicts { each, unused }
    }

    /// A proof binds neither payer nor payment: only the proofs whose receipts the provider signed are looked at.
    fn judge_proven(claims: &[Claim]) -> Verdicts {
        let mut each: Vec<DispatchResult> = claims.iter().map(Self::check_signature).collect();
        let signed: Vec<Claim> =
            claims.iter().zip(&each).filter(|(_, verdict)| verdict.is_ok()).map(|(claim, _)| claim.clone()).collect();
        let unsigned = claims.iter().zip(&each).filter(|(_, verdict)| verdict.is_err());
        let spared =
            unsigned.fold(Weight::zero(), |sum, (claim, _)| sum.saturating_add(T::Proven::weight(claim.evidence)));
        let Verdicts { each: proven, unused } = T::Proven::verify(&signed);
        for (slot, verdict) in each.iter_mut().filter(|slot| slot.is_ok()).zip(proven) {
            *slot = verdict;
        }
        Verdicts { each, unused: unused.saturating_add(spared) }
    }

    /// The most that evidence may weigh at any tier: which tier its leg has is only known from storage.
    pub(crate) fn evidence_weight(evidence: &Evidence) -> Weight {
        Tier::ALL.iter().fold(Weight::zero(), |most, tier| most.max(Self::weight_at(*tier, evidence)))
    }

    fn weight_at(tier: Tier, evidence: &Evidence) -> Weight {
        match tier {
            Tier::Signed => SignedTier::<T>::weight(evidence),
            Tier::Attested => T::Attested::weight(evidence),
            Tier::Proven => SignedTier::<T>::weight(evidence).saturating_add(T::Proven::weight(evidence)),
        }
    }
}
