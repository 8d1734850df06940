//! Every attack by its name, on the classifier.

use crate::sample::{classifier, encoded, model, squares, Sample, FEATURES};
use assay_classifier::Classifier;
use assay_halo2::ipa::{self, Error, Job};
use halo2_proofs::pasta::{group::ff::PrimeField, Fp};

/// Pallas' base field's modulus, little-endian.
fn modulus() -> [u8; 32] {
    let mut bytes = (-Fp::one()).to_repr();
    bytes[0] += 1;
    bytes
}

/// Where the proof's scalars begin: after the points that precede the opening.
fn first_scalar(sample: &Sample) -> usize {
    let cost = sample.circuit.cost().expect("is sound");
    32 * (cost.decompressions - 2 - 2 * usize::from(sample.circuit.k))
}

fn with_word(sample: &Sample, at: usize, word: &[u8; 32]) -> Vec<u8> {
    let mut proof = sample.proof.clone();
    proof[at..at + 32].copy_from_slice(word);
    proof
}

#[test]
fn other_weights_under_the_owners_commitment() {
    let sample = classifier();
    let mut other = model();
    other.weights[1][2] += 1;
    let class = other.classify(&FEATURES);
    let honest = vec![other.instances(&FEATURES, class)];
    let proof = sample.prove(Classifier::new(&other, class), &honest);
    assert_eq!(sample.ours(&honest, &proof), Ok(()));
    let claimed = vec![model().instances(&FEATURES, class)];
    assert_eq!(sample.ours(&claimed, &proof), Err(Error::Opening));
    let forced = sample.prove(Classifier::new(&other, class), &claimed);
    assert_eq!(sample.ours(&claimed, &forced), Err(Error::Opening));
}

#[test]
fn another_class() {
    let sample = classifier();
    for class in (0..4).filter(|class| *class != model().classify(&FEATURES)) {
        let claimed = vec![model().instances(&FEATURES, class)];
        assert_eq!(sample.ours(&claimed, &sample.proof), Err(Error::Opening));
        let forced = sample.prove(Classifier::new(&model(), class), &claimed);
        assert_eq!(sample.ours(&claimed, &forced), Err(Error::Opening));
    }
}

#[test]
fn another_input() {
    let sample = classifier();
    let class = model().classify(&FEATURES);
    let claimed = vec![model().instances(&[9, 8, 7, 5], class)];
    assert_eq!(sample.ours(&claimed, &sample.proof), Err(Error::Opening));
}

#[test]
fn another_key() {
    let (sample, other) = (classifier(), squares());
    let job = Job { circuit: &other.circuit, instances: &encoded(&other.instances), proof: &sample.proof };
    assert_eq!(ipa::verify(&job), Err(Error::Length));
    // A key that differs in its name only: what every transcript begins with.
    let mut renamed = sample.circuit.clone();
    renamed.digest = other.circuit.digest;
    let job = Job { circuit: &renamed, instances: &encoded(&sample.instances), proof: &sample.proof };
    assert_eq!(ipa::verify(&job), Err(Error::Opening));
}

#[test]
fn truncated_by_any_length() {
    let sample = classifier();
    for length in 0..sample.proof.len() {
        assert_eq!(sample.ours(&sample.instances, &sample.proof[..length]), Err(Error::Length));
    }
}

#[test]
fn trailing_bytes_that_halo2_proofs_itself_ignores() {
    let sample = classifier();
    for extra in [1, 31, 32, 64] {
        let proof = [&sample.proof[..], &vec![0; extra]].concat();
        assert!(sample.theirs(&sample.instances, &proof));
        assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::Length));
    }
}

#[test]
fn a_scalar_plus_the_modulus() {
    let sample = classifier();
    for at in [first_scalar(sample), sample.proof.len() - 64, sample.proof.len() - 32] {
        let proof = with_word(sample, at, &modulus());
        assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::NonCanonical));
    }
}

#[test]
fn an_x_above_the_modulus() {
    let sample = classifier();
    let proof = with_word(sample, 0, &[0x7f; 32]);
    assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::NonCanonical));
}

#[test]
fn an_x_without_a_point() {
    let sample = classifier();
    let without = (1u8..).find(|x| {
        let mut word = [0; 32];
        word[0] = *x;
        assay_host::vesta::decompress(&word).is_err()
    });
    let mut word = [0; 32];
    word[0] = without.expect("half of all x have none");
    assert_eq!(sample.ours(&sample.instances, &with_word(sample, 0, &word)), Err(Error::NotOnCurve));
}

#[test]
fn the_identity_in_place_of_any_point() {
    let sample = classifier();
    let scalars = first_scalar(sample);
    for at in (0..scalars).step_by(32) {
        let proof = with_word(sample, at, &[0; 32]);
        assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::IdentityInProof));
    }
    // The last round's points lie before the last two scalars.
    let proof = with_word(sample, sample.proof.len() - 96, &[0; 32]);
    assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::IdentityInProof));
}

#[test]
fn nothing_but_zeros() {
    let sample = classifier();
    let zeros = vec![0; sample.proof.len()];
    assert_eq!(sample.ours(&sample.instances, &zeros), Err(Error::IdentityInProof));
}

#[test]
fn negated_and_swapped_commitments() {
    let sample = classifier();
    for at in (0..first_scalar(sample)).step_by(32) {
        let mut proof = sample.proof.clone();
        proof[at + 31] ^= 0x80;
        assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::Opening));
    }
    let mut proof = sample.proof.clone();
    (0..32).for_each(|at| proof.swap(at, at + 32));
    assert_eq!(sample.ours(&sample.instances, &proof), Err(Error::Opening));
}

#[test]
fn instances_dropped_added_or_not_canonical() {
    let sample = classifier();
    let honest = encoded(&sample.instances);
    let verify =
        |instances: &[[u8; 32]]| ipa::verify(&Job { circuit: &sample.circuit, instances, proof: &sample.proof });
    assert_eq!(verify(&honest), Ok(()));
    assert_eq!(verify(&honest[..honest.len() - 1]), Err(Error::Instances));
    assert_eq!(verify(&[]), Err(Error::Instances));
    // halo2_proofs takes a longer column of zeros for the same.
    assert_eq!(verify(&[&honest[..], &[[0; 32]]].concat()), Err(Error::Instances));
    let mut wrapped = honest.clone();
    let mut number = modulus();
    number[0] += sample.instances[0][1].to_repr()[0];
    number.reverse();
    wrapped[1] = number;
    assert_eq!(verify(&wrapped), Err(Error::Instances));
}
