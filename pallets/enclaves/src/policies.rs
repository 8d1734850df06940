//! Policies: what a model's owner asks of an enclave, and how that only ever narrows.

use crate::{pallet::*, types::*};
use assay_primitives::{AccountId32, ModelId, ModelOwners};
use codec::{Encode, MaxEncodedLen};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint, Get},
    BoundedVec,
};
use sp_runtime::DispatchResult;

type PolicyOf<T> = Policy<<T as Config>::Deposit>;

impl Measured {
    /// The kind of environment that it runs in.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Sgx { .. } | Self::SgxSigner { .. } => Kind::Sgx,
            Self::Tdx { .. } => Kind::Tdx,
            Self::Nitro { .. } => Kind::Nitro,
            Self::Snp { .. } => Kind::Snp,
        }
    }

    /// Whether anything could ever match it.
    fn is_sound(&self) -> bool {
        match self {
            Self::Nitro { pcrs } => {
                let rising = pcrs.iter().zip(pcrs.iter().skip(1)).all(|((before, _), (after, _))| before < after);
                let names_the_program = (0..3).all(|index| pcrs.iter().any(|(at, _)| *at == index));
                // All zero is what a debug enclave has.
                let debug = pcrs.iter().any(|(at, value)| *at == 0 && *value == [0; 48]);
                rising && names_the_program && !debug
            }
            Self::Snp { policy_mask, policy, .. } => policy & !policy_mask == 0,
            Self::Sgx { .. } | Self::SgxSigner { .. } | Self::Tdx { .. } => true,
        }
    }
}

impl Terms {
    /// Whether a session could ever meet them.
    pub(crate) fn are_sound(&self) -> bool {
        let each_once =
            self.measured.iter().enumerate().all(|(at, one)| !self.measured.iter().take(at).any(|other| other == one));
        !self.measured.is_empty()
            && each_once
            && self.measured.iter().all(Measured::is_sound)
            && !self.statuses.is_empty()
            && self.platforms.as_ref().is_none_or(|platforms| !platforms.is_empty())
            && self.session_seconds > 0
            && self.sunset.is_none_or(|sunset| self.not_before <= sunset)
    }
}

impl Conditions {
    /// Takes something away; `false` if that would take nothing away, the last, or more than is kept count of.
    fn narrow(&mut self, narrowing: Narrowing) -> bool {
        let Self { terms, denied_platforms } = self;
        match narrowing {
            Narrowing::Measured(measured) => remove_but_the_last(&mut terms.measured, &measured),
            Narrowing::Status(status) => remove_but_the_last(&mut terms.statuses, &status),
            Narrowing::DenyAdvisory(advisory) => add_once(&mut terms.denied_advisories, advisory),
            Narrowing::DenyPlatform(platform) => add_once(denied_platforms, platform),
            Narrowing::ForbidFlag(flag) => {
                let PlatformFlags { dynamic, cached_keys, smt } = &mut terms.platform_flags;
                let allowed = match flag {
                    Flag::Dynamic => dynamic,
                    Flag::CachedKeys => cached_keys,
                    Flag::Smt => smt,
                };
                core::mem::replace(allowed, false)
            }
            Narrowing::SessionSeconds(seconds) => {
                let fewer = seconds > 0 && seconds < terms.session_seconds;
                terms.session_seconds = terms.session_seconds.min(seconds);
                fewer
            }
            Narrowing::Sunset(sunset) => {
                let earlier = sunset >= terms.not_before && terms.sunset.is_none_or(|now| sunset < now);
                terms.sunset = Some(sunset);
                earlier
            }
            Narrowing::EvidenceAge(seconds) => {
                let fewer = seconds < terms.max_evidence_age;
                terms.max_evidence_age = seconds;
                fewer
            }
        }
    }
}

/// `false`, and perhaps a list that is to be thrown away, if the item is not there or is the last.
fn remove_but_the_last<Item: PartialEq, Most: Get<u32>>(list: &mut BoundedVec<Item, Most>, item: &Item) -> bool {
    let before = list.len();
    list.retain(|one| one != item);
    list.len() < before && !list.is_empty()
}

fn add_once<Item: PartialEq, Most: Get<u32>>(list: &mut BoundedVec<Item, Most>, item: Item) -> bool {
    !list.contains(&item) && list.try_push(item).is_ok()
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create_policy(owner: AccountId32, terms: Terms) -> DispatchResult {
        Self::ensure_owns_model(&owner, terms.model)?;
        ensure!(terms.are_sound(), Error::<T>::BadTerms);
        let (id, model) = (terms.id(), terms.model);
        ensure!(!Policies::<T>::contains_key(id), Error::<T>::PolicyExists);
        let conditions = Conditions { terms, denied_platforms: BoundedVec::new() };
        let ticket = T::Deposit::new(&owner, Self::policy_footprint(&conditions))?;
        let policy = Policy { owner: owner.clone(), model, ended: None, narrowings: 0, sessions: 0, ticket };
        Policies::<T>::insert(id, policy);
        PolicyTerms::<T>::insert(id, conditions);
        Self::deposit_event(Event::PolicyCreated { policy: id, model, owner });
        Ok(())
    }

    pub(crate) fn do_narrow_policy(owner: AccountId32, id: PolicyId, narrowing: Narrowing) -> DispatchResult {
        let mut policy = Self::owned_policy(&owner, id)?;
        let mut conditions = PolicyTerms::<T>::get(id).ok_or(Error::<T>::UnknownPolicy)?;
        ensure!(conditions.narrow(narrowing.clone()), Error::<T>::NotNarrower);
        policy.ticket = policy.ticket.update(&owner, Self::policy_footprint(&conditions))?;
        // Only this policy's sessions are looked at again: nobody makes others' receipts dearer.
        policy.narrowings = policy.narrowings.wrapping_add(1);
        Policies::<T>::insert(id, policy);
        PolicyTerms::<T>::insert(id, conditions);
        Self::deposit_event(Event::PolicyNarrowed { policy: id, narrowing });
        Ok(())
    }

    pub(crate) fn do_end_policy(owner: AccountId32, id: PolicyId) -> DispatchResult {
        let mut policy = Self::owned_policy(&owner, id)?;
        ensure!(policy.ended.is_none(), Error::<T>::PolicyEnded);
        policy.ended = Some(Self::block());
        Policies::<T>::insert(id, policy);
        Self::deposit_event(Event::PolicyEnded { policy: id });
        Ok(())
    }

    pub(crate) fn do_remove_policy(owner: AccountId32, id: PolicyId) -> DispatchResult {
        let policy = Self::owned_policy(&owner, id)?;
        Self::ensure_forgotten(policy.ended.ok_or(Error::<T>::PolicyInUse)?)?;
        ensure!(policy.sessions == 0, Error::<T>::PolicyHasSessions);
        policy.ticket.drop(&owner)?;
        Policies::<T>::remove(id);
        PolicyTerms::<T>::remove(id);
        Self::deposit_event(Event::PolicyRemoved { policy: id });
        Ok(())
    }

    /// Whether the policy takes new payments and new sessions now.
    pub(crate) fn ensure_current(policy: &PolicyOf<T>, terms: &Terms) -> Result<(), Error<T>> {
        let now = Self::now();
        ensure!(policy.ended.is_none(), Error::<T>::PolicyEnded);
        ensure!(now >= terms.not_before, Error::<T>::PolicyEarly);
        ensure!(terms.sunset.is_none_or(|sunset| now <= sunset), Error::<T>::PolicySunset);
        Ok(())
    }

    /// A policy with its terms.
    pub(crate) fn whole_policy(id: PolicyId) -> Result<(PolicyOf<T>, Conditions), Error<T>> {
        let policy = Policies::<T>::get(id).ok_or(Error::<T>::UnknownPolicy)?;
        Ok((policy, PolicyTerms::<T>::get(id).ok_or(Error::<T>::UnknownPolicy)?))
    }

    pub(crate) fn policy_view(id: PolicyId) -> Option<PolicyView> {
        let (policy, conditions) = Self::whole_policy(id).ok()?;
        let Policy { owner, ended, sessions, .. } = policy;
        let Conditions { terms, denied_platforms } = conditions;
        Some(PolicyView { owner, terms, denied_platforms, ended, sessions })
    }

    fn owned_policy(owner: &AccountId32, id: PolicyId) -> Result<PolicyOf<T>, Error<T>> {
        let policy = Policies::<T>::get(id).ok_or(Error::<T>::UnknownPolicy)?;
        ensure!(policy.owner == *owner, Error::<T>::NotOwner);
        Ok(policy)
    }

    fn policy_footprint(conditions: &Conditions) -> Footprint {
        let size = PolicyOf::<T>::max_encoded_len().saturating_add(conditions.encoded_size());
        Footprint::from_parts(1, size)
    }

    fn ensure_owns_model(who: &AccountId32, model: ModelId) -> Result<(), Error<T>> {
        let owner = T::Models::owner_of(model).ok_or(Error::<T>::UnknownModel)?;
        ensure!(owner == *who, Error::<T>::NotOwner);
        Ok(())
    }
}
