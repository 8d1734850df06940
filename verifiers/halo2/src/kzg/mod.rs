//! The dialect that EZKL speaks: commitments by Kate, Zaverucha and Goldberg on BN254, opened by SHPLONK, Keccak
//! transcript, lookups by logarithmic derivatives.
//!
//! | module | what lives there |
//! |---|---|
//! | [`circuit`] | what must be known of a circuit, its limits and its id |
//! | [`cost`] | what verifying will cost |
//! | [`error`] | why something is refused |
//! | [`shape`] | what follows from a circuit: the proof's layout, the rotation sets |
//! | `transcript`, `proof` | reading a proof |
//! | `domain`, `quotient`, `permutation`, `lookup` | the constraints at the challenge |
//! | `shplonk`, `msm` | the opening |
//! | `batch` | many proofs at once |

mod batch;
pub mod circuit;
pub mod cost;
mod domain;
pub mod error;
mod lookup;
mod msm;
mod permutation;
mod proof;
mod quotient;
pub mod shape;
mod shplonk;
mod transcript;

pub use batch::verify_batch;
pub use circuit::{Circuit, Column, Description, Limits, Lookup, Phase, Query};
pub use cost::Cost;
pub use error::{CircuitError, Error};

use alloc::vec::Vec;
use assay_host::bn254;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use domain::Domain;
use msm::Sum;
use scale_info::TypeInfo;

/// What the verifier needs of a structured reference string. Whoever knows its secret tau can forge: it is pinned, never
/// taken from a proof or a key. Points are x1, x2, y1, y2, big-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Srs {
    /// The generator of G2.
    pub g2: [u8; 128],
    /// **Minus** tau times the generator, the sign under which EZKL's keys and Ethereum verifiers carry it.
    pub minus_tau_g2: [u8; 128],
}

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

/// Whether the proof proves. Costs one multiplication of [`Cost::points`] points and two pairings, if it is well formed.
pub fn verify(srs: &Srs, job: &Job) -> Result<(), Error> {
    prepare(job)?.check(srs)
}

/// What remains of a proof when all field arithmetic is done: `e(right, g2) = e(left, tau g2)`.
struct Statement {
    left: [u8; 64],
    right: Sum,
}

fn prepare(job: &Job) -> Result<Statement, Error> {
    let (description, shape) = (job.circuit.description(), job.circuit.shape());
    let proof = proof::read(job.circuit, job.instances, job.proof)?;
    let domain = Domain::new(description.k);
    let rows = domain.at(proof.challenges.x, description.blinding, &proof.instances)?;
    let quotient = quotient::evaluate(description, shape, &proof, &rows)?;
    let right = shplonk::open(job.circuit, &domain, &rows, &proof, quotient)?;
    Ok(Statement { left: proof.shifted, right })
}

impl Statement {
    fn check(&self, srs: &Srs) -> Result<(), Error> {
        // The left point is among the sum's, so it was checked when the sum is there.
        check_pairing(srs, &self.left, &self.right.compute()?)
    }
}

/// The equation itself; both points must be known to be good.
fn check_pairing(srs: &Srs, left: &[u8; 64], right: &[u8; 64]) -> Result<(), Error> {
    let mut pairs = Vec::with_capacity(2 * (bn254::G1_BYTES + bn254::G2_BYTES));
    pairs.extend_from_slice(right);
    pairs.extend_from_slice(&srs.g2);
    pairs.extend_from_slice(left);
    pairs.extend_from_slice(&srs.minus_tau_g2);
    match bn254::pairing_check(&pairs) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::Pairing),
        Err(_) => Err(Error::Srs),
    }
}
