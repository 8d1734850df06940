//! halo2_proofs' transcript: BLAKE2b-512 over everything so far, a prefix byte before each thing. Points go in as x and y,
//! scalars as 32 bytes, all little-endian.

use super::{error::Error, plan::Plan};
use crate::field;
use alloc::vec::{IntoIter, Vec};
use ark_ff::PrimeField;
use ark_vesta::Fr;
use assay_host::vesta::{self, Point};
use blake2b_simd::{Params, State};

/// The transcript, and the proof that is read into it.
pub(super) struct Transcript {
    state: State,
    points: IntoIter<Point>,
    scalars: IntoIter<Fr>,
}

impl Transcript {
    /// Decodes the whole proof before any of it counts: the right length, points on the curve and not at infinity,
    /// canonical scalars.
    pub(super) fn new(plan: &Plan, proof: &[u8]) -> Result<Self, Error> {
        let (words, rest) = proof.as_chunks::<32>();
        if !rest.is_empty() || words.len() != plan.proof_words() {
            return Err(Error::Length);
        }
        // The proof is runs of points and of scalars, in turn.
        let runs = [plan.head(), plan.evals.end, 1, plan.sets.len(), 1 + 2 * plan.k(), 2];
        let (mut points, mut scalars, mut words) = (Vec::new(), Vec::new(), words);
        for (run, length) in runs.into_iter().enumerate() {
            let (these, others) = words.split_at_checked(length).ok_or(Error::Length)?;
            words = others;
            if run % 2 == 0 {
                points.extend_from_slice(these);
            } else {
                scalars.extend(these.iter().map(from_le).collect::<Option<Vec<_>>>().ok_or(Error::NonCanonical)?);
            }
        }
        if points.contains(&[0; 32]) {
            return Err(Error::IdentityInProof);
        }
        let points = vesta::decompress(points.as_flattened())?.as_chunks::<64>().0.to_vec();
        let state = Params::new().hash_length(64).personal(b"Halo2-Transcript").to_state();
        Ok(Self { state, points: points.into_iter(), scalars: scalars.into_iter() })
    }

    /// Takes in a scalar that both sides know.
    pub(super) fn absorb_scalar(&mut self, scalar: &Fr) {
        self.state.update(&[2]).update(&to_le(scalar));
    }

    /// Takes in a point that both sides know.
    pub(super) fn absorb_point(&mut self, point: &Point) {
        self.state.update(&[1]).update(point);
    }

    /// The proof's next point.
    pub(super) fn point(&mut self) -> Result<Point, Error> {
        let point = self.points.next().ok_or(Error::Length)?;
        self.absorb_point(&point);
        Ok(point)
    }

    /// The proof's next points.
    pub(super) fn points(&mut self, count: usize) -> Result<Vec<Point>, Error> {
        (0..count).map(|_| self.point()).collect()
    }

    /// The proof's next scalar.
    pub(super) fn scalar(&mut self) -> Result<Fr, Error> {
        let scalar = self.scalars.next().ok_or(Error::Length)?;
        self.absorb_scalar(&scalar);
        Ok(scalar)
    }

    /// The proof's next scalars.
    pub(super) fn scalars(&mut self, count: usize) -> Result<Vec<Fr>, Error> {
        (0..count).map(|_| self.scalar()).collect()
    }

    /// A challenge: the hash so far as a number of 512 bits, reduced.
    pub(super) fn challenge(&mut self) -> Fr {
        self.state.update(&[0]);
        Fr::from_le_bytes_mod_order(self.state.finalize().as_bytes())
    }
}

fn from_le(bytes: &[u8; 32]) -> Option<Fr> {
    let mut reversed = *bytes;
    reversed.reverse();
    field::from_be(&reversed)
}

/// A scalar as the curve's functions take it.
pub(super) fn to_le(scalar: &Fr) -> [u8; 32] {
    let mut bytes = field::to_be(scalar);
    bytes.reverse();
    bytes
}
