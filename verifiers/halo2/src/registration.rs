//! Everything that says what a proof of a circuit means, as it is registered.

use crate::{circuit::Dialect, layout::Layout};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha3::{Digest, Keccak256};

/// What made a circuit's keys and makes its proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Source {
    /// EZKL: KZG on BN254 over a structured reference string.
    #[codec(index = 0)]
    Ezkl {
        /// The string's id: see [`Srs::id`](crate::kzg::Srs::id).
        srs: [u8; 32],
    },
    /// The crate `halo2_proofs`: inner-product argument on the Pasta curves, without a trusted setup.
    #[codec(index = 1)]
    Halo2Proofs,
}

impl Source {
    /// The dialect of its proofs.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Ezkl { .. } => Dialect::Kzg,
            Self::Halo2Proofs => Dialect::Ipa,
        }
    }

    /// The reference string of its proofs, if they need one.
    pub fn srs(&self) -> Option<[u8; 32]> {
        match self {
            Self::Ezkl { srs } => Some(*srs),
            Self::Halo2Proofs => None,
        }
    }
}

/// A circuit with its meaning. It is hashed whole, so that nobody can take a circuit's id first with another meaning.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Registration {
    /// What made it.
    pub source: Source,
    /// Which instances are inputs, parameters and outputs.
    pub layout: Layout,
    /// The circuit, in its canonical encoding.
    pub description: Vec<u8>,
}

impl Registration {
    /// The id under which it is registered: keccak256 of its encoding.
    pub fn id(&self) -> [u8; 32] {
        Keccak256::digest(self.encode()).into()
    }
}
