//! The Fiat-Shamir transcript, as an Ethereum contract would keep it: keccak256 over everything absorbed since the last
//! challenge and that challenge's hash; a challenge is the hash mod the scalar field's order.

use super::error::Error;
use crate::field;
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::PrimeField;
use sha3::{Digest, Keccak256};

/// A transcript that absorbs a proof while it reads it.
pub(super) struct Transcript<'a> {
    absorbed: Vec<u8>,
    proof: &'a [u8],
}

impl<'a> Transcript<'a> {
    pub(super) fn new(digest: &[u8; 32], instances: &[[u8; 32]], proof: &'a [u8]) -> Self {
        let mut absorbed = digest.to_vec();
        absorbed.extend_from_slice(instances.as_flattened());
        Self { absorbed, proof }
    }

    fn read<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (bytes, rest) = self.proof.split_first_chunk::<N>().ok_or(Error::Length)?;
        self.absorbed.extend_from_slice(bytes);
        self.proof = rest;
        Ok(*bytes)
    }

    /// The next point. That it lies on the curve is checked where it is multiplied.
    pub(super) fn point(&mut self) -> Result<[u8; 64], Error> {
        let point = self.read()?;
        if point == [0; 64] {
            return Err(Error::IdentityInProof);
        }
        Ok(point)
    }

    /// The next value.
    pub(super) fn scalar(&mut self) -> Result<Fr, Error> {
        field::from_be(&self.read()?).ok_or(Error::NonCanonical)
    }

    /// The next challenge.
    pub(super) fn challenge(&mut self) -> Fr {
        // Only a challenge was absorbed, or the digest alone: a byte tells this hash from the last.
        if self.absorbed.len() == 32 {
            self.absorbed.push(1);
        }
        let hash: [u8; 32] = Keccak256::digest(&self.absorbed).into();
        self.absorbed.clear();
        self.absorbed.extend_from_slice(&hash);
        Fr::from_be_bytes_mod_order(&hash)
    }
}
