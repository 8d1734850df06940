//! AWS Nitro attestation documents: COSE_Sign1 (RFC 9052) with ES384 over a CBOR map, under AWS's root.
//!
//! Format: "Validating attestation documents produced by AWS Nitro Enclaves", AWS NSM API, `attestation_process.md`.
mod document;

use crate::{
    bytes::zero,
    facts::{Facts, Kind, Measurements, Pcrs, Platform, PlatformId, TcbStatus},
    signature::PublicKey,
    x509::{self, Certificate},
    Advisories, Error,
};
use alloc::vec::Vec;
use document::{Document, Envelope};

/// Most bytes of a document. The NSM makes at most 16 KiB; real ones have 4.5 to 7 KB.
pub const MAX_DOCUMENT: usize = 16 * 1024;
/// Most certificates in the bundle, the root included. AWS sends 4.
pub const MAX_BUNDLE: usize = 5;

/// A verified document: the facts, and the three fields that the enclave filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<'a> {
    /// What it says.
    pub facts: Facts,
    /// At most 1024 bytes.
    pub public_key: Option<&'a [u8]>,
    /// At most 512 bytes. [`Facts::bound_data`] is this when it is exactly 64 bytes.
    pub user_data: Option<&'a [u8]>,
    /// At most 512 bytes.
    pub nonce: Option<&'a [u8]>,
}

/// What a document says of itself. Nothing is verified: enough to refuse it cheaply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed<'a> {
    /// The PCRs that are not all zero.
    pub measurements: Measurements,
    /// Unix seconds at which it was made.
    pub issued_at: u64,
    /// At most 1024 bytes.
    pub public_key: Option<&'a [u8]>,
    /// At most 512 bytes.
    pub user_data: Option<&'a [u8]>,
    /// At most 512 bytes.
    pub nonce: Option<&'a [u8]>,
}

impl<'a> Claimed<'a> {
    /// Takes a document apart. That of a debug enclave is refused here too.
    pub fn read(document: &'a [u8]) -> Result<Self, Error> {
        if document.len() > MAX_DOCUMENT {
            return Err(Error::TooLong);
        }
        let Document { timestamp, pcrs, public_key, user_data, nonce, .. } =
            Document::parse(Envelope::parse(document)?.payload)?;
        let measurements = Measurements::Nitro { pcrs: measured(&pcrs)? };
        Ok(Self { measurements, issued_at: timestamp / 1000, public_key, user_data, nonce })
    }
}

/// Verifies a document against a trusted root certificate at a time.
///
/// The bundle must start with exactly that root and lead, name by name, through authorities that say they are, to a
/// leaf that says it signs; all valid now. A document from the future and one of a debug enclave (PCR0 all zero, or
/// absent) are refused. How old a document may be is the caller's rule: see [`Facts::issued_at`].
pub fn verify<'a>(document: &'a [u8], root: &Certificate, now: u64) -> Result<Verified<'a>, Error> {
    if document.len() > MAX_DOCUMENT {
        return Err(Error::TooLong);
    }
    let envelope = Envelope::parse(document)?;
    let document = Document::parse(envelope.payload)?;
    let issued_at = document.timestamp / 1000;
    if issued_at > now {
        return Err(Error::Early);
    }
    let pcrs = measured(&document.pcrs)?;
    let platform = Platform::Nitro { instance: document.instance()? };

    let (first, rest) = document.bundle.split_first().ok_or(Error::Chain)?;
    if *first != root.der() {
        return Err(Error::Chain);
    }
    let below =
        rest.iter().chain([&document.certificate]).map(|der| Certificate::parse(der)).collect::<Result<Vec<_>, _>>()?;
    let leaf = below.last().ok_or(Error::Chain)?;
    leaf.may_sign()?;
    let PublicKey::P384(key) = leaf.key() else { return Err(Error::Unsupported) };
    let window = x509::path(root, &below, now)?;
    if !assay_host::p384::verify(key, &envelope.digest(), envelope.signature) {
        return Err(Error::Signature);
    }

    let facts = Facts {
        kind: Kind::Nitro,
        measurements: Measurements::Nitro { pcrs },
        platform,
        tcb: TcbStatus::Unrated,
        advisories: Advisories::default(),
        evaluation_number: None,
        bound_data: document.user_data.and_then(|data| data.try_into().ok()),
        issued_at: Some(issued_at),
        valid_until: window.until,
    };
    let Document { public_key, user_data, nonce, .. } = document;
    Ok(Verified { facts, public_key, user_data, nonce })
}

/// The PCRs that are not all zero. [`Error::Debug`] if PCR0, the hash of the enclave image, is not among them: the NSM
/// zeroes it for an enclave whose console can be read.
fn measured(all: &[(u8, [u8; 48])]) -> Result<Pcrs, Error> {
    let pcrs: Vec<_> = all.iter().filter(|(_, value)| !zero(value)).copied().collect();
    if pcrs.first().is_none_or(|(index, _)| *index != 0) {
        return Err(Error::Debug);
    }
    pcrs.try_into().map_err(|_| Error::TooLong)
}

impl Document<'_> {
    /// The instance's part of the module id, `<instance>-enc<enclave>`.
    fn instance(&self) -> Result<PlatformId, Error> {
        let (instance, _) =
            self.module_id.split_once("-enc").filter(|(instance, _)| !instance.is_empty()).ok_or(Error::Malformed)?;
        PlatformId::try_from(instance.as_bytes().to_vec()).map_err(|_| Error::TooLong)
    }
}
