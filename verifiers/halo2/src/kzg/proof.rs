//! Reading a proof: points, challenges, values, in the order in which the prover made them.

use super::{circuit::Circuit, error::Error, transcript::Transcript};
use crate::field;
use alloc::vec::Vec;
use ark_bn254::Fr;

/// What the transcript asked the prover, after the phases' own challenges.
pub(super) struct Challenges {
    /// Of the phases.
    pub(super) phases: Vec<Fr>,
    /// Joins a lookup's columns.
    pub(super) theta: Fr,
    /// Shifts permutation values and lookup entries.
    pub(super) beta: Fr,
    /// Shifts permutation values.
    pub(super) gamma: Fr,
    /// Joins the constraints.
    pub(super) y: Fr,
    /// Where everything is evaluated.
    pub(super) x: Fr,
    /// Joins the polynomials of a rotation set.
    pub(super) zeta: Fr,
    /// Joins the rotation sets.
    pub(super) nu: Fr,
    /// Where the opening is evaluated.
    pub(super) mu: Fr,
}

/// A proof, read.
pub(super) struct Proof {
    pub(super) instances: Vec<Fr>,
    pub(super) points: Vec<[u8; 64]>,
    pub(super) values: Vec<Fr>,
    pub(super) challenges: Challenges,
    /// The opening's quotient.
    pub(super) opening: [u8; 64],
    /// The opening's second quotient, at mu.
    pub(super) shifted: [u8; 64],
}

pub(super) fn read(circuit: &Circuit, instances: &[[u8; 32]], proof: &[u8]) -> Result<Proof, Error> {
    let (description, cost) = (circuit.description(), circuit.cost());
    if proof.len() != cost.proof_len as usize {
        return Err(Error::Length);
    }
    if instances.len() != usize::from(description.instances) {
        return Err(Error::Instances);
    }
    let numbers = instances.iter().map(|bytes| field::from_be(bytes).ok_or(Error::NonCanonical));
    let numbers = numbers.collect::<Result<_, _>>()?;
    let lookups = description.lookups.len();

    let mut transcript = Transcript::new(&description.digest, instances, proof);
    let mut points = Vec::new();
    let mut phases = Vec::new();
    for phase in &description.phases {
        read_points(&mut transcript, phase.advice.into(), &mut points)?;
        phases.extend((0..phase.challenges).map(|_| transcript.challenge()));
    }
    let theta = transcript.challenge();
    read_points(&mut transcript, lookups, &mut points)?;
    let (beta, gamma) = (transcript.challenge(), transcript.challenge());
    // The permutation's products, the lookups' sums, and one random polynomial.
    read_points(&mut transcript, description.products() + lookups + 1, &mut points)?;
    let y = transcript.challenge();
    read_points(&mut transcript, description.pieces(), &mut points)?;
    let x = transcript.challenge();
    let values = (0..cost.evaluations).map(|_| transcript.scalar()).collect::<Result<_, _>>()?;
    let (zeta, nu) = (transcript.challenge(), transcript.challenge());
    let opening = transcript.point()?;
    let mu = transcript.challenge();
    let shifted = transcript.point()?;
    let challenges = Challenges { phases, theta, beta, gamma, y, x, zeta, nu, mu };
    Ok(Proof { instances: numbers, points, values, challenges, opening, shifted })
}

fn read_points(transcript: &mut Transcript, count: usize, points: &mut Vec<[u8; 64]>) -> Result<(), Error> {
    for _ in 0..count {
        points.push(transcript.point()?);
    }
    Ok(())
}
