//! TCB info: the levels of a platform family, and the TDX modules that run on it.
use super::{
    level::{
        hex, isv_levels, masked, window, IsvJson, IsvLevels, Level, LevelJson, Rating, MODULE_STATUSES, TCB_STATUSES,
    },
    names,
    pck::Pck,
    quote::TdReport,
    signer::{SignedJson, Signer},
};
use crate::{facts::Kind, time::rfc3339, x509::Certificate, Crl, Error, Window};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::Deserialize;

/// Most levels of a platform family.
pub const MAX_LEVELS: u32 = 64;
/// Most versions of the TDX module.
pub const MAX_MODULES: u32 = 16;

/// Checked TCB info of one platform family and kind.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TcbInfo {
    /// SGX or TDX.
    pub kind: Kind,
    /// Platform family.
    pub fmspc: [u8; 6],
    /// Provisioning certification enclave.
    pub pce_id: [u8; 2],
    /// From issueDate to nextUpdate, ending no later than the signer's certificate.
    pub window: Window,
    /// Number of the TCB recovery event that it takes account of.
    pub evaluation_number: u32,
    /// Who signed it.
    pub signer: Signer,
    /// Highest first.
    levels: BoundedVec<Level<Components>, ConstU32<MAX_LEVELS>>,
    /// The module of version 0, if the kind is TDX.
    module: Option<Module>,
    modules: BoundedVec<(u8, Module, IsvLevels), ConstU32<MAX_MODULES>>,
}

/// Security versions of a platform. Derived order: by SGX components, then PCE, then TDX components.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
struct Components {
    sgx: [u8; 16],
    pce: u16,
    tdx: [u8; 16],
}

/// Who signs a TDX module, and with which attributes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
struct Module {
    mr_signer: [u8; 48],
    attributes: [u8; 8],
    attributes_mask: [u8; 8],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    id: &'a str,
    version: u32,
    issue_date: &'a str,
    next_update: &'a str,
    fmspc: &'a str,
    pce_id: &'a str,
    tcb_type: u32,
    tcb_evaluation_data_number: u32,
    #[serde(borrow)]
    tdx_module: Option<ModuleJson<'a>>,
    #[serde(borrow, default)]
    tdx_module_identities: Vec<ModuleIdentityJson<'a>>,
    #[serde(borrow)]
    tcb_levels: Vec<LevelJson<'a, ComponentsJson>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModuleJson<'a> {
    mrsigner: &'a str,
    attributes: &'a str,
    attributes_mask: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModuleIdentityJson<'a> {
    id: &'a str,
    mrsigner: &'a str,
    attributes: &'a str,
    attributes_mask: &'a str,
    #[serde(borrow)]
    tcb_levels: Vec<LevelJson<'a, IsvJson>>,
}

#[derive(Deserialize)]
struct ComponentsJson {
    sgxtcbcomponents: Vec<SvnJson>,
    pcesvn: u16,
    #[serde(default)]
    tdxtcbcomponents: Vec<SvnJson>,
}

#[derive(Deserialize)]
struct SvnJson {
    svn: u8,
}

impl ModuleJson<'_> {
    fn read(&self) -> Result<Module, Error> {
        Ok(Module {
            mr_signer: hex(self.mrsigner)?,
            attributes: hex(self.attributes)?,
            attributes_mask: hex(self.attributes_mask)?,
        })
    }
}

/// 16 components; none at all where they do not apply.
fn components(json: &[SvnJson], apply: bool) -> Result<[u8; 16], Error> {
    let mut out = [0; 16];
    if json.len() != if apply { out.len() } else { 0 } {
        return Err(Error::Malformed);
    }
    out.iter_mut().zip(json).for_each(|(to, from)| *to = from.svn);
    Ok(out)
}

impl TcbInfo {
    /// Verifies TCB info (version 3) of this kind against a trusted root and its revocation list.
    pub fn check(signed: &SignedJson, kind: Kind, root: &Certificate, root_crl: &Crl, now: u64) -> Result<Self, Error> {
        let (id, _) = names(kind).ok_or(Error::Unsupported)?;
        let (signer_window, signer) = signed.check(root, root_crl, now)?;
        let json: Json = serde_json::from_slice(signed.json).map_err(|_| Error::Malformed)?;
        if json.id != id {
            return Err(Error::Collateral);
        }
        if json.version != 3 || json.tcb_type != 0 {
            return Err(Error::Unsupported);
        }
        let window = window(rfc3339(json.issue_date)?, rfc3339(json.next_update)?, signer_window, now)?;
        let tdx = kind == Kind::Tdx;
        if json.tdx_module.is_some() != tdx {
            return Err(Error::Malformed);
        }
        let mut levels = json
            .tcb_levels
            .iter()
            .map(|level| {
                let sgx = components(&level.tcb.sgxtcbcomponents, true)?;
                let tdx = components(&level.tcb.tdxtcbcomponents, tdx)?;
                level.read(Components { sgx, pce: level.tcb.pcesvn, tdx }, TCB_STATUSES)
            })
            .collect::<Result<Vec<_>, _>>()?;
        // A platform is at the highest level that it meets, whatever the order in the document.
        levels.sort_by(|a, b| b.tcb.cmp(&a.tcb));
        let modules = json.tdx_module_identities.into_iter().map(module_identity).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            kind,
            fmspc: hex(json.fmspc)?,
            pce_id: hex(json.pce_id)?,
            window,
            evaluation_number: json.tcb_evaluation_data_number,
            signer,
            levels: levels.try_into().map_err(|_| Error::TooLong)?,
            module: json.tdx_module.map(|module| module.read()).transpose()?,
            modules: modules.try_into().map_err(|_| Error::TooLong)?,
        })
    }

    /// Whether it may replace `other`: same kind and family, no lower evaluation number, and newer.
    pub fn supersedes(&self, other: &Self) -> bool {
        (self.kind, self.fmspc, self.pce_id) == (other.kind, other.fmspc, other.pce_id)
            && self.evaluation_number >= other.evaluation_number
            && self.window.from > other.window.from
    }

    /// [`Error::Module`] unless the TDX module under this report is signed, and has attributes, as described here.
    pub(super) fn identify_module(&self, report: &TdReport) -> Result<(), Error> {
        let [_, version, ..] = report.tee_tcb_svn;
        let module = match version {
            0 => self.module.as_ref().ok_or(Error::Module)?,
            _ => &self.version(version)?.1,
        };
        let outside = report.seam_attributes.iter().zip(&module.attributes_mask).any(|(bits, mask)| bits & !mask != 0);
        let same = masked(&report.seam_attributes, &module.attributes, &module.attributes_mask);
        if outside || !same || report.mr_signer_seam != module.mr_signer {
            return Err(Error::Module);
        }
        Ok(())
    }

    fn version(&self, version: u8) -> Result<&(u8, Module, IsvLevels), Error> {
        self.modules.iter().find(|(number, ..)| *number == version).ok_or(Error::Module)
    }

    /// The highest level that the platform meets; for TDX together with that of its module.
    pub(super) fn appraise(&self, pck: &Pck, tee_tcb_svn: Option<&[u8; 16]>) -> Result<Rating<'_>, Error> {
        let meets = |level: &&Level<Components>| {
            let sgx = pck.cpu_svn.iter().zip(&level.tcb.sgx).all(|(have, need)| have >= need);
            let tdx = tee_tcb_svn.is_none_or(|svn| {
                // A module with a version of its own is judged by its identity: components 0 and 1 are about it.
                let [_, version, ..] = svn;
                let skip = if *version > 0 { 2 } else { 0 };
                svn.iter().zip(&level.tcb.tdx).skip(skip).all(|(have, need)| have >= need)
            });
            sgx && pck.pce_svn >= level.tcb.pce && tdx
        };
        let level = self.levels.iter().find(meets).ok_or(Error::NoTcbLevel)?;
        let mut rating = Rating::of(level);
        if let Some([svn, version, ..]) = tee_tcb_svn.filter(|[_, version, ..]| *version > 0) {
            let (_, _, levels) = self.version(*version)?;
            let level = levels.iter().find(|level| u16::from(*svn) >= level.tcb).ok_or(Error::NoTcbLevel)?;
            rating.converge(level.status, &level.advisories);
        }
        Ok(rating)
    }
}

fn module_identity(json: ModuleIdentityJson) -> Result<(u8, Module, IsvLevels), Error> {
    let [version] = hex(json.id.strip_prefix("TDX_").ok_or(Error::Malformed)?)?;
    let module =
        ModuleJson { mrsigner: json.mrsigner, attributes: json.attributes, attributes_mask: json.attributes_mask };
    Ok((version, module.read()?, isv_levels(json.tcb_levels, MODULE_STATUSES)?))
}
