//! What can be wrong.

use crate::program::ProgramError;

/// What is wrong with a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitError {
    /// Not the canonical encoding of a circuit.
    Encoding,
    /// Above a limit.
    TooLarge,
    /// A k so small that the blinding does not fit, or so large that there are no generators for it.
    Rows,
    /// The digest is not a scalar.
    Digest,
    /// A column that is not there, or a permuted column that is not queried at its own row.
    Column,
    /// The same column is queried twice at the same row, or permuted twice.
    Duplicate,
    /// A rotation by half the rows or more.
    Rotation,
    /// The expressions are no program over these queries.
    Program(ProgramError),
    /// The lookups do not name the expressions that follow the gates.
    Lookups,
    /// Not as many permutation commitments as permuted columns, or a commitment that is no point, or none at all.
    Commitment,
}

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The circuit itself is wrong.
    Circuit(CircuitError),
    /// Not as many public values as the circuit has, or one that is no scalar.
    Instances,
    /// The proof is not as long as this circuit's proofs are.
    Length,
    /// A number in the proof is not below its modulus.
    NonCanonical,
    /// The proof holds an x that no point has.
    NotOnCurve,
    /// The proof holds the point at infinity.
    IdentityInProof,
    /// A challenge fell where it must not; a proof cannot aim at that.
    ChallengeInDomain,
    /// The commitments do not open to the claimed values, or the values do not satisfy the circuit.
    Opening,
}

impl From<CircuitError> for Error {
    fn from(error: CircuitError) -> Self {
        Self::Circuit(error)
    }
}

impl From<ProgramError> for CircuitError {
    fn from(error: ProgramError) -> Self {
        Self::Program(error)
    }
}

impl From<assay_host::Error> for Error {
    fn from(error: assay_host::Error) -> Self {
        match error {
            assay_host::Error::Length => Self::Length,
            assay_host::Error::NonCanonical => Self::NonCanonical,
            // Vesta's order is prime: only other curves have such points.
            assay_host::Error::NotOnCurve | assay_host::Error::NotInSubgroup => Self::NotOnCurve,
        }
    }
}
