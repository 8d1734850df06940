//! Settlements per second through a whole dev node: signed off chain, submitted as extrinsics, counted in blocks.
//!
//! `settle` with all receipts at hand pays directly, one leg at tier Signed, each by a payer of its own. What is
//! measured is what blocks hold: settlements captured, from the first block with one to the last, in the chain's time.

use anyhow::{ensure, Context};
use assay_client::{Call, Inclusion, Options, SettleMode, Submitter};
use assay_primitives::{PaymentRef, Settlement};
use assay_tests::*;
use std::{collections::BTreeMap, time::Instant};

/// How much of what.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Settlements in all, for each batch size.
    #[arg(long, default_value_t = 8_000)]
    settlements: u32,
    /// Batch sizes.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    batches: Vec<usize>,
}

/// Measures, and prints a table.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let world = World::start().await?;
    println!(
        "{:>6} {:>12} {:>7} {:>10} {:>10} {:>11}",
        "batch", "settlements", "blocks", "seconds", "per second", "most/block"
    );
    let payers: Vec<_> = (0..args.settlements).map(payer).collect();
    world.fund(&payers, 1_000_000).await?;
    let mut nonce = 0;
    for batch in args.batches {
        // Extrinsics of one settlement are many: fewer are enough.
        let count = if batch == 1 { args.settlements / 4 } else { args.settlements };
        measure(&world, batch, count, &mut nonce).await?;
    }
    Ok(())
}

async fn measure(world: &World, batch: usize, count: u32, nonce: &mut u64) -> anyhow::Result<()> {
    let payers: Vec<_> = (0..count).map(payer).collect();
    let offer = world.offer(60);
    let settlements: Vec<Settlement> = payers
        .iter()
        .map(|payer| {
            *nonce += 1;
            let authorization = world.authorize_offer(payer, &offer, *nonce);
            let id = world.payment_id(&authorization);
            world.settlement(PaymentRef::Authorization(authorization), id, &offer)
        })
        .collect();

    // Several accounts, as several facilitators would.
    let options = Options { queue: 100_000, ..Default::default() };
    let submitters: Vec<Submitter> = ["//Charlie", "//Dave", "//Ferdie", "//Alice"]
        .iter()
        .map(|uri| Submitter::start(world.chain.clone(), keypair(uri), options.clone()))
        .collect();
    let started = Instant::now();
    let mut tickets = Vec::new();
    for (index, chunk) in settlements.chunks(batch).enumerate() {
        let submitter = submitters.get(index % submitters.len()).context("there are submitters")?;
        tickets.push((chunk.len(), submitter.submit(Call::settle(chunk, SettleMode::AllOrNothing))?));
    }
    let mut blocks = BTreeMap::<u32, usize>::new();
    for (size, mut ticket) in tickets {
        let Inclusion { block, result } = ticket.in_block().await?;
        ensure!(result.is_ok(), "a settlement failed: {result:?}");
        *blocks.entry(block.number).or_default() += size;
    }
    let (Some((first, _)), Some((last, _))) = (blocks.first_key_value(), blocks.last_key_value()) else {
        return Ok(());
    };
    // The first and the last block are hardly ever full: where there are others, these are what counts.
    let span = last - first + 1;
    let inner: Vec<usize> =
        blocks.iter().filter(|(n, _)| span < 4 || (*n != first && *n != last)).map(|(_, c)| *c).collect();
    let slots = if span < 4 { span } else { span - 2 };
    let per_second = inner.iter().sum::<usize>() as f64 / (f64::from(slots) * 2.0);
    println!(
        "{batch:>6} {count:>12} {span:>7} {:>10.1} {per_second:>10.0} {:>11}",
        started.elapsed().as_secs_f64(),
        blocks.values().max().unwrap_or(&0)
    );
    Ok(())
}
