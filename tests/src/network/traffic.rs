//! Honest payments of every kind, one a beat, for as long as something else goes on.

use super::books::Books;
use crate::{keypair, payer, World};
use anyhow::{bail, ensure};
use assay_client::{Call, Options, Submitter, Ticket};
use assay_primitives::{signer::Signer, Balance, PaymentId, PaymentRef, H160};
use futures::{stream::FuturesUnordered, StreamExt};
use pallet_x402::types::PaymentState;
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// Time between two payments.
const BEAT: Duration = Duration::from_secs(1);
/// Payers that take turns.
const PAYERS: u32 = 16;
/// What each of them begins with: a thousand Test USD.
const FUNDS: Balance = 1_000_000_000;
/// Time for deliveries that are made, in seconds: more than any fault lasts.
const DELIVERY: u64 = 600;
/// Time for deliveries that are not, in seconds: the least that the chain takes.
const SHORT_DELIVERY: u64 = 10;
/// Longest that a payment may take until it is final.
const PATIENCE: Duration = Duration::from_secs(180);

/// How a payment is made, and how it has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Settled on the spot: captured.
    Direct,
    /// Reserved, then settled: captured.
    Reserved,
    /// To a plain address: paid.
    Plain,
    /// Reserved and not delivered: refunded.
    Undelivered,
}

const KINDS: [Kind; 4] = [Kind::Direct, Kind::Reserved, Kind::Plain, Kind::Undelivered];

/// Honest payers, and one who submits for them.
pub struct Traffic {
    settler: Submitter,
    payers: Vec<Signer>,
    /// Payments so far; each one's number is its nonce.
    made: u64,
    /// Those that the chain has still to refund.
    refunds: Vec<PaymentId>,
}

/// What became of the payments of a while.
pub struct Flow {
    /// How many were made.
    pub payments: usize,
    /// The longest that one took until it was in a block.
    pub slowest: Duration,
    /// Those that are final, as the node told who submitted them.
    done: Vec<(Kind, PaymentId)>,
    /// Those that are not, and why.
    pub lost: Vec<String>,
}

impl Traffic {
    /// Funds the payers.
    pub async fn start(world: &World) -> anyhow::Result<Self> {
        let payers: Vec<Signer> = (0..PAYERS).map(payer).collect();
        world.fund(&payers, FUNDS).await?;
        let settler = Submitter::start(world.chain.clone(), keypair("//Charlie"), Options::default());
        Ok(Self { settler, payers, made: 0, refunds: Vec::new() })
    }

    /// Makes payments until `enough`, and waits until all of them are final.
    pub async fn flow(&mut self, world: &World, enough: &AtomicBool) -> Flow {
        let (settler, payers, made) = (&self.settler, &self.payers, &mut self.made);
        let mut flow = Flow { payments: 0, slowest: Duration::ZERO, done: Vec::new(), lost: Vec::new() };
        let mut under_way = FuturesUnordered::new();
        let mut beat = tokio::time::interval(BEAT);
        while !enough.load(Relaxed) || !under_way.is_empty() {
            tokio::select! {
                _ = beat.tick() => if !enough.load(Relaxed) {
                    let number = *made;
                    *made += 1;
                    flow.payments += 1;
                    let payer = &payers[number as usize % payers.len()];
                    let payment = tokio::time::timeout(PATIENCE, make(world, settler, payer, number));
                    under_way.push(async move { (number, payment.await) });
                },
                Some((number, outcome)) = under_way.next(), if !under_way.is_empty() => match outcome {
                    Ok(Ok((kind, id, took))) => {
                        flow.slowest = flow.slowest.max(took);
                        flow.done.push((kind, id));
                    }
                    Ok(Err(error)) => flow.lost.push(format!("payment {number}: {error:#}")),
                    Err(_) => flow.lost.push(format!("payment {number}: not final within {} s", PATIENCE.as_secs())),
                },
            }
        }
        flow
    }

    /// Finds every payment that is final in the books. Returns how many are neither there nor still to be refunded.
    pub fn confirm(&mut self, flow: &mut Flow, books: &Books) -> usize {
        for (kind, id) in flow.done.drain(..) {
            let found = match kind {
                Kind::Direct | Kind::Reserved => books.state.receipts.contains_key(&id),
                Kind::Plain => books.paid.contains(&id),
                Kind::Undelivered => {
                    self.refunds.push(id);
                    true
                }
            };
            if !found {
                flow.lost.push(format!("{kind:?} payment {id:?} was final, and is not on the chain"));
            }
        }
        self.settle_refunds(books);
        flow.lost.len()
    }

    /// Crosses out what the books say was refunded.
    pub fn settle_refunds(&mut self, books: &Books) {
        self.refunds.retain(|id| !matches!(books.closed.get(id), Some(PaymentState::Refunded(_))));
    }

    /// How many payments the chain has still to refund.
    pub fn awaited(&self) -> usize {
        self.refunds.len()
    }
}

/// Makes a payment. Returns when it was first in a block, once it is final.
async fn make(
    world: &World,
    settler: &Submitter,
    payer: &Signer,
    number: u64,
) -> anyhow::Result<(Kind, PaymentId, Duration)> {
    let start = Instant::now();
    let kind = KINDS[number as usize % KINDS.len()];
    let offer = world.offer(if kind == Kind::Undelivered { SHORT_DELIVERY } else { DELIVERY });
    let authorization = match kind {
        Kind::Plain => world.authorize(payer, H160::repeat_byte(9), 1_000, number),
        _ => world.authorize_offer(payer, &offer, number),
    };
    let id = world.payment_id(&authorization);
    let ticket = match kind {
        Kind::Direct => settler.settle(world.settlement(PaymentRef::Authorization(authorization), id, &offer))?,
        Kind::Reserved => {
            let reserved = settler.submit(Call::reserve(&authorization, &offer))?.in_block().await?.result;
            ensure!(reserved.is_ok(), "not reserved: {reserved:?}");
            settler.settle(world.settlement(PaymentRef::Reserved(id), id, &offer))?
        }
        Kind::Plain => settler.submit(Call::pay(&authorization))?,
        Kind::Undelivered => settler.submit(Call::reserve(&authorization, &offer))?,
    };
    Ok((kind, id, done(ticket).await?.duration_since(start)))
}

/// Waits until a call is final and has succeeded. Returns when it was first in a block.
async fn done(mut ticket: Ticket) -> anyhow::Result<Instant> {
    ticket.in_block().await?;
    let included = Instant::now();
    match ticket.finalized().await?.result {
        Ok(_) => Ok(included),
        Err(failure) => bail!("{failure}"),
    }
}
