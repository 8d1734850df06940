//! What a chain keeps of a verifying key of halo2_proofs: columns, queries, expressions and commitments. Whatever follows
//! from these is derived anew for every proof.

use super::{error::CircuitError, plan::Plan};
use crate::program::{Program, ProgramLimits};
use alloc::vec::Vec;
use assay_host::vesta::Point;
use blake2b_simd::Params;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Column {
    /// A witness.
    #[codec(index = 0)]
    Advice(u16),
    /// Part of the circuit.
    #[codec(index = 1)]
    Fixed(u16),
    /// Public values.
    #[codec(index = 2)]
    Instance(u16),
}

/// A column, read so many rows further on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Query {
    /// The column's number among those of its kind.
    pub column: u16,
    /// Rows further on; negative is back.
    pub rotation: i16,
}

/// A circuit of halo2_proofs, committed to on Vesta.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Circuit {
    /// There are 2^k rows.
    pub k: u8,
    /// The verifying key's hash, a scalar (big-endian): what every transcript begins with.
    pub digest: [u8; 32],
    /// The degree that the circuit's author asked for; 0 if none. It widens the permutation's sets.
    pub minimum_degree: u8,
    /// Number of advice columns.
    pub advice_columns: u16,
    /// How many public values each instance column holds.
    pub instance_rows: Vec<u16>,
    /// Queries to advice columns, in the key's order.
    pub advice_queries: Vec<Query>,
    /// Queries to instance columns.
    pub instance_queries: Vec<Query>,
    /// Queries to fixed columns.
    pub fixed_queries: Vec<Query>,
    /// First the gates; then, of each lookup, the inputs and the table expressions that they are compared with.
    pub program: Program,
    /// How many inputs each lookup has.
    pub lookups: Vec<u16>,
    /// Columns under the permutation argument.
    pub permutation: Vec<Column>,
    /// Commitments to the fixed columns.
    pub fixed_commitments: Vec<Point>,
    /// Commitments to the permutation's columns.
    pub permutation_commitments: Vec<Point>,
}

/// The most that a registered circuit may have of each thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows are at most 2^k: verifying costs a multiplication of as many points.
    pub k: u8,
    /// Bytes of the encoded circuit.
    pub bytes: usize,
    /// Columns of all kinds.
    pub columns: usize,
    /// Queries of all kinds.
    pub queries: usize,
    /// Lookup arguments.
    pub lookups: usize,
    /// Degree of the constraints.
    pub degree: usize,
    /// Public values in all.
    pub instances: usize,
    /// Expressions.
    pub program: ProgramLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            k: 11,
            bytes: 65_536,
            columns: 256,
            queries: 512,
            lookups: 32,
            degree: 17,
            instances: 256,
            program: ProgramLimits { constants: 1024, ops: 8192, outputs: 1024 },
        }
    }
}

/// What one verification takes, known before any of it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Degree of the constraints.
    pub degree: usize,
    /// The only length that a proof can have, in bytes.
    pub proof_len: usize,
    /// Generators in the one large multiplication: 2^k + 2.
    pub generators: usize,
    /// Other points in it.
    pub points: usize,
    /// Points of the proof to decompress.
    pub decompressions: usize,
    /// Instance columns to commit to.
    pub instance_columns: usize,
    /// Public values in all.
    pub instances: usize,
    /// Steps of the expressions.
    pub ops: usize,
    /// Opened values.
    pub evaluations: usize,
}

impl Circuit {
    /// The circuit in these bytes: within the limits, sound in itself, and encoded as it would be again.
    pub fn decode_within(bytes: &[u8], limits: &Limits) -> Result<Self, CircuitError> {
        if bytes.len() > limits.bytes {
            return Err(CircuitError::TooLarge);
        }
        let circuit = Self::decode(&mut &*bytes).map_err(|_| CircuitError::Encoding)?;
        if circuit.encode() != bytes {
            return Err(CircuitError::Encoding);
        }
        circuit.check(limits)?;
        Ok(circuit)
    }

    /// Whether the circuit is within the limits and sound in itself.
    pub fn check(&self, limits: &Limits) -> Result<(), CircuitError> {
        let columns = usize::from(self.advice_columns) + self.instance_rows.len() + self.fixed_commitments.len();
        let queries = self.advice_queries.len() + self.instance_queries.len() + self.fixed_queries.len();
        let Program { constants, ops, outputs } = &self.program;
        let within = self.k <= limits.k
            && columns <= limits.columns
            && queries <= limits.queries
            && self.lookups.len() <= limits.lookups
            && self.instances() <= limits.instances
            && constants.len() <= limits.program.constants
            && ops.len() <= limits.program.ops
            && outputs.len() <= limits.program.outputs;
        if !within || Plan::new(self)?.degree > limits.degree {
            return Err(CircuitError::TooLarge);
        }
        // Only a registration pays for this: verifying multiplies the points, and decodes them for that.
        let points = [&self.fixed_commitments[..], &self.permutation_commitments[..]].concat();
        if points.contains(&[0; 64]) {
            return Err(CircuitError::Commitment);
        }
        let zeros = alloc::vec![0; points.len() * 32];
        assay_host::vesta::msm(points.as_flattened(), &zeros).map_err(|_| CircuitError::Commitment)?;
        Ok(())
    }

    /// The circuit's name: BLAKE2b-256 of its encoding.
    pub fn id(&self) -> [u8; 32] {
        let mut id = [0; 32];
        id.copy_from_slice(Params::new().hash_length(32).hash(&self.encode()).as_bytes());
        id
    }

    /// How many public values there are.
    pub fn instances(&self) -> usize {
        self.instance_rows.iter().map(|rows| usize::from(*rows)).sum()
    }

    /// What one verification takes.
    pub fn cost(&self) -> Result<Cost, CircuitError> {
        let plan = Plan::new(self)?;
        Ok(Cost {
            degree: plan.degree,
            proof_len: plan.proof_words() * 32,
            generators: plan.n() + 2,
            points: plan.points.end + 2 * plan.k() + 2,
            decompressions: plan.proof_points(),
            instance_columns: self.instance_rows.len(),
            instances: self.instances(),
            ops: self.program.ops.len(),
            evaluations: plan.evals.end,
        })
    }
}
