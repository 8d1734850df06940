//! The same verdict as halo2_proofs, on honest proofs and on thousands that are not.

use crate::sample::{all, Sample};
use halo2_proofs::pasta::{group::ff::Field, Fp};
use rand_010::{rngs::StdRng, RngExt, SeedableRng};

/// Mutations of each sample's proof, and of its public values.
const PROOFS: usize = 800;
const INSTANCES: usize = 60;

#[test]
fn honest_proofs_are_accepted_by_both() {
    for sample in all() {
        assert_eq!(sample.ours(&sample.instances, &sample.proof), Ok(()));
        assert!(sample.theirs(&sample.instances, &sample.proof));
        let cost = sample.circuit.cost().expect("is sound");
        assert_eq!(cost.proof_len, sample.proof.len());
    }
}

#[test]
fn mutated_proofs_get_the_same_verdict_and_none_is_accepted() {
    for (seed, sample) in (0..).zip(all()) {
        let mut rng = StdRng::seed_from_u64(seed);
        for _ in 0..PROOFS {
            let proof = mutated(sample, &mut rng);
            if proof != sample.proof {
                assert!(sample.ours(&sample.instances, &proof).is_err());
                assert!(proof.len() > sample.proof.len() || !sample.theirs(&sample.instances, &proof));
            }
        }
    }
}

#[test]
fn mutated_instances_get_the_same_verdict() {
    for (seed, sample) in (100..).zip(all()) {
        let mut rng = StdRng::seed_from_u64(seed);
        for _ in 0..INSTANCES {
            let mut instances = sample.instances.clone();
            let column = rng.random_range(0..instances.len());
            let row = rng.random_range(0..instances[column].len());
            match rng.random_range(0..4) {
                0 => instances[column][row] += Fp::one(),
                1 => instances[column][row] = Fp::random(&mut rng),
                2 => instances[column].swap(0, row),
                _ => instances[column][row] = Fp::zero(),
            }
            let verdict = sample.ours(&instances, &sample.proof).is_ok();
            assert_eq!(verdict, sample.theirs(&instances, &sample.proof));
            assert_eq!(verdict, instances == sample.instances);
        }
    }
}

/// Something done to the proof: to a bit, a byte, a word of 32 bytes, two words, or its length.
fn mutated(sample: &Sample, rng: &mut StdRng) -> Vec<u8> {
    let mut proof = sample.proof.clone();
    let words = proof.len() / 32;
    let (byte, word, other) =
        (rng.random_range(0..proof.len()), 32 * rng.random_range(0..words), 32 * rng.random_range(0..words));
    match rng.random_range(0..9) {
        0 => proof[byte] ^= 1 << rng.random_range(0..8),
        1 => proof[byte] = rng.random(),
        // Of a point, the same x with the other y.
        2 => proof[word + 31] ^= 0x80,
        3 => proof[word..word + 32].fill(0),
        4 => proof.copy_within(other..other + 32, word),
        5 => (0..32).for_each(|at| proof.swap(word + at, other + at)),
        6 => proof[word..word + 32].copy_from_slice(&small(rng)),
        7 => proof.truncate(byte),
        _ => proof.extend(vec![0; rng.random_range(1..100)]),
    }
    proof
}

/// A small number: as a scalar canonical, as a point's x valid every other time.
fn small(rng: &mut StdRng) -> [u8; 32] {
    let mut word = [0; 32];
    word[0] = rng.random();
    word
}
