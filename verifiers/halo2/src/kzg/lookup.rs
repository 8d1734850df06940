//! The lookup argument with multiplicities (logarithmic derivatives, <https://eprint.iacr.org/2022/1530>): the sum over
//! all rows of `sum(1 / input) - multiplicity / table` is zero.

use super::{error::Error, quotient::Constraints};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{One, Zero};

/// The argument's constraints, in halo2's order; `expressions` are the program's polynomials after the gates.
pub(super) fn terms(constraints: &Constraints, expressions: &[Fr], terms: &mut Vec<Fr>) -> Result<(), Error> {
    let Constraints { description, values, challenges, rows, .. } = constraints;
    let join = |columns: &[Fr]| {
        columns.iter().fold(Fr::zero(), |sum, column| sum * challenges.theta + column) + challenges.beta
    };
    let mut rest = expressions;
    for (lookup, values) in description.lookups.iter().zip(values.lookups.chunks(3)) {
        let [sum, sum_next, multiplicity] = values else { return Err(Error::Length) };
        let (own, left) = rest.split_at_checked(lookup.expressions()).ok_or(Error::Length)?;
        rest = left;
        let mut joined = own.chunks(lookup.width.into()).map(join);
        let table = joined.next().ok_or(Error::Length)?;
        // The product of all inputs, and the sum of all products that leave one out.
        let (product, all_but_one) =
            joined.fold((Fr::one(), Fr::zero()), |(product, sum), input| (product * input, sum * input + product));
        terms.push(rows.first * sum);
        terms.push(rows.last * sum);
        let difference = table * product * (*sum_next - sum);
        terms.push(rows.usable * (difference - table * all_but_one + *multiplicity * product));
    }
    Ok(())
}
