//! Faults at random on four validators, for a long time. `docs/soak.md` tells how to read the report.

use assay_tests::{
    network::{dice::Dice, drill::Drill, faults::Fault},
    now,
};
use clap::Parser;
use std::time::{Duration, Instant};

/// Least and greatest time for which a fault lasts, in seconds.
const HOLD: (u64, usize) = (5, 40);

#[derive(Parser)]
struct Args {
    /// Minutes for which there are faults.
    #[arg(long, env = "ASSAY_SOAK_MINUTES", default_value_t = 60)]
    minutes: u64,
    /// Repeats the faults of another run; else they are new ones.
    #[arg(long, env = "ASSAY_SOAK_SEED")]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Args { minutes, seed } = Args::parse();
    let seed = seed.unwrap_or_else(now);
    println!("{minutes} minutes, seed {seed}");
    let mut drill = Drill::start("report.md", format!("`make soak`, {minutes} minutes, seed {seed}")).await?;
    let mut dice = Dice::new(seed);
    let outcome = tokio::select! {
        outcome = soak(&mut drill, Duration::from_secs(60 * minutes), &mut dice) => outcome,
        // Else the nodes would outlive this program, one of them frozen perhaps.
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    let end = match &outcome {
        Ok(()) => "Nothing was lost.".into(),
        Err(error) => {
            println!("logs and databases: {}", drill.network.keep().display());
            format!("It ended early:\n\n```\n{error:?}\n```")
        }
    };
    println!("report: {}", drill.report.end(end)?.display());
    outcome
}

async fn soak(drill: &mut Drill, time: Duration, dice: &mut Dice) -> anyhow::Result<()> {
    let start = Instant::now();
    drill.run(Fault::Nothing, Duration::from_secs(HOLD.0)).await?;
    while start.elapsed() < time {
        let hold = HOLD.0 + dice.below(HOLD.1) as u64;
        drill.run(Fault::any(dice), Duration::from_secs(hold)).await?;
    }
    drill.finish().await
}
