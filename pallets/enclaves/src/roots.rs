//! Roots, switches, parameters and revocations: what governance owns.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use assay_primitives::{BlockNumber, H256};
use assay_tee::{x509, Certificate, Error as TeeError};
use frame_support::{
    ensure,
    traits::{EnsureOrigin, Get, UnixTime},
};
use frame_system::pallet_prelude::{BlockNumberFor, OriginFor};
use sp_io::hashing::sha2_256;
use sp_runtime::{traits::Zero, DispatchResult, SaturatedConversion};

impl<T> From<TeeError> for Error<T> {
    fn from(error: TeeError) -> Self {
        match error {
            TeeError::TooLong => Self::TooLong,
            TeeError::Malformed => Self::Malformed,
            TeeError::Unsupported => Self::Unsupported,
            TeeError::Debug => Self::DebugEnclave,
            TeeError::Attributes => Self::BadAttributes,
            TeeError::Early => Self::NotYetValid,
            TeeError::Expired => Self::NoLongerValid,
            TeeError::Signature => Self::BadSignature,
            TeeError::Chain => Self::BrokenChain,
            TeeError::Usage => Self::WrongUsage,
            TeeError::Critical => Self::UnknownExtension,
            TeeError::Revoked => Self::CertificateRevoked,
            TeeError::Collateral => Self::WrongCollateral,
            TeeError::QuotingEnclave => Self::WrongQuotingEnclave,
            TeeError::Module => Self::UnknownModule,
            TeeError::NoTcbLevel => Self::NoTcbLevel,
            TeeError::TcbRevoked => Self::TcbRevoked,
            TeeError::Chip => Self::WrongChip,
        }
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn bounded_der(der: Vec<u8>) -> Result<Der, Error<T>> {
        der.try_into().map_err(|_| Error::<T>::TooLong)
    }

    pub(crate) fn do_add_root(
        authority: Authority,
        certificate: Der,
        intermediate: Option<Der>,
        simulated: bool,
    ) -> DispatchResult {
        let fingerprint = sha2_256(&certificate);
        // The roots whose keys are in this repository are simulated, whatever they are called.
        let known = |fingerprint: [u8; 32]| SIMULATED_ROOTS.contains(&fingerprint);
        let simulated =
            simulated || known(fingerprint) || intermediate.as_ref().is_some_and(|below| known(sha2_256(below)));
        ensure!(T::IsDevelopment::get() || !simulated, Error::<T>::SimulatedRoot);
        let id = H256(fingerprint);
        ensure!(!Roots::<T>::contains_key(id), Error::<T>::RootExists);
        Self::check_root(authority, &certificate, intermediate.as_ref())?;
        Roots::<T>::insert(id, Root { authority, certificate, intermediate, enabled: true, simulated });
        Self::deposit_event(Event::RootAdded { root: id, authority, simulated });
        Ok(())
    }

    /// Whether the certificates are what this authority's root must be. Their validity is asked at every use.
    fn check_root(authority: Authority, certificate: &Der, intermediate: Option<&Der>) -> Result<(), Error<T>> {
        let root = Certificate::parse(certificate)?;
        ensure!(root.issuer() == root.subject(), Error::<T>::BrokenChain);
        match (authority, intermediate) {
            (Authority::Amd(_), Some(below)) => {
                let below = Certificate::parse(below)?;
                let both_valid = root.window().and(below.window()).from;
                x509::authority(&root, &below, both_valid)?;
                Ok(())
            }
            (Authority::Amd(_), None) | (_, Some(_)) => Err(Error::<T>::WrongIntermediate),
            (Authority::Intel | Authority::Nitro, None) => Ok(()),
        }
    }

    pub(crate) fn do_set_root_enabled(id: RootId, enabled: bool) -> DispatchResult {
        Roots::<T>::try_mutate(id, |slot| {
            let root = slot.as_mut().ok_or(Error::<T>::UnknownRoot)?;
            root.enabled = enabled;
            Self::next_epoch();
            Self::deposit_event(Event::RootSwitched { root: id, enabled });
            Ok(())
        })
    }

    /// Whether this origin may switch kinds and products on, or off.
    pub(crate) fn ensure_switcher(origin: OriginFor<T>, enabled: bool) -> DispatchResult {
        if enabled {
            T::KindOrigin::ensure_origin(origin)?;
        } else {
            T::DisableKindOrigin::ensure_origin(origin)?;
        }
        Ok(())
    }

    pub(crate) fn do_set_kind(kind: Kind, enabled: bool) {
        KindSwitches::<T>::insert(kind, enabled);
        Self::next_epoch();
        Self::deposit_event(Event::KindSwitched { kind, enabled });
    }

    pub(crate) fn do_set_product(product: Product, enabled: bool) {
        ProductSwitches::<T>::insert(product, enabled);
        Self::next_epoch();
        Self::deposit_event(Event::ProductSwitched { product, enabled });
    }

    pub(crate) fn do_set_parameters(parameters: Parameters) -> DispatchResult {
        let blocks = BlockNumberFor::<T>::from(parameters.nonce_blocks);
        let known = !blocks.is_zero() && blocks <= T::BlockHashCount::get();
        let lasting = (1..=MAX_SESSION_SECONDS).contains(&parameters.max_session_seconds);
        let fresh = parameters.max_evidence_age <= MAX_EVIDENCE_AGE;
        ensure!(known && lasting && fresh, Error::<T>::BadParameters);
        SettingsOf::<T>::put(&parameters);
        Self::next_epoch();
        Self::deposit_event(Event::ParametersChanged { parameters });
        Ok(())
    }

    pub(crate) fn do_revoke(target: Target) -> DispatchResult {
        ensure!(!Self::is_revoked(&target), Error::<T>::AlreadyRevoked);
        Revoked::<T>::insert(&target, Self::block());
        Self::next_epoch();
        Self::deposit_event(Event::TargetRevoked { target });
        Ok(())
    }

    pub(crate) fn do_reinstate(target: Target) -> DispatchResult {
        Revoked::<T>::take(&target).ok_or(Error::<T>::NotRevoked)?;
        Self::next_epoch();
        Self::deposit_event(Event::TargetReinstated { target });
        Ok(())
    }

    /// Has every session looked at again before its next receipt counts.
    pub(crate) fn next_epoch() {
        Epoch::<T>::mutate(|epoch| *epoch = epoch.wrapping_add(1));
    }

    pub(crate) fn is_revoked(target: &Target) -> bool {
        Revoked::<T>::contains_key(target)
    }

    /// The root, if it counts now.
    pub(crate) fn usable_root(id: RootId) -> Result<Root, Error<T>> {
        let root = Roots::<T>::get(id).ok_or(Error::<T>::UnknownRoot)?;
        ensure!(root.enabled, Error::<T>::RootDisabled);
        ensure!(!root.simulated || T::IsDevelopment::get(), Error::<T>::SimulatedRoot);
        Ok(root)
    }

    /// Whether sessions of this kind, on this processor line if it is one of AMD's, count now.
    pub(crate) fn ensure_switched_on(kind: Kind, product: Option<Product>) -> Result<(), Error<T>> {
        ensure!(KindSwitches::<T>::get(kind), Error::<T>::KindDisabled);
        let on = |product| ProductSwitches::<T>::get(product).unwrap_or(product != Product::Milan);
        ensure!(product.is_none_or(on), Error::<T>::ProductDisabled);
        Ok(())
    }

    pub(crate) fn block() -> BlockNumber {
        let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
        now.saturated_into()
    }

    /// Unix seconds.
    pub(crate) fn now() -> u64 {
        T::Time::now().as_secs()
    }

    /// Whether no open payment can refer to what ended in that block.
    pub(crate) fn ensure_forgotten(ended: BlockNumber) -> Result<(), Error<T>> {
        ensure!(Self::block() > ended.saturating_add(T::Retention::get()), Error::<T>::TooEarly);
        Ok(())
    }
}
