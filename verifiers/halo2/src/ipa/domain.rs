//! The 2^k rows as the powers of a root of unity.

use super::error::Error;
use ark_ff::{batch_inversion, FftField, Field, One, Zero};
use ark_vesta::Fr;

/// The rows of a circuit.
pub(super) struct Domain {
    n: u64,
    omega: Fr,
    omega_inverse: Fr,
}

/// The vanishing and the Lagrange polynomials at a point x.
pub(super) struct Lagrange {
    /// x^n.
    pub(super) power: Fr,
    /// 1 / (x^n - 1).
    pub(super) vanishing_inverse: Fr,
    /// Of the first row.
    pub(super) first: Fr,
    /// Of the last row that is not blinded.
    pub(super) last: Fr,
    /// Of all blinded rows together.
    pub(super) blind: Fr,
}

impl Domain {
    /// The domain of n rows. [`Error::ChallengeInDomain`] is never seen: every n up to 2^32 has its root.
    pub(super) fn new(n: usize) -> Result<Self, Error> {
        let n = n as u64;
        let omega = Fr::get_root_of_unity(n).ok_or(Error::ChallengeInDomain)?;
        Ok(Self { n, omega, omega_inverse: omega.pow([n - 1]) })
    }

    /// x, so many rows further on.
    pub(super) fn rotate(&self, x: Fr, rotation: i32) -> Fr {
        let base = if rotation < 0 { self.omega_inverse } else { self.omega };
        x * base.pow([rotation.unsigned_abs().into()])
    }

    /// The Lagrange polynomials at x: of row i, w^i (x^n - 1) / (n (x - w^i)).
    pub(super) fn lagrange(&self, x: Fr, blinding: usize) -> Result<Lagrange, Error> {
        let power = x.pow([self.n]);
        let vanishing = power - Fr::one();
        let rows = -(blinding as i32 + 1)..=0;
        let row = |row| self.rotate(Fr::one(), row);
        let size = Fr::from(self.n);
        let mut inverses: alloc::vec::Vec<Fr> = rows.clone().map(|at| (x - row(at)) * size).collect();
        inverses.push(vanishing);
        if inverses.iter().any(Fr::is_zero) {
            return Err(Error::ChallengeInDomain);
        }
        batch_inversion(&mut inverses);
        let vanishing_inverse = inverses.pop().unwrap_or_default();
        let mut values = rows.zip(inverses).map(|(at, inverse)| row(at) * vanishing * inverse);
        let last = values.next().unwrap_or_default();
        let blind = values.by_ref().take(blinding).sum();
        let first = values.next().unwrap_or_default();
        Ok(Lagrange { power, vanishing_inverse, first, last, blind })
    }
}
