//! What a proof costs inside the node, where the runtime's wasm calls the node's curve arithmetic, natively, and in wasm
//! that calls nothing; in one run, so that the ratios hold on a busy machine too.
//!
//! Inside the node a view function checks a registration with its proof. What the call itself costs, the same call says with
//! evidence of the same length that cannot be read, which it refuses before all else.

use crate::wasm::Module;
use anyhow::ensure;
use assay_halo2::kzg;
use assay_halo2_import::ezkl::Import;
use assay_primitives::H256;
use assay_tests::{
    shop::{proof, registration, vector},
    *,
};
use codec::Encode;
use sp_runtime::DispatchError;
use std::{path::PathBuf, time::Instant};

/// How much of what.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Rounds of each measurement; the median counts.
    #[arg(long, default_value_t = 31)]
    rounds: usize,
    /// The module of verifiers/halo2/wasm.
    #[arg(long)]
    wasm: PathBuf,
}

/// Measures, and prints tables.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let world = World::start().await?;
    let best = world.chain.best().await?;
    let mut module = Module::load(&args.wasm)?;
    let head = ["points", "node, ms", "native, ms", "node/native", "wasm alone, ms", "wasm/node"];
    println!("{:>22} {}", "EZKL circuit", head.map(|title| format!("{title:>14}")).join(" "));
    for name in ["logreg_small", "logreg_hashin", "mlp_hashin_hashparam", "cnn_hashin_hashparam"] {
        let vector = vector(name)?;
        let registration = registration(&vector);
        let evidence = proof(&vector)?;
        let (cost, evidence) = (evidence.cost, evidence.encode());
        let unreadable = vec![0xff_u8; evidence.len()];
        let proof = &vector.proof;
        let input = (&registration.description, vector.srs, &proof.instances, &proof.bytes).encode();
        let [mut calls, mut views, mut natives, mut wasms] = [const { Vec::new() }; 4];
        for _ in 0..args.rounds {
            let start = Instant::now();
            let verdict: Result<H256, DispatchError> =
                best.view("Circuits", "examine_registration", (&registration, &unreadable)).await?;
            ensure!(verdict.is_err(), "{name}: evidence of no form");
            calls.push(start.elapsed());
            let start = Instant::now();
            let verdict: Result<H256, DispatchError> =
                best.view("Circuits", "examine_registration", (&registration, &evidence)).await?;
            views.push(start.elapsed());
            ensure!(verdict.is_ok(), "{name}: {verdict:?}");
            let start = Instant::now();
            ensure!(kzg::verify(&vector.srs, &job(&vector)).is_ok());
            natives.push(start.elapsed());
            wasms.push(module.verify(&input)?);
        }
        let [call, view, native, wasm] = [calls, views, natives, wasms].map(median);
        let node = view - call;
        print!("{name:>22} {:>14}", cost.points);
        println!(" {node:>14.2} {native:>14.2} {:>14.2} {wasm:>14.2} {:>14.1}", node / native, wasm / node);
    }

    println!("\n{:>22} {:>18}", "batch of proofs", "native, ms each");
    let vector = vector("logreg_small")?;
    let wrong: Vec<Vec<u8>> = (0..64).map(|number| well_formed(&vector, number)).collect();
    for size in [1, 8, 32, 64] {
        let jobs: Vec<kzg::Job> = wrong.iter().take(size).map(|proof| kzg::Job { proof, ..job(&vector) }).collect();
        let times = (0..args.rounds).map(|_| {
            let start = Instant::now();
            let refused = kzg::verify_batch(&vector.srs, &jobs).iter().all(Result::is_err);
            let together = start.elapsed();
            let start = Instant::now();
            let refused_too = jobs.iter().all(|job| kzg::verify(&vector.srs, job).is_err());
            let singly = start.elapsed();
            assert!(refused && refused_too, "no proof is right");
            // A batch that fails is followed by all its proofs one by one.
            if size == 1 {
                together
            } else {
                together.saturating_sub(singly)
            }
        });
        println!("{size:>22} {:>18.2}", median(times.collect()) / size as f64);
    }
    Ok(())
}

/// A proof that is wrong, but costs what a right one costs: every point is one that no other proof has.
pub(crate) fn well_formed(vector: &Import, number: u64) -> Vec<u8> {
    let generator = [&[0; 31][..], &[1], &[0; 31], &[2]].concat();
    let mut proof = vector.proof.bytes.clone();
    let scalars = 32 * vector.circuit.cost().evaluations as usize;
    let points = proof.len() - scalars;
    let (front, back) = proof.split_at_mut(points - 128);
    let all = front.chunks_exact_mut(64).chain(back[scalars..].chunks_exact_mut(64));
    for (place, point) in all.enumerate() {
        let mut factor = [0; 32];
        factor[16..24].copy_from_slice(&(number + 1).to_be_bytes());
        factor[24..].copy_from_slice(&(place as u64 + 1).to_be_bytes());
        point.copy_from_slice(&assay_host::bn254::msm(&generator, &factor).expect("a multiple of the generator"));
    }
    proof
}

fn job(vector: &Import) -> kzg::Job<'_> {
    kzg::Job { circuit: &vector.circuit, instances: &vector.proof.instances, proof: &vector.proof.bytes }
}

/// In milliseconds.
pub(crate) fn median(mut times: Vec<std::time::Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
