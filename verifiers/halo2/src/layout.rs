//! What the instances of an EZKL circuit mean. The verifying side assembles them itself, from what was asked and what was
//! answered; a proof says nothing about what its instances are.

use crate::kzg::Circuit;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha3::{Digest, Keccak256};

/// Most tensors that a model takes or gives.
pub const MAX_TENSORS: usize = 16;

/// A field element's bytes, big-endian and canonical.
pub type Element = [u8; 32];

/// How inputs or outputs stand among the instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Part {
    /// Not at all: the proof does not say what they were.
    #[codec(index = 0)]
    Absent,
    /// By their Poseidon hash.
    #[codec(index = 1)]
    Hash,
    /// As they are: so many field elements.
    #[codec(index = 2)]
    Raw(u16),
}

/// What ties a circuit to one model's weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum ParamBinding {
    /// The weights are constants of the circuit.
    #[codec(index = 0)]
    Fixed,
    /// An instance is the weights' Poseidon hash, and must be this one. Big-endian.
    #[codec(index = 1)]
    Hash([u8; 32]),
    /// The proof's first commitment is the weights', and must be this one.
    #[codec(index = 2)]
    Commit([u8; 64]),
}

/// An EZKL release.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Version {
    /// Major.
    pub major: u16,
    /// Minor.
    pub minor: u16,
    /// Patch.
    pub patch: u16,
}

/// What a circuit's instances mean, in EZKL's order: hashes of inputs and weights, then raw inputs, then outputs, raw or
/// hashed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Layout {
    /// The release that made the circuit.
    pub version: Version,
    /// The inputs.
    pub inputs: Part,
    /// The weights.
    pub params: ParamBinding,
    /// The outputs.
    pub outputs: Part,
    /// For each input tensor s, where an element is `round(x * 2^s)` mod the scalar field's order.
    pub input_scales: Vec<i8>,
    /// The same for each output tensor.
    pub output_scales: Vec<i8>,
}

/// Why instances cannot be assembled, or a layout is not a circuit's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutError {
    /// Not as many inputs as the layout has; a hash counts one.
    Inputs,
    /// Not as many outputs.
    Outputs,
    /// The proof does not say what they were, so that there is nothing to commit to.
    Absent,
    /// The circuit has another number of instances.
    Instances,
    /// The proof commits to other weights.
    Params,
    /// More tensors than [`MAX_TENSORS`].
    Tensors,
}

impl Part {
    fn count(self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Hash => 1,
            Self::Raw(count) => count.into(),
        }
    }

    /// The commitment to the elements: the Poseidon hash that is their instance, or keccak256 over all of them.
    pub fn commitment(self, elements: &[Element]) -> Result<[u8; 32], LayoutError> {
        match (self, elements) {
            (Self::Absent, _) => Err(LayoutError::Absent),
            (Self::Hash, [hash]) => Ok(*hash),
            (Self::Raw(count), _) if elements.len() == usize::from(count) => {
                Ok(Keccak256::digest(elements.as_flattened()).into())
            }
            _ => Err(LayoutError::Instances),
        }
    }
}

impl Layout {
    /// How many instances there are.
    pub fn count(&self) -> usize {
        let params = usize::from(matches!(self.params, ParamBinding::Hash(_)));
        self.inputs.count() + params + self.outputs.count()
    }

    /// Whether this can be the circuit's layout.
    pub fn check(&self, circuit: &Circuit) -> Result<(), LayoutError> {
        if self.input_scales.len() > MAX_TENSORS || self.output_scales.len() > MAX_TENSORS {
            return Err(LayoutError::Tensors);
        }
        if self.count() != usize::from(circuit.description().instances) {
            return Err(LayoutError::Instances);
        }
        Ok(())
    }

    /// All instances of a proof that these inputs, or their hash, give these outputs, or their hash, with the model's own
    /// weights. [`check_params`](Self::check_params) is needed besides.
    pub fn instances(&self, inputs: &[Element], outputs: &[Element]) -> Result<Vec<Element>, LayoutError> {
        if inputs.len() != self.inputs.count() {
            return Err(LayoutError::Inputs);
        }
        if outputs.len() != self.outputs.count() {
            return Err(LayoutError::Outputs);
        }
        let (input_hash, raw_inputs) = if self.inputs == Part::Hash { (inputs, &[][..]) } else { (&[][..], inputs) };
        let param_hash = match &self.params {
            ParamBinding::Hash(hash) => core::slice::from_ref(hash),
            ParamBinding::Fixed | ParamBinding::Commit(_) => &[],
        };
        Ok([input_hash, param_hash, raw_inputs, outputs].concat())
    }

    /// Whether the proof is about the model's own weights, as far as the instances do not say it.
    pub fn check_params(&self, proof: &[u8]) -> Result<(), LayoutError> {
        match &self.params {
            ParamBinding::Fixed | ParamBinding::Hash(_) => Ok(()),
            ParamBinding::Commit(commitment) if proof.first_chunk() == Some(commitment) => Ok(()),
            ParamBinding::Commit(_) => Err(LayoutError::Params),
        }
    }

    /// Whether proofs about so many instances can have this layout, with inputs and outputs to bind a receipt to.
    pub fn fits(&self, instances: usize) -> bool {
        self.count() == instances
            && self.inputs != Part::Absent
            && self.outputs != Part::Absent
            && self.input_scales.len() <= MAX_TENSORS
            && self.output_scales.len() <= MAX_TENSORS
    }

    /// Inputs and outputs out of all instances: the inverse of [`instances`](Self::instances).
    pub fn split(&self, instances: &[Element]) -> Option<(Vec<Element>, Vec<Element>)> {
        let mut rest = instances.iter().copied();
        let mut take = |count: usize| -> Option<Vec<Element>> { (0..count).map(|_| rest.next()).collect() };
        let hashed = usize::from(self.inputs == Part::Hash);
        let mut inputs = take(hashed)?;
        take(usize::from(matches!(self.params, ParamBinding::Hash(_))))?;
        inputs.extend(take(self.inputs.count().saturating_sub(hashed))?);
        let outputs = take(self.outputs.count())?;
        rest.next().is_none().then_some((inputs, outputs))
    }

    /// The layout of a circuit whose inputs and outputs are field elements as they are, made by no EZKL.
    pub fn of_field_elements(inputs: Part, params: ParamBinding, outputs: Part) -> Self {
        let version = Version { major: 0, minor: 0, patch: 0 };
        Self { version, inputs, params, outputs, input_scales: Vec::new(), output_scales: Vec::new() }
    }
}

/// Of a layout that [`fits`](Layout::fits).
impl MaxEncodedLen for Layout {
    fn max_encoded_len() -> usize {
        let scales = 1 + MAX_TENSORS;
        Version::max_encoded_len() + 2 * Part::max_encoded_len() + ParamBinding::max_encoded_len() + 2 * scales
    }
}
