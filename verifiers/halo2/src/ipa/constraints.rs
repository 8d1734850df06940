//! What the opened values must satisfy: gates, permutation and lookups, combined by powers of a challenge, are the vanishing
//! polynomial times the quotient.

use super::{
    domain::Lagrange,
    error::{CircuitError, Error},
    plan::{Plan, LOOKUP_EVALS},
};
use crate::program::{Inputs, ProgramError};
use alloc::vec::Vec;
use ark_ff::{FftField, Field, One, Zero};
use ark_vesta::Fr;
use core::ops::Range;

/// The challenges that the constraints use.
pub(super) struct Challenges {
    /// Compresses a lookup's expressions into one.
    pub(super) theta: Fr,
    /// Tells apart where a value lies; and a lookup's input.
    pub(super) beta: Fr,
    /// Tells apart the values; and a lookup's table.
    pub(super) gamma: Fr,
    /// Combines the constraints.
    pub(super) y: Fr,
    /// Where everything is opened.
    pub(super) x: Fr,
}

/// The value at x that the quotient must have for these values to satisfy the circuit.
pub(super) fn quotient(plan: &Plan, evals: &[Fr], at: &Challenges, lagrange: &Lagrange) -> Result<Fr, Error> {
    let inputs = Inputs {
        fixed: slice(evals, &plan.evals.fixed)?,
        advice: slice(evals, &plan.evals.advice)?,
        instance: slice(evals, &plan.evals.instance)?,
        challenges: &[],
    };
    let mut expressions = plan.circuit.program.evaluate(&inputs).map_err(CircuitError::from)?;
    let looked_up: usize = plan.circuit.lookups.iter().map(|width| 2 * usize::from(*width)).sum();
    let gates = expressions.len().checked_sub(looked_up).ok_or(CircuitError::Lookups)?;
    let looked_up = expressions.split_off(gates);
    let mut constraints = expressions;
    permutation(plan, evals, at, lagrange, &mut constraints)?;
    lookups(plan, evals, at, lagrange, &looked_up, &mut constraints)?;
    let combined = constraints.into_iter().fold(Fr::zero(), |sum, value| sum * at.y + value);
    Ok(combined * lagrange.vanishing_inverse)
}

/// Products over sets of columns: each starts where the one before ended, the first at 1, and the last ends at 0 or 1.
fn permutation(
    plan: &Plan,
    evals: &[Fr],
    at: &Challenges,
    lagrange: &Lagrange,
    constraints: &mut Vec<Fr>,
) -> Result<(), Error> {
    let products: Vec<&[Fr]> = slice(evals, &plan.evals.products)?.chunks(3).collect();
    let (Some([first, ..]), Some([last, ..])) = (products.first(), products.last()) else { return Ok(()) };
    constraints.push(lagrange.first * (Fr::one() - first));
    constraints.push(lagrange.last * (last.square() - last));
    for (one, next) in products.iter().zip(products.iter().skip(1)) {
        let ([_, _, end], [start, ..]) = (one, next) else { return Err(Error::Length) };
        constraints.push(lagrange.first * (*start - end));
    }
    let active = Fr::one() - lagrange.last - lagrange.blind;
    let columns = plan.circuit.permutation.chunks(plan.chunk());
    let permuted = slice(evals, &plan.evals.permutation)?.chunks(plan.chunk());
    // Column i's cells are told apart as delta^i x, where delta generates what the rows' roots do not.
    let delta = Fr::GENERATOR.pow([1u64 << Fr::TWO_ADICITY]);
    let mut place = at.beta * at.x;
    for ((product, columns), permuted) in products.iter().zip(columns).zip(permuted) {
        let [own, next, ..] = product else { return Err(Error::Length) };
        let (mut left, mut right) = (*next, *own);
        for (column, permuted) in columns.iter().zip(permuted) {
            let value = *evals.get(plan.own_row(*column)?).ok_or(Error::Length)? + at.gamma;
            left *= value + at.beta * permuted;
            right *= value + place;
            place *= delta;
        }
        constraints.push((left - right) * active);
    }
    Ok(())
}

/// A lookup's input and table, permuted so that each input equals the table beside it or the input before it.
fn lookups(
    plan: &Plan,
    evals: &[Fr],
    at: &Challenges,
    lagrange: &Lagrange,
    expressions: &[Fr],
    constraints: &mut Vec<Fr>,
) -> Result<(), Error> {
    let active = Fr::one() - lagrange.last - lagrange.blind;
    let mut expressions = expressions.iter();
    let mut compress = |width: u16| {
        expressions.by_ref().take(width.into()).fold(Fr::zero(), |sum, expression| sum * at.theta + expression)
    };
    let opened = slice(evals, &plan.evals.lookups)?.as_chunks::<LOOKUP_EVALS>().0;
    for (width, [product, product_next, input, input_before, table]) in plan.circuit.lookups.iter().zip(opened) {
        let right = *product * (compress(*width) + at.beta) * (compress(*width) + at.gamma);
        let left = *product_next * (*input + at.beta) * (*table + at.gamma);
        constraints.extend([
            lagrange.first * (Fr::one() - product),
            lagrange.last * (product.square() - product),
            active * (left - right),
            lagrange.first * (*input - table),
            active * (*input - table) * (*input - input_before),
        ]);
    }
    Ok(())
}

fn slice<'a>(evals: &'a [Fr], range: &Range<usize>) -> Result<&'a [Fr], Error> {
    evals.get(range.clone()).ok_or(Error::Circuit(CircuitError::Program(ProgramError::OutOfRange)))
}
