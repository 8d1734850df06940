//! The bytes of a quote (Intel DCAP quote library API, appendix A; TDX module ABI for the TD report's fields).
use super::MAX_QUOTE;
use crate::{
    bytes::{zero, Bytes},
    Error, Kind, Measurements,
};

const INTEL_QE: [u8; 16] =
    [0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07];
const ECDSA_P256: u16 = 2;
const TEE_SGX: u32 = 0;
const TEE_TDX: u32 = 0x81;
/// Version 5 says which body follows: that of TDX 1.0 or 1.5.
const BODY_TD10: (u16, u32) = (2, 584);
const BODY_TD15: (u16, u32) = (3, 648);
/// Certification data: a PEM chain of the PCK certificate.
const PCK_CHAIN: u16 = 5;
/// Certification data: the QE report and what certifies it.
const QE_REPORT: u16 = 6;
/// Bytes of an SGX report body.
const SGX_REPORT: usize = 384;
/// Bytes that a quoting enclave of Intel's hashes with its key.
const QE_AUTH_DATA: u16 = 32;

/// SGX ATTRIBUTES: DEBUG.
const SGX_DEBUG: u8 = 1 << 1;
/// TD attributes of the group TUD: DEBUG, and profiling.
const TD_UNDER_DEBUG: u64 = 0xff;
/// TD attribute: the guest is not interrupted by faults on its private memory.
const SEPT_VE_DISABLE: u64 = 1 << 28;
/// TD attributes that may be set: ICSSD, LASS, SEPT_VE_DISABLE, PKS, KL, TPA, PERFMON. So not MIGRATABLE (29),
/// SERVTD_EXT (17) nor a reserved one.
const TD_ALLOWED: u64 = 1 << 16 | 1 << 27 | SEPT_VE_DISABLE | 1 << 30 | 1 << 31 | 1 << 62 | 1 << 63;

/// A quote, taken apart.
pub(super) struct Quote<'a> {
    /// Header and body: what the attestation key signs.
    pub(super) signed: &'a [u8],
    pub(super) report: Report,
    pub(super) signature: &'a [u8],
    /// x and y of a P-256 point.
    pub(super) attestation_key: &'a [u8],
    pub(super) qe_report: &'a [u8],
    pub(super) qe: SgxReport,
    pub(super) qe_signature: &'a [u8],
    pub(super) qe_auth_data: &'a [u8],
    /// PEM.
    pub(super) certificates: &'a [u8],
}

/// What the quote is about.
pub(super) enum Report {
    Sgx(SgxReport),
    Tdx(TdReport),
}

/// REPORT body of an SGX enclave.
pub(super) struct SgxReport {
    pub(super) misc_select: [u8; 4],
    pub(super) attributes: [u8; 16],
    pub(super) mr_enclave: [u8; 32],
    pub(super) mr_signer: [u8; 32],
    pub(super) isv_prod_id: u16,
    pub(super) isv_svn: u16,
    pub(super) report_data: [u8; 64],
}

/// TD report of TDX 1.0, with the two fields that 1.5 adds.
pub(super) struct TdReport {
    pub(super) tee_tcb_svn: [u8; 16],
    pub(super) mr_seam: [u8; 48],
    pub(super) mr_signer_seam: [u8; 48],
    pub(super) seam_attributes: [u8; 8],
    td_attributes: u64,
    xfam: u64,
    mr_td: [u8; 48],
    mr_config_id: [u8; 48],
    mr_owner: [u8; 48],
    mr_owner_config: [u8; 48],
    rtmr: [[u8; 48]; 4],
    report_data: [u8; 64],
    /// TEE_TCB_SVN of the TDX module that runs now.
    pub(super) tee_tcb_svn_2: Option<[u8; 16]>,
    mr_service_td: Option<[u8; 48]>,
}

impl<'a> Quote<'a> {
    pub(super) fn parse(quote: &'a [u8]) -> Result<Self, Error> {
        if quote.len() > MAX_QUOTE {
            return Err(Error::TooLong);
        }
        let mut at = Bytes::new(quote);
        let (version, key_type, tee) = (at.u16()?, at.u16()?, at.u32()?);
        let _qe_and_pce_svn = at.take(4)?;
        let vendor: [u8; 16] = at.array()?;
        let _user_data = at.take(20)?;
        if key_type != ECDSA_P256 || vendor != INTEL_QE {
            return Err(Error::Unsupported);
        }
        let report = match (version, tee) {
            (3, TEE_SGX) => Report::Sgx(SgxReport::parse(&mut at)?),
            (4, TEE_TDX) => Report::Tdx(TdReport::parse(&mut at, false)?),
            (5, TEE_TDX) => match (at.u16()?, at.u32()?) {
                BODY_TD10 => Report::Tdx(TdReport::parse(&mut at, false)?),
                BODY_TD15 => Report::Tdx(TdReport::parse(&mut at, true)?),
                _ => return Err(Error::Unsupported),
            },
            _ => return Err(Error::Unsupported),
        };
        let mut auth = Bytes::new(at.counted()?);
        let trailing = at.rest();
        if !zero(trailing) {
            return Err(Error::Malformed);
        }
        // The signed part is all up to the length of the authentication data.
        let unsigned = auth.len().saturating_add(4).saturating_add(trailing.len());
        let signed_length = quote.len().checked_sub(unsigned).ok_or(Error::Malformed)?;
        let signed = quote.get(..signed_length).ok_or(Error::Malformed)?;

        let (signature, attestation_key) = (auth.take(64)?, auth.take(64)?);
        let mut certified = auth;
        if version > 3 {
            if certified.u16()? != QE_REPORT {
                return Err(Error::Unsupported);
            }
            let inner = certified.counted()?;
            certified.end()?;
            certified = Bytes::new(inner);
        }
        let (qe_report, qe_signature) = (certified.take(SGX_REPORT)?, certified.take(64)?);
        if certified.u16()? != QE_AUTH_DATA {
            return Err(Error::Malformed);
        }
        let qe_auth_data = certified.take(QE_AUTH_DATA.into())?;
        if certified.u16()? != PCK_CHAIN {
            return Err(Error::Unsupported);
        }
        let certificates = certified.counted()?;
        certified.end()?;
        let qe = SgxReport::parse(&mut Bytes::new(qe_report))?;
        Ok(Self { signed, report, signature, attestation_key, qe_report, qe, qe_signature, qe_auth_data, certificates })
    }
}

impl SgxReport {
    fn parse(at: &mut Bytes) -> Result<Self, Error> {
        let _cpu_svn = at.take(16)?;
        let misc_select = at.array()?;
        let _reserved = at.take(28)?;
        let attributes = at.array()?;
        let mr_enclave = at.array()?;
        let _reserved = at.take(32)?;
        let mr_signer = at.array()?;
        let _reserved = at.take(96)?;
        let (isv_prod_id, isv_svn) = (at.u16()?, at.u16()?);
        let _reserved = at.take(60)?;
        let report_data = at.array()?;
        Ok(Self { misc_select, attributes, mr_enclave, mr_signer, isv_prod_id, isv_svn, report_data })
    }

    pub(super) fn refuse_debug(&self) -> Result<(), Error> {
        if self.attributes.first().is_some_and(|flags| flags & SGX_DEBUG != 0) {
            return Err(Error::Debug);
        }
        Ok(())
    }
}

impl TdReport {
    fn parse(at: &mut Bytes, td15: bool) -> Result<Self, Error> {
        let tee_tcb_svn = at.array()?;
        let (mr_seam, mr_signer_seam, seam_attributes) = (at.array()?, at.array()?, at.array()?);
        let (td_attributes, xfam) = (at.u64()?, at.u64()?);
        let (mr_td, mr_config_id, mr_owner, mr_owner_config) = (at.array()?, at.array()?, at.array()?, at.array()?);
        let rtmr = [at.array()?, at.array()?, at.array()?, at.array()?];
        let report_data = at.array()?;
        let (tee_tcb_svn_2, mr_service_td) = if td15 { (Some(at.array()?), Some(at.array()?)) } else { (None, None) };
        Ok(Self {
            tee_tcb_svn,
            mr_seam,
            mr_signer_seam,
            seam_attributes,
            td_attributes,
            xfam,
            mr_td,
            mr_config_id,
            mr_owner,
            mr_owner_config,
            rtmr,
            report_data,
            tee_tcb_svn_2,
            mr_service_td,
        })
    }

    fn refuse_unsafe(&self) -> Result<(), Error> {
        if self.td_attributes & TD_UNDER_DEBUG != 0 {
            return Err(Error::Debug);
        }
        let bound = self.mr_service_td.is_some_and(|service| !zero(&service));
        if bound || self.td_attributes & !TD_ALLOWED != 0 || self.td_attributes & SEPT_VE_DISABLE == 0 {
            return Err(Error::Attributes);
        }
        Ok(())
    }
}

impl Report {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Sgx(_) => Kind::Sgx,
            Self::Tdx(_) => Kind::Tdx,
        }
    }

    pub(super) fn report_data(&self) -> [u8; 64] {
        match self {
            Self::Sgx(report) => report.report_data,
            Self::Tdx(report) => report.report_data,
        }
    }

    /// [`Error::Debug`] or [`Error::Attributes`] for what no policy may allow.
    pub(super) fn refuse_unsafe(&self) -> Result<(), Error> {
        match self {
            Self::Sgx(report) => report.refuse_debug(),
            Self::Tdx(report) => report.refuse_unsafe(),
        }
    }

    pub(super) fn into_measurements(self) -> Measurements {
        match self {
            Self::Sgx(report) => Measurements::Sgx {
                mr_enclave: report.mr_enclave,
                mr_signer: report.mr_signer,
                isv_prod_id: report.isv_prod_id,
                isv_svn: report.isv_svn,
                attributes: report.attributes,
                misc_select: u32::from_le_bytes(report.misc_select),
            },
            Self::Tdx(report) => Measurements::Tdx {
                mr_td: report.mr_td,
                rtmr: report.rtmr,
                mr_seam: report.mr_seam,
                mr_config_id: report.mr_config_id,
                mr_owner: report.mr_owner,
                mr_owner_config: report.mr_owner_config,
                td_attributes: report.td_attributes,
                xfam: report.xfam,
            },
        }
    }
}
