//! Many proofs in one equation: a random combination holds iff each holds, but for a chance of 2^-128.

use super::{check_pairing, msm::Sum, prepare, Error, Job, Srs, Statement};
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::PrimeField;
use assay_host::bn254::MAX_MSM;
use sha3::{Digest, Keccak256};

/// A verdict for each proof. Good proofs cost one multiplication and one pairing check together, points that several
/// share counting once; more of them than fit in one multiplication are taken in parts. If a part fails, each of its
/// proofs is checked by itself, so that a bad one is named and disturbs no other.
pub fn verify_batch(srs: &Srs, jobs: &[Job]) -> Vec<Result<(), Error>> {
    let seed = seed(srs, jobs);
    let prepared: Vec<Result<Statement, Error>> = jobs.iter().map(prepare).collect();
    let mut verdicts = Vec::with_capacity(jobs.len());
    let mut part = Part::default();
    for (index, statement) in prepared.iter().enumerate() {
        if let Ok(statement) = statement {
            if part.combined.right.len() + statement.right.len() > MAX_MSM {
                part.settle(srs, &mut verdicts);
            }
            part.add(statement, coefficient(&seed, index));
        }
        part.members.push(statement);
    }
    part.settle(srs, &mut verdicts);
    verdicts
}

/// Proofs that are checked together, malformed ones among them.
#[derive(Default)]
struct Part<'a> {
    members: Vec<&'a Result<Statement, Error>>,
    combined: Combined,
}

#[derive(Default)]
struct Combined {
    left: Sum,
    right: Sum,
    count: usize,
}

impl Combined {
    fn check(&self, srs: &Srs) -> Result<(), Error> {
        check_pairing(srs, &self.left.compute()?, &self.right.compute()?)
    }
}

impl<'a> Part<'a> {
    fn add(&mut self, statement: &Statement, coefficient: Fr) {
        self.combined.left.add(&statement.left, coefficient);
        self.combined.right.add_sum(&statement.right, coefficient);
        self.combined.count += 1;
    }

    /// Appends the members' verdicts and starts anew.
    fn settle(&mut self, srs: &Srs, verdicts: &mut Vec<Result<(), Error>>) {
        let Self { members, combined } = core::mem::take(self);
        // One proof alone is cheaper without a coefficient.
        let all_good = combined.count > 1 && combined.check(srs).is_ok();
        verdicts.extend(members.into_iter().map(|member| match member {
            Err(error) => Err(*error),
            Ok(_) if all_good => Ok(()),
            Ok(statement) => statement.check(srs),
        }));
    }
}

/// A hash of everything that the equation is made of: nobody can choose a proof after the coefficients.
fn seed(srs: &Srs, jobs: &[Job]) -> [u8; 32] {
    let mut hash = Keccak256::new();
    hash.update(b"assay: batch of proofs");
    hash.update(srs.g2);
    hash.update(srs.minus_tau_g2);
    for job in jobs {
        hash.update(job.circuit.id());
        hash.update((job.instances.len() as u64).to_be_bytes());
        hash.update(job.instances.as_flattened());
        hash.update((job.proof.len() as u64).to_be_bytes());
        hash.update(job.proof);
    }
    hash.finalize().into()
}

/// 128 bits of the seed for each proof.
fn coefficient(seed: &[u8; 32], index: usize) -> Fr {
    let hash: [u8; 32] =
        Keccak256::new().chain_update(seed).chain_update((index as u64).to_be_bytes()).finalize().into();
    let (half, _) = hash.split_at(16);
    Fr::from_be_bytes_mod_order(half)
}
