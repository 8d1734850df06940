//! Multi-scalar multiplication against ark's own, and the pairing check.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use assay_host::bn254::{msm, pairing_check};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion};
use rand::{rngs::StdRng, SeedableRng};

fn be(number: impl PrimeField) -> Vec<u8> {
    number.into_bigint().to_bytes_be()
}

fn bench(criterion: &mut Criterion) {
    let mut rng = StdRng::seed_from_u64(1);
    let mut group = criterion.benchmark_group("msm");
    group.sample_size(20);
    for count in [45, 106, 256, 384, 512, 1024, 2048] {
        let points: Vec<G1Affine> = (0..count).map(|_| G1Projective::rand(&mut rng).into_affine()).collect();
        let scalars: Vec<Fr> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
        let point_bytes: Vec<u8> = points.iter().flat_map(|p| [be(p.x), be(p.y)].concat()).collect();
        let scalar_bytes: Vec<u8> = scalars.iter().flat_map(|s| be(*s)).collect();
        group.bench_function(BenchmarkId::new("host", count), |b| b.iter(|| msm(&point_bytes, &scalar_bytes)));
        group.bench_function(BenchmarkId::new("ark", count), |b| {
            b.iter(|| G1Projective::msm_unchecked(&points, &scalars).into_affine())
        });
    }
    group.finish();
    let (p, q) = (G1Affine::generator(), G2Affine::generator());
    let pair = [be(p.x), be(p.y), be(q.x.c1), be(q.x.c0), be(q.y.c1), be(q.y.c0)].concat();
    let two = pair.repeat(2);
    criterion.bench_function("pairing_check/2", |b| b.iter(|| pairing_check(&two)));
}

criterion_group!(benches, bench);
criterion_main!(benches);
