//! What the pallet stores.

use assay_halo2::{Cost, Layout, Srs};
pub use assay_halo2::{Registration, Source};
use assay_primitives::{AccountId32, BlockNumber, H256};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most bytes of a circuit's description. EZKL's largest measured verifier artefact is 13,256 bytes at k = 13.
pub const MAX_DESCRIPTION: u32 = 32 * 1024;
/// Most bytes of the evidence that comes with a registration.
pub const MAX_EVIDENCE: u32 = assay_primitives::MAX_MATERIAL;

/// A circuit's id: see [`Registration::id`].
pub type CircuitId = H256;
/// A reference string's id: see [`Srs::id`].
pub type SrsId = [u8; 32];

/// A registered circuit without its description.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Circuit<Ticket> {
    /// Who registered it.
    pub owner: AccountId32,
    /// What made it.
    pub source: Source,
    /// Which instances are inputs, parameters and outputs.
    pub layout: Layout,
    /// What verifying one proof of it takes.
    pub cost: Cost,
    /// The block in which its owner retired it: good for payments that were reserved before.
    pub retired: Option<BlockNumber>,
    /// Whether governance revoked it: good for nothing any more.
    pub revoked: bool,
    /// Models that list it or listed it.
    pub listings: u32,
    /// Deposit for it and its description; nothing only while it is looked at.
    pub ticket: Option<Ticket>,
}

/// A circuit, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CircuitView {
    /// Who registered it.
    pub owner: AccountId32,
    /// What made it.
    pub source: Source,
    /// Which instances are inputs, parameters and outputs.
    pub layout: Layout,
    /// What verifying one proof of it takes.
    pub cost: Cost,
    /// The block in which its owner retired it.
    pub retired: Option<BlockNumber>,
    /// Whether governance revoked it.
    pub revoked: bool,
}

impl<Ticket> From<Circuit<Ticket>> for CircuitView {
    fn from(circuit: Circuit<Ticket>) -> Self {
        let Circuit { owner, source, layout, cost, retired, revoked, .. } = circuit;
        Self { owner, source, layout, cost, retired, revoked }
    }
}

/// A model owner's word that a circuit is its model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Listing<Ticket> {
    /// The block in which it was taken back: good for payments that were reserved before.
    pub ended: Option<BlockNumber>,
    /// Who paid the deposit.
    pub owner: AccountId32,
    /// Deposit for it.
    pub ticket: Ticket,
}

/// A structured reference string, as far as verifying needs it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SrsRecord {
    /// \[1\]G2 and \[tau\]G2.
    pub points: Srs,
    /// Whether somebody may know tau. Whoever does forges proofs: only development networks take such a string.
    pub unsafe_for_tests: bool,
    /// Whether governance withdrew it: no proof over it counts any more.
    pub withdrawn: bool,
}

/// What governance lets proofs of a dialect be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct DialectLimits {
    /// Whether proofs of it count at all.
    pub enabled: bool,
    /// The most that verifying one may take.
    pub most: Cost,
}

impl DialectLimits {
    /// Whether all that these allow is allowed by those too.
    pub fn within(&self, those: &Self) -> bool {
        (those.enabled || !self.enabled) && self.most.within(&those.most)
    }
}
