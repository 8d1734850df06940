//! Dialect IPA: proofs of `halo2_proofs` 0.4 (zcash), circuits over Pallas' base field committed to on Vesta with a BLAKE2b
//! transcript. No trusted setup: the generators are hashes.
//!
//! | module | what lives there |
//! |---|---|
//! | [`circuit`] | what a chain keeps of a verifying key, with limits and cost |
//! | `degree` | the constraints' degree, and the rows that blind |
//! | `plan` | what follows from a circuit: places, openings, lengths |
//! | `transcript` | the proof's bytes and the challenges |
//! | `domain` | rows as roots of unity |
//! | `constraints` | gates, permutation and lookups at the challenge |
//! | `opening` | many openings as one, and the inner product argument |
//! | `claim` | the sum of points that is left, of one proof or of many |
//! | `verify` | the order of all this |
//! | [`error`] | what can be wrong |

pub mod circuit;
mod claim;
mod constraints;
mod degree;
mod domain;
pub mod error;
mod opening;
mod plan;
mod transcript;
mod verify;

pub use circuit::{Circuit, Column, Cost, Limits, Query};
pub use error::{CircuitError, Error};

use alloc::vec::Vec;
use ark_ff::PrimeField;
use ark_vesta::Fr;
use blake2b_simd::Params;
use claim::{hold, Claim};
use codec::Encode;

/// One proof and what it is to prove.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The circuit, checked when it was registered.
    pub circuit: &'a Circuit,
    /// Public values, column after column, big-endian and canonical.
    pub instances: &'a [[u8; 32]],
    /// The proof, as halo2_proofs writes it.
    pub proof: &'a [u8],
}

/// Whether the proof proves these public values.
pub fn verify(job: &Job) -> Result<(), Error> {
    verdict(&verify::claim(job)?)
}

/// The same for many, each with its own verdict: one multiplication for all, and one each if that fails. Of the proofs
/// together none can make up for another, because their weights are a hash of everything in the batch.
pub fn verify_batch(jobs: &[Job]) -> Vec<Result<(), Error>> {
    let claims: Vec<Result<Claim, Error>> = jobs.iter().map(verify::claim).collect();
    let weighted: Vec<(&Claim, Fr)> = claims.iter().flatten().zip(weights(jobs)).collect();
    let together = weighted.len() > 1 && hold(&weighted) == Ok(true);
    let each = |claim: Result<Claim, Error>| claim.and_then(|claim| if together { Ok(()) } else { verdict(&claim) });
    claims.into_iter().map(each).collect()
}

fn verdict(claim: &Claim) -> Result<(), Error> {
    if claim.holds()? {
        Ok(())
    } else {
        Err(Error::Opening)
    }
}

/// Weights of 128 bits, one after the other, that nobody knew while anything in the batch could still be changed.
fn weights(jobs: &[Job]) -> impl Iterator<Item = Fr> {
    let mut seed = Params::new().hash_length(64).personal(b"Assay-IPA-Batch\0").to_state();
    for job in jobs {
        for part in [&job.circuit.encode()[..], job.instances.as_flattened(), job.proof] {
            seed.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
    }
    (0u64..).map(move |number| {
        let hash = seed.clone().update(&number.to_le_bytes()).finalize();
        Fr::from_le_bytes_mod_order(hash.as_bytes().get(..16).unwrap_or_default())
    })
}
