//! Many proofs at once: each keeps its own verdict.

use crate::sample::{all, classifier, encoded, Sample};
use assay_halo2::ipa::{verify_batch, Error, Job};
use halo2_proofs::pasta::{group::ff::PrimeField, Fp};

fn job<'a>(sample: &'a Sample, instances: &'a [[u8; 32]], proof: &'a [u8]) -> Job<'a> {
    Job { circuit: &sample.circuit, instances, proof }
}

/// The proof with its very last scalar changed, on which no challenge depends: the sum is off by as much of one generator.
fn off_by(sample: &Sample, by: Fp) -> Vec<u8> {
    let (rest, last) = sample.proof.split_at(sample.proof.len() - 32);
    let last = Fp::from_repr(last.try_into().expect("32 bytes")).expect("is canonical");
    [rest, &(last + by).to_repr()].concat()
}

#[test]
fn circuits_of_different_sizes_in_one_batch() {
    let instances = all().map(|sample| encoded(&sample.instances));
    let jobs: Vec<Job> =
        all().into_iter().zip(&instances).map(|(sample, instances)| job(sample, instances, &sample.proof)).collect();
    assert_eq!(verify_batch(&jobs), vec![Ok(()); 4]);
    assert_eq!(verify_batch(&jobs[..1]), vec![Ok(())]);
    assert_eq!(verify_batch(&[]), vec![]);
}

#[test]
fn a_bad_proof_is_named_and_the_others_stand() {
    let sample = classifier();
    let instances = encoded(&sample.instances);
    let bad = off_by(sample, Fp::one());
    for place in 0..5 {
        let proof = |at| if at == place { &bad[..] } else { &sample.proof[..] };
        let jobs: Vec<Job> = (0..5).map(|at| job(sample, &instances, proof(at))).collect();
        let mut verdicts = vec![Ok(()); 5];
        verdicts[place] = Err(Error::Opening);
        assert_eq!(verify_batch(&jobs), verdicts);
    }
}

#[test]
fn a_malformed_proof_does_not_disturb_the_others() {
    let sample = classifier();
    let instances = encoded(&sample.instances);
    let jobs = [
        job(sample, &instances, &sample.proof),
        job(sample, &instances, &[]),
        job(sample, &[], &sample.proof),
        job(sample, &instances, &sample.proof),
    ];
    assert_eq!(verify_batch(&jobs), vec![Ok(()), Err(Error::Length), Err(Error::Instances), Ok(())]);
}

#[test]
fn errors_that_would_cancel_in_a_plain_sum() {
    let sample = classifier();
    let instances = encoded(&sample.instances);
    let (more, less) = (off_by(sample, Fp::one()), off_by(sample, -Fp::one()));
    let jobs = [job(sample, &instances, &more), job(sample, &instances, &less)];
    assert_eq!(verify_batch(&jobs), vec![Err(Error::Opening); 2]);
}
