//! Vesta (y² = x³ + 5), the curve on which halo2_proofs commits. Everything is little-endian, as Pasta's own encodings
//! are: a scalar is 32 bytes, a point x and y (64 bytes, all zero for the identity), a compressed point x with y's parity
//! in the top bit (32 bytes).

use super::fixed_base::Table;
use crate::Error;
use alloc::{boxed::Box, vec::Vec};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInt, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_vesta::{Affine, Fq, Fr, Projective};
use core::array;
use once_cell::race::OnceBox;
use pasta_curves::{
    arithmetic::{CurveAffine, CurveExt},
    group::{ff::PrimeField as _, GroupEncoding},
    Eq, EqAffine,
};

/// An encoded point.
pub type Point = [u8; 64];

/// Most points of one call, generators not counted.
pub const MAX_POINTS: usize = 8192;

/// Most generators are 2^MAX_K.
pub const MAX_K: u32 = 12;

/// What halo2_proofs hashes its generators with.
const GENERATORS_DOMAIN: &str = "Halo2-Parameters";

/// halo2_proofs' `Params` of one size. They follow from the size alone.
struct Generators {
    /// G_0 to G_{n-1}, then W, then U.
    table: Table,
    /// The commitments to the polynomials that are 1 at one row and 0 at the others; then W.
    lagrange: Vec<Affine>,
}

/// Sum of points times scalars. [`Error::Length`] unless there are as many of each, at most [`MAX_POINTS`].
pub fn msm(points: &[u8], scalars: &[u8]) -> Result<Point, Error> {
    let (points, scalars) = terms(points, scalars)?;
    Ok(encode(Projective::msm_bigint(&points, &scalars)))
}

/// The same plus the sum of halo2_proofs' generators for 2^k rows times `g_scalars`: one each for G_0 to G_{n-1}, W, U.
pub fn generators_msm(k: u32, g_scalars: &[u8], points: &[u8], scalars: &[u8]) -> Result<Point, Error> {
    let n = rows(k)?;
    if g_scalars.len() != (n + 2) * 32 {
        return Err(Error::Length);
    }
    let (points, scalars) = terms(points, scalars)?;
    let g_scalars = self::scalars(g_scalars)?;
    Ok(encode(generators(k)?.table.msm(&g_scalars) + Projective::msm_bigint(&points, &scalars)))
}

/// halo2_proofs' commitment to a column of 2^k rows that holds these scalars and then zeros: blinded by 1, as instances are.
pub fn commit_rows(k: u32, scalars: &[u8]) -> Result<Point, Error> {
    let n = rows(k)?;
    if scalars.len() > n * 32 {
        return Err(Error::Length);
    }
    let factors = self::scalars(scalars)?;
    let generators = generators(k)?;
    let blind = generators.lagrange.last().copied().unwrap_or_default();
    Ok(encode(Projective::msm_bigint(&generators.lagrange, &factors) + blind))
}

/// Points from their compressed form. [`Error::NotOnCurve`] if there is none with this x.
pub fn decompress(points: &[u8]) -> Result<Vec<u8>, Error> {
    let (points, rest) = points.as_chunks::<32>();
    if !rest.is_empty() || points.len() > MAX_POINTS {
        return Err(Error::Length);
    }
    let mut decoded = Vec::with_capacity(points.len() * 64);
    for point in points {
        let mut x = *point;
        x[31] &= 0x7f;
        element::<Fq>(&x)?;
        let point: Option<EqAffine> = EqAffine::from_bytes(point).into();
        decoded.extend(coordinates(&point.ok_or(Error::NotOnCurve)?));
    }
    Ok(decoded)
}

/// Derives the generators for 2^k rows now, so that no later call has to: seconds at [`MAX_K`].
pub fn warm_up(k: u32) -> Result<(), Error> {
    generators(k).map(|_| ())
}

fn rows(k: u32) -> Result<usize, Error> {
    if k > MAX_K {
        return Err(Error::Length);
    }
    Ok(1 << k)
}

fn generators(k: u32) -> Result<&'static Generators, Error> {
    static SIZES: [OnceBox<Generators>; MAX_K as usize + 1] = [const { OnceBox::new() }; MAX_K as usize + 1];
    let n = rows(k)?;
    let size = SIZES.get(k as usize).ok_or(Error::Length)?;
    let domain = Radix2EvaluationDomain::<Fr>::new(n).ok_or(Error::Length)?;
    Ok(size.get_or_init(|| {
        let hash = Eq::hash_to_curve(GENERATORS_DOMAIN);
        // A hash lies on the curve by construction, so that decoding cannot fail.
        let point = |message: &[u8]| decode(&coordinates(&hash(message).to_affine_vartime())).unwrap_or_default();
        let row = |index: u32| {
            let [a, b, c, d] = index.to_le_bytes();
            point(&[0, a, b, c, d])
        };
        let mut bases: Vec<Affine> = (0..1u32 << k).map(row).collect();
        let (w, u) = (point(&[1]), point(&[2]));
        let lagrange: Vec<Projective> = domain.ifft(&bases.iter().map(|g| g.into_group()).collect::<Vec<_>>());
        let mut lagrange = Projective::normalize_batch(&lagrange);
        lagrange.push(w);
        bases.extend([w, u]);
        Box::new(Generators { table: Table::new(&bases), lagrange })
    }))
}

fn terms(points: &[u8], scalars: &[u8]) -> Result<(Vec<Affine>, Vec<BigInt<4>>), Error> {
    let (points, rest) = points.as_chunks::<64>();
    if !rest.is_empty() || points.len() > MAX_POINTS || scalars.len() != points.len() * 32 {
        return Err(Error::Length);
    }
    let points = points.iter().map(decode).collect::<Result<_, _>>()?;
    Ok((points, self::scalars(scalars)?))
}

fn scalars(bytes: &[u8]) -> Result<Vec<BigInt<4>>, Error> {
    let (scalars, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(Error::Length);
    }
    scalars.iter().map(integer::<Fr>).collect()
}

/// A number below the field's modulus.
fn integer<F: PrimeField<BigInt = BigInt<4>>>(bytes: &[u8; 32]) -> Result<BigInt<4>, Error> {
    let (words, _) = bytes.as_chunks::<8>();
    let number = BigInt(array::from_fn(|limb| words.get(limb).map_or(0, |word| u64::from_le_bytes(*word))));
    if number < F::MODULUS {
        Ok(number)
    } else {
        Err(Error::NonCanonical)
    }
}

fn element<F: PrimeField<BigInt = BigInt<4>>>(bytes: &[u8; 32]) -> Result<F, Error> {
    F::from_bigint(integer::<F>(bytes)?).ok_or(Error::NonCanonical)
}

fn decode(bytes: &Point) -> Result<Affine, Error> {
    if *bytes == [0; 64] {
        return Ok(Affine::identity());
    }
    let (halves, _) = bytes.as_chunks::<32>();
    let [x, y] = halves else { return Err(Error::Length) };
    let point = Affine::new_unchecked(element::<Fq>(x)?, element::<Fq>(y)?);
    // The curve's order is prime: a point on it is in the group.
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(Error::NotOnCurve)
    }
}

fn encode(point: Projective) -> Point {
    let mut bytes = [0; 64];
    if let Some((x, y)) = point.into_affine().xy() {
        let limbs = x.into_bigint().0.into_iter().chain(y.into_bigint().0);
        for (word, limb) in bytes.chunks_exact_mut(8).zip(limbs) {
            word.copy_from_slice(&limb.to_le_bytes());
        }
    }
    bytes
}

fn coordinates(point: &EqAffine) -> Point {
    let mut bytes = [0; 64];
    if let Some(point) = Option::<pasta_curves::arithmetic::Coordinates<EqAffine>>::from(point.coordinates()) {
        let (x, y) = bytes.split_at_mut(32);
        x.copy_from_slice(&point.x().to_repr());
        y.copy_from_slice(&point.y().to_repr());
    }
    bytes
}
