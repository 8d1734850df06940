//! Why a circuit or a proof is refused.

use crate::program::ProgramError;

/// Why bytes are no circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitError {
    /// More bytes, columns, queries, steps or points than the limits allow.
    TooLarge,
    /// Not the encoding of a description.
    Encoding,
    /// Bytes that encode a description, but not as it encodes itself.
    NonCanonical,
    /// k, degree, blinding rows or instances outside of their ranges.
    Range,
    /// A query that stands in the list twice.
    DuplicateQuery,
    /// A query to a column that is not there.
    UnknownColumn,
    /// A column in the permutation twice, not there, or not queried at rotation zero.
    Permutation,
    /// A lookup without columns or inputs.
    Lookup,
    /// The program is wrong in itself, or has not one polynomial for each gate and lookup expression.
    Program(ProgramError),
}

impl From<ProgramError> for CircuitError {
    fn from(error: ProgramError) -> Self {
        Self::Program(error)
    }
}

/// Why a proof does not prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Not as many bytes as the circuit's proofs have.
    Length,
    /// Not as many instances as the circuit has.
    Instances,
    /// A number that is not below its modulus.
    NonCanonical,
    /// A point that is not on the curve; also a commitment of the circuit.
    NotOnCurve,
    /// The identity among the proof's points: no honest proof has it.
    IdentityInProof,
    /// A challenge fell on a point of the domain or of the opening: no honest prover meets that.
    ChallengeInDomain,
    /// The structured reference string is not two points of G2.
    Srs,
    /// The circuit takes more points than one multiplication may have.
    TooLarge,
    /// Everything is in order, but the equation does not hold.
    Pairing,
}

/// What the arithmetic refuses about G1; the lengths are checked before.
impl From<assay_host::Error> for Error {
    fn from(error: assay_host::Error) -> Self {
        match error {
            assay_host::Error::Length => Self::TooLarge,
            assay_host::Error::NonCanonical => Self::NonCanonical,
            assay_host::Error::NotOnCurve | assay_host::Error::NotInSubgroup => Self::NotOnCurve,
        }
    }
}
