//! What `make run` does, once: a chain, a facilitator, a provider and its simulated enclave come up, and the official
//! Python and TypeScript clients, unmodified, buy inferences of real models by EIP-3009 and by Permit2, and a dApp with a
//! light client of its own acts on a proven one, and on nothing less.

use anyhow::{ensure, Context};
use assay_tests::{binary, free_port, repository};
use std::process::Command;

#[test]
fn official_clients_buy_inferences_a_dapp_acts_on_one_and_the_chain_tells_their_tier() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let output = Command::new("bash")
        .arg("scripts/run.sh")
        .current_dir(repository())
        .env("ASSAY_RUN_ONCE", "1")
        .env("ASSAY_BIN", binary("assay-node").parent().context("a program lies in a folder")?)
        .env("ASSAY_RUN_DIR", folder.path())
        .env("ASSAY_NODE_PORT", free_port().to_string())
        .env("ASSAY_FACILITATOR_PORT", free_port().to_string())
        .env("ASSAY_PROVIDER_PORT", free_port().to_string())
        .env("ASSAY_ENCLAVE_PORT", free_port().to_string())
        .output()?;
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "make run failed:\n{printed}\n{errors}");
    for said in ["decided   versicolor", "refused   tier signed is below proven"] {
        ensure!(printed.contains(said), "the dApp did not say {said:?}:\n{printed}\n{errors}");
    }
    // Each client buys two single inferences, two models in one payment, and one inference at each tier in one payment;
    // the dApp buys a proven one.
    let table = printed.split("inferences by tier").nth(1).context("no table")?;
    for (tier, inferences) in [("signed", "10"), ("attested", "2"), ("proven", "3")] {
        let row = table.lines().find(|line| line.contains(tier)).with_context(|| format!("no row of tier {tier}"))?;
        ensure!(row.split_whitespace().any(|word| word == inferences), "not {inferences} inferences: {row}");
    }
    Ok(())
}
