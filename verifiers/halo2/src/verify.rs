//! Verifying proofs of both dialects together.

use crate::{
    circuit::Circuit,
    ipa,
    kzg::{self, Srs},
};
use alloc::{vec, vec::Vec};

/// A proof to verify.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The circuit that it is a proof of.
    pub circuit: &'a Circuit,
    /// The instances that it must be a proof for, big-endian and canonical. Assembled by the verifying side.
    pub instances: &'a [[u8; 32]],
    /// The proof.
    pub proof: &'a [u8],
}

/// Why a proof counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is none: a wrong length, a number above its modulus, a point off the curve or at infinity.
    Malformed,
    /// It is one, but not for this circuit and these instances.
    Wrong,
}

impl From<kzg::Error> for Refusal {
    fn from(error: kzg::Error) -> Self {
        match error {
            kzg::Error::Pairing => Self::Wrong,
            _ => Self::Malformed,
        }
    }
}

impl From<ipa::Error> for Refusal {
    fn from(error: ipa::Error) -> Self {
        match error {
            ipa::Error::Opening => Self::Wrong,
            _ => Self::Malformed,
        }
    }
}

/// One verdict a proof. Each dialect's are checked together and, if that fails, one by one, so that a bad proof never
/// disturbs the others. Without a reference string no proof of dialect KZG counts.
pub fn verify_batch(srs: Option<&Srs>, jobs: &[Job]) -> Vec<Result<(), Refusal>> {
    let mut verdicts = vec![Err(Refusal::Malformed); jobs.len()];
    let mut judge = |indices: Vec<usize>, found: Vec<Result<(), Refusal>>| {
        for (index, verdict) in indices.into_iter().zip(found) {
            if let Some(slot) = verdicts.get_mut(index) {
                *slot = verdict;
            }
        }
    };
    let all = || jobs.iter().enumerate();
    if let Some(srs) = srs {
        let (indices, kzg): (Vec<usize>, Vec<kzg::Job>) = all()
            .filter_map(|(index, Job { circuit, instances, proof })| match circuit {
                Circuit::Kzg(circuit) => Some((index, kzg::Job { circuit, instances, proof })),
                Circuit::Ipa(_) => None,
            })
            .unzip();
        let found = kzg::verify_batch(srs, &kzg).into_iter().map(|verdict| verdict.map_err(Refusal::from));
        judge(indices, found.collect());
    }
    let (indices, ipa): (Vec<usize>, Vec<ipa::Job>) = all()
        .filter_map(|(index, Job { circuit, instances, proof })| match circuit {
            Circuit::Ipa(circuit) => Some((index, ipa::Job { circuit, instances, proof })),
            Circuit::Kzg(_) => None,
        })
        .unzip();
    judge(indices, ipa::verify_batch(&ipa).into_iter().map(|verdict| verdict.map_err(Refusal::from)).collect());
    verdicts
}
