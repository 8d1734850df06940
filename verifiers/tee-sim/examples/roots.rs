//! Writes the simulated root certificates to a folder, for a development chain's genesis, and prints their fingerprints.
//!
//! `cargo run --example roots -- ../../pallets/enclaves/simulated`, in `verifiers/tee-sim`.
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    std::fs::create_dir_all(&folder)?;
    let roots = [
        ("intel", assay_tee_sim::dcap::root()),
        ("nitro", assay_tee_sim::nitro::root()),
        ("ark", assay_tee_sim::snp::ark()),
        ("ask", assay_tee_sim::snp::ask()),
    ];
    for (name, der) in roots {
        std::fs::write(format!("{folder}/{name}.der"), &der)?;
        println!("{name}: {}", hex::encode(Sha256::digest(&der)));
    }
    Ok(())
}
