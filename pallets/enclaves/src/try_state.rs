//! What must hold in every block.

use crate::{pallet::*, types::*};
use alloc::collections::BTreeMap;
use assay_primitives::H256;
use frame_support::{ensure, traits::Get};
use sp_io::hashing::sha2_256;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Roots lie under their fingerprints, simulated ones on development networks only; collateral lies under what it is
    /// about; policies have terms that can be met, and their sessions are counted; sessions have facts.
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        for (id, root) in Roots::<T>::iter() {
            ensure!(H256(sha2_256(&root.certificate)) == id, "a root lies under its fingerprint");
            ensure!(root.authority.product().is_some() == root.intermediate.is_some(), "AMD's roots have an ASK");
            ensure!(!root.simulated || T::IsDevelopment::get(), "simulated roots are for development networks");
        }
        Self::try_collateral()?;
        let mut sessions: BTreeMap<PolicyId, u32> = BTreeMap::new();
        for (policy, key, session) in Sessions::<T>::iter() {
            *sessions.entry(policy).or_default() += 1;
            let facts = Facts::<T>::get(policy, key).ok_or("a session has facts")?;
            ensure!(Roots::<T>::contains_key(facts.root), "a session's root is there");
            ensure!(session.registered <= Self::block(), "a session was registered");
            ensure!(session.ended.is_none_or(|block| session.registered <= block), "a session ends after it began");
        }
        ensure!(Facts::<T>::iter().count() == Sessions::<T>::iter().count(), "facts have a session");
        for (id, policy) in Policies::<T>::iter() {
            let Conditions { terms, .. } = PolicyTerms::<T>::get(id).ok_or("a policy has terms")?;
            ensure!(terms.are_sound(), "a policy's terms can be met");
            ensure!(terms.model == policy.model, "a policy and its terms are about one model");
            ensure!(policy.narrowings > 0 || terms.id() == id, "a policy's id is the hash of its terms");
            ensure!(policy.sessions == sessions.remove(&id).unwrap_or(0), "a policy's sessions are counted");
        }
        ensure!(sessions.is_empty(), "a session has a policy");
        ensure!(PolicyTerms::<T>::iter().count() == Policies::<T>::iter().count(), "terms have a policy");
        Ok(())
    }

    fn try_collateral() -> Result<(), TryRuntimeError> {
        let of = |root: RootId| Roots::<T>::get(root).map(|root| root.authority);
        for (root, _) in RootCrls::<T>::iter() {
            ensure!(of(root).is_some_and(|authority| authority != Authority::Nitro), "a list has a root");
        }
        for (root, authority, crl) in PckCrls::<T>::iter() {
            ensure!(of(root) == Some(Authority::Intel) && crl.authority == authority, "a list is its authority's");
        }
        for ((root, kind, fmspc), info) in TcbInfos::<T>::iter() {
            let in_place = (info.kind, info.fmspc) == (kind, fmspc);
            ensure!(of(root) == Some(Authority::Intel) && in_place, "TCB info lies under what it is about");
        }
        for (root, kind, identity) in QeIdentities::<T>::iter() {
            ensure!(of(root) == Some(Authority::Intel) && identity.kind == kind, "an identity lies under its kind");
        }
        for (root, chip, ChipKey { vcek, .. }) in ChipKeys::<T>::iter() {
            let in_place = Self::chip_key_id(&vcek.chip_id, vcek.tcb) == chip;
            ensure!(of(root) == Some(Authority::Amd(vcek.product)) && in_place, "a chip key lies under its chip");
        }
        Ok(())
    }
}
