//! A hundred thousand mutations. No mutated proof or instance may verify. (A prover can make another proof of the same;
//! changing bytes of one does not.) Nor may a proof under a mutated circuit, except where the program alone was changed and
//! its polynomials are still what they were at the proof's point: behind a selector that is zero everywhere, say.

mod common;

use ark_bn254::Fr;
use assay_halo2::{
    field::from_be,
    kzg::{Circuit, Description, Limits},
    program::Inputs,
};
use assay_halo2_import::ezkl::Import;
use common::*;
use rand::{rngs::StdRng, Rng, SeedableRng};

/// Mutations of encoded circuits.
const CIRCUITS: usize = 92_000;
/// One in so many of those that still decode is tried on the key's own proof.
const TRIED: usize = 8;
/// Mutations of proofs and instances, each verified.
const PROOFS: usize = 8_000;

fn mutate(bytes: &mut Vec<u8>, rng: &mut StdRng) {
    let length = bytes.len();
    let at = rng.gen_range(0..length);
    match rng.gen_range(0..10) {
        0..=3 => bytes[at] ^= 1 << rng.gen_range(0..8),
        4..=5 => bytes[at] = rng.gen(),
        6 => {
            let other = rng.gen_range(0..length);
            bytes.swap(at, other);
        }
        7 => {
            // A word for another, on word boundaries: well-formed but out of place.
            let (from, to) = (at / 32 * 32, rng.gen_range(0..length) / 32 * 32);
            if from.max(to) + 32 <= length {
                bytes.copy_within(from..from + 32, to);
            }
        }
        8 => {
            let end = (at + rng.gen_range(1..64)).min(length);
            bytes[at..end].fill(if rng.gen() { 0 } else { 0xff });
        }
        _ => match rng.gen_range(0..3) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, rng.gen()),
            _ => drop(bytes.remove(at)),
        },
    }
}

fn small() -> Vec<Import> {
    ["logreg_small", "mlp_hashin_hashparam", "logreg_kzgparam"].map(vector).into_iter().collect()
}

/// Whether the circuits differ in their programs alone, and these not in their values on the proof.
fn differs_in_nothing_that_counts(circuit: &Circuit, import: &Import) -> bool {
    let own = import.circuit.description();
    let rest = Description { program: own.program.clone(), ..circuit.description().clone() };
    let bytes = values(&import.circuit).into_iter().map(|at| import.proof.bytes[at..].first_chunk().unwrap());
    let values: Vec<Fr> = bytes.map(|bytes| from_be(bytes).unwrap()).collect();
    let (advice, rest_of_values) = values.split_at(own.advice_queries.len());
    let fixed = &rest_of_values[..own.fixed_queries.len()];
    let inputs = Inputs { fixed, advice, instance: &[Fr::from(2u8)], challenges: &[] };
    rest == *own && circuit.description().program.evaluate(&inputs) == own.program.evaluate(&inputs)
}

#[test]
fn no_mutated_proof_or_instance_verifies() {
    let (imports, mut rng, mut unchanged) = (small(), StdRng::seed_from_u64(1), 0);
    for round in 0..PROOFS {
        let import = &imports[round % imports.len()];
        let mut proof = import.proof.clone();
        if round % 8 == 0 {
            let mut bytes = proof.instances.concat();
            mutate(&mut bytes, &mut rng);
            proof.instances = bytes.as_chunks().0.to_vec();
        } else {
            mutate(&mut proof.bytes, &mut rng);
        }
        if proof == import.proof {
            unchanged += 1;
            continue;
        }
        assert!(verify(&import.circuit, &proof).is_err(), "round {round}");
    }
    assert!(unchanged < PROOFS / 20, "{unchanged} mutations did nothing");
}

#[test]
fn no_proof_verifies_under_a_mutated_circuit() {
    let (imports, mut rng) = (small(), StdRng::seed_from_u64(2));
    let encoded: Vec<Vec<u8>> = imports.iter().map(|import| import.circuit.encode()).collect();
    let (mut decoded, mut refused) = (0, 0);
    for round in 0..CIRCUITS {
        let which = round % imports.len();
        let mut bytes = encoded[which].clone();
        mutate(&mut bytes, &mut rng);
        if bytes == encoded[which] {
            continue;
        }
        match Circuit::decode(&bytes, &Limits::default()) {
            Err(_) => refused += 1,
            Ok(circuit) => {
                decoded += 1;
                assert_eq!(circuit.encode(), bytes, "round {round}: one encoding for one circuit");
                assert_ne!(circuit.id(), imports[which].circuit.id());
                if decoded % TRIED == 0 && verify(&circuit, &imports[which].proof).is_ok() {
                    assert!(differs_in_nothing_that_counts(&circuit, &imports[which]), "round {round}");
                }
            }
        }
    }
    assert!(decoded > CIRCUITS / 10 && refused > CIRCUITS / 10, "{decoded} decoded, {refused} refused");
}
