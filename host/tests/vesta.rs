//! Vesta's functions against halo2_proofs and pasta_curves, and on what must be refused.

use assay_host::{
    vesta::{commit_rows, decompress, generators_msm, msm, Point, MAX_K, MAX_POINTS},
    Error,
};
use halo2_proofs::{
    pasta::{
        arithmetic::CurveAffine,
        group::{ff::Field, ff::PrimeField, Curve, CurveAffine as _, Group, GroupEncoding},
        Eq, EqAffine, Fp, Fq,
    },
    poly::{
        commitment::{Blind, Params},
        EvaluationDomain,
    },
};
use rand_010::{rngs::StdRng, RngExt, SeedableRng};

fn encode(point: &Eq) -> Point {
    let mut bytes = [0; 64];
    if let Some(xy) = Option::<halo2_proofs::arithmetic::Coordinates<EqAffine>>::from(point.to_affine().coordinates()) {
        bytes[..32].copy_from_slice(&xy.x().to_repr());
        bytes[32..].copy_from_slice(&xy.y().to_repr());
    }
    bytes
}

fn scalars(values: &[Fp]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_repr()).collect()
}

fn random(count: usize, seed: u64) -> (Vec<Eq>, Vec<Fp>) {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| (Eq::random(&mut rng), Fp::random(&mut rng))).unzip()
}

fn sum(points: &[Eq], values: &[Fp]) -> Eq {
    points.iter().zip(values).fold(Eq::identity(), |sum, (point, value)| sum + point * value)
}

/// A modulus, little-endian.
fn modulus<F: PrimeField<Repr = [u8; 32]>>() -> [u8; 32] {
    let mut bytes = (-F::ONE).to_repr();
    bytes[0] += 1;
    bytes
}

#[test]
fn msm_is_the_sum() {
    for count in [0, 1, 2, 31, 100] {
        let (points, mut values) = random(count, count as u64);
        for (at, value) in [Fp::zero(), Fp::one(), -Fp::one()].into_iter().enumerate().take(count) {
            values[at] = value;
        }
        let encoded: Vec<u8> = points.iter().flat_map(encode).collect();
        assert_eq!(msm(&encoded, &scalars(&values)), Ok(encode(&sum(&points, &values))));
    }
}

#[test]
fn equal_opposite_and_infinite_points_are_summed_too() {
    let (points, values) = random(1, 5);
    let (point, value) = (points[0], values[0]);
    let encoded: Vec<u8> = [point, point, -point, Eq::identity()].iter().flat_map(encode).collect();
    let same = scalars(&[value, value, value, value]);
    assert_eq!(msm(&encoded, &same), Ok(encode(&(point * value))));
    assert_eq!(msm(&encoded[64..], &same[32..]), Ok([0; 64]));
}

#[test]
fn generators_are_those_of_halo2_proofs() {
    for k in [1, 4, 7] {
        let params = Params::<EqAffine>::new(k);
        let n = 1usize << k;
        let (points, values) = random(n + 2 + 3, k.into());
        let encoded: Vec<u8> = points[n + 2..].iter().flat_map(encode).collect();
        // The blinding factor's generator is W; U is only seen as the rest of the parameters' encoding.
        let mut written = Vec::new();
        params.write(&mut written).expect("writes");
        let last = |from_end: usize| {
            let at = written.len() - 32 * from_end;
            let bytes: [u8; 32] = written[at..at + 32].try_into().expect("32 bytes");
            EqAffine::from_bytes(&bytes).expect("is a point").to_curve()
        };
        let generators: Vec<Eq> = params.get_g().iter().map(|g| g.to_curve()).chain([last(2), last(1)]).collect();
        let expected = sum(&generators, &values[..n + 2]) + sum(&points[n + 2..], &values[n + 2..]);
        let result = generators_msm(k, &scalars(&values[..n + 2]), &encoded, &scalars(&values[n + 2..]));
        assert_eq!(result, Ok(encode(&expected)));
    }
}

#[test]
fn rows_are_committed_as_halo2_proofs_commits_instances() {
    for (k, count) in [(3, 0), (3, 1), (3, 8), (5, 7)] {
        let params = Params::<EqAffine>::new(k);
        let (_, values) = random(count, k.into());
        let mut column = EvaluationDomain::<Fp>::new(1, k).empty_lagrange();
        column.iter_mut().zip(&values).for_each(|(row, value)| *row = *value);
        let expected = params.commit_lagrange(&column, Blind::default());
        assert_eq!(commit_rows(k, &scalars(&values)), Ok(encode(&expected)));
    }
}

#[test]
fn decompression_is_pastas_own() {
    let mut rng = StdRng::seed_from_u64(9);
    for round in 0..300 {
        let mut bytes: [u8; 32] = rng.random();
        if round % 3 == 0 {
            bytes = Eq::random(&mut rng).to_affine().to_bytes();
        }
        let expected: Option<EqAffine> = EqAffine::from_bytes(&bytes).into();
        assert_eq!(decompress(&bytes).ok(), expected.map(|point| encode(&point.to_curve()).to_vec()));
    }
    assert_eq!(decompress(&[0; 32]), Ok(vec![0; 64]));
    assert_eq!(decompress(&modulus::<Fq>()), Err(Error::NonCanonical));
    assert_eq!(decompress(&[]), Ok(vec![]));
}

#[test]
fn lengths_that_do_not_match_are_refused() {
    let (points, values) = random(2, 1);
    let points: Vec<u8> = points.iter().flat_map(encode).collect();
    let values = scalars(&values);
    assert_eq!(msm(&points[..127], &values), Err(Error::Length));
    assert_eq!(msm(&points, &values[..32]), Err(Error::Length));
    assert_eq!(msm(&points, &values[..63]), Err(Error::Length));
    assert_eq!(msm(&points[..64], &values), Err(Error::Length));
    assert_eq!(msm(&vec![0; 64 * (MAX_POINTS + 1)], &vec![0; 32 * (MAX_POINTS + 1)]), Err(Error::Length));
    assert_eq!(generators_msm(2, &[0; 32 * 5], &[], &[]), Err(Error::Length));
    assert_eq!(generators_msm(2, &[0; 32 * 7], &[], &[]), Err(Error::Length));
    assert_eq!(generators_msm(MAX_K + 1, &[], &[], &[]), Err(Error::Length));
    assert_eq!(generators_msm(u32::MAX, &[], &[], &[]), Err(Error::Length));
    assert_eq!(commit_rows(2, &[0; 32 * 5]), Err(Error::Length));
    assert_eq!(commit_rows(2, &[0; 33]), Err(Error::Length));
    assert_eq!(decompress(&[0; 33]), Err(Error::Length));
    assert_eq!(decompress(&vec![0; 32 * (MAX_POINTS + 1)]), Err(Error::Length));
}

#[test]
fn numbers_above_their_modulus_are_refused() {
    let (points, values) = random(1, 2);
    let (point, value) = (encode(&points[0]), scalars(&values));
    assert_eq!(msm(&point, &modulus::<Fp>()), Err(Error::NonCanonical));
    assert_eq!(msm(&point, &[0xff; 32]), Err(Error::NonCanonical));
    for half in [0..32, 32..64] {
        let mut wrapped = point;
        wrapped[half].copy_from_slice(&modulus::<Fq>());
        assert_eq!(msm(&wrapped, &value), Err(Error::NonCanonical));
    }
    let mut generators = [0; 32 * 4];
    generators[..32].copy_from_slice(&modulus::<Fp>());
    assert_eq!(generators_msm(1, &generators, &[], &[]), Err(Error::NonCanonical));
    assert_eq!(commit_rows(1, &modulus::<Fp>()), Err(Error::NonCanonical));
}

#[test]
fn points_off_the_curve_are_refused() {
    let (points, values) = random(1, 3);
    let value = scalars(&values);
    let mut point = encode(&points[0]);
    point[32] ^= 1;
    assert_eq!(msm(&point, &value), Err(Error::NotOnCurve));
    let mut swapped = encode(&points[0]);
    swapped.rotate_left(32);
    assert!(msm(&swapped, &value).is_err());
    assert_eq!(generators_msm(1, &[0; 32 * 4], &point, &value), Err(Error::NotOnCurve));
}
