//! The rows as powers of a root of unity, and the polynomials that are one at certain rows and zero at all others.

use super::error::Error;
use alloc::vec::Vec;
use ark_bn254::Fr;
use ark_ff::{batch_inversion, Field, MontFp, One, Zero};

/// Number of the largest domain's rows, as a power of two.
const TWO_ADICITY: u8 = 28;
/// The root of unity of order 2^28 that halo2 takes: 7^((r - 1) / 2^28). Not ark's, which starts from 5.
const ROOT: Fr = MontFp!("1748695177688661943023146337482803886740723238769601073607632802312037301404");
/// The field's multiplicative generator.
const GENERATOR: Fr = MontFp!("7");

/// 2^k rows.
#[derive(Clone, Copy)]
pub(super) struct Domain {
    omega: Fr,
    size: u64,
}

/// What the row polynomials are at a point.
pub(super) struct Rows {
    /// x^n, for n rows.
    pub(super) x_n: Fr,
    /// 1 / (x^n - 1).
    pub(super) vanishing_inverse: Fr,
    /// One at the first row.
    pub(super) first: Fr,
    /// One at the row after the last usable one.
    pub(super) last: Fr,
    /// One at the usable rows.
    pub(super) usable: Fr,
    /// The instance column.
    pub(super) instance: Fr,
}

impl Domain {
    /// k is at most 28.
    pub(super) fn new(k: u8) -> Self {
        let mut omega = ROOT;
        for _ in k..TWO_ADICITY {
            omega.square_in_place();
        }
        Self { omega, size: 1 << k.min(TWO_ADICITY) }
    }

    /// The x-coordinate of the row that a rotation reaches from the first.
    pub(super) fn row(&self, rotation: i64) -> Fr {
        self.omega.pow([rotation.rem_euclid(self.size as i64) as u64])
    }

    /// The row polynomials at x: that of row i is `w^i (x^n - 1) / (n (x - w^i))`.
    pub(super) fn at(&self, x: Fr, blinding: u8, instances: &[Fr]) -> Result<Rows, Error> {
        let x_n = x.pow([self.size]);
        let vanishing = x_n - Fr::one();
        // At x = 0 all rotations would be the same point.
        if vanishing.is_zero() || x.is_zero() {
            return Err(Error::ChallengeInDomain);
        }
        // The row after the last usable one, the blinded rows, then from the first row on the instances.
        let behind = usize::from(blinding) + 1;
        let mut row = self.row(-i64::from(blinding) - 1);
        let mut rows = Vec::with_capacity(behind + instances.len() + 1);
        for _ in 0..behind + instances.len().max(1) {
            rows.push(row);
            row *= self.omega;
        }
        let size = Fr::from(self.size);
        let mut inverses: Vec<Fr> = rows.iter().map(|row| size * (x - row)).collect();
        inverses.push(vanishing);
        batch_inversion(&mut inverses);
        let vanishing_inverse = inverses.pop().unwrap_or_default();
        let lagrange: Vec<Fr> = rows.iter().zip(inverses).map(|(row, inverse)| vanishing * row * inverse).collect();
        let (unusable, from_first) = lagrange.split_at(behind);
        Ok(Rows {
            x_n,
            vanishing_inverse,
            first: from_first.first().copied().unwrap_or_default(),
            last: unusable.first().copied().unwrap_or_default(),
            usable: Fr::one() - unusable.iter().sum::<Fr>(),
            instance: from_first.iter().zip(instances).map(|(row, instance)| *row * instance).sum(),
        })
    }
}

/// What sets the permutation's columns apart: 7^(2^28).
pub(super) fn delta() -> Fr {
    (0..TWO_ADICITY).fold(GENERATOR, |power, _| power.square())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_halo2s() {
        let exponent = (-Fr::one()) / Fr::from(1u64 << TWO_ADICITY);
        assert_eq!(GENERATOR.pow(ark_ff::PrimeField::into_bigint(exponent)), ROOT);
        assert_ne!(ROOT.pow([1 << 27]), Fr::one());
        assert!(delta().pow(ark_ff::PrimeField::into_bigint(exponent)).is_one());
    }

    #[test]
    fn row_polynomials_interpolate() {
        let domain = Domain::new(8);
        let x = Fr::from(12345u64);
        let instances: Vec<Fr> = (0..256u64 - 6).map(Fr::from).collect();
        let rows = domain.at(x, 5, &instances).unwrap();
        // Slowly: row polynomial i is the product over all other rows j of (x - w^j) / (w^i - w^j).
        let slow = |index: i64| -> Fr {
            (0..256)
                .filter(|other| *other != index.rem_euclid(256))
                .map(|other| (x - domain.row(other)) / (domain.row(index) - domain.row(other)))
                .product()
        };
        assert_eq!(rows.first, slow(0));
        assert_eq!(rows.last, slow(-6));
        assert_eq!(rows.usable, (0..250).map(slow).sum::<Fr>());
        assert_eq!(rows.instance, (0..250).map(|index| slow(index) * instances[index as usize]).sum::<Fr>());
        assert_eq!(rows.vanishing_inverse * (rows.x_n - Fr::one()), Fr::one());
    }

    #[test]
    fn a_challenge_in_the_domain_is_refused() {
        let domain = Domain::new(12);
        for x in [Fr::zero(), Fr::one(), domain.row(1), domain.row(-6), domain.row(4095)] {
            assert_eq!(domain.at(x, 5, &[]).err(), Some(Error::ChallengeInDomain));
        }
        assert!(domain.at(GENERATOR, 5, &[]).is_ok());
    }
}
