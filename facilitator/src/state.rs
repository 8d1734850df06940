//! What the endpoints share, and the task that follows payments to their end.

use crate::{
    config::Config,
    credit::Credit,
    errors::{Reason, Refusal},
    flights::Flights,
    metrics::{Levels, Metrics},
    receipts::Book,
    verify::Payment,
    wire::Status,
};
use anyhow::Context;
use assay_client::{At, Chain, Options, Submitter};
use assay_primitives::{views::PaymentStatus, AccountId32, BlockNumber, ChainDomain, PaymentId};
use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Most payments that are followed to their end at a time. Credit bounds them already, this bounds the credit.
const MAX_HELD: usize = 1_000_000;
/// Longest gap of finalized blocks that are looked at one by one. Nodes forget the events of old blocks.
const MAX_GAP: BlockNumber = 64;

/// The facilitator.
pub struct Facilitator {
    /// What it was told.
    pub config: Config,
    /// The chain.
    pub chain: Chain,
    /// Its submission queue.
    pub submitter: Submitter,
    /// Chain id and genesis hash.
    pub domain: ChainDomain,
    /// CAIP-2 name of the network.
    pub network: String,
    /// Seconds that a tick of the chain's clock of deadlines stands for.
    pub block_seconds: u64,
    /// What it counts.
    pub metrics: Metrics,
    pub(crate) credit: Credit,
    pub(crate) book: Book,
    pub(crate) reserving: Flights,
    pub(crate) capturing: Flights,
    pub(crate) paying: Flights,
    /// Payments that it put on hold, with the providers whose credit that took.
    held: Mutex<HashMap<PaymentId, BTreeSet<AccountId32>>>,
}

impl Facilitator {
    /// Connects to the node and learns who the chain is.
    pub async fn new(config: Config) -> anyhow::Result<Arc<Self>> {
        let key = config.key()?;
        let chain = Chain::connect(&config.node).await.context("cannot connect to the node")?;
        let at = chain.best().await?;
        let terms = at.chain_terms().await.context("the node's chain is not an Assay chain")?;
        let block_seconds = at.constant("X402", "BlockSeconds")?;
        let options = Options { fee_asset: config.fee_asset, queue: config.max_queue, ..Options::default() };
        let sizes = config.credit.iter().map(|credit| (credit.provider.clone(), credit.size)).collect();
        let facilitator = Arc::new(Self {
            submitter: Submitter::start(chain.clone(), key, options),
            domain: ChainDomain { chain_id: terms.chain_id, genesis: chain.genesis() },
            network: format!("eip155:{}", terms.chain_id),
            block_seconds,
            metrics: Metrics::new()?,
            credit: Credit::new(sizes, config.default_credit, Duration::from_secs(config.credit_refill)),
            book: Book::new(config.max_pending),
            reserving: Flights::default(),
            capturing: Flights::default(),
            paying: Flights::default(),
            held: Mutex::default(),
            chain,
            config,
        });
        tokio::spawn(facilitator.clone().follow());
        Ok(facilitator)
    }

    /// What the chain says of a payment at a block.
    pub(crate) async fn status(&self, at: &At, payment: &Payment) -> Result<PaymentStatus, Refusal> {
        if payment.offer.is_some() {
            let status = at.payment_status(payment.id).await?;
            if status != PaymentStatus::Unknown {
                return Ok(status);
            }
        }
        // Payments that were made without a reserve are known by their nonce.
        Ok(at.authorization_status(&payment.authorization).await?)
    }

    /// Whether a payment that was closed in a block of the best chain is closed for good.
    pub(crate) async fn standing(
        &self,
        closed_at: BlockNumber,
        status_at: impl AsyncFnOnce(At) -> Result<PaymentStatus, Refusal>,
    ) -> Result<Status, Refusal> {
        let finalized = self.chain.heads().borrow().finalized.number;
        if closed_at > finalized {
            return Ok(Status::Settled);
        }
        let closed = match status_at(self.chain.finalized().await?).await? {
            PaymentStatus::Captured { .. } | PaymentStatus::Paid { .. } => true,
            PaymentStatus::Unknown | PaymentStatus::Open(_) | PaymentStatus::Refunded { .. } => false,
        };
        Ok(if closed { Status::Finalized } else { Status::Settled })
    }

    /// Waits for work that ends with a block, for as long as a request may wait.
    pub(crate) async fn within_wait(&self, work: impl Future<Output = Result<(), Refusal>>) -> Result<(), Refusal> {
        match tokio::time::timeout(self.config.block_wait(), work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Refusal::new(Reason::Pending, "the transaction is in no block yet")),
        }
    }

    /// Notes that a payment was put on hold on the credit of providers.
    pub(crate) fn hold(&self, payment: PaymentId, providers: BTreeSet<AccountId32>) -> Result<(), Refusal> {
        let mut held = self.held();
        if held.len() >= MAX_HELD {
            return Err(Refusal::new(Reason::Unavailable, "too many payments are open"));
        }
        held.insert(payment, providers);
        Ok(())
    }

    /// Forgets that a payment was put on hold, and tells on whose credit.
    pub(crate) fn release(&self, payment: PaymentId) -> Option<BTreeSet<AccountId32>> {
        self.held().remove(&payment)
    }

    /// What is measured now.
    pub fn levels(&self) -> Levels {
        Levels {
            depth: self.submitter.depth(),
            held: self.held().len(),
            pending: self.book.len(),
            heads: *self.chain.heads().borrow(),
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<PaymentId, BTreeSet<AccountId32>>> {
        // No code panics while it holds the lock.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at every finalized block for payments that came to their end.
    async fn follow(self: Arc<Self>) {
        let mut heads = self.chain.heads();
        let mut next = heads.borrow().finalized.number.saturating_add(1);
        while heads.changed().await.is_ok() {
            let finalized = heads.borrow_and_update().finalized.number;
            if let Err(error) = self.look(&mut next, finalized).await {
                tracing::warn!(%error, block = next, "cannot follow payments, will try again");
            }
        }
    }

    async fn look(&self, next: &mut BlockNumber, finalized: BlockNumber) -> Result<(), assay_client::Error> {
        if finalized.saturating_sub(*next) > MAX_GAP {
            self.review().await?;
            *next = finalized.saturating_add(1);
        }
        while *next <= finalized {
            if let Some(block) = self.chain.block(*next).await? {
                for event in self.chain.at(block).await?.events().await? {
                    if event.is("X402", "Captured") {
                        self.close(event.decode()?, true);
                    } else if event.is("X402", "Refunded") {
                        self.close(event.decode()?, false);
                    }
                }
            }
            *next = next.saturating_add(1);
        }
        Ok(())
    }

    /// Asks for every payment that is followed what became of it.
    async fn review(&self) -> Result<(), assay_client::Error> {
        let mut payments = self.book.payments();
        payments.extend(self.held().keys());
        let at = self.chain.finalized().await?;
        for payment in payments {
            match at.payment_status(payment).await? {
                PaymentStatus::Open(_) => {}
                PaymentStatus::Captured { .. } => self.close(payment, true),
                PaymentStatus::Refunded { .. } | PaymentStatus::Unknown | PaymentStatus::Paid { .. } => {
                    self.close(payment, false)
                }
            }
        }
        Ok(())
    }

    fn close(&self, payment: PaymentId, captured: bool) {
        self.book.forget(payment);
        match (self.release(payment), captured) {
            (Some(providers), true) => {
                self.credit.give(&providers);
                self.metrics.captured.inc();
            }
            (Some(_), false) => self.metrics.refunded.inc(),
            (None, _) => {}
        }
    }
}
