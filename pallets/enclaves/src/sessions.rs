//! Sessions: registering an enclave's key, renewing it, ending and removing it.

use crate::{appraise::appraise, evidence::Shown, pallet::*, types::*};
use assay_primitives::{attestation::session_binding, AccountId32, BlockNumber, H256};
use codec::{Encode, MaxEncodedLen};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::Zero, DispatchResult};

type SessionOf<T> = Session<<T as Config>::Deposit>;

impl<T: Config> Pallet<T> {
    /// Everything that is cheap comes before the first signature.
    pub(crate) fn do_register_session(
        provider: AccountId32,
        id: PolicyId,
        key: ReceiptKey,
        evidence: &SessionEvidence,
        nonce_block: BlockNumber,
    ) -> DispatchResult {
        let (policy, conditions) = Self::whole_policy(id)?;
        Self::ensure_current(&policy, &conditions.terms)?;
        let root = Self::usable_root(evidence.root())?;
        let shown = Shown::read(evidence).map_err(Error::<T>::from)?;
        ensure!(root.authority.attests(shown.kind()), Error::<T>::WrongAuthority);
        Self::ensure_switched_on(shown.kind(), root.authority.product())?;
        let parameters = SettingsOf::<T>::get();
        let nonce = Self::recent_block(nonce_block, parameters.nonce_blocks)?;
        ensure!(!Self::is_revoked(&Target::Key(key)), Error::<T>::KeyRevoked);
        let old = Sessions::<T>::get(id, key);
        ensure!(old.as_ref().is_none_or(|old| old.provider == provider), Error::<T>::KeyTaken);
        shown.ensure_bound::<T>(&Self::binding_of(id, &provider, &key, nonce), &key, nonce)?;
        let listed = conditions.terms.measured.iter().any(|one| one.is(shown.measurements()));
        ensure!(listed, Error::<T>::UnlistedMeasurement);

        let (facts, expires) = Self::facts_of(&key, evidence, &shown, &root, &conditions, &parameters)?;
        Self::put_session(provider, id, key, facts, expires, old)
    }

    /// Verifies and appraises evidence. Returns what it says, and the last unix second at which a session on it is good.
    pub(crate) fn facts_of(
        key: &ReceiptKey,
        evidence: &SessionEvidence,
        shown: &Shown,
        root: &Root,
        conditions: &Conditions,
        parameters: &Parameters,
    ) -> Result<(SessionFacts, u64), Error<T>> {
        let found = Self::verify_evidence(evidence.root(), root, evidence, shown)?;
        let now = Self::now();
        if let Some(issued_at) = found.issued_at {
            let most = conditions.terms.max_evidence_age.min(parameters.max_evidence_age);
            ensure!(now.saturating_sub(issued_at) <= most.into(), Error::<T>::EvidenceTooOld);
        }
        appraise::<T>(key, &found.facts, conditions, parameters, Self::is_revoked)?;
        let expires = Self::expiry(now, &conditions.terms, parameters);
        Ok((found.facts, found.valid_until.map_or(expires, |until| until.min(expires))))
    }

    /// The last unix second of a session that began at `since`, as far as policy and governance say.
    pub(crate) fn expiry(since: u64, terms: &Terms, parameters: &Parameters) -> u64 {
        let seconds = terms.session_seconds.min(parameters.max_session_seconds);
        since.saturating_add(seconds).min(terms.sunset.unwrap_or(u64::MAX))
    }

    /// Stores a new session, or what renews one.
    pub(crate) fn put_session(
        provider: AccountId32,
        id: PolicyId,
        key: ReceiptKey,
        facts: SessionFacts,
        expires: u64,
        old: Option<SessionOf<T>>,
    ) -> DispatchResult {
        let now = Self::now();
        let footprint = Self::session_footprint(&facts);
        let (registered, ticket) = match old {
            Some(old) => {
                ensure!(expires > old.expires, Error::<T>::NotLater);
                // Payments that were reserved before a renewal in time found the key good, and still do.
                let without_gap = old.ended.is_none() && now <= old.expires;
                let registered = if without_gap { old.registered } else { Self::block() };
                (registered, old.ticket.update(&provider, footprint)?)
            }
            None => {
                Policies::<T>::mutate(id, |slot| {
                    if let Some(policy) = slot {
                        policy.sessions = policy.sessions.saturating_add(1);
                    }
                });
                (Self::block(), T::Deposit::new(&provider, footprint)?)
            }
        };
        let session = Session {
            provider: provider.clone(),
            registered,
            since: now,
            expires,
            ended: None,
            epoch: Epoch::<T>::get(),
            narrowings: Policies::<T>::get(id).map_or(0, |policy| policy.narrowings),
            ticket,
        };
        let (kind, platform) = (facts.kind, facts.platform.clone());
        Sessions::<T>::insert(id, key, session);
        Facts::<T>::insert(id, key, facts);
        Self::deposit_event(Event::SessionRegistered { policy: id, key, provider, kind, platform, expires });
        Ok(())
    }

    pub(crate) fn do_end_session(provider: AccountId32, id: PolicyId, key: ReceiptKey) -> DispatchResult {
        Sessions::<T>::try_mutate(id, key, |slot| {
            let session = slot.as_mut().ok_or(Error::<T>::UnknownSession)?;
            ensure!(session.provider == provider, Error::<T>::NotOwner);
            ensure!(session.ended.is_none(), Error::<T>::SessionEnded);
            session.ended = Some(Self::block());
            Self::deposit_event(Event::SessionEnded { policy: id, key });
            Ok(())
        })
    }

    pub(crate) fn do_remove_session(id: PolicyId, key: ReceiptKey) -> DispatchResult {
        let session = Sessions::<T>::get(id, key).ok_or(Error::<T>::UnknownSession)?;
        // A payment that is still open was reserved so many seconds ago at most, by the reckoning of `ensure_in_time`.
        let retention = u64::from(T::Retention::get()).saturating_mul(T::BlockSeconds::get());
        let expired = Self::now() > session.expires.saturating_add(retention);
        let ended = session.ended.is_some_and(|block| Self::ensure_forgotten(block).is_ok());
        ensure!(expired || ended, Error::<T>::TooEarly);
        session.ticket.drop(&session.provider)?;
        Sessions::<T>::remove(id, key);
        Facts::<T>::remove(id, key);
        Policies::<T>::mutate(id, |slot| {
            if let Some(policy) = slot {
                policy.sessions = policy.sessions.saturating_sub(1);
            }
        });
        Self::deposit_event(Event::SessionRemoved { policy: id, key });
        Ok(())
    }

    /// Whether what a session's evidence said is still good by all that can take it back.
    pub(crate) fn reappraise(key: &ReceiptKey, facts: &SessionFacts, conditions: &Conditions) -> Result<(), Error<T>> {
        Self::usable_root(facts.root)?;
        Self::ensure_switched_on(facts.kind, facts.product)?;
        Self::check_certified(facts.root, &facts.certified)?;
        appraise::<T>(key, facts, conditions, &SettingsOf::<T>::get(), Self::is_revoked)
    }

    pub(crate) fn session_view(id: PolicyId, key: ReceiptKey) -> Option<SessionView> {
        let session = Sessions::<T>::get(id, key)?;
        let facts = Facts::<T>::get(id, key)?;
        let conditions = PolicyTerms::<T>::get(id)?;
        let good = Self::reappraise(&key, &facts, &conditions).is_ok();
        let ends = Self::expiry(session.since, &conditions.terms, &SettingsOf::<T>::get());
        let Session { provider, registered, expires, ended, .. } = session;
        Some(SessionView { provider, facts, registered, expires: expires.min(ends), ended, good })
    }

    /// What evidence must bind, by the hash of a block.
    pub(crate) fn binding_of(id: PolicyId, account: &AccountId32, key: &ReceiptKey, block: H256) -> [u8; 64] {
        let genesis = frame_system::BlockHash::<T>::get(BlockNumberFor::<T>::zero());
        session_binding(genesis, id, account, key, block)
    }

    /// The hash of an earlier block, if it is known.
    pub(crate) fn known_block(number: BlockNumber) -> Option<H256> {
        let hash = frame_system::BlockHash::<T>::get(BlockNumberFor::<T>::from(number));
        (number < Self::block() && !hash.is_zero()).then_some(hash)
    }

    /// The hash of an earlier block, not older than so many blocks.
    fn recent_block(number: BlockNumber, most: BlockNumber) -> Result<H256, Error<T>> {
        let age = Self::block().checked_sub(number).filter(|age| *age > 0).ok_or(Error::<T>::FutureBlock)?;
        ensure!(age <= most, Error::<T>::StaleBlock);
        Self::known_block(number).ok_or(Error::<T>::UnknownBlock)
    }

    fn session_footprint(facts: &SessionFacts) -> Footprint {
        let size = SessionOf::<T>::max_encoded_len().saturating_add(facts.encoded_size());
        Footprint::from_parts(1, size)
    }
}
