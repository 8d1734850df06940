//! What the pallet stores, and what its calls take.

use alloc::vec::Vec;
pub use assay_primitives::ReceiptKey;
use assay_primitives::{AccountId32, BlockNumber, ModelId, H256};
pub use assay_tee::{
    facts::{Advisories, Advisory, PlatformId},
    snp::{Product, Vcek},
    x509::{AuthorityId, Serial},
    Kind, Measurements, TcbStatus,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_io::hashing::keccak_256;

/// Most bytes of a certificate.
pub const MAX_CERTIFICATE: u32 = assay_tee::x509::MAX_CERTIFICATE as u32;
/// Most bytes of a revocation list.
pub const MAX_CRL: u32 = assay_tee::crl::MAX_CRL as u32;
/// Most bytes of TCB info or a QE identity.
pub const MAX_JSON: u32 = assay_tee::dcap::signer::MAX_JSON as u32;
/// Most bytes of a quote, and of a Nitro document.
pub const MAX_QUOTE: u32 = assay_tee::dcap::MAX_QUOTE as u32;
/// Most bytes of an SNP report: all have as many.
pub const MAX_REPORT: u32 = assay_tee::snp::REPORT as u32;
/// Most programs that a policy accepts.
pub const MAX_MEASURED: u32 = 8;
/// Most PCRs that a policy names.
pub const MAX_PCRS: u32 = 16;
/// Most platforms that a policy allows, and that it denies.
pub const MAX_PLATFORMS: u32 = 64;
/// Most TCB statuses on a list: more than there are.
pub const MAX_STATUSES: u32 = 10;
/// Most advisories that a policy denies.
pub const MAX_DENIED: u32 = 32;
/// Most advisories that governance denies.
pub const MAX_DENIED_BY_ALL: u32 = 64;
/// Most seconds that governance lets a session last: a year.
pub const MAX_SESSION_SECONDS: u64 = 366 * 24 * 3_600;
/// Most seconds that governance lets evidence be old: a day.
pub const MAX_EVIDENCE_AGE: u32 = 24 * 3_600;

/// SHA-256 of the simulated certificates (Intel's, AWS's, AMD's ARK and ASK), whose private keys everybody has. Refused
/// outside of development networks, whatever they are called when they are added.
///
/// Made by `cargo run --example roots -- ../../pallets/enclaves/simulated` in `verifiers/tee-sim`.
pub const SIMULATED_ROOTS: [[u8; 32]; 4] = [
    [
        0x4f, 0x7c, 0x5d, 0xef, 0x35, 0xa2, 0xca, 0xa7, 0x03, 0xf8, 0x84, 0xc8, 0x74, 0x43, 0x92, 0x48, 0x11, 0xfc,
        0x0e, 0x73, 0xa1, 0x2f, 0xe8, 0x9c, 0x32, 0x0b, 0x29, 0xda, 0xbc, 0xbe, 0x14, 0x8f,
    ],
    [
        0xe9, 0xca, 0xb5, 0xf1, 0xb0, 0x8c, 0xa9, 0xcb, 0x40, 0x7c, 0x39, 0x54, 0xb5, 0x92, 0x37, 0xd1, 0xd2, 0x7c,
        0x05, 0x01, 0xd9, 0x63, 0xe4, 0xa8, 0x42, 0x9a, 0xf1, 0x2d, 0x24, 0x0e, 0x61, 0xdd,
    ],
    [
        0x42, 0x84, 0x18, 0x74, 0x31, 0x98, 0x39, 0x16, 0xdb, 0x17, 0xc2, 0xdc, 0xa0, 0x1f, 0x23, 0xbf, 0x64, 0x16,
        0xf6, 0x17, 0xdc, 0x0f, 0xa2, 0x2a, 0x5f, 0xae, 0x10, 0x5e, 0x12, 0x6e, 0x2c, 0x01,
    ],
    [
        0xc1, 0x8e, 0x94, 0x70, 0xb2, 0xd9, 0xaa, 0x5a, 0x35, 0x2e, 0xbc, 0xb1, 0x29, 0x74, 0x0b, 0xc3, 0x11, 0x19,
        0xec, 0xf5, 0x0f, 0x87, 0x96, 0x64, 0xec, 0xb9, 0xcc, 0x81, 0xf7, 0xaa, 0xce, 0xd3,
    ],
];

/// A root's id: SHA-256 of its certificate in DER.
pub type RootId = H256;
/// A policy's id: see [`Terms::id`].
pub type PolicyId = H256;
/// A certificate in DER.
pub type Der = BoundedVec<u8, ConstU32<MAX_CERTIFICATE>>;
/// TCB statuses on a list.
pub type Statuses = BoundedVec<TcbStatus, ConstU32<MAX_STATUSES>>;
/// Platforms on a list.
pub type Platforms = BoundedVec<PlatformId, ConstU32<MAX_PLATFORMS>>;
/// What names a chip key under its root: keccak256 of the chip's id, and the firmware version.
pub type ChipKeyId = (H256, [u8; 8]);

/// Whose root it is, and so what is attested under it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Authority {
    /// Intel: SGX and TDX.
    Intel,
    /// AWS: Nitro.
    Nitro,
    /// AMD: SEV-SNP, each processor line with a root of its own.
    Amd(Product),
}

impl Authority {
    /// Whether evidence of this kind is attested under it.
    pub fn attests(self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Intel, Kind::Sgx | Kind::Tdx) | (Self::Nitro, Kind::Nitro) | (Self::Amd(_), Kind::Snp)
        )
    }

    /// The processor line, if it is AMD's.
    pub fn product(self) -> Option<Product> {
        match self {
            Self::Amd(product) => Some(product),
            _ => None,
        }
    }
}

/// A root that governance trusts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Root {
    /// Whose it is.
    pub authority: Authority,
    /// Its certificate.
    pub certificate: Der,
    /// The ASK's certificate, if it is AMD's; verified under the root when it was added.
    pub intermediate: Option<Der>,
    /// Whether it counts now.
    pub enabled: bool,
    /// Whether everybody may have its key. Whoever has attests anything: only development networks take such a root.
    pub simulated: bool,
}

/// A root, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RootView {
    /// Its id.
    pub id: RootId,
    /// Whose it is.
    pub authority: Authority,
    /// Whether it counts now.
    pub enabled: bool,
    /// Whether everybody may have its key.
    pub simulated: bool,
}

/// A chip key that AMD's signature was checked of.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ChipKey<Ticket> {
    /// The key, and when its certificates are valid.
    pub vcek: Vcek,
    /// Who handed it in.
    pub submitter: AccountId32,
    /// Deposit for it.
    pub ticket: Ticket,
}

/// Properties of an Intel platform, or of an AMD one as far as they apply: of a session's, whether it has them; in terms
/// and parameters, whether it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PlatformFlags {
    /// Packages can be added to it later.
    pub dynamic: bool,
    /// Intel keeps its keys.
    pub cached_keys: bool,
    /// Simultaneous multithreading is on, or may be.
    pub smt: bool,
}

impl PlatformFlags {
    /// All of them.
    pub const ALL: Self = Self { dynamic: true, cached_keys: true, smt: true };

    /// Whether a platform that has `these` may be used where these are allowed.
    pub fn allow(&self, these: &Self) -> bool {
        (self.dynamic || !these.dynamic) && (self.cached_keys || !these.cached_keys) && (self.smt || !these.smt)
    }
}

/// One of the [`PlatformFlags`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Flag {
    /// Packages can be added later.
    Dynamic,
    /// Intel keeps the platform's keys.
    CachedKeys,
    /// Simultaneous multithreading.
    Smt,
}

/// A program that a policy accepts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Measured {
    /// Exactly this SGX enclave.
    Sgx {
        /// Hash of the enclave.
        mr_enclave: [u8; 32],
    },
    /// Whatever this signer signs as this product, from a security version on.
    SgxSigner {
        /// Hash of the signer's key.
        mr_signer: [u8; 32],
        /// Product id given by the signer.
        isv_prod_id: u16,
        /// Least security version.
        min_isv_svn: u16,
    },
    /// This TDX trust domain. The hash is that of its firmware: kernel, command line and file system are in the
    /// registers, so whoever leaves these out accepts any program.
    Tdx {
        /// Hash of the initial memory.
        mr_td: [u8; 48],
        /// Registers, those that matter.
        rtmr: [Option<[u8; 48]>; 4],
    },
    /// The Nitro enclave with these PCRs, by rising index: 0, 1 and 2 at least.
    Nitro {
        /// Index and value; all zero stands for a PCR that nothing was measured into.
        pcrs: BoundedVec<(u8, [u8; 48]), ConstU32<MAX_PCRS>>,
    },
    /// This SEV-SNP guest. A guest that a migration agent may move away is refused unless `policy` says so.
    Snp {
        /// Hash of the initial memory.
        measurement: [u8; 48],
        /// The least privileged level that may ask for a report; 0 is the most privileged.
        max_vmpl: u32,
        /// Which bits of the guest policy matter.
        policy_mask: u64,
        /// What they must be.
        policy: u64,
        /// Least reported firmware version, component by component.
        min_tcb: [u8; 8],
    },
}

/// What a model's owner asks of an enclave that is to run the model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Terms {
    /// The model that the measured programs serve: the owner's word.
    pub model: ModelId,
    /// A number of the owner's.
    pub version: u32,
    /// The programs, one at least.
    pub measured: BoundedVec<Measured, ConstU32<MAX_MEASURED>>,
    /// TCB statuses that are good enough, as far as governance allows them; one at least.
    pub statuses: Statuses,
    /// Advisories that are not.
    pub denied_advisories: BoundedVec<Advisory, ConstU32<MAX_DENIED>>,
    /// What a platform may have.
    pub platform_flags: PlatformFlags,
    /// If given, only these platforms.
    pub platforms: Option<Platforms>,
    /// Most seconds between evidence and its registration, where evidence says when it was made (Nitro).
    pub max_evidence_age: u32,
    /// Most seconds that a session lasts.
    pub session_seconds: u64,
    /// Unix second at which it begins to be good.
    pub not_before: u64,
    /// Last unix second at which it is.
    pub sunset: Option<u64>,
}

impl Terms {
    /// The policy's id: keccak256 over `assay/policy` and the terms as they were when it was made.
    pub fn id(&self) -> PolicyId {
        let mut bytes: Vec<u8> = b"assay/policy".to_vec();
        self.encode_to(&mut bytes);
        H256(keccak_256(&bytes))
    }
}

/// What takes something away from a policy. There is nothing that adds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Narrowing {
    /// This program is accepted no more; never the last.
    Measured(Measured),
    /// This status is good enough no more; never the last.
    Status(TcbStatus),
    /// This advisory is denied.
    DenyAdvisory(Advisory),
    /// No platform may have this any more.
    ForbidFlag(Flag),
    /// This platform is denied.
    DenyPlatform(PlatformId),
    /// Sessions last at most so many seconds; fewer than before.
    SessionSeconds(u64),
    /// The last unix second; earlier than before.
    Sunset(u64),
    /// Most seconds of evidence's age; fewer than before.
    EvidenceAge(u32),
}

/// A policy's terms as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Conditions {
    /// The terms, narrowed.
    pub terms: Terms,
    /// Platforms denied since.
    pub denied_platforms: Platforms,
}

/// A policy without its terms: what every receipt is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Policy<Ticket> {
    /// Who made it: the model's owner.
    pub owner: AccountId32,
    /// The model that it is about.
    pub model: ModelId,
    /// The block in which its owner ended it: good for payments that were reserved before.
    pub ended: Option<BlockNumber>,
    /// How often it was narrowed: sessions that were looked at before are looked at again.
    pub narrowings: u32,
    /// Sessions under it, those included that are over and not yet removed.
    pub sessions: u32,
    /// Deposit for it and its terms.
    pub ticket: Ticket,
}

/// A policy, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PolicyView {
    /// Who made it.
    pub owner: AccountId32,
    /// Its terms, narrowed.
    pub terms: Terms,
    /// Platforms denied since.
    pub denied_platforms: Platforms,
    /// The block in which its owner ended it.
    pub ended: Option<BlockNumber>,
    /// Sessions under it.
    pub sessions: u32,
}

/// Numbers of the certificates that vouch for a session's machine, for revocation lists that come later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Certified {
    /// By Intel's root, an authority and a PCK certificate.
    Intel {
        /// The authority that issued the platform's certificate.
        authority: AuthorityId,
        /// Number of the authority's certificate under the root.
        authority_serial: Serial,
        /// Number of the platform's certificate under the authority.
        serial: Serial,
    },
    /// By AWS, who publish no lists: their certificates live for hours.
    Nitro,
    /// By an ARK, an ASK and a chip key.
    Amd {
        /// Number of the ASK under the ARK.
        signer: Serial,
    },
}

/// What a session's evidence said, as far as it is asked again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SessionFacts {
    /// Kind of environment.
    pub kind: Kind,
    /// What was measured.
    pub measured: Measurements,
    /// On which machine.
    pub platform: PlatformId,
    /// Of which family, if Intel's.
    pub fmspc: Option<[u8; 6]>,
    /// Of which line, if AMD's.
    pub product: Option<Product>,
    /// Vendor's rating of the machine.
    pub tcb: TcbStatus,
    /// Advisories that the rating names.
    pub advisories: Advisories,
    /// Number of the rating, if there is one.
    pub evaluation_number: Option<u32>,
    /// What the platform has.
    pub flags: PlatformFlags,
    /// The root that it was attested under.
    pub root: RootId,
    /// The certificates between root and evidence.
    pub certified: Certified,
}

/// A session without its facts: what every receipt is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Session<Ticket> {
    /// Who registered it, and may earn with it.
    pub provider: AccountId32,
    /// The block since which it is good without a gap: renewals in time do not move it.
    pub registered: BlockNumber,
    /// Unix second of its last renewal.
    pub since: u64,
    /// Last unix second at which it is good.
    pub expires: u64,
    /// The block in which its provider ended it: good for payments that were reserved before.
    pub ended: Option<BlockNumber>,
    /// [`Epoch`](crate::Epoch) in which its facts were last found good.
    pub epoch: u32,
    /// The policy's number of narrowings then.
    pub narrowings: u32,
    /// Deposit for it and its facts.
    pub ticket: Ticket,
}

/// A session, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SessionView {
    /// Who registered it.
    pub provider: AccountId32,
    /// What its evidence said.
    pub facts: SessionFacts,
    /// The block since which it is good.
    pub registered: BlockNumber,
    /// Last unix second at which it is good.
    pub expires: u64,
    /// The block in which its provider ended it.
    pub ended: Option<BlockNumber>,
    /// Whether governance, its policy's owner and revocation lists still let it be. A receipt may be refused all the
    /// same: because of time, or who settles it.
    pub good: bool,
}

/// What proves that an enclave holds a key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SessionEvidence {
    /// A quote of an SGX enclave or a TDX trust domain.
    Dcap {
        /// Intel's root.
        root: RootId,
        /// The quote, with its certificates.
        quote: BoundedVec<u8, ConstU32<MAX_QUOTE>>,
    },
    /// An attestation document of a Nitro enclave.
    Nitro {
        /// AWS's root.
        root: RootId,
        /// The document: COSE_Sign1 without tag.
        document: BoundedVec<u8, ConstU32<MAX_QUOTE>>,
    },
    /// A report of an SEV-SNP guest, whose chip key was submitted.
    Snp {
        /// The ARK.
        root: RootId,
        /// The report.
        report: BoundedVec<u8, ConstU32<MAX_REPORT>>,
    },
}

impl SessionEvidence {
    /// The root that it names.
    pub fn root(&self) -> RootId {
        match self {
            Self::Dcap { root, .. } | Self::Nitro { root, .. } | Self::Snp { root, .. } => *root,
        }
    }
}

/// What governance revokes, one by one. Kinds and products have switches instead.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Target {
    /// A session key, under every policy.
    Key(ReceiptKey),
    /// A program: MRENCLAVE, MRTD, PCR0 or an SNP measurement.
    Program(BoundedVec<u8, ConstU32<48>>),
    /// A signer of SGX enclaves: MRSIGNER.
    Signer([u8; 32]),
    /// A machine: PPID, EC2 instance or CHIP_ID.
    Platform(PlatformId),
    /// An Intel platform family.
    Fmspc([u8; 6]),
    /// All that was attested under a root.
    Root(RootId),
}

/// What governance asks of every session, whatever its policy says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Parameters {
    /// Least evaluation number of Intel's rating.
    pub min_evaluation_number: u32,
    /// The most that a policy may accept.
    pub statuses: Statuses,
    /// Advisories that nobody may accept.
    pub denied_advisories: BoundedVec<Advisory, ConstU32<MAX_DENIED_BY_ALL>>,
    /// What a platform may have.
    pub flags: PlatformFlags,
    /// Most blocks between the block whose hash the evidence binds and its registration; at most BlockHashCount.
    pub nonce_blocks: BlockNumber,
    /// Most seconds that a session lasts; at most [`MAX_SESSION_SECONDS`].
    pub max_session_seconds: u64,
    /// Most seconds between evidence and its registration, where evidence says when it was made; at most
    /// [`MAX_EVIDENCE_AGE`].
    pub max_evidence_age: u32,
}

impl Parameters {
    /// Whether every session that is good by these is good by those too.
    pub fn within(&self, those: &Self) -> bool {
        self.min_evaluation_number >= those.min_evaluation_number
            && self.statuses.iter().all(|status| those.statuses.contains(status))
            && those.denied_advisories.iter().all(|advisory| self.denied_advisories.contains(advisory))
            && those.flags.allow(&self.flags)
            && self.nonce_blocks <= those.nonce_blocks
            && self.max_session_seconds <= those.max_session_seconds
            && self.max_evidence_age <= those.max_evidence_age
    }
}
