//! A sum of multiples of points, before it is computed.

use super::error::Error;
use crate::field;
use alloc::{collections::BTreeMap, vec::Vec};
use ark_bn254::Fr;
use ark_ff::Zero;
use assay_host::bn254;

/// Multiples of points by their bytes: what meets twice is merged.
#[derive(Clone, Default)]
pub(super) struct Sum {
    terms: BTreeMap<[u8; 64], Fr>,
}

impl Sum {
    pub(super) fn add(&mut self, point: &[u8; 64], factor: Fr) {
        *self.terms.entry(*point).or_insert(Fr::zero()) += factor;
    }

    /// Adds a multiple of another sum.
    pub(super) fn add_sum(&mut self, other: &Self, factor: Fr) {
        other.terms.iter().for_each(|(point, own)| self.add(point, *own * factor));
    }

    /// How many different points there are.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The point that the sum is.
    pub(super) fn compute(&self) -> Result<[u8; 64], Error> {
        let points: Vec<[u8; 64]> = self.terms.keys().copied().collect();
        let factors: Vec<[u8; 32]> = self.terms.values().map(field::to_be).collect();
        Ok(bn254::msm(points.as_flattened(), factors.as_flattened())?)
    }
}
