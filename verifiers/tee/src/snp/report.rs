//! Attestation reports, versions 2 to 5 (AMD 56860, table 23).
use super::{Product, Vcek};
use crate::{
    bytes::{zero, Bytes},
    facts::{Facts, Kind, Measurements, Platform, TcbStatus},
    Advisories, Error,
};
use sha2::{Digest, Sha384};

/// Bytes of a report.
pub const REPORT: usize = 1184;
/// Bytes of a report that its signature covers.
const SIGNED: usize = 0x2a0;
/// ECDSA on P-384 with SHA-384.
const ECDSA_P384_SHA384: u32 = 1;
/// Guest policy: the guest may be debugged.
const POLICY_DEBUG: u64 = 1 << 19;
/// Guest policy: always one.
const POLICY_RESERVED_ONE: u64 = 1 << 17;
/// Key info: the chip id is masked.
const MASK_CHIP_KEY: u32 = 1 << 1;
/// Key info: which key signed; 0 is the VCEK.
const SIGNING_KEY: u32 = 0b111 << 2;

/// A report, taken apart.
struct Report<'a> {
    signed: &'a [u8],
    signature: &'a [u8],
    version: u32,
    policy: u64,
    algorithm: u32,
    key_info: u32,
    cpu: [u8; 3],
    chip_id: [u8; 64],
    reported_tcb: [u8; 8],
    report_data: [u8; 64],
    measurements: Measurements,
}

/// What a report says of itself. Nothing is verified: enough to refuse it cheaply, and to find its chip key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// What was measured.
    pub measurements: Measurements,
    /// REPORT_DATA.
    pub bound_data: [u8; 64],
    /// Unique id of the chip.
    pub chip_id: [u8; 64],
    /// Firmware version that the chip key is derived from.
    pub reported_tcb: [u8; 8],
}

impl Claimed {
    /// Takes a report apart.
    pub fn read(report: &[u8]) -> Result<Self, Error> {
        let Report { measurements, report_data: bound_data, chip_id, reported_tcb, .. } = Report::parse(report)?;
        Ok(Self { measurements, bound_data, chip_id, reported_tcb })
    }
}

impl<'a> Report<'a> {
    fn parse(report: &'a [u8]) -> Result<Self, Error> {
        if report.len() != REPORT {
            return Err(Error::Malformed);
        }
        let (signed, signature) = report.split_at_checked(SIGNED).ok_or(Error::Malformed)?;
        let mut at = Bytes::new(signed);
        let version = at.u32()?;
        let guest_svn = at.u32()?;
        let policy = at.u64()?;
        let family_id = at.array()?;
        let image_id = at.array()?;
        let vmpl = at.u32()?;
        let algorithm = at.u32()?;
        let _current_tcb = at.u64()?;
        let platform_info = at.u64()?;
        let key_info = at.u32()?;
        let _reserved = at.u32()?;
        let report_data = at.array()?;
        let measurement = at.array()?;
        let host_data = at.array()?;
        let id_key_digest = at.array()?;
        let author_key_digest = at.array()?;
        let _report_ids = at.take(64)?;
        let reported_tcb = at.array()?;
        let cpu = at.array()?;
        let _reserved = at.take(21)?;
        let chip_id = at.array()?;
        let _committed_tcb_and_builds = at.take(16)?;
        let launch_tcb = at.array()?;
        let measurements = Measurements::Snp {
            measurement,
            host_data,
            policy,
            vmpl,
            guest_svn,
            family_id,
            image_id,
            id_key_digest,
            author_key_digest,
            reported_tcb,
            launch_tcb,
            platform_info,
        };
        Ok(Self {
            signed,
            signature,
            version,
            policy,
            algorithm,
            key_info,
            cpu,
            chip_id,
            reported_tcb,
            report_data,
            measurements,
        })
    }
}

/// Verifies a report by a chip key that was verified before.
///
/// The report must name the chip and the firmware version that the key is for. Refused: debug guests, reports signed
/// by another key than a VCEK or with a masked chip id, unknown versions and algorithms, and anything after the
/// signature's numbers. Migration agents, SMT, privilege levels and minimum firmware are the caller's rules.
pub fn verify(report: &[u8], vcek: &Vcek, now: u64) -> Result<Facts, Error> {
    let Report {
        signed,
        signature,
        version,
        policy,
        algorithm,
        key_info,
        cpu,
        chip_id,
        reported_tcb,
        report_data,
        measurements,
    } = Report::parse(report)?;
    if !(2..=5).contains(&version) || algorithm != ECDSA_P384_SHA384 {
        return Err(Error::Unsupported);
    }
    if policy & POLICY_DEBUG != 0 {
        return Err(Error::Debug);
    }
    if policy & POLICY_RESERVED_ONE == 0 {
        return Err(Error::Malformed);
    }
    if key_info & SIGNING_KEY != 0 {
        return Err(Error::Unsupported);
    }
    let masked = key_info & MASK_CHIP_KEY != 0 || zero(&chip_id);
    let other_line = version >= 3 && line(cpu)? != vcek.product;
    if masked || other_line || chip_id != vcek.chip_id || reported_tcb != vcek.tcb {
        return Err(Error::Chip);
    }
    vcek.window.check(now)?;
    if !assay_host::p384::verify(&vcek.key, &Sha384::digest(signed), &big_endian(signature)?) {
        return Err(Error::Signature);
    }
    Ok(Facts {
        kind: Kind::Snp,
        measurements,
        platform: Platform::Amd { product: vcek.product, chip_id },
        tcb: TcbStatus::Unrated,
        advisories: Advisories::default(),
        evaluation_number: None,
        bound_data: Some(report_data),
        issued_at: None,
        valid_until: vcek.window.until,
    })
}

/// The processor line of a family, model and stepping, which reports name since version 3.
fn line([family, model, _stepping]: [u8; 3]) -> Result<Product, Error> {
    match (family, model) {
        (0x19, 0x00..=0x0f) => Ok(Product::Milan),
        (0x19, 0x10..=0x1f | 0xa0..=0xaf) => Ok(Product::Genoa),
        (0x1a, 0x00..=0x11) => Ok(Product::Turin),
        _ => Err(Error::Unsupported),
    }
}

/// r and s are little-endian in 72 bytes each, then zeros; the curve's numbers have 48.
fn big_endian(signature: &[u8]) -> Result<[u8; 96], Error> {
    let mut at = Bytes::new(signature);
    let mut out = [0; 96];
    for half in out.chunks_exact_mut(48) {
        let mut number: [u8; 48] = at.array()?;
        if !zero(at.take(24)?) {
            return Err(Error::Malformed);
        }
        number.reverse();
        half.copy_from_slice(&number);
    }
    if zero(at.rest()) {
        Ok(out)
    } else {
        Err(Error::Malformed)
    }
}
