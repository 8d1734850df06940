//! What a verifier must know of a circuit. A [`Description`] is what is written down; a [`Circuit`] is one that was found
//! good, with everything that follows from it.

use super::{
    cost::Cost,
    error::CircuitError,
    shape::{self, Shape},
};
use crate::program::{Arity, Program, ProgramLimits};
use alloc::{collections::BTreeSet, vec::Vec};
use ark_bn254::Fr;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sha3::{Digest, Keccak256};

/// A phase of proving: columns are committed to, then challenges drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Phase {
    /// Advice columns of this phase.
    pub advice: u16,
    /// Challenges that later phases and the expressions may use.
    pub challenges: u8,
}

/// A column at a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Query {
    /// Which column; advice columns are numbered in the order of their commitments.
    pub column: u16,
    /// How many rows further down.
    pub rotation: i8,
}

/// A column that takes part in the permutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Column {
    /// An advice column.
    #[codec(index = 0)]
    Advice(u16),
    /// A fixed column.
    #[codec(index = 1)]
    Fixed(u16),
    /// The instance column.
    #[codec(index = 2)]
    Instance,
}

/// A lookup: each input's columns, row by row, stand among the table's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Lookup {
    /// Columns of the table and of each input.
    pub width: u8,
    /// How many inputs share the table.
    pub inputs: u8,
}

/// A circuit, as it is registered. The rest, such as rotation sets and the proof's layout, follows from this.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Description {
    /// The prover's digest of its verifying key, big-endian: the first thing in the transcript.
    pub digest: [u8; 32],
    /// The circuit has 2^k rows.
    pub k: u8,
    /// The constraints' degree: permutation columns are taken `degree - 2` at a time, the quotient has `degree - 1` pieces.
    pub degree: u8,
    /// Rows of randomness at the end, before one unused row.
    pub blinding: u8,
    /// How many instances a proof has, all in one column.
    pub instances: u16,
    /// The phases, with all advice columns.
    pub phases: Vec<Phase>,
    /// Queries to advice columns, in the order of their values in a proof.
    pub advice_queries: Vec<Query>,
    /// Queries to fixed columns, likewise.
    pub fixed_queries: Vec<Query>,
    /// Gates, then for each lookup the table's columns and each input's. The one instance query is the column itself.
    pub program: Program,
    /// How many of the program's polynomials are gates.
    pub gates: u16,
    /// The lookups.
    pub lookups: Vec<Lookup>,
    /// The permutation's columns, in order.
    pub permutation: Vec<Column>,
    /// Commitments of the fixed columns: x, y, big-endian; the identity is legitimate here.
    pub fixed: Vec<[u8; 64]>,
    /// Commitments of the permutation's polynomials, one a column.
    pub sigma: Vec<[u8; 64]>,
}

/// The most that a circuit may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Limits {
    /// Bytes of the description.
    pub bytes: u32,
    /// Largest k; the scalar field's domains end at 28, powers of tau may end sooner.
    pub k: u8,
    /// Largest degree.
    pub degree: u8,
    /// Points in one proof's multiplication, before equal ones are merged.
    pub points: u32,
    /// Values of a proof.
    pub evaluations: u32,
    /// Different rotations: each set of them is interpolated over.
    pub rotations: u32,
    /// Steps and polynomials of the program, and products over the permutation's columns.
    pub ops: u32,
    /// Instances.
    pub instances: u32,
    /// Challenges.
    pub challenges: u32,
}

/// Admits every EZKL circuit measured, with room to spare.
impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024,
            k: 20,
            degree: 24,
            points: 512,
            evaluations: 1024,
            rotations: 16,
            ops: 8 * 1024,
            instances: 1024,
            challenges: 64,
        }
    }
}

/// Smallest k: with it, all rotations that fit in a byte are different points.
const LEAST_K: u8 = 8;
/// Least degree: one column a permutation product.
const LEAST_DEGREE: u8 = 3;
/// Most blinding rows: the rotation past them must fit in a byte.
const MOST_BLINDING: u8 = 64;
/// The largest domain of the scalar field is 2^28.
const MOST_K: u8 = 28;

/// A description that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    description: Description,
    id: [u8; 32],
    shape: Shape,
}

impl Circuit {
    /// Checks a description and derives what follows from it. Costs no curve arithmetic: a commitment that is no point
    /// is refused with every proof.
    pub fn new(description: Description, limits: &Limits) -> Result<Self, CircuitError> {
        if description.encoded_size() > limits.bytes as usize {
            return Err(CircuitError::TooLarge);
        }
        let cost = Cost::of(&description);
        if !cost.is_within(limits) {
            return Err(CircuitError::TooLarge);
        }
        check_ranges(&description, limits)?;
        check_queries(&description)?;
        check_program(&description, limits)?;
        let shape = shape::derive(&description)?;
        if shape.rotations.len() > limits.rotations as usize {
            return Err(CircuitError::TooLarge);
        }
        let id = Keccak256::digest(description.encode()).into();
        Ok(Self { description, id, shape })
    }

    /// The circuit with this encoding.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, CircuitError> {
        if bytes.len() > limits.bytes as usize {
            return Err(CircuitError::TooLarge);
        }
        let mut rest = bytes;
        let description = Description::decode(&mut rest).map_err(|_| CircuitError::Encoding)?;
        if !rest.is_empty() {
            return Err(CircuitError::Encoding);
        }
        if description.encode() != bytes {
            return Err(CircuitError::NonCanonical);
        }
        Self::new(description, limits)
    }

    /// The canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        self.description.encode()
    }

    /// keccak256 of the canonical encoding.
    pub fn id(&self) -> [u8; 32] {
        self.id
    }

    /// What was written down.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// What one proof costs, exactly, known before anything of it is read.
    pub fn cost(&self) -> Cost {
        Cost::of(&self.description)
    }

    /// What follows from it.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
}

fn check_ranges(description: &Description, limits: &Limits) -> Result<(), CircuitError> {
    let Description { k, degree, blinding, instances, .. } = *description;
    if !(LEAST_K..=limits.k.min(MOST_K)).contains(&k)
        || !(LEAST_DEGREE..=limits.degree).contains(&degree)
        || !(1..=MOST_BLINDING).contains(&blinding)
    {
        return Err(CircuitError::Range);
    }
    // Instances live in the rows that are neither blinded nor the one unused.
    let usable = (1u64 << k).saturating_sub(u64::from(blinding) + 1);
    if u64::from(instances) > usable || description.phases.is_empty() {
        return Err(CircuitError::Range);
    }
    Ok(())
}

fn check_queries(description: &Description) -> Result<(), CircuitError> {
    let advice = description.advice_columns();
    for (queries, columns) in
        [(&description.advice_queries, advice), (&description.fixed_queries, description.fixed.len())]
    {
        let distinct: BTreeSet<&Query> = queries.iter().collect();
        if distinct.len() != queries.len() {
            return Err(CircuitError::DuplicateQuery);
        }
        if queries.iter().any(|query| usize::from(query.column) >= columns) {
            return Err(CircuitError::UnknownColumn);
        }
    }
    let distinct: BTreeSet<&Column> = description.permutation.iter().collect();
    if distinct.len() != description.permutation.len() || description.sigma.len() != distinct.len() {
        return Err(CircuitError::Permutation);
    }
    Ok(())
}

fn check_program(description: &Description, limits: &Limits) -> Result<(), CircuitError> {
    if description.lookups.iter().any(|lookup| lookup.width == 0 || lookup.inputs == 0) {
        return Err(CircuitError::Lookup);
    }
    let arity = Arity {
        fixed: description.fixed_queries.len(),
        advice: description.advice_queries.len(),
        instance: 1,
        challenges: description.challenges(),
    };
    let ops = limits.ops as usize;
    description.program.check::<Fr>(arity, ProgramLimits { constants: ops, ops, outputs: ops })?;
    let expressions: usize = description.lookups.iter().map(Lookup::expressions).sum();
    if description.program.outputs.len() != usize::from(description.gates) + expressions {
        return Err(CircuitError::Program(crate::program::ProgramError::OutOfRange));
    }
    Ok(())
}

impl Lookup {
    /// How many polynomials of the program are this lookup's.
    pub(super) fn expressions(&self) -> usize {
        usize::from(self.width) * (usize::from(self.inputs) + 1)
    }
}

impl Description {
    pub(super) fn advice_columns(&self) -> usize {
        self.phases.iter().map(|phase| usize::from(phase.advice)).sum()
    }

    pub(super) fn challenges(&self) -> usize {
        self.phases.iter().map(|phase| usize::from(phase.challenges)).sum()
    }

    /// Columns of one permutation product.
    pub(super) fn chunk(&self) -> usize {
        usize::from(self.degree.saturating_sub(2).max(1))
    }

    /// Pieces of the quotient.
    pub(super) fn pieces(&self) -> usize {
        usize::from(self.degree.saturating_sub(1))
    }

    /// How many permutation products there are.
    pub(super) fn products(&self) -> usize {
        self.permutation.len().div_ceil(self.chunk())
    }
}
