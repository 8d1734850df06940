//! All openings as one: commitments opened at the same rotations are combined, the sets are combined into one polynomial at
//! one point, and that is opened by the inner product argument.

use super::{claim::Claim, domain::Domain, error::Error, plan::Plan, transcript::Transcript};
use alloc::{vec, vec::Vec};
use ark_ff::{batch_inversion, Field, One, Zero};
use ark_vesta::Fr;
use assay_host::vesta::Point;

/// The points and values that are opened, and where.
pub(super) struct Opened<'a> {
    /// Every commitment, in the plan's order.
    pub(super) points: &'a [Point],
    /// Every value, the quotient's last.
    pub(super) evals: &'a [Fr],
    /// Where.
    pub(super) x: Fr,
    /// x^n: what one piece of the quotient is worth more than the one before.
    pub(super) power: Fr,
}

/// Reads the rest of the proof, and leaves what must be checked on the curve.
pub(super) fn open(plan: &Plan, domain: &Domain, opened: &Opened, transcript: &mut Transcript) -> Result<Claim, Error> {
    let (x1, x2) = (transcript.challenge(), transcript.challenge());
    let mut values: Vec<Vec<Fr>> = plan.sets.iter().map(|rotations| vec![Fr::zero(); rotations.len()]).collect();
    // Within a set, the last opening weighs 1, the one before it x1, and so on.
    let mut powers = vec![Fr::one(); plan.sets.len()];
    let mut weights = Vec::with_capacity(plan.openings.len());
    for opening in plan.openings.iter().rev() {
        let (power, values) = powers.get_mut(opening.set).zip(values.get_mut(opening.set)).ok_or(Error::Length)?;
        for (value, eval) in values.iter_mut().zip(&opening.evals) {
            *value += *power * opened.evals.get(*eval).ok_or(Error::Length)?;
        }
        weights.push((opening, *power));
        *power *= x1;
    }

    let combined_quotient = transcript.point()?;
    let x3 = transcript.challenge();
    let at_x3 = transcript.scalars(plan.sets.len())?;
    let mut value = Fr::zero();
    for ((rotations, values), at_x3) in plan.sets.iter().zip(&values).zip(&at_x3) {
        let points: Vec<Fr> = rotations.iter().map(|rotation| domain.rotate(opened.x, *rotation)).collect();
        value = value * x2 + divided(&points, values, x3, *at_x3)?;
    }
    let x4 = transcript.challenge();
    let mut set_weights = vec![Fr::one(); plan.sets.len()];
    let mut power = Fr::one();
    for weight in set_weights.iter_mut().rev() {
        *weight = power;
        power *= x4;
    }
    value = at_x3.iter().fold(value, |value, at_x3| value * x4 + at_x3);

    let mut terms = vec![(combined_quotient, power)];
    for (opening, weight) in weights {
        let mut weight = weight * set_weights.get(opening.set).ok_or(Error::Length)?;
        if opening.point != plan.points.pieces.start {
            terms.push((*opened.points.get(opening.point).ok_or(Error::Length)?, weight));
            continue;
        }
        for piece in opened.points.get(plan.points.pieces.clone()).ok_or(Error::Length)? {
            terms.push((*piece, weight));
            weight *= opened.power;
        }
    }
    fold(plan, transcript, terms, x3, value)
}

/// (f(x3) - r(x3)) / prod (x3 - p), where r takes the given values at the points p: Lagrange's interpolation.
fn divided(points: &[Fr], values: &[Fr], x3: Fr, at_x3: Fr) -> Result<Fr, Error> {
    let others = |at: usize| points.iter().enumerate().filter(move |(other, _)| *other != at).map(|(_, point)| point);
    let mut inverses: Vec<Fr> = points.iter().map(|point| x3 - point).collect();
    inverses
        .extend(points.iter().enumerate().map(|(at, point)| others(at).map(|other| *point - other).product::<Fr>()));
    if inverses.iter().any(Fr::is_zero) {
        return Err(Error::ChallengeInDomain);
    }
    batch_inversion(&mut inverses);
    let (distances, basis) = inverses.split_at_checked(points.len()).ok_or(Error::Length)?;
    // prod_{j != i} (x3 - p_j) / prod (x3 - p) is 1 / (x3 - p_i).
    let interpolated: Fr =
        values.iter().zip(basis).zip(distances).map(|((value, basis), near)| *value * basis * near).sum();
    Ok(at_x3 * distances.iter().product::<Fr>() - interpolated)
}

/// The inner product argument: that the terms' sum opens to a value at x.
fn fold(
    plan: &Plan,
    transcript: &mut Transcript,
    mut terms: Vec<(Point, Fr)>,
    x: Fr,
    value: Fr,
) -> Result<Claim, Error> {
    let random = transcript.point()?;
    terms.push((random, transcript.challenge()));
    let z = transcript.challenge();
    let (mut rounds, mut halves) = (Vec::with_capacity(plan.k()), Vec::with_capacity(plan.k()));
    for _ in 0..plan.k() {
        halves.push((transcript.point()?, transcript.point()?));
        rounds.push(transcript.challenge());
    }
    if rounds.iter().any(Fr::is_zero) {
        return Err(Error::ChallengeInDomain);
    }
    let mut inverses = rounds.clone();
    batch_inversion(&mut inverses);
    for (((left, right), round), inverse) in halves.into_iter().zip(&rounds).zip(inverses) {
        terms.extend([(left, inverse), (right, *round)]);
    }
    let (c, blind) = (transcript.scalar()?, transcript.scalar()?);
    // The folded powers of x: prod (1 + u_{k-1-i} x^{2^i}).
    let (mut b, mut power) = (Fr::one(), x);
    for round in rounds.iter().rev() {
        b *= Fr::one() + power * round;
        power.square_in_place();
    }
    Ok(Claim { k: plan.circuit.k, rounds, folded: -c, constant: -value, w: -blind, u: -c * b * z, terms })
}
