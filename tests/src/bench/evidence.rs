//! What attestation evidence of each kind costs inside the node and natively, and whether a block full of evidence that
//! fails at its very last signature stays inside its weight.

use crate::{
    blocks::{fill, Filled},
    proofs::median,
};
use anyhow::{anyhow, ensure, Context};
use assay_tee::{
    dcap::{self, check_pck_crl, Collateral, QeIdentity, SignedJson, TcbInfo},
    nitro,
    snp::{self, Vcek},
    Certificate, Crl, Facts, Kind,
};
use assay_tee_sim::{Dcap, Nitro, Snp};
use assay_tests::{
    lab::{enclave_signer, Lab, KINDS},
    *,
};
use pallet_enclaves::types::SessionEvidence;
use std::time::Instant;

/// How much of what.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Rounds of each measurement; the median counts.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Registrations for each block: more than fit.
    #[arg(long, default_value_t = 300)]
    registrations: usize,
}

/// Measures, and prints a table.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let titles = ["extrinsics", "executed, ms", "charged, ms", "share", "node, ms each", "native, ms", "node/native"];
    println!("{:>8} {}", "evidence", titles.map(|title| format!("{title:>13}")).join(" "));
    let mut above = Vec::new();
    let mut world = World::start().await?;
    for kind in KINDS {
        let lab = Lab::open(world, kind).await?;
        let key = enclave_signer(1).receipt_key();
        let (evidence, block) = lab.attested_key(key).await?;
        let call = lab.register(key, &spoilt(evidence), block);
        // Evidence names the account that may register it.
        let filled = fill(&lab.world, &lab.world.provider, vec![call; args.registrations], args.rounds).await?;
        let Filled { extrinsics, executed, charged } = filled;
        // The timestamp is the one inherent.
        let each = executed / extrinsics.saturating_sub(1).max(1) as f64;
        let native = native(kind, args.rounds)?;
        println!(
            "{:>8} {extrinsics:>13} {executed:>13.0} {charged:>13.0} {:>12.0}% {each:>13.2} {native:>13.2} {:>13.2}",
            format!("{kind:?}"),
            100.0 * executed / charged,
            each / native
        );
        if executed > charged {
            above.push(kind);
        }
        world = lab.world;
    }
    ensure!(above.is_empty(), "these took longer than they weigh: {above:?}");
    Ok(())
}

/// The same evidence with another last signature: all else is verified before it.
fn spoilt(mut evidence: SessionEvidence) -> SessionEvidence {
    let (bytes, place): (&mut [u8], usize) = match &mut evidence {
        // Behind header, report body and the length of what follows.
        SessionEvidence::Dcap { quote, .. } => {
            let body = if quote.first() == Some(&3) { 384 } else { 584 };
            (quote.as_mut(), 48 + body + 4 + 40)
        }
        SessionEvidence::Nitro { document, .. } => {
            let last = document.len() - 1;
            (document.as_mut(), last)
        }
        SessionEvidence::Snp { report, .. } => (report.as_mut(), 0x2a0 + 5),
    };
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1;
    }
    evidence
}

/// Milliseconds that verifying good evidence takes in this process; collateral is checked already, as on chain.
fn native(kind: Kind, rounds: usize) -> anyhow::Result<f64> {
    let (now, binding, program) = (now(), [7; 64], [0xab; 48]);
    let timed = |verify: &dyn Fn() -> Result<Facts, assay_tee::Error>| -> anyhow::Result<f64> {
        let mut times = Vec::new();
        for _ in 0..rounds {
            let start = Instant::now();
            verify().map_err(|error| anyhow!("{error:?}"))?;
            times.push(start.elapsed());
        }
        Ok(median(times))
    };
    let fine = |error: assay_tee::Error| anyhow!("{error:?}");
    match kind {
        Kind::Sgx | Kind::Tdx => {
            let world = match kind {
                Kind::Sgx => Dcap::sgx([0xab; 32], binding, now),
                _ => Dcap::tdx(program, binding, now),
            };
            let made = world.build();
            let root = Certificate::parse(&made.root).map_err(fine)?;
            let root_crl = Crl::of_root(&made.root_crl, &root, now).map_err(fine)?;
            let pck_crl = check_pck_crl(&made.pck_crl, &made.authority, &root, &root_crl, now).map_err(fine)?;
            let (json, signature) = &made.tcb_info;
            let signed = SignedJson { json, signature, signer: &made.signer };
            let tcb_info = TcbInfo::check(&signed, kind, &root, &root_crl, now).map_err(fine)?;
            let (json, signature) = &made.qe_identity;
            let signed = SignedJson { json, signature, signer: &made.signer };
            let qe_identity = QeIdentity::check(&signed, kind, &root, &root_crl, now).map_err(fine)?;
            let collateral =
                Collateral { root_crl: &root_crl, pck_crl: &pck_crl, tcb_info: &tcb_info, qe_identity: &qe_identity };
            timed(&|| dcap::verify(&made.quote, &root, &collateral, now))
        }
        Kind::Nitro => {
            let made = Nitro::new(program, binding, now).build();
            let root = Certificate::parse(&made.root).map_err(fine)?;
            timed(&|| nitro::verify(&made.document, &root, now).map(|verified| verified.facts))
        }
        Kind::Snp => {
            let made = Snp::new(program, binding, now).build();
            let ark = Certificate::parse(&made.ark).map_err(fine)?;
            let vcek = Vcek::verify(&made.vcek, &made.ask, &ark, None, now).map_err(fine).context("chip key")?;
            timed(&|| snp::verify(&made.report, &vcek, now))
        }
    }
}
