//! Intel DCAP: quotes of SGX enclaves (version 3) and TDX trust domains (versions 4 and 5), and the collateral that
//! says what Intel thinks of the platform, its quoting enclave and its TDX module.
//!
//! | module | what lives there |
//! |---|---|
//! | `quote` | the bytes of a quote |
//! | `pck` | the platform's certificate chain and what its certificate says |
//! | `level` | levels and their statuses, which all collateral has |
//! | [`tcb`] | TCB info: levels, the TDX module's identity, matching |
//! | [`qe`] | QE identity |
//! | [`signer`] | who signs collateral, and revocation lists of the platform authorities |
//!
//! Collateral is checked apart from quotes ([`TcbInfo::check`], [`QeIdentity::check`], [`Crl::of_root`],
//! [`check_pck_crl`]) so that a chain keeps it checked; [`verify`] then costs five P-256 verifications. The rules are
//! those of Intel's quote verification library; where that leaves a choice to its caller, the stricter one is taken. In
//! one thing they are stricter than Intel's: a TDX module that runs now and is out of date counts like one that was so at
//! launch.
mod level;
mod pck;
pub mod qe;
mod quote;
pub mod signer;
pub mod tcb;

use crate::{
    facts::{Facts, Kind, Measurements, Platform, TcbStatus},
    x509::{AuthorityId, Certificate, Serial},
    Crl, Error,
};
use pck::Pck;
pub use qe::QeIdentity;
use quote::{Quote, Report};
use sha2::{Digest, Sha256};
pub use signer::{check_pck_crl, pem_chain, SignedJson, Signer};
pub use tcb::TcbInfo;

/// Most bytes of a quote. Those of SGX have 4,600, those of TDX 5,006.
pub const MAX_QUOTE: usize = 16 * 1024;

/// Checked collateral for one platform family and kind, as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Collateral<'a> {
    /// The root's revocation list.
    pub root_crl: &'a Crl,
    /// The revocation list of the authority (processor or platform) that issued the platform's certificate.
    pub pck_crl: &'a Crl,
    /// TCB info of the platform's FMSPC and the quote's kind.
    pub tcb_info: &'a TcbInfo,
    /// Identity of the quoting enclave of the quote's kind.
    pub qe_identity: &'a QeIdentity,
}

/// What a quote says of itself. Nothing is verified: enough to refuse it cheaply, and to find its collateral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed<'a> {
    /// SGX or TDX.
    pub kind: Kind,
    /// What was measured.
    pub measurements: Measurements,
    /// REPORTDATA.
    pub bound_data: [u8; 64],
    /// PEM.
    certificates: &'a [u8],
}

/// What the certificates in a quote say: facts once the quote has been verified, not before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issuance {
    /// Platform family.
    pub fmspc: [u8; 6],
    /// Number of the platform's certificate.
    pub serial: Serial,
    /// The authority that issued it.
    pub authority: AuthorityId,
    /// Number of that authority's certificate.
    pub authority_serial: Serial,
}

impl<'a> Claimed<'a> {
    /// Takes a quote apart.
    pub fn read(quote: &'a [u8]) -> Result<Self, Error> {
        let quote = Quote::parse(quote)?;
        Ok(Self {
            kind: quote.report.kind(),
            bound_data: quote.report.report_data(),
            certificates: quote.certificates,
            measurements: quote.report.into_measurements(),
        })
    }

    /// Reads the certificates.
    pub fn issuance(&self) -> Result<Issuance, Error> {
        pck::issuance(&pem_chain(self.certificates)?)
    }
}

/// Verifies a quote at a time, against a trusted root certificate and checked collateral.
///
/// Zeros after the quote are ignored (quote buffers are padded with them); any other trailing byte is refused. So are
/// debug enclaves and profiled, migratable or service-bound trust domains, trust domains without SEPT_VE_DISABLE, and
/// platforms, modules or quoting enclaves whose status is revoked or that match no level. Every other status is a fact.
pub fn verify(quote: &[u8], root: &Certificate, collateral: &Collateral, now: u64) -> Result<Facts, Error> {
    let quote = Quote::parse(quote)?;
    quote.report.refuse_unsafe()?;
    let Collateral { root_crl, pck_crl, tcb_info, qe_identity } = *collateral;
    let kind = quote.report.kind();
    if tcb_info.kind != kind || qe_identity.kind != kind {
        return Err(Error::Collateral);
    }
    let root_id = root.authority_id()?;
    for (window, signer) in [(tcb_info.window, tcb_info.signer), (qe_identity.window, qe_identity.signer)] {
        if signer.root != root_id {
            return Err(Error::Collateral);
        }
        window.check(now)?;
        root_crl.clears(root_id, &signer.serial, now)?;
    }

    let chain = pem_chain(quote.certificates)?;
    let (pck, window) = Pck::verify(&chain, root, root_crl, pck_crl, now, |pck| {
        if pck.fmspc == tcb_info.fmspc && pck.pce_id == tcb_info.pce_id {
            Ok(())
        } else {
            Err(Error::Collateral)
        }
    })?;

    let attested = Sha256::new().chain_update(quote.attestation_key).chain_update(quote.qe_auth_data).finalize();
    let (hash, rest) = quote.qe.report_data.split_at(32);
    if *hash != *attested || rest != [0; 32] {
        return Err(Error::QuotingEnclave);
    }
    let (qe_status, qe_advisories) = qe_identity.appraise(&quote.qe)?;
    let mut rating = match &quote.report {
        Report::Sgx(_) => tcb_info.appraise(&pck, None)?,
        Report::Tdx(report) => {
            tcb_info.identify_module(report)?;
            tcb_info.appraise(&pck, Some(&report.tee_tcb_svn))?
        }
    };
    rating.converge(qe_status, qe_advisories);
    if let Report::Tdx(report) = &quote.report {
        if let Some(svn) = &report.tee_tcb_svn_2 {
            let mut current = tcb_info.appraise(&pck, Some(svn))?;
            current.converge(qe_status, qe_advisories);
            if current.status == TcbStatus::Revoked {
                return Err(Error::TcbRevoked);
            }
            rating.relaunch(current);
        }
    }
    if rating.status == TcbStatus::Revoked {
        return Err(Error::TcbRevoked);
    }

    let signed = |key: &[u8], message: &[u8], signature: &[u8]| {
        if assay_host::p256::verify(key, &Sha256::digest(message), signature) {
            Ok(())
        } else {
            Err(Error::Signature)
        }
    };
    signed(&pck.key, quote.qe_report, quote.qe_signature)?;
    let mut key = [4; 65];
    key.iter_mut().skip(1).zip(quote.attestation_key).for_each(|(to, from)| *to = *from);
    signed(&key, quote.signed, quote.signature)?;

    Ok(Facts {
        kind,
        bound_data: Some(quote.report.report_data()),
        measurements: quote.report.into_measurements(),
        platform: Platform::Intel {
            ppid: pck.ppid,
            fmspc: pck.fmspc,
            dynamic: pck.dynamic,
            cached_keys: pck.cached_keys,
            smt: pck.smt,
        },
        tcb: rating.status,
        advisories: rating.advisories()?,
        evaluation_number: Some(tcb_info.evaluation_number.min(qe_identity.evaluation_number)),
        issued_at: None,
        valid_until: [root_crl.window, pck_crl.window, tcb_info.window, qe_identity.window]
            .iter()
            .fold(window.until, |until, window| until.min(window.until)),
    })
}

/// What names a kind in collateral: of TCB info, and of QE identity.
fn names(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Sgx => Some(("SGX", "QE")),
        Kind::Tdx => Some(("TDX", "TD_QE")),
        Kind::Nitro | Kind::Snp => None,
    }
}
