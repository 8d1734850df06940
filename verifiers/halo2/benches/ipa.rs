//! What one IPA verification costs for 2^8 to 2^11 rows, and in batches.

#[path = "../tests/ipa/circuits.rs"]
#[allow(dead_code)]
mod circuits;
#[path = "../tests/ipa/sample.rs"]
#[allow(dead_code)]
mod sample;

use assay_classifier::Classifier;
use assay_halo2::ipa::{verify, verify_batch, Job};
use circuits::Braid;
use criterion::{criterion_group, criterion_main, Criterion};
use sample::{encoded, model, Sample, FEATURES};

fn classifier(k: u32) -> Sample {
    let class = model().classify(&FEATURES);
    Sample::new(k, Classifier::new(&model(), class), vec![model().instances(&FEATURES, class)])
}

fn ipa(criterion: &mut Criterion) {
    let small = Braid::<6, 0>([1, 20, 300]);
    let instances = small.instances();
    // The classifier's table of 256 bytes needs 2^9 rows.
    let samples = [Sample::new(8, small, instances), classifier(9), classifier(10), classifier(11)];
    for sample in &samples {
        let instances = encoded(&sample.instances);
        let job = Job { circuit: &sample.circuit, instances: &instances, proof: &sample.proof };
        criterion.bench_function(&format!("one proof, k = {}", sample.circuit.k), |bench| bench.iter(|| verify(&job)));
        if sample.circuit.k == 11 {
            for size in [2, 16, 32] {
                let jobs = vec![job; size];
                criterion.bench_function(&format!("{size} proofs, k = 11"), |bench| bench.iter(|| verify_batch(&jobs)));
            }
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = ipa
}
criterion_main!(benches);
