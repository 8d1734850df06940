//! From bytes to facts.

use crate::{pallet::*, types::*, weights::WeightInfo};
use assay_primitives::H256;
use assay_tee::{
    dcap::{self, Collateral},
    nitro, snp, Certificate, Error as TeeError, Facts as Verified, Platform,
};
use codec::Encode;
use frame_support::{ensure, weights::Weight};

/// What evidence says of itself before anything of it is verified: enough to refuse it cheaply.
pub(crate) enum Shown<'a> {
    Dcap(dcap::Claimed<'a>),
    Nitro(nitro::Claimed<'a>),
    Snp(snp::Claimed),
}

/// What verified evidence says.
pub(crate) struct Found {
    pub(crate) facts: SessionFacts,
    /// Last unix second at which certificates and collateral are good. A Nitro leaf lives for three hours and says
    /// nothing about the enclave's end: there the session's own time applies.
    pub(crate) valid_until: Option<u64>,
    /// Unix second at which it was made, where it says so.
    pub(crate) issued_at: Option<u64>,
}

impl<'a> Shown<'a> {
    pub(crate) fn read(evidence: &'a SessionEvidence) -> Result<Self, TeeError> {
        Ok(match evidence {
            SessionEvidence::Dcap { quote, .. } => Self::Dcap(dcap::Claimed::read(quote)?),
            SessionEvidence::Nitro { document, .. } => Self::Nitro(nitro::Claimed::read(document)?),
            SessionEvidence::Snp { report, .. } => Self::Snp(snp::Claimed::read(report)?),
        })
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Dcap(claimed) => claimed.kind,
            Self::Nitro(_) => Kind::Nitro,
            Self::Snp(_) => Kind::Snp,
        }
    }

    pub(crate) fn measurements(&self) -> &Measurements {
        match self {
            Self::Dcap(claimed) => &claimed.measurements,
            Self::Nitro(claimed) => &claimed.measurements,
            Self::Snp(claimed) => &claimed.measurements,
        }
    }

    /// Whether it binds what it must for this key, by the hash of this block.
    pub(crate) fn ensure_bound<T>(&self, binding: &[u8; 64], key: &ReceiptKey, block: H256) -> Result<(), Error<T>> {
        match self {
            Self::Dcap(claimed) => ensure!(claimed.bound_data == *binding, Error::<T>::WrongBinding),
            Self::Snp(claimed) => ensure!(claimed.bound_data == *binding, Error::<T>::WrongBinding),
            Self::Nitro(claimed) => {
                let key = key.encode();
                ensure!(claimed.user_data == Some(&binding[..]), Error::<T>::WrongBinding);
                ensure!(claimed.public_key == Some(key.as_slice()), Error::<T>::WrongPublicKey);
                ensure!(claimed.nonce == Some(block.as_bytes()), Error::<T>::WrongNonce);
            }
        }
        Ok(())
    }
}

impl<T: Config> Pallet<T> {
    /// The most that registering with this evidence may weigh.
    pub(crate) fn registration_weight(evidence: &SessionEvidence) -> Weight {
        match evidence {
            SessionEvidence::Dcap { .. } => T::WeightInfo::register_sgx().max(T::WeightInfo::register_tdx()),
            // A bundle may have one authority more than AWS sends: one signature more, as that of a report.
            SessionEvidence::Nitro { .. } => {
                T::WeightInfo::register_nitro().saturating_add(T::WeightInfo::register_snp())
            }
            SessionEvidence::Snp { .. } => T::WeightInfo::register_snp(),
        }
    }

    /// The most that registering may weigh.
    pub(crate) fn heaviest_registration() -> Weight {
        let intel = T::WeightInfo::register_sgx().max(T::WeightInfo::register_tdx());
        intel.max(T::WeightInfo::register_nitro().saturating_add(T::WeightInfo::register_snp()))
    }

    /// Verifies evidence against a root that counts, and the collateral under it.
    pub(crate) fn verify_evidence(
        id: RootId,
        root: &Root,
        evidence: &SessionEvidence,
        shown: &Shown,
    ) -> Result<Found, Error<T>> {
        let now = Self::now();
        let certificate = Certificate::parse(&root.certificate)?;
        match (evidence, shown) {
            (SessionEvidence::Dcap { quote, .. }, Shown::Dcap(claimed)) => {
                let dcap::Issuance { fmspc, serial, authority, authority_serial } = claimed.issuance()?;
                let tcb_info = TcbInfos::<T>::get((id, claimed.kind, fmspc)).ok_or(Error::<T>::MissingTcbInfo)?;
                let qe_identity = QeIdentities::<T>::get(id, claimed.kind).ok_or(Error::<T>::MissingQeIdentity)?;
                let root_crl = RootCrls::<T>::get(id).ok_or(Error::<T>::MissingCrl)?;
                let pck_crl = PckCrls::<T>::get(id, authority).ok_or(Error::<T>::MissingCrl)?;
                let collateral = Collateral {
                    root_crl: &root_crl,
                    pck_crl: &pck_crl,
                    tcb_info: &tcb_info,
                    qe_identity: &qe_identity,
                };
                let verified = dcap::verify(quote, &certificate, &collateral, now)?;
                let certified = Certified::Intel { authority, authority_serial, serial };
                let valid_until = Some(verified.valid_until);
                Ok(Found::new(id, verified, certified, valid_until))
            }
            (SessionEvidence::Nitro { document, .. }, Shown::Nitro(_)) => {
                let verified = nitro::verify(document, &certificate, now)?.facts;
                Ok(Found::new(id, verified, Certified::Nitro, None))
            }
            (SessionEvidence::Snp { report, .. }, Shown::Snp(claimed)) => {
                let chip = Self::chip_key_id(&claimed.chip_id, claimed.reported_tcb);
                let vcek = ChipKeys::<T>::get(id, chip).ok_or(Error::<T>::MissingChipKey)?.vcek;
                let listed_until = Self::check_signer(id, &vcek.signer)?;
                let verified = snp::verify(report, &vcek, now)?;
                let valid_until = listed_until.unwrap_or(u64::MAX).min(verified.valid_until);
                Ok(Found::new(id, verified, Certified::Amd { signer: vcek.signer }, Some(valid_until)))
            }
            _ => Err(Error::<T>::Malformed),
        }
    }
}

impl Found {
    fn new(root: RootId, verified: Verified, certified: Certified, valid_until: Option<u64>) -> Self {
        let Verified { kind, measurements, platform, tcb, advisories, evaluation_number, issued_at, .. } = verified;
        let (fmspc, product) = match &platform {
            Platform::Intel { fmspc, .. } => (Some(*fmspc), None),
            Platform::Nitro { .. } => (None, None),
            Platform::Amd { product, .. } => (None, Some(*product)),
        };
        let facts = SessionFacts {
            kind,
            flags: flags(&platform, &measurements),
            platform: platform.id(),
            measured: measurements,
            fmspc,
            product,
            tcb,
            advisories,
            evaluation_number,
            root,
            certified,
        };
        Self { facts, valid_until, issued_at }
    }
}

/// PLATFORM_INFO: simultaneous multithreading is on.
const SMT_ENABLED: u64 = 1;

fn flags(platform: &Platform, measurements: &Measurements) -> PlatformFlags {
    match (platform, measurements) {
        (Platform::Intel { dynamic, cached_keys, smt, .. }, _) => PlatformFlags {
            // Platforms with one package do not say: they cannot grow, Intel does not keep their keys, and their
            // multithreading may be on.
            dynamic: dynamic.unwrap_or(false),
            cached_keys: cached_keys.unwrap_or(false),
            smt: smt.unwrap_or(true),
        },
        (Platform::Amd { .. }, Measurements::Snp { platform_info, .. }) => {
            PlatformFlags { dynamic: false, cached_keys: false, smt: platform_info & SMT_ENABLED != 0 }
        }
        // AWS gives an enclave whole cores.
        _ => PlatformFlags { dynamic: false, cached_keys: false, smt: false },
    }
}
