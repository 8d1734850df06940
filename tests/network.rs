//! The short form of `make soak`: one fault of each kind, in an order of its own, on one network.

use assay_tests::network::{drill::Drill, faults::Fault};
use std::time::Duration;

/// Each fault, and for how many seconds it lasts at least.
const FAULTS: [(Fault, u64); 6] = [
    (Fault::Nothing, 10),
    (Fault::Crash(3), 8),
    (Fault::CrashTwo(2, 3), 10),
    (Fault::Stall(1), 15),
    (Fault::Newcomer, 0),
    (Fault::Flood, 20),
];

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_lose_nothing_to_crashes_stalls_newcomers_and_a_flood() -> anyhow::Result<()> {
    let mut drill = Drill::start("short.md", "The short form, which `make test` runs".into()).await?;
    for (fault, seconds) in FAULTS {
        drill.run(fault, Duration::from_secs(seconds)).await?;
    }
    drill.finish().await?;
    drill.report.end("Nothing was lost.".into())?;
    Ok(())
}
