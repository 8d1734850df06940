//! A flood: transactions that are none, transactions that fail and pay for it, and transactions as long as a block takes.
//!
//! What fails is dosed by the weight that it is charged, so that it fills about half of every block: four validators
//! execute each of them here, on the cores of one machine.

use super::{
    dice::Dice,
    node::{from_hex, to_hex},
    Network,
};
use crate::{
    keypair, payer,
    scale::{weight, Weight},
    World,
};
use anyhow::{bail, ensure, Context};
use assay_client::{Block, Call, Options, SettleMode, Submitter, Ticket};
use assay_primitives::{signer::Signer, Authorization, Balance, Settlement, H160, H256};
use codec::{Compact, Encode};
use serde_json::json;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Time between two blocks.
const SLOT: Duration = Duration::from_secs(2);
/// Time between two rounds of transactions that are none, one to each node.
const BEAT: Duration = Duration::from_millis(100);
/// Slots between two transactions as long as a block takes.
const LARGE_EVERY: u32 = 4;
/// Bytes of a block that such a one leaves to all else: to what fails, to honest payments and to its own signature.
const LARGE_SPARES: u32 = 128 * 1_024;
/// Settlements in a call that fails at the last of them, when all were verified.
const SETTLEMENTS: u32 = 8;
/// Payers of those settlements: none of them pays.
const FIRST_PAYER: u32 = 900_000;
/// What each of them has.
const FUNDS: Balance = 1_000_000;
/// Who sends what fails.
const STRANGERS: [&str; 3] = ["//Dave", "//Ferdie", "//One"];
/// Who sends large transactions, behind which others of the same account would wait.
const LARGE_STRANGER: &str = "//Two";
/// Longest wait for what was sent to be included.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);

/// What became of a flood.
#[derive(Clone, Debug, Default)]
pub struct Flooded {
    /// Transactions that no node took.
    pub refused: usize,
    /// Transactions that failed in a block, by their error.
    pub failed: BTreeMap<String, usize>,
    /// Transactions as long as a block takes that are in one.
    pub large: usize,
    /// The part of a block that was filled by weight, of all blocks of the flood.
    pub fullness: f64,
}

/// Floods all nodes for a while, and waits until all that can be included is.
pub async fn flood(network: &Network, world: &World, time: Duration) -> anyhow::Result<Flooded> {
    let payers: Vec<Signer> = (0..SETTLEMENTS).map(|n| payer(FIRST_PAYER + n)).collect();
    world.fund(&payers, FUNDS).await?;
    let first = world.chain.best().await?.block();
    let until = Instant::now() + time;
    let (tickets, refused) =
        tokio::try_join!(fail(world, &payers, until), send_nonsense(network, world, &payers[0], until))?;
    let mut flooded = Flooded { refused, ..Default::default() };
    let drained = tokio::time::timeout(DRAIN_LIMIT, async {
        for mut ticket in tickets {
            match ticket.in_block().await?.result {
                Ok(_) => flooded.large += 1,
                Err(failure) => *flooded.failed.entry(failure.name).or_default() += 1,
            }
        }
        anyhow::Ok(())
    });
    drained.await.context("what was sent is in no block")??;
    flooded.fullness = fullness(world, first, world.chain.best().await?.block()).await?;

    // Each fails for the one reason that it was made for: none found a cheaper check, and none succeeded.
    let [settle, pay] = ["Inference::UnknownReceiptKey", "X402::WrongSigner"].map(|name| flooded.failed.get(name));
    ensure!(settle.is_some() && pay.is_some() && flooded.failed.len() == 2, "these failed: {:?}", flooded.failed);
    ensure!(flooded.large > 0, "no large transaction was included");
    Ok(flooded)
}

/// Sends transactions that fail, half a block's weight a slot, and now and then a large one.
async fn fail(world: &World, payers: &[Signer], until: Instant) -> anyhow::Result<Vec<Ticket>> {
    let best = world.chain.best().await?;
    let [_base, Weight(block)]: [Weight; 2] = best.constant("System", "BlockWeights")?;
    let settle = failing_settle(world, payers);
    let pay = failing_pay(world, payers);
    // Two thirds of the flood's weight by settlements, one by payments.
    let (Compact(settle_time), _) = weight(&best, &settle).await?;
    let (Compact(pay_time), _) = weight(&best, &pay).await?;
    let (settles, pays) = ((block / 3).div_ceil(settle_time.max(1)), (block / 6).div_ceil(pay_time.max(1)));
    // The first limit is that for everybody's transactions.
    let longest: u32 = best.constant("System", "BlockLength")?;
    let large = Call::new("System", "remark").arg(&vec![0u8; longest.saturating_sub(LARGE_SPARES) as usize]);

    let options = Options { queue: 100_000, ..Default::default() };
    let sender = |uri| Submitter::start(world.chain.clone(), keypair(uri), options.clone());
    let (strangers, large_stranger) = (STRANGERS.map(sender), sender(LARGE_STRANGER));
    let mut senders = strangers.iter().cycle();
    let mut send = |call: &Call| -> anyhow::Result<Ticket> {
        Ok(senders.next().context("there are strangers")?.submit(call.clone())?)
    };
    let mut tickets: Vec<Ticket> = Vec::new();
    let mut slots = tokio::time::interval(SLOT);
    for slot in 0u32.. {
        slots.tick().await;
        if Instant::now() >= until {
            break;
        }
        if slot % LARGE_EVERY == 0 {
            tickets.push(large_stranger.submit(large.clone())?);
        }
        for _ in 0..settles {
            tickets.push(send(&settle)?);
        }
        for _ in 0..pays {
            tickets.push(send(&pay)?);
        }
    }
    Ok(tickets)
}

/// Settlements of which the last one's receipt is signed by nobody who may: found out when all were verified.
fn failing_settle(world: &World, payers: &[Signer]) -> Call {
    let offer = world.offer(60);
    let mut settlements: Vec<Settlement> = payers.iter().map(|payer| world.direct(payer, &offer, 1)).collect();
    if let Some(last) = settlements.last_mut() {
        for delivery in last.deliveries.iter_mut() {
            delivery.evidence.signature = payers[0].sign_receipt(H256::zero());
        }
    }
    Call::settle(&settlements, SettleMode::AllOrNothing)
}

/// One payer's signature in another's name: found out by recovering who signed.
fn failing_pay(world: &World, payers: &[Signer]) -> Call {
    let mut authorization = world.authorize(&payers[0], H160::repeat_byte(9), 1_000, 2);
    if let Authorization::Eip3009 { signed, .. } = &mut authorization {
        signed.from = payers[1].address();
    }
    Call::pay(&authorization)
}

/// Sends what is no transaction to every node, which has to refuse it. Returns how many were refused.
async fn send_nonsense(network: &Network, world: &World, payer: &Signer, until: Instant) -> anyhow::Result<usize> {
    // One that is in a block: its nonce is used.
    let pay = Call::pay(&world.authorize(payer, H160::repeat_byte(9), 1_000, 3));
    let used = world.stranger.submit(pay)?.finalized().await?.block;
    let used = last_extrinsic(network, used).await?;
    let bare = bare(world).await?;
    let mut dice = Dice::new(1);
    let mut beat = tokio::time::interval(BEAT);
    let mut refused = 0;
    while Instant::now() < until {
        beat.tick().await;
        for node in network.running() {
            let bytes = match dice.below(4) {
                0 => used.clone(),
                1 => flipped(&used, &mut dice),
                2 => bare.clone(),
                _ => (0..1 + dice.below(4_096)).map(|_| dice.bits() as u8).collect(),
            };
            let answer = node.post("author_submitExtrinsic", json!([to_hex(&bytes)])).await?;
            ensure!(answer["error"].is_object(), "{} took {}: {answer}", node.name, to_hex(&bytes));
            refused += 1;
        }
    }
    Ok(refused)
}

/// The last extrinsic of a block.
async fn last_extrinsic(network: &Network, block: Block) -> anyhow::Result<Vec<u8>> {
    let answer = network.any()?.ask("chain_getBlock", json!([block.hash])).await?;
    let extrinsics = answer["block"]["extrinsics"].as_array().context("no block")?;
    from_hex(extrinsics.last().context("no extrinsic")?)
}

/// With one bit changed, behind the length and the version: another signer, signature, nonce or call.
fn flipped(transaction: &[u8], dice: &mut Dice) -> Vec<u8> {
    const HEAD: usize = 5;
    let mut bytes = transaction.to_vec();
    let place = HEAD + dice.below(bytes.len().saturating_sub(HEAD).max(1));
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1 << dice.below(8);
    }
    bytes
}

/// A call that needs a signature, without one.
async fn bare(world: &World) -> anyhow::Result<Vec<u8>> {
    /// Version 5, which writes the absence of a signature as zero.
    const BARE: u8 = 5;
    let best = world.chain.best().await?;
    let call = Call::new("System", "remark").arg(&vec![0u8; 32]).encode(best.metadata())?;
    Ok([&[BARE][..], &call].concat().encode())
}

/// The part of blocks that was filled by weight: of those behind the first, up to the last.
async fn fullness(world: &World, first: Block, last: Block) -> anyhow::Result<f64> {
    let best = world.chain.best().await?;
    let [_base, Weight(most)]: [Weight; 2] = best.constant("System", "BlockWeights")?;
    let mut parts = Vec::new();
    for number in first.number + 1..=last.number {
        let Some(block) = world.chain.block(number).await? else { bail!("block {number} is gone") };
        let classes: Option<[Weight; 3]> =
            world.chain.at(block).await?.storage("System", "BlockWeight", vec![]).await?;
        let used: u64 = classes.context("blocks weigh")?.iter().map(|Weight(time)| time).sum();
        parts.push(used as f64 / most as f64);
    }
    Ok(parts.iter().sum::<f64>() / parts.len().max(1) as f64)
}
