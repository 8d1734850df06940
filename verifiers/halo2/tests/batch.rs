//! Many proofs at once: the good stand, the bad are named.

mod common;

use assay_halo2::kzg::{self, Error, Job, Srs};
use assay_halo2_import::ezkl::{Import, Proof};
use common::*;

fn imports() -> Vec<Import> {
    PINNED.map(vector).into_iter().collect()
}

/// So many jobs, the vectors in turn.
fn jobs(imports: &[Import], count: usize) -> Vec<Job<'_>> {
    imports.iter().cycle().take(count).map(|import| job(&import.circuit, &import.proof)).collect()
}

#[test]
fn good_batches_of_every_size_stand() {
    let imports = imports();
    for count in [0, 1, 2, 3, 7, 32] {
        assert_eq!(kzg::verify_batch(&pinned(), &jobs(&imports, count)), vec![Ok(()); count]);
    }
}

#[test]
fn a_batch_larger_than_one_multiplication_stands_and_names_its_bad_ones() {
    let imports = imports();
    let distinct = imports.iter().map(|import| import.circuit.cost().points as usize).max().unwrap();
    let count = 2 * assay_host::bn254::MAX_MSM / distinct * 3;
    let mut jobs = jobs(&imports, count);
    assert_eq!(kzg::verify_batch(&pinned(), &jobs), vec![Ok(()); count]);
    let other = &imports[1].proof.instances;
    jobs[count - 2].instances = &other[..1];
    jobs[0].proof = &jobs[6].proof[1..];
    let verdicts = kzg::verify_batch(&pinned(), &jobs);
    let bad: Vec<usize> = (0..count).filter(|index| verdicts[*index].is_err()).collect();
    assert_eq!(bad, [0, count - 2]);
}

#[test]
fn one_bad_proof_among_32_is_named_and_disturbs_no_other() {
    let imports = imports();
    type Attack = (&'static str, fn(&mut Proof), Error);
    let attacks: [Attack; 6] = [
        ("other instance", |proof| proof.instances[0][31] ^= 1, Error::Pairing),
        ("off the curve", |proof| proof.bytes[63] ^= 1, Error::NotOnCurve),
        ("identity", |proof| proof.bytes[..64].fill(0), Error::IdentityInProof),
        ("no coordinate", |proof| proof.bytes[..32].fill(0xff), Error::NonCanonical),
        ("too long", |proof| proof.bytes.push(0), Error::Length),
        ("too many instances", |proof| proof.instances.push([0; 32]), Error::Instances),
    ];
    for (index, (name, attack, error)) in attacks.into_iter().enumerate() {
        for position in [0, 5 + index, 31] {
            let mut jobs = jobs(&imports, 32);
            let mut bad = Proof { bytes: jobs[position].proof.to_vec(), instances: jobs[position].instances.to_vec() };
            attack(&mut bad);
            jobs[position].proof = &bad.bytes;
            jobs[position].instances = &bad.instances;
            let mut expected = vec![Ok(()); 32];
            expected[position] = Err(error);
            assert_eq!(kzg::verify_batch(&pinned(), &jobs), expected, "{name} at {position}");
        }
    }
}

#[test]
fn two_bad_proofs_that_would_cancel_out_are_both_named() {
    // The same proof twice, with W' of each moved by the same point in opposite directions: the plain sum would hold.
    let import = vector("logreg_small");
    let end = import.proof.bytes.len() - 64;
    let moved = |sign: bool| {
        use ark_bn254::{Fq, G1Affine};
        use ark_ec::{AffineRepr, CurveGroup};
        use ark_ff::{BigInteger, PrimeField};
        let mut bytes = import.proof.bytes.clone();
        let coordinate = |at: usize| Fq::from_be_bytes_mod_order(&import.proof.bytes[at..at + 32]);
        let point = G1Affine::new(coordinate(end), coordinate(end + 32));
        let step = if sign { G1Affine::generator() } else { -G1Affine::generator() };
        let (x, y) = (point + step).into_affine().xy().unwrap();
        bytes[end..end + 32].copy_from_slice(&x.into_bigint().to_bytes_be());
        bytes[end + 32..].copy_from_slice(&y.into_bigint().to_bytes_be());
        bytes
    };
    let (up, down) = (moved(true), moved(false));
    let jobs = [&up, &down].map(|proof| Job { proof, ..job(&import.circuit, &import.proof) });
    assert_eq!(kzg::verify_batch(&pinned(), &jobs), vec![Err(Error::Pairing); 2]);
}

#[test]
fn a_batch_on_another_or_no_reference_string_is_refused_whole() {
    let imports = imports();
    let other = vector("logreg_othersrs").srs;
    assert_eq!(kzg::verify_batch(&other, &jobs(&imports, 6)), vec![Err(Error::Pairing); 6]);
    let none = Srs { g2: [1; 128], minus_tau_g2: [1; 128] };
    assert_eq!(kzg::verify_batch(&none, &jobs(&imports, 6)), vec![Err(Error::Srs); 6]);
}

#[test]
fn a_batch_of_nothing_but_bad_proofs_names_all() {
    let imports = imports();
    let zeros = vec![0; 3648];
    let jobs: Vec<Job> = jobs(&imports, 12).into_iter().map(|job| Job { proof: &zeros, ..job }).collect();
    assert!(kzg::verify_batch(&pinned(), &jobs).iter().all(Result::is_err));
}
