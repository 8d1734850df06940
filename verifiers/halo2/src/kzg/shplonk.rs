//! The opening (SHPLONK, <https://eprint.iacr.org/2020/081>, section 4): all values of all polynomials in one equation.

use super::{
    circuit::{Circuit, Description},
    domain::{Domain, Rows},
    error::Error,
    msm::Sum,
    proof::Proof,
    shape::{Commitment, RotationSet},
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{batch_inversion, Field, One, Zero};

/// The generator of G1.
const GENERATOR: [u8; 64] = {
    let mut point = [0; 64];
    point[31] = 1;
    point[63] = 2;
    point
};

/// The sum whose pairing with the generator of G2 must be that of the shifted quotient with tau.
pub(super) fn open(circuit: &Circuit, domain: &Domain, rows: &Rows, proof: &Proof, quotient: Fr) -> Result<Sum, Error> {
    let (description, shape, challenges) = (circuit.description(), circuit.shape(), &proof.challenges);
    let points: Vec<(i8, Fr)> =
        shape.rotations.iter().map(|rotation| (*rotation, challenges.x * domain.row((*rotation).into()))).collect();
    let sets: Vec<OpenedSet> = shape.sets.iter().map(|set| OpenedSet::new(set, &points, challenges.mu)).collect();
    let first = sets.first().ok_or(Error::Length)?;
    let scale = first.scale()?;

    let mut values = proof.values.clone();
    values.push(quotient);
    // Every point of the proof is in the sum, at least with factor zero, so that every one is checked.
    let mut sum = Sum::default();
    proof.points.iter().for_each(|point| sum.add(point, Fr::zero()));
    let (mut constant, mut set_power) = (Fr::zero(), Fr::one());
    for (index, (set, opened_set)) in shape.sets.iter().zip(&sets).enumerate() {
        // Everything is divided by the first set's factor.
        let mut factor = if index == 0 { Fr::one() } else { set_power * opened_set.missing * scale };
        for opened in &set.opened {
            let mut interpolated = Fr::zero();
            for (place, lagrange) in opened.values.iter().zip(&opened_set.lagrange) {
                interpolated += *values.get(*place).ok_or(Error::Length)? * lagrange;
            }
            constant += factor * interpolated;
            add_commitment(&mut sum, description, proof, (shape.quotient, rows.x_n), opened.commitment, factor)?;
            factor *= challenges.zeta;
        }
        set_power *= challenges.nu;
    }
    sum.add(&GENERATOR, -constant);
    sum.add(&proof.opening, -first.vanishing);
    sum.add(&proof.shifted, challenges.mu);
    Ok(sum)
}

fn add_commitment(
    sum: &mut Sum,
    description: &Description,
    proof: &Proof,
    (quotient, x_n): (usize, Fr),
    commitment: Commitment,
    factor: Fr,
) -> Result<(), Error> {
    let point = match commitment {
        Commitment::Proof(index) => proof.points.get(index),
        Commitment::Fixed(index) => description.fixed.get(index),
        Commitment::Sigma(index) => description.sigma.get(index),
        Commitment::Quotient => {
            let mut factor = factor;
            for piece in proof.points.iter().skip(quotient).take(description.pieces()) {
                sum.add(piece, factor);
                factor *= x_n;
            }
            return Ok(());
        }
    };
    sum.add(point.ok_or(Error::Length)?, factor);
    Ok(())
}

/// A rotation set, seen from mu.
struct OpenedSet {
    /// The product of `mu - point` over the set's points.
    vanishing: Fr,
    /// The same over all other points.
    missing: Fr,
    /// For each point of the set the polynomial that is one there and zero at the others.
    lagrange: Vec<Fr>,
}

impl OpenedSet {
    /// What everything is multiplied by.
    fn scale(&self) -> Result<Fr, Error> {
        self.missing.inverse().ok_or(Error::ChallengeInDomain)
    }

    fn new(set: &RotationSet, points: &[(i8, Fr)], mu: Fr) -> Self {
        let (own, others): (Vec<_>, Vec<_>) =
            points.iter().copied().partition(|(rotation, _)| set.rotations.binary_search(rotation).is_ok());
        let distance = |points: &[(i8, Fr)]| points.iter().map(|(_, point)| mu - point).product::<Fr>();
        let rest = |of: i8| own.iter().filter(move |(rotation, _)| *rotation != of);
        // Different rotations of x, which is not zero, are different points.
        let mut lagrange: Vec<Fr> =
            own.iter().map(|(rotation, point)| rest(*rotation).map(|(_, other)| *point - other).product()).collect();
        batch_inversion(&mut lagrange);
        for ((rotation, _), factor) in own.iter().zip(&mut lagrange) {
            *factor *= rest(*rotation).map(|(_, other)| mu - other).product::<Fr>();
        }
        Self { vanishing: distance(&own), missing: distance(&others), lagrange }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [(i8, u64); 3] = [(-1, 5), (0, 11), (1, 17)];

    fn set(rotations: &[i8], mu: u64) -> OpenedSet {
        let points = POINTS.map(|(rotation, point)| (rotation, Fr::from(point)));
        OpenedSet::new(&RotationSet { rotations: rotations.to_vec(), opened: Vec::new() }, &points, Fr::from(mu))
    }

    #[test]
    fn a_set_interpolates_through_its_points() {
        // 3x^2 + x + 7 through all three points, 2x + 1 through two of them.
        let all = set(&[-1, 0, 1], 100);
        let quadratic = |x: u64| Fr::from(3 * x * x + x + 7);
        let value: Fr = POINTS.iter().zip(&all.lagrange).map(|((_, x), factor)| quadratic(*x) * factor).sum();
        assert_eq!(value, quadratic(100));
        assert_eq!((all.vanishing, all.missing), (Fr::from(95u64 * 89 * 83), Fr::one()));
        let two = set(&[-1, 1], 100);
        assert_eq!(two.lagrange[0] * Fr::from(11u64) + two.lagrange[1] * Fr::from(35u64), Fr::from(201u64));
        assert_eq!((two.vanishing, two.missing), (Fr::from(95u64 * 83), Fr::from(89u64)));
    }

    #[test]
    fn a_challenge_on_an_opening_point_is_refused() {
        assert_eq!(set(&[0], 5).scale(), Err(Error::ChallengeInDomain));
        assert_eq!(set(&[0], 17).scale(), Err(Error::ChallengeInDomain));
        assert!(set(&[0], 11).scale().is_ok(), "only what the first set lacks is divided by");
    }
}
