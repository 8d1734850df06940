//! The functions against ark's own arithmetic, and against everything malformed.

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{pairing::Pairing, short_weierstrass::SWCurveConfig, AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, One, PrimeField, UniformRand, Zero};
use assay_host::{
    bn254::{msm, pairing_check, MAX_MSM, MAX_PAIRS},
    Error,
};
use proptest::prelude::*;
use rand::{rngs::StdRng, Rng, SeedableRng};

fn be<F: PrimeField>(number: F) -> Vec<u8> {
    number.into_bigint().to_bytes_be()
}

fn g1(point: impl Into<G1Affine>) -> Vec<u8> {
    point.into().xy().map_or(vec![0; 64], |(x, y)| [be(x), be(y)].concat())
}

fn g2(point: impl Into<G2Affine>) -> Vec<u8> {
    point.into().xy().map_or(vec![0; 128], |(x, y)| [be(x.c1), be(x.c0), be(y.c1), be(y.c0)].concat())
}

/// A big-endian number plus the modulus of `F`: the same residue, written differently.
fn plus_modulus<F: PrimeField<BigInt = ark_ff::BigInt<4>>>(number: &mut [u8]) {
    let mut sum = F::from_be_bytes_mod_order(number).into_bigint();
    assert!(!sum.add_with_carry(&F::MODULUS));
    number.copy_from_slice(&sum.to_bytes_be());
}

fn scalar(rng: &mut StdRng) -> Fr {
    match rng.gen_range(0..8) {
        0 => Fr::zero(),
        1 => Fr::one(),
        2 => -Fr::one(),
        3 => Fr::from(rng.gen::<u128>()),
        4 => -Fr::from(rng.gen::<u8>()),
        _ => Fr::rand(rng),
    }
}

/// Few distinct points among many, so that equal and opposite ones meet in one sum.
fn point(rng: &mut StdRng) -> G1Affine {
    match rng.gen_range(0..8) {
        0 => G1Affine::identity(),
        1 => (-G1Projective::generator()).into(),
        2 => G1Affine::generator(),
        _ => G1Projective::rand(rng).into(),
    }
}

fn check_sum(seed: u64, count: usize) {
    let mut rng = StdRng::seed_from_u64(seed);
    let points: Vec<_> = (0..count).map(|_| point(&mut rng)).collect();
    let scalars: Vec<_> = (0..count).map(|_| scalar(&mut rng)).collect();
    let expected: G1Projective = points.iter().zip(&scalars).map(|(point, scalar)| *point * scalar).sum();
    let points: Vec<u8> = points.into_iter().flat_map(g1).collect();
    let scalars: Vec<u8> = scalars.into_iter().flat_map(be).collect();
    assert_eq!(msm(&points, &scalars).unwrap().to_vec(), g1(expected));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn msm_is_the_sum(seed: u64, count in 0usize..80) {
        check_sum(seed, count);
    }

    #[test]
    fn msm_never_panics(points in proptest::collection::vec(any::<u8>(), 0..400), scalars in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = msm(&points, &scalars);
        let _ = pairing_check(&points);
    }

    #[test]
    fn a_mutated_point_is_never_taken_for_another(seed: u64, at in 0usize..64, flip in 1u8..) {
        let mut bytes = g1(G1Projective::rand(&mut StdRng::seed_from_u64(seed)));
        bytes[at] ^= flip;
        let mut one = [0; 32];
        one[31] = 1;
        // If the change happens to hit a point, it is that point.
        prop_assert!(msm(&bytes, &one).map_or(true, |sum| sum.to_vec() == bytes));
    }

    #[test]
    fn pairing_is_bilinear(seed: u64, wrong: bool) {
        let mut rng = StdRng::seed_from_u64(seed);
        let (a, b) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let (p, q) = (G1Projective::rand(&mut rng), G2Projective::rand(&mut rng));
        let product = if wrong { a * b + Fr::one() } else { a * b };
        let pairs = [g1(p * a), g2(q * b), g1(-p * product), g2(q)].concat();
        prop_assert_eq!(pairing_check(&pairs), Ok(!wrong));
        prop_assert_eq!(Bn254::pairing(p * a, q * b) == Bn254::pairing(p * product, q), !wrong);
    }
}

#[test]
fn msm_with_buckets_is_the_sum_too() {
    for count in [300, 319, 320, 321, 1000] {
        check_sum(count as u64, count);
    }
}

#[test]
fn extreme_scalars_are_recoded_rightly() {
    let base = G1Projective::generator();
    let patterns = [Fr::from(2u8).pow([253]), -Fr::from(2u8).pow([100]), Fr::from(31u8), Fr::from(16u8)];
    for scalar in patterns.into_iter().chain((0..254).map(|bit| Fr::from(2u8).pow([bit]) - Fr::one())) {
        assert_eq!(msm(&g1(base), &be(scalar)).unwrap().to_vec(), g1(base * scalar));
    }
}

#[test]
fn lengths_are_checked_first() {
    let point = g1(G1Projective::generator());
    assert_eq!(msm(&[], &[]), Ok([0; 64]));
    for (points, scalars) in [(64, 0), (0, 32), (63, 32), (64, 31), (65, 32), (64, 33), (128, 32)] {
        assert_eq!(msm(&point.repeat(2)[..points], &[1; 64][..scalars]), Err(Error::Length));
    }
    assert_eq!(msm(&point.repeat(MAX_MSM + 1), &[0; 32].repeat(MAX_MSM + 1)), Err(Error::Length));
    assert!(msm(&point.repeat(MAX_MSM), &[0; 32].repeat(MAX_MSM)).is_ok());
    assert_eq!(pairing_check(&[]), Ok(true));
    assert_eq!(pairing_check(&[0; 191]), Err(Error::Length));
    assert_eq!(pairing_check(&[0; 193]), Err(Error::Length));
    assert_eq!(pairing_check(&[0; 192 * (MAX_PAIRS + 1)]), Err(Error::Length));
    assert_eq!(pairing_check(&[0; 192 * MAX_PAIRS]), Ok(true));
}

#[test]
fn second_writings_of_a_number_are_refused() {
    let (point, one) = (g1(G1Projective::generator()), be(Fr::one()));
    for coordinate in [0, 32] {
        let mut other = point.clone();
        plus_modulus::<Fq>(&mut other[coordinate..coordinate + 32]);
        assert_eq!(msm(&other, &one), Err(Error::NonCanonical));
        assert_eq!(pairing_check(&[other, g2(G2Projective::generator())].concat()), Err(Error::NonCanonical));
    }
    let mut other = one;
    plus_modulus::<Fr>(&mut other);
    assert_eq!(msm(&point, &other), Err(Error::NonCanonical));
    for coordinate in 0..4 {
        let mut other = g2(G2Projective::generator());
        plus_modulus::<Fq>(&mut other[32 * coordinate..32 * coordinate + 32]);
        assert_eq!(pairing_check(&[point.clone(), other].concat()), Err(Error::NonCanonical));
    }
}

#[test]
fn points_off_the_curve_are_refused_even_with_a_zero_scalar() {
    let mut point = g1(G1Projective::generator());
    point[63] ^= 1;
    assert_eq!(msm(&point, &[0; 32]), Err(Error::NotOnCurve));
    let half_zero = [vec![0; 32], be(Fq::one())].concat();
    assert_eq!(msm(&half_zero, &[0; 32]), Err(Error::NotOnCurve));
    let mut second = g2(G2Projective::generator());
    second[127] ^= 1;
    assert_eq!(pairing_check(&[g1(G1Projective::generator()), second].concat()), Err(Error::NotOnCurve));
}

#[test]
fn points_of_the_twist_outside_the_subgroup_are_refused() {
    let outside = (1u64..)
        .find_map(|number| {
            let x = Fq2::new(Fq::from(number), Fq::ZERO);
            let y = (x.square() * x + ark_bn254::g2::Config::COEFF_B).sqrt()?;
            let point = G2Affine::new_unchecked(x, y);
            (!point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
        })
        .unwrap();
    assert!(outside.is_on_curve());
    let pair = [g1(G1Projective::generator()), g2(outside)].concat();
    // Twice: only good points are kept.
    assert_eq!([pairing_check(&pair), pairing_check(&pair)], [Err(Error::NotInSubgroup); 2]);
}

#[test]
fn a_point_that_differs_by_a_bit_from_one_that_is_kept_is_not_taken_for_it() {
    let (p, q) = (G1Projective::generator(), G2Projective::generator() * Fr::from(7u8));
    let good = [g1(p), g2(q), g1(-p), g2(q)].concat();
    assert_eq!([pairing_check(&good), pairing_check(&good)], [Ok(true); 2]);
    for bit in 0..8 * 128 {
        let mut other = good.clone();
        other[64 + bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(pairing_check(&other), Err(Error::NonCanonical | Error::NotOnCurve)), "bit {bit}");
    }
    assert_eq!(pairing_check(&good), Ok(true));
}

#[test]
fn codes_are_distinct_and_not_zero() {
    let errors = [Error::Length, Error::NonCanonical, Error::NotOnCurve, Error::NotInSubgroup];
    assert_eq!(errors.map(Error::code), [1, 2, 3, 4]);
    assert_eq!(G1Projective::generator().into_affine(), G1Affine::generator());
}
