//! QE identity: which quoting enclaves Intel stands behind.
use super::{
    level::{hex, isv_levels, masked, window, IsvJson, IsvLevels, LevelJson, QE_STATUSES},
    names,
    quote::SgxReport,
    signer::{SignedJson, Signer},
};
use crate::{
    facts::{Advisories, Kind, TcbStatus},
    time::rfc3339,
    x509::Certificate,
    Crl, Error, Window,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::Deserialize;

/// A checked identity of the quoting enclave of SGX, or of that of TDX.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct QeIdentity {
    /// SGX or TDX.
    pub kind: Kind,
    /// From issueDate to nextUpdate, ending no later than the signer's certificate.
    pub window: Window,
    /// Number of the TCB recovery event that it takes account of.
    pub evaluation_number: u32,
    /// Who signed it.
    pub signer: Signer,
    misc_select: [u8; 4],
    misc_select_mask: [u8; 4],
    attributes: [u8; 16],
    attributes_mask: [u8; 16],
    mr_signer: [u8; 32],
    isv_prod_id: u16,
    levels: IsvLevels,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    id: &'a str,
    version: u32,
    issue_date: &'a str,
    next_update: &'a str,
    tcb_evaluation_data_number: u32,
    miscselect: &'a str,
    #[serde(rename = "miscselectMask")]
    miscselect_mask: &'a str,
    attributes: &'a str,
    attributes_mask: &'a str,
    mrsigner: &'a str,
    isvprodid: u16,
    #[serde(borrow)]
    tcb_levels: Vec<LevelJson<'a, IsvJson>>,
}

impl QeIdentity {
    /// Verifies a QE identity (version 2; for TDX also 3) of this kind against a trusted root and its revocation list.
    pub fn check(signed: &SignedJson, kind: Kind, root: &Certificate, root_crl: &Crl, now: u64) -> Result<Self, Error> {
        let (_, id) = names(kind).ok_or(Error::Unsupported)?;
        let (signer_window, signer) = signed.check(root, root_crl, now)?;
        let json: Json = serde_json::from_slice(signed.json).map_err(|_| Error::Malformed)?;
        if json.id != id {
            return Err(Error::Collateral);
        }
        if json.version != 2 && !(json.version == 3 && kind == Kind::Tdx) {
            return Err(Error::Unsupported);
        }
        let window = window(rfc3339(json.issue_date)?, rfc3339(json.next_update)?, signer_window, now)?;
        Ok(Self {
            kind,
            window,
            evaluation_number: json.tcb_evaluation_data_number,
            signer,
            misc_select: hex(json.miscselect)?,
            misc_select_mask: hex(json.miscselect_mask)?,
            attributes: hex(json.attributes)?,
            attributes_mask: hex(json.attributes_mask)?,
            mr_signer: hex(json.mrsigner)?,
            isv_prod_id: json.isvprodid,
            levels: isv_levels(json.tcb_levels, QE_STATUSES)?,
        })
    }

    /// Whether it may replace `other`: same kind, no lower evaluation number, and newer.
    pub fn supersedes(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.evaluation_number >= other.evaluation_number
            && self.window.from > other.window.from
    }

    /// The status and advisories of a quoting enclave, if it is the one that this describes.
    pub(super) fn appraise(&self, qe: &SgxReport) -> Result<(TcbStatus, &Advisories), Error> {
        qe.refuse_debug()?;
        let described = qe.mr_signer == self.mr_signer
            && qe.isv_prod_id == self.isv_prod_id
            && masked(&qe.misc_select, &self.misc_select, &self.misc_select_mask)
            && masked(&qe.attributes, &self.attributes, &self.attributes_mask);
        if !described {
            return Err(Error::QuotingEnclave);
        }
        let level = self.levels.iter().find(|level| qe.isv_svn >= level.tcb).ok_or(Error::NoTcbLevel)?;
        Ok((level.status, &level.advisories))
    }
}
