//! What a provider hands in at tier Proven besides its signature.

use crate::circuit::Cost;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// A proof, and what the receipt's request and response commit to. The weights are not in it, nor the instances: whoever
/// verifies puts these together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Evidence {
    /// The circuit's cost: what verifying is charged from before the circuit is looked up.
    pub cost: Cost,
    /// The inputs, or their hash, as the circuit's layout says: big-endian and canonical.
    pub inputs: Vec<[u8; 32]>,
    /// The outputs, or their hash, likewise.
    pub outputs: Vec<[u8; 32]>,
    /// The proof.
    pub proof: Vec<u8>,
}
