//! What verifying costs.

use super::circuit::{Description, Limits};
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What one proof of a circuit costs. Every number is exact and follows from the description alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Cost {
    /// Bytes of a proof.
    pub proof_len: u32,
    /// Points of the multiplication, before equal ones are merged. There are two pairings besides.
    pub points: u32,
    /// Instances: a field multiplication each, and the hashing.
    pub instances: u32,
    /// Steps and polynomials of the program, and products over the permutation's columns.
    pub ops: u32,
    /// Lookup expressions.
    pub lookups: u32,
    /// Values in the proof.
    pub evaluations: u32,
    /// Challenges: the transcript is hashed once for each.
    pub challenges: u32,
}

impl Cost {
    /// Counted in 64 bits, since nothing of the description was checked yet but its size; what is more than 32 bits hold
    /// is above every limit.
    pub(super) fn of(description: &Description) -> Self {
        let program = &description.program;
        let (points, evaluations) = (proof_points(description), evaluations(description));
        let lookups: u64 = description.lookups.iter().map(|lookup| lookup.expressions() as u64).sum();
        let challenges: u64 = description.phases.iter().map(|phase| u64::from(phase.challenges)).sum();
        let commitments = description.fixed.len() as u64 + description.sigma.len() as u64;
        let ops = program.ops.len() as u64 + program.outputs.len() as u64 + 4 * description.permutation.len() as u64;
        let clamp = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            proof_len: clamp(64 * (points + 2) + 32 * evaluations),
            points: clamp(points + 3 + commitments),
            instances: description.instances.into(),
            ops: clamp(ops),
            lookups: clamp(lookups),
            evaluations: clamp(evaluations),
            challenges: clamp(challenges + 8),
        }
    }

    pub(super) fn is_within(&self, limits: &Limits) -> bool {
        self.points <= limits.points
            && self.evaluations <= limits.evaluations
            && self.ops <= limits.ops
            && self.instances <= limits.instances
            && self.challenges <= limits.challenges
    }
}

/// Points of a proof before the opening's two: advice columns, each lookup's multiplicities, the permutation's products,
/// each lookup's sums, one random polynomial, the quotient's pieces.
fn proof_points(description: &Description) -> u64 {
    let advice: u64 = description.phases.iter().map(|phase| u64::from(phase.advice)).sum();
    let (lookups, products) = (description.lookups.len() as u64, description.products() as u64);
    advice + 2 * lookups + products + 1 + description.pieces() as u64
}

/// Values of a proof: the queries, the random polynomial, the permutation's polynomials, its products at three rows (the
/// last one at two), each lookup's sums at two rows and its multiplicities.
fn evaluations(description: &Description) -> u64 {
    let queries = description.advice_queries.len() as u64 + description.fixed_queries.len() as u64;
    let products = (3 * description.products() as u64).saturating_sub(1);
    queries + 1 + description.sigma.len() as u64 + products + 3 * description.lookups.len() as u64
}
