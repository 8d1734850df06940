//! What follows from a description: where each value stands in a proof, and which polynomials are opened at which
//! rotations. The orders are those of the prover's verifier, since the opening's challenge powers count them.

use super::{
    circuit::{Column, Description, Query},
    error::CircuitError,
};
use alloc::{vec, vec::Vec};

/// A polynomial's commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commitment {
    /// A point of the proof.
    Proof(usize),
    /// A fixed column.
    Fixed(usize),
    /// A polynomial of the permutation.
    Sigma(usize),
    /// The quotient, of several points; its value is computed, not read.
    Quotient,
}

/// A polynomial and the places of its values, one for each rotation of its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Which polynomial.
    pub commitment: Commitment,
    /// The places of its values among the proof's; the quotient's comes after all of them.
    pub values: Vec<usize>,
}

/// Polynomials that are opened at the same rotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationSet {
    /// The rotations, ascending.
    pub rotations: Vec<i8>,
    /// The polynomials, in the order of their first queries.
    pub opened: Vec<Opened>,
}

/// Everything derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// For each column of the permutation the query that is its value: an index into its kind's queries.
    pub permuted: Vec<usize>,
    /// The rotation sets, in the order of their first polynomials.
    pub sets: Vec<RotationSet>,
    /// All rotations of all sets.
    pub rotations: Vec<i8>,
    /// Where the quotient's first piece stands among the proof's points.
    pub quotient: usize,
}

pub(super) fn derive(description: &Description) -> Result<Shape, CircuitError> {
    let permuted = description.permutation.iter().map(|column| value_of(description, *column));
    let permuted = permuted.collect::<Result<_, _>>()?;
    let (polynomials, quotient) = polynomials(description);
    let sets = group(polynomials);
    let mut rotations: Vec<i8> = sets.iter().flat_map(|set| set.rotations.iter().copied()).collect();
    rotations.sort_unstable();
    rotations.dedup();
    Ok(Shape { permuted, sets, rotations, quotient })
}

/// The query of a permutation's column at rotation zero.
fn value_of(description: &Description, column: Column) -> Result<usize, CircuitError> {
    let (queries, column) = match column {
        Column::Advice(column) => (&description.advice_queries, column),
        Column::Fixed(column) => (&description.fixed_queries, column),
        Column::Instance => return Ok(0),
    };
    let wanted = Query { column, rotation: 0 };
    queries.iter().position(|query| *query == wanted).ok_or(CircuitError::Permutation)
}

/// A polynomial with its rotations, and the place of the value at each.
type Polynomial = (Commitment, Vec<(i8, usize)>);

/// All opened polynomials in the order of their first queries, and the index of the quotient's first piece.
fn polynomials(description: &Description) -> (Vec<Polynomial>, usize) {
    let (advice, lookups, products) = (description.advice_columns(), description.lookups.len(), description.products());
    // Points: advice, multiplicities, products, sums, random, quotient.
    let (multiplicity, product) = (advice, advice + lookups);
    let sum = product + products;
    let random = sum + lookups;
    // Values: advice, fixed, random, sigma, products, lookups, and after all that is read the quotient's.
    let fixed_values = description.advice_queries.len();
    let random_value = fixed_values + description.fixed_queries.len();
    let sigma_values = random_value + 1;
    let product_values = sigma_values + description.sigma.len();
    let lookup_values = product_values + (3 * products).saturating_sub(1);
    let quotient_value = lookup_values + 3 * lookups;
    let past_usable = -(description.blinding as i8) - 1;

    let mut polynomials = by_column(&description.advice_queries, 0, Commitment::Proof);
    for index in 0..products {
        let first = product_values + 3 * index;
        let mut values = vec![(0, first), (1, first + 1)];
        if index + 1 < products {
            values.push((past_usable, first + 2));
        }
        polynomials.push((Commitment::Proof(product + index), values));
    }
    for index in 0..lookups {
        let first = lookup_values + 3 * index;
        polynomials.push((Commitment::Proof(sum + index), vec![(0, first), (1, first + 1)]));
        polynomials.push((Commitment::Proof(multiplicity + index), vec![(0, first + 2)]));
    }
    polynomials.extend(by_column(&description.fixed_queries, fixed_values, Commitment::Fixed));
    for index in 0..description.sigma.len() {
        polynomials.push((Commitment::Sigma(index), vec![(0, sigma_values + index)]));
    }
    polynomials.push((Commitment::Quotient, vec![(0, quotient_value)]));
    polynomials.push((Commitment::Proof(random), vec![(0, random_value)]));
    (polynomials, random + 1)
}

/// The queried columns, each with its rotations, in the order of their first queries.
fn by_column(queries: &[Query], first_value: usize, commitment: fn(usize) -> Commitment) -> Vec<Polynomial> {
    let mut columns: Vec<Polynomial> = Vec::new();
    for (index, query) in queries.iter().enumerate() {
        let (commitment, value) = (commitment(query.column.into()), (query.rotation, first_value + index));
        match columns.iter_mut().find(|(known, _)| *known == commitment) {
            Some((_, values)) => values.push(value),
            None => columns.push((commitment, vec![value])),
        }
    }
    columns
}

fn group(polynomials: Vec<Polynomial>) -> Vec<RotationSet> {
    let mut sets: Vec<RotationSet> = Vec::new();
    for (commitment, mut values) in polynomials {
        values.sort_unstable();
        let (rotations, values): (Vec<i8>, Vec<usize>) = values.into_iter().unzip();
        let opened = Opened { commitment, values };
        match sets.iter_mut().find(|set| set.rotations == rotations) {
            Some(set) => set.opened.push(opened),
            None => sets.push(RotationSet { rotations, opened: vec![opened] }),
        }
    }
    sets
}
