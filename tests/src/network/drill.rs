//! A drill: one fault after another beside honest payments. After each, an audit.

use super::{
    audit::Audit,
    faults::{inflict, Fault},
    report::{Report, Row},
    traffic::Traffic,
    Network,
};
use crate::World;
use anyhow::{bail, ensure, Context};
use assay_client::{Block, Chain};
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// Longest that an honest payment may wait for a block while strangers flood the pools.
const FLOOD_PATIENCE: Duration = Duration::from_secs(30);
/// Longest wait for the last refunds: delivery time is counted in blocks.
const REFUND_LIMIT: Duration = Duration::from_secs(120);
/// Pause between two audits while these are awaited.
const REFUND_PAUSE: Duration = Duration::from_secs(2);

/// A network, a provider on it, payers, and the books.
pub struct Drill {
    /// The nodes.
    pub network: Network,
    /// What was seen.
    pub report: Report,
    world: World,
    traffic: Traffic,
    audit: Audit,
}

impl Drill {
    /// Starts a network, opens its books, and registers a provider on it. `origin` says in the report why.
    pub async fn start(file: &str, origin: String) -> anyhow::Result<Self> {
        let report = Report::new(file, origin)?;
        let network = Network::start().await?;
        let mut audit = Audit::open(&network).await?;
        let world = World::on(&network.any()?.url).await?;
        let traffic = Traffic::start(&world).await?;
        audit.check(&network).await?;
        Ok(Self { network, report, world, traffic, audit })
    }

    /// A fault that lasts at least so long where it can, beside honest payments; then an audit and a row of the report.
    /// Fails where the network does not recover, an audit finds a difference, or a payment is lost.
    pub async fn run(&mut self, fault: Fault, hold: Duration) -> anyhow::Result<()> {
        let Self { network, report, world, traffic, audit } = self;
        let (world, before) = (&*world, audit.at);
        let enough = AtomicBool::new(false);
        let inflicted = async {
            let recovery = inflict(network, world, fault, hold).await;
            enough.store(true, Relaxed);
            recovery
        };
        let paid = async { anyhow::Ok(traffic.flow(world, &enough).await) };
        let (recovery, mut flow) = tokio::try_join!(inflicted, paid).with_context(|| fault.to_string())?;
        audit.check(network).await.with_context(|| format!("after {fault}"))?;
        network.dismiss();

        let lost = traffic.confirm(&mut flow, &audit.books);
        let (slots, skipped) = pace(&world.chain, before, audit.at).await?;
        let row = Row {
            fault,
            recovery: recovery.took,
            payments: flow.payments,
            slowest: flow.slowest,
            lost,
            slots,
            skipped,
            note: recovery.note,
        };
        report.add(row)?;
        ensure!(lost == 0, "{fault}: {lost} payments were lost: {:#?}", flow.lost);
        if matches!(fault, Fault::Nothing | Fault::Flood) {
            // Four validators share this machine's cores: some slots may stay empty.
            ensure!(2 * skipped <= slots, "{fault}: {skipped} of {slots} slots have no block");
            ensure!(flow.slowest <= FLOOD_PATIENCE, "{fault}: a payment took {:?} into a block", flow.slowest);
        }
        Ok(())
    }

    /// Waits until the chain has refunded all that was not delivered, and audits for the last time.
    pub async fn finish(&mut self) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            self.audit.check(&self.network).await?;
            self.traffic.settle_refunds(&self.audit.books);
            match self.traffic.awaited() {
                0 => return Ok(()),
                left if start.elapsed() > REFUND_LIMIT => bail!("{left} payments were not refunded"),
                _ => tokio::time::sleep(REFUND_PAUSE).await,
            }
        }
    }
}

/// Slots from one block to another, and how many of them have no block.
async fn pace(chain: &Chain, from: Block, to: Block) -> anyhow::Result<(u64, u64)> {
    let [first, last] = [chain.at(from).await?, chain.at(to).await?];
    let slot: Option<u64> = last.storage("Babe", "CurrentSlot", vec![]).await?;
    let before: Option<u64> = first.storage("Babe", "CurrentSlot", vec![]).await?;
    let slots = slot.context("no slot")?.checked_sub(before.context("no slot")?).context("slots go on")?;
    let blocks = u64::from(to.number.saturating_sub(from.number));
    Ok((slots, slots.saturating_sub(blocks)))
}
