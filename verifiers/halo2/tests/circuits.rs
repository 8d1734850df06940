//! What must be refused: circuits that are badly described, and keys that were tampered with.

mod common;

use assay_halo2::{
    kzg::{Circuit, CircuitError, Column, Description, Error, Limits, Lookup, Phase, Query},
    program::{Op, ProgramError},
};
use codec::Encode;
use common::*;

fn description() -> Description {
    vector("logreg_small").circuit.description().clone()
}

/// What becomes of a changed description.
fn changed(change: impl FnOnce(&mut Description)) -> Result<Circuit, CircuitError> {
    let mut description = description();
    change(&mut description);
    Circuit::new(description, &Limits::default())
}

#[test]
fn duplicate_queries_are_refused() {
    let refused = Err(CircuitError::DuplicateQuery);
    assert_eq!(changed(|d| d.advice_queries.push(d.advice_queries[0])), refused);
    assert_eq!(changed(|d| d.fixed_queries.push(d.fixed_queries[1])), refused);
    assert_eq!(changed(|d| d.fixed_queries[0] = d.fixed_queries[1]), refused);
}

#[test]
fn queries_to_columns_that_are_not_there_are_refused() {
    let advice = description().phases.iter().map(|phase| phase.advice).sum();
    let refused = Err(CircuitError::UnknownColumn);
    assert_eq!(changed(|d| d.advice_queries.push(Query { column: advice, rotation: 0 })), refused);
    assert_eq!(changed(|d| d.fixed_queries.push(Query { column: d.fixed.len() as u16, rotation: 0 })), refused);
}

#[test]
fn permutations_over_doubled_missing_or_unqueried_columns_are_refused() {
    let refused = Err(CircuitError::Permutation);
    assert_eq!(changed(|d| d.permutation[0] = d.permutation[1]), refused);
    assert_eq!(changed(|d| d.permutation[0] = Column::Advice(999)), refused);
    assert_eq!(changed(|d| d.permutation[0] = Column::Fixed(999)), refused);
    assert_eq!(changed(|d| _ = d.permutation.pop()), refused);
    assert_eq!(changed(|d| _ = d.sigma.pop()), refused);
    let rotated = |d: &mut Description| {
        let Column::Advice(column) = d.permutation[0] else { panic!("the first column is an advice column") };
        let query = d.advice_queries.iter_mut().find(|query| query.column == column && query.rotation == 0).unwrap();
        query.rotation = 3;
    };
    assert_eq!(changed(rotated), refused);
}

#[test]
fn programs_that_reach_out_of_themselves_are_refused() {
    let refused = Err(CircuitError::Program(ProgramError::OutOfRange));
    let last = description().program.ops.len() as u16;
    for op in [
        Op::Constant(u16::MAX),
        Op::Fixed(u16::MAX),
        Op::Advice(u16::MAX),
        Op::Instance(1),
        Op::Challenge(0),
        Op::Neg(last),
        Op::Add(0, last),
        Op::Sub(last, 0),
        Op::Mul(u16::MAX, u16::MAX),
    ] {
        assert_eq!(changed(|d| d.program.ops.push(op)), refused, "{op:?}");
    }
    assert_eq!(changed(|d| d.program.ops[0] = Op::Neg(0)), refused, "a step of itself");
    assert_eq!(changed(|d| d.program.outputs[0] = last), refused);
    assert_eq!(changed(|d| d.program.outputs.push(0)), refused, "a polynomial that nothing uses");
    assert_eq!(changed(|d| _ = d.program.outputs.pop()), refused);
    assert_eq!(changed(|d| d.gates += 1), refused);
    let refused = Err(CircuitError::Program(ProgramError::NonCanonical));
    assert_eq!(changed(|d| d.program.constants[0] = [0xff; 32]), refused);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let refused = Err(CircuitError::Range);
    for k in [0, 7, 21, 28, 29, 64, 255] {
        assert_eq!(changed(|d| d.k = k), refused, "k = {k}");
    }
    for degree in [0, 1, 2] {
        assert_eq!(changed(|d| d.degree = degree), refused, "degree {degree}");
    }
    for blinding in [0, 65, 127, 128, 255] {
        assert_eq!(changed(|d| d.blinding = blinding), refused, "{blinding} blinding rows");
    }
    assert_eq!(changed(|d| d.phases.clear()), refused);
    assert_eq!(changed(|d| (d.k, d.instances) = (8, 251)), refused, "instances in blinded rows");
    assert!(changed(|d| (d.k, d.instances) = (8, 250)).is_ok());
    for lookup in [Lookup { width: 0, inputs: 1 }, Lookup { width: 1, inputs: 0 }] {
        assert_eq!(changed(|d| d.lookups[0] = lookup), Err(CircuitError::Lookup));
    }
}

#[test]
fn more_than_the_limits_is_refused() {
    let description = description();
    let size = description.encoded_size() as u32;
    let cost = vector("logreg_small").circuit.cost();
    let default = Limits::default();
    let exact = Limits {
        bytes: size,
        k: 15,
        degree: description.degree,
        points: cost.points,
        evaluations: cost.evaluations,
        rotations: 4,
        ops: cost.ops,
        instances: 5,
        challenges: cost.challenges,
    };
    assert!(Circuit::new(description.clone(), &exact).is_ok());
    for (limits, error) in [
        (Limits { bytes: size - 1, ..default }, CircuitError::TooLarge),
        (Limits { points: cost.points - 1, ..default }, CircuitError::TooLarge),
        (Limits { ops: cost.ops - 1, ..default }, CircuitError::TooLarge),
        (Limits { instances: 4, ..default }, CircuitError::TooLarge),
        (Limits { evaluations: cost.evaluations - 1, ..default }, CircuitError::TooLarge),
        (Limits { rotations: 3, ..default }, CircuitError::TooLarge),
        (Limits { challenges: cost.challenges - 1, ..default }, CircuitError::TooLarge),
        (Limits { k: 14, ..default }, CircuitError::Range),
        (Limits { degree: description.degree - 1, ..default }, CircuitError::Range),
    ] {
        assert_eq!(Circuit::new(description.clone(), &limits), Err(error), "{limits:?}");
        assert_eq!(Circuit::decode(&description.encode(), &limits), Err(error), "{limits:?}");
    }
    assert_eq!(
        changed(|d| d.phases = vec![Phase { advice: u16::MAX, challenges: 0 }; 15_000]),
        Err(CircuitError::TooLarge)
    );
    assert_eq!(changed(|d| d.phases = vec![Phase { advice: 1, challenges: 255 }; 9]), Err(CircuitError::TooLarge));
}

#[test]
fn other_bytes_for_the_same_circuit_are_refused() {
    let limits = Limits::default();
    let bytes = description().encode();
    assert!(Circuit::decode(&bytes, &limits).is_ok());
    assert_eq!(Circuit::decode(&[bytes.as_slice(), &[0]].concat(), &limits), Err(CircuitError::Encoding), "trailing");
    for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(Circuit::decode(&bytes[..end], &limits), Err(CircuitError::Encoding), "truncated");
    }
    // The length of the phases, one, written in two bytes instead of one.
    let at = 32 + 3 + 2;
    assert_eq!(bytes[at], 4);
    let longer = [&bytes[..at], &[5, 0], &bytes[at + 1..]].concat();
    assert!(matches!(Circuit::decode(&longer, &limits), Err(CircuitError::Encoding | CircuitError::NonCanonical)));
    // A vector that claims to be huge costs nothing.
    let huge = [&bytes[..at], &[0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &bytes[at + 1..]].concat();
    assert_eq!(Circuit::decode(&huge, &limits), Err(CircuitError::Encoding));
}

#[test]
fn a_proof_under_a_mutated_key_is_refused() {
    type Mutation = (&'static str, fn(&mut Description));
    let mutations: [Mutation; 16] = [
        ("digest", |d| d.digest[31] ^= 1),
        ("k", |d| d.k -= 1),
        ("degree", |d| d.degree += 1),
        ("blinding", |d| d.blinding -= 1),
        ("instances", |d| d.instances += 1),
        ("more advice", |d| d.phases[0].advice += 1),
        ("a challenge more", |d| d.phases[0].challenges += 1),
        ("swapped fixed commitments", |d| d.fixed.swap(0, 1)),
        ("swapped permutation commitments", |d| d.sigma.swap(0, 1)),
        ("a fixed commitment for another", |d| d.fixed[0] = d.sigma[0]),
        ("a commitment off the curve", |d| d.fixed[0][63] ^= 1),
        ("swapped permutation columns", |d| d.permutation.swap(0, 1)),
        ("swapped fixed queries", |d| d.fixed_queries.swap(0, 1)),
        ("a gate left out", |d| {
            d.gates -= 1;
            d.program.outputs.remove(0);
        }),
        ("swapped gates", |d| d.program.outputs.swap(0, 1)),
        ("a lookup left out", |d| {
            let lookup = d.lookups.pop().unwrap();
            let polynomials = usize::from(lookup.width) * (usize::from(lookup.inputs) + 1);
            d.program.outputs.truncate(d.program.outputs.len() - polynomials);
        }),
    ];
    let import = vector("logreg_small");
    for (name, mutation) in mutations {
        let circuit = changed(mutation).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_ne!(circuit.id(), import.circuit.id(), "{name}");
        let verdict = verify(&circuit, &import.proof);
        assert!(verdict.is_err(), "{name}");
        if name == "a commitment off the curve" {
            assert_eq!(verdict, Err(Error::NotOnCurve));
        }
    }
}
