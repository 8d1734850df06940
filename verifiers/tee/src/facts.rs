//! What verified evidence says.
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most advisories that one TCB level, and so one platform, may carry.
pub const MAX_ADVISORIES: u32 = 128;
/// An advisory's name, as in `INTEL-SA-00615`.
pub type Advisory = BoundedVec<u8, ConstU32<32>>;
/// Advisories that apply, sorted, none twice.
pub type Advisories = BoundedVec<Advisory, ConstU32<MAX_ADVISORIES>>;
/// What names one machine among its vendor's: see [`Platform::id`].
pub type PlatformId = BoundedVec<u8, ConstU32<64>>;
/// PCRs that a Nitro document lists, by rising index.
pub type Pcrs = BoundedVec<(u8, [u8; 48]), ConstU32<32>>;

/// Kind of trusted execution environment.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Kind {
    /// Intel SGX enclave.
    Sgx,
    /// Intel TDX trust domain.
    Tdx,
    /// AWS Nitro enclave.
    Nitro,
    /// AMD SEV-SNP virtual machine.
    Snp,
}

/// What the vendor thinks of the platform's microcode and firmware.
///
/// The names are Intel's. AWS does not rate Nitro hosts to their users, and AMD publishes no ratings: there it is
/// `Unrated`, and what can be required of AMD firmware is [`Measurements::Snp::reported_tcb`]. `Revoked` occurs only
/// inside collateral: evidence from a revoked platform is refused.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum TcbStatus {
    /// Nothing is known to be wrong.
    UpToDate,
    /// Software inside the enclave must mitigate a known weakness.
    SwHardeningNeeded,
    /// The platform's configuration may expose a weakness.
    ConfigurationNeeded,
    /// Both of the two above.
    ConfigurationAndSwHardeningNeeded,
    /// Known weaknesses are fixed in updates that the platform lacks.
    OutOfDate,
    /// `OutOfDate` and `ConfigurationNeeded`.
    OutOfDateConfigurationNeeded,
    /// The TDX module was updated under a running trust domain that was launched on a weak one.
    TdRelaunchAdvised,
    /// `TdRelaunchAdvised` and `ConfigurationNeeded`.
    TdRelaunchAdvisedConfigurationNeeded,
    /// The platform's keys are no longer trusted.
    Revoked,
    /// The vendor publishes no rating.
    Unrated,
}

/// What was measured: the program, its configuration and the firmware that measured it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Measurements {
    /// Fields of an SGX enclave report.
    Sgx {
        /// Hash of the enclave as it was loaded.
        mr_enclave: [u8; 32],
        /// Hash of the key that signed the enclave.
        mr_signer: [u8; 32],
        /// Product id given by the signer.
        isv_prod_id: u16,
        /// Security version given by the signer.
        isv_svn: u16,
        /// ATTRIBUTES: flags, then XFRM.
        attributes: [u8; 16],
        /// MISCSELECT.
        misc_select: u32,
    },
    /// Fields of a TD report.
    Tdx {
        /// Hash of the trust domain's initial memory.
        mr_td: [u8; 48],
        /// Registers that the trust domain extended while it booted.
        rtmr: [[u8; 48]; 4],
        /// Hash of the TDX module.
        mr_seam: [u8; 48],
        /// Configuration id given by the host.
        mr_config_id: [u8; 48],
        /// Owner given by the host.
        mr_owner: [u8; 48],
        /// Owner's configuration given by the host.
        mr_owner_config: [u8; 48],
        /// TD attributes, little-endian.
        td_attributes: u64,
        /// Extended features, little-endian.
        xfam: u64,
    },
    /// Platform configuration registers of a Nitro document, those that are not all zero.
    Nitro {
        /// Index and value, by rising index.
        pcrs: Pcrs,
    },
    /// Fields of an SEV-SNP report.
    Snp {
        /// Hash of the guest's initial memory.
        measurement: [u8; 48],
        /// Data given by the host at launch.
        host_data: [u8; 32],
        /// Guest policy: least ABI version, SMT, migration agent, single socket.
        policy: u64,
        /// Privilege level that asked for the report; 0 is the most privileged.
        vmpl: u32,
        /// Security version of the guest.
        guest_svn: u32,
        /// Family id of the guest.
        family_id: [u8; 16],
        /// Image id of the guest.
        image_id: [u8; 16],
        /// Hash of the key that signed the id block.
        id_key_digest: [u8; 48],
        /// Hash of the key that certified the id key.
        author_key_digest: [u8; 48],
        /// Firmware version that the chip key is derived from.
        reported_tcb: [u8; 8],
        /// Firmware version at launch.
        launch_tcb: [u8; 8],
        /// PLATFORM_INFO: SMT, memory encryption, ECC, and more.
        platform_info: u64,
    },
}

impl Measurements {
    /// Value of a Nitro PCR that is not all zero.
    pub fn pcr(&self, index: u8) -> Option<&[u8; 48]> {
        match self {
            Self::Nitro { pcrs } => pcrs.iter().find(|(at, _)| *at == index).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Which machine it was, as far as the vendor says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Platform {
    /// From the PCK certificate.
    Intel {
        /// Platform provisioning id.
        ppid: [u8; 16],
        /// Family, model, stepping, platform type, custom SKU.
        fmspc: [u8; 6],
        /// Whether packages can be added later; absent for single-package platforms.
        dynamic: Option<bool>,
        /// Whether Intel keeps the platform's keys; absent likewise.
        cached_keys: Option<bool>,
        /// Whether simultaneous multithreading is on; absent likewise.
        smt: Option<bool>,
    },
    /// From the document's module id.
    Nitro {
        /// Id of the EC2 instance, as in `i-0bee92034f3d60691`.
        instance: PlatformId,
    },
    /// From the report and its chip key.
    Amd {
        /// Processor line.
        product: crate::snp::Product,
        /// Unique id of the chip; on Turin 8 bytes and zeros.
        chip_id: [u8; 64],
    },
}

impl Platform {
    /// PPID, EC2 instance id or CHIP_ID: what an allow or deny list of platforms names.
    pub fn id(&self) -> PlatformId {
        match self {
            Self::Intel { ppid, .. } => PlatformId::truncate_from(ppid.to_vec()),
            Self::Nitro { instance } => instance.clone(),
            Self::Amd { chip_id, .. } => PlatformId::truncate_from(chip_id.to_vec()),
        }
    }
}

/// What verified evidence says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Facts {
    /// Kind of environment.
    pub kind: Kind,
    /// What was measured.
    pub measurements: Measurements,
    /// On which machine.
    pub platform: Platform,
    /// Vendor's rating of the machine.
    pub tcb: TcbStatus,
    /// Advisories that the rating names.
    pub advisories: Advisories,
    /// The lower of the evaluation numbers of TCB info and QE identity; absent where there is no rating.
    pub evaluation_number: Option<u32>,
    /// What the enclave bound: REPORTDATA, or a Nitro document's user data when it is exactly 64 bytes.
    pub bound_data: Option<[u8; 64]>,
    /// Unix seconds at which the evidence was made; absent where it does not say (all but Nitro).
    pub issued_at: Option<u64>,
    /// Last unix second at which this very evidence verifies: the earliest end of every certificate, list and other
    /// collateral used.
    pub valid_until: u64,
}
