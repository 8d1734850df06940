//! Evidence and collateral under the project's simulated roots, whose keys everybody has.

use super::terms::{Blob, Fixed, Named};
use crate::args::hex;
use anyhow::{Context, Result};
use assay_tee::Kind;
use assay_tee_sim::{Dcap, Nitro, Snp};
use clap::Args;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

#[derive(Args)]
pub(crate) struct Simulate {
    /// What to simulate: Sgx, Tdx, Nitro or Snp.
    #[arg(long)]
    kind: Named<Kind>,
    /// The 64 bytes to bind.
    #[arg(long)]
    binding: Fixed<64>,
    /// The program's hash: 32 bytes for Sgx, 48 for the others.
    #[arg(long)]
    measurement: Blob,
    /// The receipt key's SCALE encoding, which a Nitro document carries besides.
    #[arg(long)]
    key: Option<Blob>,
    /// The block's hash, which a Nitro document carries besides.
    #[arg(long)]
    nonce: Option<Blob>,
    /// The folder that evidence and collateral are written to.
    #[arg(long)]
    out: PathBuf,
}

/// What is written: the evidence, its root's certificate, and collateral by its file names.
struct Made {
    evidence: Vec<u8>,
    root: Vec<u8>,
    collateral: Vec<(&'static str, Vec<u8>)>,
}

/// Writes evidence that proves nothing.
pub(crate) fn simulate(args: &Simulate) -> Result<Value> {
    eprintln!(
        "\n  !! SIMULATED EVIDENCE PROVES NOTHING. Its keys are in this program's source, for everybody to read.\n  \
         !! Only development networks take its roots.\n"
    );
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let made = make(args, now)?;
    fs::create_dir_all(&args.out)?;
    let files = [("evidence", made.evidence)].into_iter().chain(made.collateral);
    for (name, content) in files {
        let path = args.out.join(name);
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(json!({
        "evidence": args.out.join("evidence"),
        "root": hex(Sha256::digest(made.root)),
        "warning": "simulated: proves nothing",
    }))
}

fn make(args: &Simulate, now: u64) -> Result<Made> {
    let Fixed(binding) = args.binding;
    Ok(match args.kind.0 {
        Kind::Sgx => dcap(&Dcap::sgx(measurement(&args.measurement)?, binding, now)),
        Kind::Tdx => dcap(&Dcap::tdx(measurement(&args.measurement)?, binding, now)),
        Kind::Nitro => {
            let mut world = Nitro::new(measurement(&args.measurement)?, binding, now);
            world.public_key = args.key.as_ref().map(|key| key.0.clone());
            world.nonce = args.nonce.as_ref().map(|nonce| nonce.0.clone());
            let made = world.build();
            Made { evidence: made.document, root: made.root, collateral: Vec::new() }
        }
        Kind::Snp => {
            let made = Snp::new(measurement(&args.measurement)?, binding, now).build();
            let collateral = vec![("root-crl.der", made.crl), ("vcek.der", made.vcek)];
            Made { evidence: made.report, root: made.ark, collateral }
        }
    })
}

fn measurement<const N: usize>(measurement: &Blob) -> Result<[u8; N]> {
    measurement.0.as_slice().try_into().ok().with_context(|| format!("this kind's measurement has {N} bytes"))
}

fn dcap(world: &Dcap) -> Made {
    let made = world.build();
    Made {
        evidence: made.quote,
        root: made.root,
        collateral: vec![
            ("root-crl.der", made.root_crl),
            ("pck-authority.der", made.authority),
            ("pck-crl.der", made.pck_crl),
            ("tcb-signer.der", made.signer),
            ("tcb-info.json", answer("tcbInfo", &made.tcb_info)),
            ("qe-identity.json", answer("enclaveIdentity", &made.qe_identity)),
        ],
    }
}

/// A signed document as Intel's service answers.
fn answer(name: &str, (document, signature): &(Vec<u8>, [u8; 64])) -> Vec<u8> {
    let signature = hex::encode(signature);
    [format!("{{\"{name}\":").as_bytes(), document.as_slice(), format!(",\"signature\":\"{signature}\"}}").as_bytes()]
        .concat()
}
