//! The permutation argument: products over `degree - 2` columns at a time that end at one iff equal cells are equal.

use super::{circuit::Column, domain::delta, error::Error, quotient::Constraints};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::One;

/// The argument's constraints, in halo2's order.
pub(super) fn terms(constraints: &Constraints, terms: &mut Vec<Fr>) -> Result<(), Error> {
    let Constraints { description, shape, values, challenges, rows } = constraints;
    let products: Vec<&[Fr]> = values.products.chunks(3).collect();
    let (Some([first, ..]), Some([last, ..])) = (products.first(), products.last()) else {
        return Ok(());
    };
    terms.push(rows.first * (Fr::one() - first));
    terms.push(rows.last * (*last * last - last));
    for pair in products.windows(2) {
        let [[_, _, end], [start, ..]] = pair else { return Err(Error::Length) };
        terms.push(rows.first * (*start - end));
    }

    let (delta, mut shift) = (delta(), challenges.beta * challenges.x);
    let chunk = description.chunk();
    let columns = description.permutation.chunks(chunk).zip(shape.permuted.chunks(chunk));
    for ((product, (columns, queries)), sigmas) in products.iter().zip(columns).zip(values.sigma.chunks(chunk)) {
        let [here, next, ..] = product else { return Err(Error::Length) };
        let (mut left, mut right) = (*next, *here);
        for ((column, query), sigma) in columns.iter().zip(queries).zip(sigmas) {
            let value = match column {
                Column::Advice(_) => values.advice.get(*query).copied(),
                Column::Fixed(_) => values.fixed.get(*query).copied(),
                Column::Instance => Some(rows.instance),
            };
            let shifted = value.ok_or(Error::Length)? + challenges.gamma;
            left *= shifted + challenges.beta * sigma;
            right *= shifted + shift;
            shift *= delta;
        }
        terms.push(rows.usable * (left - right));
    }
    Ok(())
}
