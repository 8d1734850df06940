//! The vectors, imported. See vectors/README.md.
#![allow(dead_code)] // Each test file uses its part.

use assay_halo2::kzg::{self, Circuit, Error, Job, Limits, Srs};
use assay_halo2_import::ezkl::{self, Import, Proof};
use std::path::PathBuf;

/// Proofs of A's circuits by A, all on the pinned reference string.
pub(crate) const PINNED: [&str; 6] = [
    "logreg_small",
    "logreg_hashin",
    "logreg_hashparam",
    "logreg_kzgparam",
    "mlp_hashin_hashparam",
    "cnn_hashin_hashparam",
];

pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/ezkl").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn vector(name: &str) -> Import {
    let [vka, settings, proof] =
        ["vka.bytes", "settings.json", "proof.json"].map(|part| file(&format!("{name}/{part}")));
    ezkl::import(&vka, &settings, &proof, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn proof(name: &str) -> Proof {
    ezkl::parse_proof(&file(&format!("{name}/proof.json"))).unwrap()
}

/// The unsafe reference string of the vectors.
pub(crate) fn pinned() -> Srs {
    let bytes = file("unsafe_srs_g2.bin");
    let (g2, minus_tau_g2) = bytes.split_at(128);
    Srs { g2: g2.try_into().unwrap(), minus_tau_g2: minus_tau_g2.try_into().unwrap() }
}

pub(crate) fn verify(circuit: &Circuit, proof: &Proof) -> Result<(), Error> {
    verify_on(&pinned(), circuit, proof)
}

pub(crate) fn verify_on(srs: &Srs, circuit: &Circuit, proof: &Proof) -> Result<(), Error> {
    kzg::verify(srs, &job(circuit, proof))
}

pub(crate) fn job<'a>(circuit: &'a Circuit, proof: &'a Proof) -> Job<'a> {
    Job { circuit, instances: &proof.instances, proof: &proof.bytes }
}

/// How many of a proof's words are points before the values, and how many values there are.
pub(crate) fn layout(circuit: &Circuit) -> (usize, usize) {
    let cost = circuit.cost();
    let points = (cost.proof_len as usize - 32 * cost.evaluations as usize) / 64 - 2;
    (points, cost.evaluations as usize)
}

/// Where each point of a proof starts, the opening's two at last.
pub(crate) fn points(circuit: &Circuit) -> Vec<usize> {
    let (points, values) = layout(circuit);
    let opening = 64 * points + 32 * values;
    (0..points).map(|index| 64 * index).chain([opening, opening + 64]).collect()
}

/// Where each value of a proof starts.
pub(crate) fn values(circuit: &Circuit) -> Vec<usize> {
    let (points, values) = layout(circuit);
    (0..values).map(|index| 64 * points + 32 * index).collect()
}
