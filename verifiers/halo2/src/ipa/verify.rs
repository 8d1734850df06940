//! One proof from its first byte to the claim that it leaves.

use super::{
    claim::Claim,
    constraints::{quotient, Challenges},
    domain::Domain,
    error::{CircuitError, Error},
    opening::{open, Opened},
    plan::Plan,
    transcript::{to_le, Transcript},
    Job,
};
use crate::field;
use alloc::vec::Vec;
use ark_vesta::Fr;
use assay_host::vesta::{self, Point};

/// Everything but the one large multiplication.
pub(super) fn claim(job: &Job) -> Result<Claim, Error> {
    let plan = Plan::new(job.circuit)?;
    let mut transcript = Transcript::new(&plan, job.proof)?;
    let mut points = commit_instances(job)?;
    transcript.absorb_scalar(&field::from_be(&job.circuit.digest).ok_or(CircuitError::Digest)?);
    points.iter().for_each(|point| transcript.absorb_point(point));

    points.extend(transcript.points(plan.points.advice.len())?);
    let theta = transcript.challenge();
    points.extend(transcript.points(plan.points.permuted.len())?);
    let (beta, gamma) = (transcript.challenge(), transcript.challenge());
    points.extend(transcript.points(plan.points.products.len())?);
    points.extend(transcript.points(plan.points.lookup_products.len())?);
    points.extend(transcript.points(plan.points.random.len())?);
    let y = transcript.challenge();
    points.extend(transcript.points(plan.points.pieces.len())?);
    points.extend_from_slice(&job.circuit.fixed_commitments);
    points.extend_from_slice(&job.circuit.permutation_commitments);
    let x = transcript.challenge();
    let mut evals = transcript.scalars(plan.evals.end)?;

    let domain = Domain::new(plan.n())?;
    let lagrange = domain.lagrange(x, plan.blinding)?;
    let challenges = Challenges { theta, beta, gamma, y, x };
    evals.push(quotient(&plan, &evals, &challenges, &lagrange)?);
    let opened = Opened { points: &points, evals: &evals, x, power: lagrange.power };
    open(&plan, &domain, &opened, &mut transcript)
}

/// Commitments to the instance columns. One that is the identity could not enter a transcript; nobody can find it.
fn commit_instances(job: &Job) -> Result<Vec<Point>, Error> {
    let circuit = job.circuit;
    if job.instances.len() != circuit.instances() {
        return Err(Error::Instances);
    }
    let mut values = job.instances.iter().map(field::from_be::<Fr>);
    let commit = |rows: &u16| -> Result<Point, Error> {
        let values: Option<Vec<_>> =
            values.by_ref().take((*rows).into()).map(|value| value.as_ref().map(to_le)).collect();
        let values = values.ok_or(Error::Instances)?;
        let commitment = vesta::commit_rows(circuit.k.into(), values.as_flattened())?;
        if commitment == [0; 64] {
            return Err(Error::Instances);
        }
        Ok(commitment)
    };
    circuit.instance_rows.iter().map(commit).collect()
}
