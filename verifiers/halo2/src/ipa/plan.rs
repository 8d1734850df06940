//! Everything about a proof that follows from its circuit alone: how long it is, which point and which value lies where, and
//! which commitments are opened together. The order of all lists is halo2_proofs' own.

use super::{
    circuit::{Circuit, Column, Query},
    degree::{blinding, degree},
    error::CircuitError,
};
use crate::field;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use ark_vesta::Fr;
use assay_host::vesta::MAX_K;
use core::ops::Range;

/// Values that each lookup opens: product, product a row on, permuted input, the same a row back, permuted table.
pub(super) const LOOKUP_EVALS: usize = 5;

/// Where each commitment lies in the list of all.
pub(super) struct Points {
    /// To the instance columns.
    pub(super) instance: Range<usize>,
    /// To the advice columns: the proof's first.
    pub(super) advice: Range<usize>,
    /// To each lookup's permuted input and table, alternating.
    pub(super) permuted: Range<usize>,
    /// To the permutation's products, one a set.
    pub(super) products: Range<usize>,
    /// To the lookups' products.
    pub(super) lookup_products: Range<usize>,
    /// To the random polynomial.
    pub(super) random: Range<usize>,
    /// To the pieces of the quotient: the last that the proof brings before it opens anything.
    pub(super) pieces: Range<usize>,
    /// To the fixed columns.
    pub(super) fixed: Range<usize>,
    /// To the permutation's columns.
    pub(super) permutation: Range<usize>,
    /// How many there are.
    pub(super) end: usize,
}

/// Where each opened value lies in the list of all.
pub(super) struct Evals {
    /// Of the queries to instance columns.
    pub(super) instance: Range<usize>,
    /// Of the queries to advice columns.
    pub(super) advice: Range<usize>,
    /// Of the queries to fixed columns.
    pub(super) fixed: Range<usize>,
    /// Of the random polynomial.
    pub(super) random: Range<usize>,
    /// Of the permutation's columns.
    pub(super) permutation: Range<usize>,
    /// Of its products: each at its row and a row on, and all but the last at the last usable row; interleaved.
    pub(super) products: Range<usize>,
    /// Of the lookups, [`LOOKUP_EVALS`] each.
    pub(super) lookups: Range<usize>,
    /// How many the proof brings; the quotient's value, which is computed, follows.
    pub(super) end: usize,
}

/// A commitment, and the values that it opens to.
pub(super) struct Opening {
    /// Its place among the points; the first piece stands for the whole quotient.
    pub(super) point: usize,
    /// Which set of rotations it is opened at.
    pub(super) set: usize,
    /// The places of the values, in the order of the set.
    pub(super) evals: Vec<usize>,
}

/// What follows from a circuit.
pub(super) struct Plan<'a> {
    pub(super) circuit: &'a Circuit,
    /// Degree of the constraints; the quotient has one piece less.
    pub(super) degree: usize,
    /// Rows at the end that hold randomness.
    pub(super) blinding: usize,
    pub(super) points: Points,
    pub(super) evals: Evals,
    pub(super) openings: Vec<Opening>,
    /// The sets of rotations, in the order in which the openings first need them.
    pub(super) sets: Vec<Vec<i32>>,
}

impl<'a> Plan<'a> {
    /// Derives it, and refuses circuits that are not sound in themselves. Costs no curve arithmetic.
    pub(super) fn new(circuit: &'a Circuit) -> Result<Self, CircuitError> {
        if !(1..=MAX_K).contains(&circuit.k.into()) {
            return Err(CircuitError::Rows);
        }
        let degree = degree(circuit)?;
        let blinding = blinding(circuit)?;
        let mut plan = Self {
            circuit,
            degree,
            blinding,
            points: points(circuit, degree),
            evals: evals(circuit, degree),
            openings: Vec::new(),
            sets: Vec::new(),
        };
        plan.check()?;
        plan.group()?;
        Ok(plan)
    }

    pub(super) fn k(&self) -> usize {
        self.circuit.k.into()
    }

    /// Number of rows.
    pub(super) fn n(&self) -> usize {
        1 << self.circuit.k
    }

    /// Columns under one product of the permutation.
    pub(super) fn chunk(&self) -> usize {
        chunk(self.degree)
    }

    /// Points that the proof brings before it opens anything.
    pub(super) fn head(&self) -> usize {
        self.points.pieces.end.saturating_sub(self.points.advice.start)
    }

    /// Points in the whole proof: the opening adds the combined quotient, a random polynomial, and two a round.
    pub(super) fn proof_points(&self) -> usize {
        self.head() + 2 + 2 * self.k()
    }

    /// Words of 32 bytes in the whole proof: the opening's scalars are one a set and the last two.
    pub(super) fn proof_words(&self) -> usize {
        self.proof_points() + self.evals.end + self.sets.len() + 2
    }

    /// The place of the value of a column at its own row.
    pub(super) fn own_row(&self, column: Column) -> Result<usize, CircuitError> {
        let (queries, range, column) = match column {
            Column::Advice(column) => (&self.circuit.advice_queries, &self.evals.advice, column),
            Column::Fixed(column) => (&self.circuit.fixed_queries, &self.evals.fixed, column),
            Column::Instance(column) => (&self.circuit.instance_queries, &self.evals.instance, column),
        };
        let own = queries.iter().position(|query| *query == Query { column, rotation: 0 });
        own.map(|query| range.start + query).ok_or(CircuitError::Column)
    }

    /// The rotation to the last row that is not blinded.
    pub(super) fn last_row(&self) -> i32 {
        -(self.blinding as i32 + 1)
    }

    fn check(&self) -> Result<(), CircuitError> {
        let circuit = self.circuit;
        let half = (self.n() / 2) as i32;
        // Rotations below half the rows are different points; a smaller number of rows would let two of them meet.
        if -self.last_row() >= half {
            return Err(CircuitError::Rows);
        }
        let usable = self.n() - self.blinding - 1;
        if circuit.instance_rows.iter().any(|rows| usize::from(*rows) > usable) {
            return Err(CircuitError::Rows);
        }
        let columns = [circuit.advice_columns.into(), circuit.instance_rows.len(), circuit.fixed_commitments.len()];
        let queries = [&circuit.advice_queries, &circuit.instance_queries, &circuit.fixed_queries];
        for (columns, queries) in columns.into_iter().zip(queries) {
            if queries.iter().any(|query| usize::from(query.column) >= columns) {
                return Err(CircuitError::Column);
            }
            if queries.iter().any(|query| i32::from(query.rotation).abs() >= half) {
                return Err(CircuitError::Rotation);
            }
        }
        if circuit.permutation.iter().collect::<BTreeSet<_>>().len() != circuit.permutation.len() {
            return Err(CircuitError::Duplicate);
        }
        circuit.permutation.iter().try_for_each(|column| self.own_row(*column).map(|_| ()))?;
        if circuit.permutation_commitments.len() != circuit.permutation.len() {
            return Err(CircuitError::Commitment);
        }
        field::from_be::<Fr>(&circuit.digest).map(|_| ()).ok_or(CircuitError::Digest)
    }

    /// Which commitment is opened where: halo2_proofs' list of queries, as (point, rotation, value).
    fn queries(&self) -> Vec<(usize, i32, usize)> {
        let (circuit, points, evals) = (self.circuit, &self.points, &self.evals);
        let mut list = Vec::new();
        let of_columns = |list: &mut Vec<_>, queries: &[Query], points: &Range<usize>, evals: &Range<usize>| {
            let query = |(query, eval): (&Query, usize)| {
                (points.start + usize::from(query.column), query.rotation.into(), eval)
            };
            list.extend(queries.iter().zip(evals.clone()).map(query));
        };
        of_columns(&mut list, &circuit.instance_queries, &points.instance, &evals.instance);
        of_columns(&mut list, &circuit.advice_queries, &points.advice, &evals.advice);
        for (point, eval) in points.products.clone().zip(evals.products.clone().step_by(3)) {
            list.extend([(point, 0, eval), (point, 1, eval + 1)]);
        }
        for (point, eval) in points.products.clone().zip(evals.products.clone().step_by(3)).rev().skip(1) {
            list.push((point, self.last_row(), eval + 2));
        }
        let lookups = points.lookup_products.clone().zip(points.permuted.clone().step_by(2));
        for ((product, input), eval) in lookups.zip(evals.lookups.clone().step_by(LOOKUP_EVALS)) {
            list.extend([(product, 0, eval), (input, 0, eval + 2), (input + 1, 0, eval + 4)]);
            list.extend([(input, -1, eval + 3), (product, 1, eval + 1)]);
        }
        of_columns(&mut list, &circuit.fixed_queries, &points.fixed, &evals.fixed);
        list.extend(points.permutation.clone().zip(evals.permutation.clone()).map(|(point, eval)| (point, 0, eval)));
        list.extend([(points.pieces.start, 0, evals.end), (points.random.start, 0, evals.random.start)]);
        list
    }

    /// Collects each commitment's queries, and the commitments that are opened at the same rotations.
    fn group(&mut self) -> Result<(), CircuitError> {
        let mut order = Vec::new();
        let mut by_point = BTreeMap::<usize, Vec<(i32, usize)>>::new();
        for (point, rotation, eval) in self.queries() {
            let queries = by_point.entry(point).or_default();
            if queries.is_empty() {
                order.push(point);
            }
            queries.push((rotation, eval));
        }
        let mut sets = BTreeMap::<Vec<i32>, usize>::new();
        for point in order {
            let mut queries = by_point.remove(&point).unwrap_or_default();
            queries.sort_unstable();
            let (rotations, evals): (Vec<i32>, Vec<usize>) = queries.into_iter().unzip();
            if rotations.iter().zip(rotations.iter().skip(1)).any(|(one, next)| one == next) {
                return Err(CircuitError::Duplicate);
            }
            let next = sets.len();
            let set = *sets.entry(rotations.clone()).or_insert(next);
            if set == next {
                self.sets.push(rotations);
            }
            self.openings.push(Opening { point, set, evals });
        }
        Ok(())
    }
}

fn chunk(degree: usize) -> usize {
    // A degree is at least 3: see `degree`.
    degree.saturating_sub(2).max(1)
}

fn following(end: &mut usize, length: usize) -> Range<usize> {
    let start = *end;
    *end += length;
    start..*end
}

fn points(circuit: &Circuit, degree: usize) -> Points {
    let end = &mut 0;
    Points {
        instance: following(end, circuit.instance_rows.len()),
        advice: following(end, circuit.advice_columns.into()),
        permuted: following(end, 2 * circuit.lookups.len()),
        products: following(end, circuit.permutation.len().div_ceil(chunk(degree))),
        lookup_products: following(end, circuit.lookups.len()),
        random: following(end, 1),
        pieces: following(end, degree.saturating_sub(1)),
        fixed: following(end, circuit.fixed_commitments.len()),
        permutation: following(end, circuit.permutation.len()),
        end: *end,
    }
}

fn evals(circuit: &Circuit, degree: usize) -> Evals {
    let end = &mut 0;
    let sets = circuit.permutation.len().div_ceil(chunk(degree));
    Evals {
        instance: following(end, circuit.instance_queries.len()),
        advice: following(end, circuit.advice_queries.len()),
        fixed: following(end, circuit.fixed_queries.len()),
        random: following(end, 1),
        permutation: following(end, circuit.permutation.len()),
        products: following(end, (3 * sets).saturating_sub(1)),
        lookups: following(end, LOOKUP_EVALS * circuit.lookups.len()),
        end: *end,
    }
}
