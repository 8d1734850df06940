//! A circuit of either dialect, as a chain keeps it, and what it takes to verify its proofs.

use crate::{ipa, kzg};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A dialect of halo2: a curve, a commitment scheme, a transcript.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Dialect {
    /// What EZKL makes: see [`kzg`].
    #[codec(index = 0)]
    Kzg,
    /// What the crate `halo2_proofs` makes: see [`ipa`].
    #[codec(index = 1)]
    Ipa,
}

/// What one proof of a circuit costs, exact and known before anything of a proof is read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Cost {
    /// The only length that a proof can have, in bytes.
    pub proof_len: u32,
    /// Points of the multiplication that come with circuit and proof.
    pub points: u32,
    /// Points of the multiplication that are the same for all circuits of this size. None in dialect KZG.
    pub generators: u32,
    /// Public instances.
    pub instances: u32,
    /// Steps of the polynomial expressions and products over the permutation's columns.
    pub ops: u32,
    /// Values that the proof opens.
    pub evaluations: u32,
}

impl Cost {
    /// What no limit admits.
    pub const MOST: Self = Self {
        proof_len: u32::MAX,
        points: u32::MAX,
        generators: u32::MAX,
        instances: u32::MAX,
        ops: u32::MAX,
        evaluations: u32::MAX,
    };

    /// Whether no number is above its like.
    pub fn within(&self, most: &Self) -> bool {
        self.proof_len <= most.proof_len
            && self.points <= most.points
            && self.generators <= most.generators
            && self.instances <= most.instances
            && self.ops <= most.ops
            && self.evaluations <= most.evaluations
    }
}

impl From<kzg::Cost> for Cost {
    fn from(cost: kzg::Cost) -> Self {
        let kzg::Cost { proof_len, points, instances, ops, lookups, evaluations, challenges: _ } = cost;
        Self { proof_len, points, generators: 0, instances, ops: ops.saturating_add(lookups), evaluations }
    }
}

impl From<ipa::Cost> for Cost {
    fn from(cost: ipa::Cost) -> Self {
        let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            proof_len: clamp(cost.proof_len),
            points: clamp(cost.points),
            generators: clamp(cost.generators),
            instances: clamp(cost.instances),
            ops: clamp(cost.ops),
            evaluations: clamp(cost.evaluations),
        }
    }
}

/// A circuit that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// Of dialect KZG.
    Kzg(kzg::Circuit),
    /// Of dialect IPA.
    Ipa(ipa::Circuit),
}

/// The bytes are no circuit of this dialect, or one that exceeds what any chain takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCircuit;

impl Circuit {
    /// The circuit with this canonical encoding, within the dialect's default limits.
    pub fn decode(dialect: Dialect, bytes: &[u8]) -> Result<Self, NoCircuit> {
        match dialect {
            Dialect::Kzg => kzg::Circuit::decode(bytes, &Default::default()).map(Self::Kzg).map_err(|_| NoCircuit),
            Dialect::Ipa => {
                ipa::Circuit::decode_within(bytes, &Default::default()).map(Self::Ipa).map_err(|_| NoCircuit)
            }
        }
    }

    /// What one proof of it costs.
    pub fn cost(&self) -> Cost {
        match self {
            Self::Kzg(circuit) => circuit.cost().into(),
            // What was decoded was planned before; a plan that fails costs more than any limit.
            Self::Ipa(circuit) => circuit.cost().map_or(Cost::MOST, Cost::from),
        }
    }

    /// How many public instances its proofs are about.
    pub fn instances(&self) -> usize {
        match self {
            Self::Kzg(circuit) => circuit.description().instances.into(),
            Self::Ipa(circuit) => circuit.instances(),
        }
    }
}
