//! Verifying natively: one proof of each kind, batches, and decoding a circuit.

#[path = "../tests/common/mod.rs"]
mod common;

use assay_halo2::kzg::{self, Circuit, Limits};
use common::*;
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};

fn bench(criterion: &mut Criterion) {
    let srs = pinned();
    let imports = PINNED.map(vector);
    let mut group = criterion.benchmark_group("verify");
    group.sample_size(20);
    for (name, import) in PINNED.iter().zip(&imports) {
        group.bench_function(*name, |b| b.iter(|| kzg::verify(&srs, &job(&import.circuit, &import.proof))));
    }
    let largest = vector("logreg_k13");
    group
        .bench_function("logreg_k13", |b| b.iter(|| kzg::verify(&largest.srs, &job(&largest.circuit, &largest.proof))));
    group.finish();

    let mut group = criterion.benchmark_group("batch");
    group.sample_size(10);
    for count in [1, 8, 32, 64] {
        group.throughput(Throughput::Elements(count as u64));
        let mixed: Vec<_> =
            imports.iter().cycle().take(count).map(|import| job(&import.circuit, &import.proof)).collect();
        group.bench_function(BenchmarkId::new("mixed", count), |b| b.iter(|| kzg::verify_batch(&srs, &mixed)));
        let same = vec![job(&imports[0].circuit, &imports[0].proof); count];
        group.bench_function(BenchmarkId::new("one_circuit", count), |b| b.iter(|| kzg::verify_batch(&srs, &same)));
    }
    group.finish();

    let bytes = imports[0].circuit.encode();
    criterion.bench_function("decode_circuit", |b| b.iter(|| Circuit::decode(&bytes, &Limits::default())));
}

criterion_group!(benches, bench);
criterion_main!(benches);
