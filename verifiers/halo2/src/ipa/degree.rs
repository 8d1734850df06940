//! The two numbers that shape a proof: the constraints' degree and the rows that blind.

use super::{circuit::Circuit, error::CircuitError};
use crate::program::{Arity, Op, ProgramLimits};
use alloc::{vec, vec::Vec};
use ark_vesta::Fr;

/// The degree of all constraints, as halo2_proofs counts it: the permutation has 3, a lookup 2 more than input and table.
pub(super) fn degree(circuit: &Circuit) -> Result<usize, CircuitError> {
    let program = &circuit.program;
    let arity = Arity {
        fixed: circuit.fixed_queries.len(),
        advice: circuit.advice_queries.len(),
        instance: circuit.instance_queries.len(),
        challenges: 0,
    };
    program.check::<Fr>(arity, ProgramLimits { constants: usize::MAX, ops: usize::MAX, outputs: usize::MAX })?;
    let mut steps: Vec<u32> = Vec::with_capacity(program.ops.len());
    let of = |steps: &[u32], step: u16| steps.get(usize::from(step)).copied().unwrap_or_default();
    for op in &program.ops {
        steps.push(match *op {
            Op::Constant(_) => 0,
            Op::Fixed(_) | Op::Advice(_) | Op::Instance(_) | Op::Challenge(_) => 1,
            Op::Neg(a) => of(&steps, a),
            Op::Add(a, b) | Op::Sub(a, b) => of(&steps, a).max(of(&steps, b)),
            Op::Mul(a, b) => of(&steps, a).saturating_add(of(&steps, b)),
        });
    }
    let mut outputs = program.outputs.iter().map(|output| of(&steps, *output));
    let looked_up: usize = circuit.lookups.iter().map(|width| 2 * usize::from(*width)).sum();
    let gates = program.outputs.len().checked_sub(looked_up).ok_or(CircuitError::Lookups)?;
    let mut degree = outputs.by_ref().take(gates).fold(u32::from(circuit.minimum_degree).max(3), u32::max);
    for width in &circuit.lookups {
        let [input, table] = [(); 2].map(|()| outputs.by_ref().take((*width).into()).fold(1, u32::max));
        degree = degree.max(input.saturating_add(table).saturating_add(2).max(4));
    }
    // Pieces of the quotient are points of the proof: a larger degree fits into no proof.
    usize::try_from(degree).ok().filter(|degree| *degree <= 256).ok_or(CircuitError::TooLarge)
}

/// Rows that hide the witness: one for every point at which a column can be opened, and one to spare.
pub(super) fn blinding(circuit: &Circuit) -> Result<usize, CircuitError> {
    let mut queries = vec![0usize; circuit.advice_columns.into()];
    for query in &circuit.advice_queries {
        *queries.get_mut(usize::from(query.column)).ok_or(CircuitError::Column)? += 1;
    }
    Ok(queries.into_iter().fold(3, usize::max) + 2)
}
