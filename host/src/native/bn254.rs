//! BN254. Points are uncompressed affine coordinates, big-endian, as Ethereum's precompiles have them; all zeros is the
//! identity.

use crate::Error;
use alloc::{vec, vec::Vec};
use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{pairing::Pairing, short_weierstrass::Bucket, AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{batch_inversion, AdditiveGroup, BigInt, BigInteger, Field, PrimeField, Zero};

type G2Prepared = <Bn254 as Pairing>::G2Prepared;

/// Most points of one multi-scalar multiplication.
pub const MAX_MSM: usize = 4096;
/// Most pairs of one pairing check.
pub const MAX_PAIRS: usize = 8;
/// Bytes of a point of G1: x, y.
pub const G1_BYTES: usize = 64;
/// Bytes of a point of G2: the coordinates' parts x1, x2, y1, y2, where x = x2 + x1·u.
pub const G2_BYTES: usize = 128;
/// Bytes of a scalar.
pub const SCALAR_BYTES: usize = 32;

/// Points of G2 that are kept with what was computed for them, 17 KB each.
#[cfg(feature = "std")]
const MAX_PREPARED: usize = 64;

const PAIR_BYTES: usize = G1_BYTES + G2_BYTES;
/// From so many points on buckets beat tables of odd multiples (measured).
const BUCKETS_FROM: usize = 256;
/// Width of the signed windows of [`interleaved`].
const WINDOW: usize = 5;
/// Odd multiples a point: 1, 3, … 15.
const ODD_MULTIPLES: usize = 1 << (WINDOW - 2);

/// The sum of `scalars[i] * points[i]`. Points are 64 bytes each, identity allowed; scalars 32 bytes, big-endian, below
/// the group's order. Time grows with the number of points, at most [`MAX_MSM`].
pub fn msm(points: &[u8], scalars: &[u8]) -> Result<[u8; G1_BYTES], Error> {
    let (points, points_rest) = points.as_chunks::<G1_BYTES>();
    let (scalars, scalars_rest) = scalars.as_chunks::<SCALAR_BYTES>();
    let whole = points_rest.is_empty() && scalars_rest.is_empty();
    if !whole || points.len() != scalars.len() || points.len() > MAX_MSM {
        return Err(Error::Length);
    }
    let mut bases = Vec::with_capacity(points.len());
    let mut factors = Vec::with_capacity(points.len());
    for (point, scalar) in points.iter().zip(scalars) {
        let (base, factor) = (g1(point)?, number(scalar));
        if factor >= Fr::MODULUS {
            return Err(Error::NonCanonical);
        }
        if !base.is_zero() && !factor.is_zero() {
            bases.push(base);
            factors.push(factor);
        }
    }
    let sum = if bases.len() < BUCKETS_FROM {
        interleaved(&bases, &factors)
    } else {
        G1Projective::msm_bigint(&bases, &factors).into_affine()
    };
    Ok(encode(&sum))
}

/// Whether the product of the pairings of all pairs is one. A pair is 192 bytes: a point of G1, a point of G2, the
/// identity allowed in both. At most [`MAX_PAIRS`]; none at all is one.
pub fn pairing_check(pairs: &[u8]) -> Result<bool, Error> {
    let (pairs, rest) = pairs.as_chunks::<PAIR_BYTES>();
    if !rest.is_empty() || pairs.len() > MAX_PAIRS {
        return Err(Error::Length);
    }
    let mut left = Vec::with_capacity(pairs.len());
    let mut right = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let (first, second) = pair.split_at(G1_BYTES);
        left.push(g1(&fixed(first))?);
        right.push(prepared(&fixed(second))?);
    }
    let product = Bn254::final_exponentiation(Bn254::multi_miller_loop(left, right));
    Ok(product.is_some_and(|product| product.is_zero()))
}

/// Straus' method: one chain of doublings for all points, signed windows over each point's odd multiples. Needs fewer
/// additions than buckets do as long as there are few points. No point is the identity.
fn interleaved(bases: &[G1Affine], scalars: &[BigInt<4>]) -> G1Affine {
    let count = bases.len();
    let multiples = odd_multiples(bases);
    let mut digits = vec![0i8; count * SCALAR_BITS];
    for (index, scalar) in scalars.iter().enumerate() {
        signed_windows(scalar, |bit, digit| digits[bit * count + index] = digit);
    }
    let mut sum = Bucket::default();
    for row in digits.rchunks_exact(count.max(1)) {
        sum.double_in_place();
        for (index, digit) in row.iter().enumerate() {
            let multiple = |digit: &i8| &multiples[usize::from(digit.unsigned_abs() / 2)][index];
            match digit {
                0 => (),
                1.. => sum += multiple(digit),
                _ => sum -= multiple(digit),
            }
        }
    }
    // By way of the projective form: ark 0.6 takes a bucket to affine coordinates wrongly.
    G1Projective::from(sum).into_affine()
}

/// For 1, 3, ... 15 that multiple of each point. One inversion serves an addition to all points; none of them is of a point
/// to itself or its negative, since the group's order is a large prime.
fn odd_multiples(bases: &[G1Affine]) -> Vec<Vec<G1Affine>> {
    let doubles: Vec<G1Projective> = bases.iter().map(|base| base.into_group().double()).collect();
    let doubles = G1Projective::normalize_batch(&doubles);
    let mut multiples = vec![bases.to_vec()];
    for _ in 1..ODD_MULTIPLES {
        let last = multiples.last().map_or(bases, Vec::as_slice);
        let mut inverses: Vec<Fq> = last.iter().zip(&doubles).map(|(last, double)| double.x - last.x).collect();
        batch_inversion(&mut inverses);
        let next = last.iter().zip(&doubles).zip(inverses).map(|((last, double), inverse)| {
            let slope = (double.y - last.y) * inverse;
            let x = slope.square() - last.x - double.x;
            G1Affine::new_unchecked(x, slope * (last.x - x) - last.y)
        });
        let next = next.collect();
        multiples.push(next);
    }
    multiples
}

/// Bits of a scalar and one for the last carry.
const SCALAR_BITS: usize = 255;

/// The scalar, below 2^254, as a sum of odd digits below 2^(WINDOW-1) in size, each times a power of two.
fn signed_windows(scalar: &BigInt<4>, mut emit: impl FnMut(usize, i8)) {
    let bits_at = |bit: usize, count: usize| {
        let (limb, shift) = (bit / 64, bit % 64);
        let low = scalar.0.get(limb).map_or(0, |word| word >> shift);
        let high = if shift == 0 { 0 } else { scalar.0.get(limb + 1).map_or(0, |word| word << (64 - shift)) };
        (low | high) & ((1 << count) - 1)
    };
    let (mut bit, mut carry) = (0, 0);
    while bit < SCALAR_BITS {
        if bits_at(bit, 1) == carry {
            bit += 1;
            continue;
        }
        let window = bits_at(bit, WINDOW) + carry;
        carry = window >> (WINDOW - 1);
        emit(bit, window as i8 - ((carry as i8) << WINDOW));
        bit += WINDOW;
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    array
}

fn number(bytes: &[u8; 32]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, word) in limbs.iter_mut().zip(bytes.rchunks_exact(8)) {
        *limb = u64::from_be_bytes(fixed(word));
    }
    BigInt::new(limbs)
}

fn coordinates<const N: usize>(bytes: &[u8]) -> Result<[Fq; N], Error> {
    let mut numbers = [Fq::ZERO; N];
    for (coordinate, word) in numbers.iter_mut().zip(bytes.chunks_exact(32)) {
        *coordinate = Fq::from_bigint(number(&fixed(word))).ok_or(Error::NonCanonical)?;
    }
    Ok(numbers)
}

/// G1's cofactor is one: every point of the curve is in the group.
fn g1(bytes: &[u8; G1_BYTES]) -> Result<G1Affine, Error> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(G1Affine::identity());
    }
    let [x, y] = coordinates(bytes)?;
    let point = G1Affine::new_unchecked(x, y);
    point.is_on_curve().then_some(point).ok_or(Error::NotOnCurve)
}

/// A point of G2 and the lines of its Miller loop. Those of the last good points are kept: a chain has few, two for each
/// structured reference string, and checking and preparing two took a third of a pairing check.
#[cfg(feature = "std")]
fn prepared(bytes: &[u8; G2_BYTES]) -> Result<G2Prepared, Error> {
    use std::sync::{Mutex, PoisonError};
    static LAST: Mutex<Vec<([u8; G2_BYTES], G2Prepared)>> = Mutex::new(Vec::new());
    // What is pushed is whole, so a poisoned list is as good as any.
    let lock = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = lock().iter().find(|(point, _)| point == bytes) {
        return Ok(known.clone());
    }
    let prepared = G2Prepared::from(g2(bytes)?);
    let mut last = lock();
    if last.len() >= MAX_PREPARED {
        last.remove(0);
    }
    last.push((*bytes, prepared.clone()));
    Ok(prepared)
}

#[cfg(not(feature = "std"))]
fn prepared(bytes: &[u8; G2_BYTES]) -> Result<G2Prepared, Error> {
    g2(bytes).map(G2Prepared::from)
}

fn g2(bytes: &[u8; G2_BYTES]) -> Result<G2Affine, Error> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(G2Affine::identity());
    }
    let [x1, x2, y1, y2] = coordinates(bytes)?;
    let point = G2Affine::new_unchecked(Fq2::new(x2, x1), Fq2::new(y2, y1));
    if !point.is_on_curve() {
        return Err(Error::NotOnCurve);
    }
    point.is_in_correct_subgroup_assuming_on_curve().then_some(point).ok_or(Error::NotInSubgroup)
}

fn encode(point: &G1Affine) -> [u8; G1_BYTES] {
    let mut bytes = [0; G1_BYTES];
    if let Some((x, y)) = point.xy() {
        for (word, limb) in bytes.rchunks_exact_mut(8).zip(y.into_bigint().0.into_iter().chain(x.into_bigint().0)) {
            word.copy_from_slice(&limb.to_be_bytes());
        }
    }
    bytes
}
