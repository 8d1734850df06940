//! Circuits that must not be registered.

use crate::sample::{all, braid, classifier, encoded, squares, Sample};
use assay_halo2::{
    ipa::{self, Circuit, CircuitError, Column, Job, Limits, Query},
    program::{Op, ProgramError},
};
use codec::Encode;
use rand_010::{rngs::StdRng, RngExt, SeedableRng};

fn refused(sample: &Sample, change: impl Fn(&mut Circuit)) -> CircuitError {
    let mut circuit = sample.circuit.clone();
    change(&mut circuit);
    let limits = Limits::default();
    let error = circuit.check(&limits).expect_err("must be refused");
    assert_eq!(Circuit::decode_within(&circuit.encode(), &limits), Err(error));
    let job = Job { circuit: &circuit, instances: &encoded(&sample.instances), proof: &sample.proof };
    assert!(ipa::verify(&job).is_err());
    error
}

#[test]
fn imported_circuits_are_registered_as_they_are() {
    for sample in all() {
        let bytes = sample.circuit.encode();
        assert_eq!(Circuit::decode_within(&bytes, &Limits::default()).as_ref(), Ok(&sample.circuit));
    }
    assert_ne!(classifier().circuit.id(), squares().circuit.id());
}

#[test]
fn truncated_and_trailing_encodings() {
    let bytes = braid().circuit.encode();
    for length in 0..bytes.len() {
        assert_eq!(Circuit::decode_within(&bytes[..length], &Limits::default()), Err(CircuitError::Encoding));
    }
    let trailing = [&bytes[..], &[0]].concat();
    assert_eq!(Circuit::decode_within(&trailing, &Limits::default()), Err(CircuitError::Encoding));
}

#[test]
fn above_any_limit() {
    let circuit = &squares().circuit;
    let bytes = circuit.encode();
    let limits = Limits::default();
    let mut tight = [limits; 8];
    tight[0].k = circuit.k - 1;
    tight[1].bytes = bytes.len() - 1;
    tight[2].columns = usize::from(circuit.advice_columns);
    tight[3].queries = circuit.advice_queries.len();
    tight[4].lookups = circuit.lookups.len() - 1;
    tight[5].degree = 3;
    tight[6].instances = circuit.instances() - 1;
    tight[7].program.ops = circuit.program.ops.len() - 1;
    for limits in tight {
        assert_eq!(Circuit::decode_within(&bytes, &limits), Err(CircuitError::TooLarge), "{limits:?}");
    }
}

#[test]
fn a_query_twice() {
    assert_eq!(refused(classifier(), |c| c.advice_queries.push(c.advice_queries[0])), CircuitError::Duplicate);
    assert_eq!(refused(braid(), |c| c.instance_queries.push(c.instance_queries[0])), CircuitError::Duplicate);
    assert_eq!(refused(classifier(), |c| c.fixed_queries.push(c.fixed_queries[0])), CircuitError::Duplicate);
}

#[test]
fn a_column_permuted_twice_or_not_queried() {
    let twice = |c: &mut Circuit| c.permutation[1] = c.permutation[0];
    assert_eq!(refused(braid(), twice), CircuitError::Duplicate);
    let unqueried = |c: &mut Circuit| {
        c.permutation[1] = Column::Fixed(c.fixed_commitments.len() as u16);
        c.fixed_commitments.push(c.fixed_commitments[0]);
    };
    assert_eq!(refused(braid(), unqueried), CircuitError::Column);
}

#[test]
fn a_column_that_is_not_there() {
    assert_eq!(refused(braid(), |c| c.advice_queries[0].column = 99), CircuitError::Column);
    assert_eq!(refused(braid(), |c| c.fixed_queries[0].column = 99), CircuitError::Column);
    assert_eq!(refused(braid(), |c| c.instance_queries[0].column = 2), CircuitError::Column);
    assert_eq!(refused(braid(), |c| c.permutation[0] = Column::Advice(99)), CircuitError::Column);
}

#[test]
fn rotations_that_meet_around_the_end() {
    for rotation in [16, -16, i16::MIN, i16::MAX] {
        let far = |c: &mut Circuit| c.advice_queries.push(Query { column: 0, rotation });
        assert_eq!(refused(braid(), far), CircuitError::Rotation);
    }
}

#[test]
fn too_few_or_too_many_rows() {
    for k in [0, 1, 3, 13, 64, 255] {
        let error = refused(braid(), |c| c.k = k);
        assert!(matches!(error, CircuitError::Rows | CircuitError::TooLarge), "{k}: {error:?}");
    }
    assert_eq!(refused(braid(), |c| c.instance_rows[0] = 32 - 5), CircuitError::Rows);
}

#[test]
fn a_digest_that_is_no_scalar() {
    assert_eq!(refused(braid(), |c| c.digest = [0xff; 32]), CircuitError::Digest);
}

#[test]
fn expressions_that_are_no_program() {
    let out_of_range = CircuitError::Program(ProgramError::OutOfRange);
    assert_eq!(refused(braid(), |c| c.program.ops[0] = Op::Neg(0)), out_of_range);
    assert_eq!(refused(braid(), |c| c.program.ops[0] = Op::Challenge(0)), out_of_range);
    assert_eq!(refused(braid(), |c| c.program.ops[0] = Op::Advice(u16::MAX)), out_of_range);
    assert_eq!(refused(braid(), |c| c.program.outputs[0] = u16::MAX), out_of_range);
    let constant = |c: &mut Circuit| c.program.constants.push([0xff; 32]);
    assert_eq!(refused(braid(), constant), CircuitError::Program(ProgramError::NonCanonical));
}

#[test]
fn a_degree_that_grows_with_every_step() {
    let squares = |c: &mut Circuit| {
        for _ in 0..100 {
            let last = c.program.ops.len() as u16 - 1;
            c.program.ops.push(Op::Mul(last, last));
        }
        c.program.outputs[0] = c.program.ops.len() as u16 - 1;
    };
    assert_eq!(refused(braid(), squares), CircuitError::TooLarge);
}

#[test]
fn lookups_that_name_more_expressions_than_there_are() {
    assert_eq!(refused(braid(), |c| c.lookups.push(u16::MAX)), CircuitError::Lookups);
}

#[test]
fn commitments_that_are_missing_or_no_points() {
    let pop = |c: &mut Circuit| c.permutation_commitments.truncate(1);
    assert_eq!(refused(braid(), pop), CircuitError::Commitment);
    assert_eq!(refused(braid(), |c| c.fixed_commitments[0] = [0; 64]), CircuitError::Commitment);
    assert_eq!(refused(braid(), |c| c.fixed_commitments[0][0] ^= 1), CircuitError::Commitment);
    assert_eq!(refused(braid(), |c| c.permutation_commitments[0] = [0xff; 64]), CircuitError::Commitment);
}

#[test]
fn a_mutated_circuit_never_panics_and_accepts_only_if_nothing_changed_in_meaning() {
    for (seed, sample) in (0..).zip([braid(), squares()]) {
        let mut rng = StdRng::seed_from_u64(seed);
        let (bytes, instances) = (sample.circuit.encode(), encoded(&sample.instances));
        for _ in 0..1500 {
            let mut mutated = bytes.clone();
            let at = rng.random_range(0..mutated.len());
            mutated[at] = rng.random();
            let Ok(circuit) = Circuit::decode_within(&mutated, &Limits::default()) else { continue };
            let accepted = ipa::verify(&Job { circuit: &circuit, instances: &instances, proof: &sample.proof }).is_ok();
            // A lower bound on the degree below what the degree is anyway means nothing.
            let same = Circuit { minimum_degree: sample.circuit.minimum_degree, ..circuit } == sample.circuit;
            assert!(same || !accepted, "byte {at}");
        }
    }
}
