//! The constraints at x: all of them joined by powers of y are the quotient times x^n - 1.

use super::{
    circuit::Description,
    domain::Rows,
    error::Error,
    lookup, permutation,
    proof::{Challenges, Proof},
    shape::Shape,
};
use crate::program::Inputs;
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::Zero;

/// A proof's values by what they are of.
pub(super) struct Values<'a> {
    pub(super) advice: &'a [Fr],
    pub(super) fixed: &'a [Fr],
    pub(super) sigma: &'a [Fr],
    /// Here, one row on, past the usable rows; the last product lacks the third.
    pub(super) products: &'a [Fr],
    /// For each lookup: its sums here and one row on, and its multiplicities.
    pub(super) lookups: &'a [Fr],
}

/// What the constraints are made of.
pub(super) struct Constraints<'a> {
    pub(super) description: &'a Description,
    pub(super) shape: &'a Shape,
    pub(super) values: Values<'a>,
    pub(super) challenges: &'a Challenges,
    pub(super) rows: &'a Rows,
}

/// The quotient's value at x, as the constraints demand it.
pub(super) fn evaluate(description: &Description, shape: &Shape, proof: &Proof, rows: &Rows) -> Result<Fr, Error> {
    let values = split(description, &proof.values)?;
    let inputs = Inputs {
        fixed: values.fixed,
        advice: values.advice,
        instance: &[rows.instance],
        challenges: &proof.challenges.phases,
    };
    let expressions: Vec<Fr> = description.program.evaluate(&inputs).map_err(|_| Error::Length)?;
    let (gates, expressions) = expressions.split_at_checked(description.gates.into()).ok_or(Error::Length)?;
    let constraints = Constraints { description, shape, values, challenges: &proof.challenges, rows };

    let mut terms = gates.to_vec();
    permutation::terms(&constraints, &mut terms)?;
    lookup::terms(&constraints, expressions, &mut terms)?;
    let joined = terms.into_iter().fold(Fr::zero(), |sum, term| sum * proof.challenges.y + term);
    Ok(joined * rows.vanishing_inverse)
}

fn split<'a>(description: &Description, values: &'a [Fr]) -> Result<Values<'a>, Error> {
    let mut rest = values;
    let mut take = |count: usize| -> Result<&'a [Fr], Error> {
        let (taken, left) = rest.split_at_checked(count).ok_or(Error::Length)?;
        rest = left;
        Ok(taken)
    };
    let (advice, fixed) = (take(description.advice_queries.len())?, take(description.fixed_queries.len())?);
    // The random polynomial is in no constraint.
    take(1)?;
    let sigma = take(description.sigma.len())?;
    let products = take((3 * description.products()).saturating_sub(1))?;
    let lookups = take(3 * description.lookups.len())?;
    Ok(Values { advice, fixed, sigma, products, lookups })
}
