//! What is done to a network, what has to hold meanwhile, and how long it takes to recover.
//!
//! A network has recovered when every node has finalized a block that none of them had before the fault ended.

use super::{
    dice::Dice,
    flood::{flood, Flooded},
    Network, VALIDATORS,
};
use crate::World;
use anyhow::{ensure, Context};
use std::{
    fmt,
    time::{Duration, Instant},
};

/// Blocks that have to come while a fault lasts, where it lets blocks come.
const BLOCKS: u32 = 3;
/// Longest that these may take: where two of four validators are left, half of the slots stay empty.
const BLOCKS_LIMIT: Duration = Duration::from_secs(120);
/// Time after which votes that were under way have arrived: three slots.
const VOTES_UNDER_WAY: Duration = Duration::from_secs(6);
/// Longest that a recovery may take.
const RECOVERY_LIMIT: Duration = Duration::from_secs(180);

/// Something that happens to a network; validators by their place in [`VALIDATORS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Nothing,
    /// A validator is killed, and started again: finality goes on.
    Crash(usize),
    /// Two are: blocks go on, finality stops.
    CrashTwo(usize, usize),
    /// All are, as when the power fails.
    CrashAll,
    /// A validator stands still: finality goes on, and it has to catch up.
    Stall(usize),
    /// A node with an empty database joins by warp sync.
    Newcomer,
    /// Strangers flood all pools.
    Flood,
}

/// How a network came out of a fault.
pub struct Recovery {
    /// Time from the end of the fault until the network had recovered.
    pub took: Duration,
    /// What else there is to say.
    pub note: String,
}

impl Fault {
    /// Any but [`Fault::Nothing`]; the frequent ones of life more often.
    pub fn any(dice: &mut Dice) -> Self {
        let one = dice.below(VALIDATORS.len());
        let other = (one + 1 + dice.below(VALIDATORS.len() - 1)) % VALIDATORS.len();
        match dice.below(20) {
            0..5 => Self::Crash(one),
            5..9 => Self::Stall(one),
            9..12 => Self::CrashTwo(one, other),
            12..14 => Self::CrashAll,
            14..17 => Self::Newcomer,
            _ => Self::Flood,
        }
    }

    /// The same for every validator that it may hit.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Crash(_) => "one killed, started again",
            Self::CrashTwo(..) => "two killed, started again",
            Self::CrashAll => "all four killed, started again",
            Self::Stall(_) => "one stands still",
            Self::Newcomer => "a newcomer by warp sync",
            Self::Flood => "a flood",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash(one) | Self::Stall(one) => write!(formatter, "{}: {}", self.kind(), VALIDATORS[*one]),
            Self::CrashTwo(one, other) => {
                write!(formatter, "{}: {}, {}", self.kind(), VALIDATORS[*one], VALIDATORS[*other])
            }
            _ => formatter.write_str(self.kind()),
        }
    }
}

/// Does it for at least so long, ends it, and waits until the network has recovered.
pub async fn inflict(network: &mut Network, world: &World, fault: Fault, hold: Duration) -> anyhow::Result<Recovery> {
    let begun = Instant::now();
    let mut note = String::new();
    // A block that nobody had when the fault ended.
    let new = match fault {
        Fault::Nothing => {
            finality_goes_on(network).await?;
            rest(begun, hold).await;
            network.highest().await + 1
        }
        Fault::Crash(one) => {
            network.nodes[one].kill();
            finality_goes_on(network).await?;
            rest(begun, hold).await;
            let new = network.highest().await + 1;
            network.nodes[one].start()?;
            new
        }
        Fault::CrashTwo(one, other) => {
            network.nodes[one].kill();
            network.nodes[other].kill();
            tokio::time::sleep(VOTES_UNDER_WAY).await;
            let last = network.finalized().await;
            network.reaches(network.highest().await + BLOCKS, BLOCKS_LIMIT).await.context("blocks have to go on")?;
            rest(begun, hold).await;
            let finalized = network.finalized().await;
            ensure!(finalized == last, "two of four validators finalized block {finalized} after block {last}");
            let new = network.highest().await + 1;
            note = format!("{} blocks without finality", new - 1 - last);
            network.nodes[one].start()?;
            network.nodes[other].start()?;
            new
        }
        Fault::CrashAll => {
            let new = network.highest().await + 1;
            for node in &mut network.nodes {
                node.kill();
            }
            for node in &mut network.nodes {
                node.start()?;
            }
            new
        }
        Fault::Stall(one) => {
            network.nodes[one].freeze()?;
            finality_goes_on(network).await?;
            rest(begun, hold).await;
            let new = network.highest().await + 1;
            network.nodes[one].thaw()?;
            new
        }
        Fault::Newcomer => {
            let new = network.highest().await + 1;
            network.join("warp")?;
            new
        }
        Fault::Flood => {
            note = describe(&flood(network, world, hold).await?);
            network.highest().await + 1
        }
    };
    let took = network.all_finalise(new, RECOVERY_LIMIT).await?;
    if fault == Fault::Newcomer {
        let newcomer = network.nodes.last().context("it has joined")?;
        let log = newcomer.log()?;
        for step in ["Warp sync is complete", "State sync is complete"] {
            ensure!(log.contains(step), "it did not come by warp sync: {step:?} is missing\n{}", newcomer.log_end());
        }
    }
    Ok(Recovery { took, note })
}

/// What three of four validators can do.
async fn finality_goes_on(network: &Network) -> anyhow::Result<()> {
    let next = network.highest().await + BLOCKS;
    network.all_finalise(next, BLOCKS_LIMIT).await.context("finality has to go on")?;
    Ok(())
}

/// Waits until so much time has passed.
async fn rest(since: Instant, time: Duration) {
    tokio::time::sleep(time.saturating_sub(since.elapsed())).await;
}

fn describe(flooded: &Flooded) -> String {
    let Flooded { refused, failed, large, fullness } = flooded;
    let failed: usize = failed.values().sum();
    format!(
        "{refused} that are no transactions refused, {failed} included and failed, {large} of a block's length; \
         blocks {:.0} % full by weight",
        100.0 * fullness
    )
}
