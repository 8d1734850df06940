//! The submission queue of one account.
//!
//! One task owns the account's nonces: it signs, sends, looks for what it sent in every block of the best chain, and
//! sends again what got lost. A transaction in a block that is no longer on the best chain counts as not included, and
//! is looked for further. Settlements that wait at the same time travel as one call.
//!
//! A transaction dies if it was not included within [`Options::mortality`] blocks; then its call is signed anew. So a
//! call is executed once, except that where another program uses the same key at the same time, and the chain
//! reorganises, it may be executed twice. Every call of the pallets X402 and Inference is harmless then.

use crate::{
    queue::{Job, Queue, Work},
    Block, Call, Chain, Config, Error, Event, Failure,
};
use assay_primitives::{AccountId32, AssetId, Settlement};
use std::sync::{
    atomic::{AtomicUsize, Ordering::Relaxed},
    Arc,
};
use subxt::tx::Signer;
use tokio::sync::{mpsc, watch};

/// How a queue works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The asset that fees are paid in; the native token if there is none.
    pub fee_asset: Option<AssetId>,
    /// Most calls and settlements that may wait to be sent.
    pub queue: usize,
    /// Blocks in which a transaction can be included.
    pub mortality: u32,
    /// Most settlements in one call.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { fee_asset: None, queue: 4096, mortality: 64, batch: 64 }
    }
}

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Calls and settlements that wait to be sent.
    pub waiting: usize,
    /// Transactions that were sent and are not final.
    pub in_flight: usize,
}

/// A handle to the queue; clones share it. The queue ends when the last handle is gone and all is done.
#[derive(Clone)]
pub struct Submitter {
    jobs: mpsc::UnboundedSender<Job>,
    gauge: Arc<Gauge>,
    account: AccountId32,
    limit: usize,
}

#[derive(Default)]
pub(crate) struct Gauge {
    pub(crate) waiting: AtomicUsize,
    pub(crate) in_flight: AtomicUsize,
}

impl Submitter {
    /// Starts a queue for the signer's account.
    pub fn start(chain: Chain, signer: impl Signer<Config> + Send + Sync + 'static, options: Options) -> Self {
        let (jobs, receiver) = mpsc::unbounded_channel();
        let gauge = Arc::<Gauge>::default();
        let account = AccountId32::new(signer.account_id().0);
        let limit = options.queue;
        tokio::spawn(Queue::new(chain, signer, options, receiver, gauge.clone()).run());
        Self { jobs, gauge, account, limit }
    }

    /// The account that signs and pays the fees.
    pub fn account(&self) -> &AccountId32 {
        &self.account
    }

    /// Submits a call in a transaction of its own.
    pub fn submit(&self, call: Call) -> Result<Ticket, Error> {
        self.enter(Work::Call(call))
    }

    /// Submits a settlement, in one call with others that wait; each has its own outcome.
    pub fn settle(&self, settlement: Settlement) -> Result<Ticket, Error> {
        self.enter(Work::Settlement(settlement.into()))
    }

    /// How much there is to do.
    pub fn depth(&self) -> Depth {
        Depth { waiting: self.gauge.waiting.load(Relaxed), in_flight: self.gauge.in_flight.load(Relaxed) }
    }

    fn enter(&self, work: Work) -> Result<Ticket, Error> {
        if self.gauge.waiting.fetch_add(1, Relaxed) >= self.limit {
            self.gauge.waiting.fetch_sub(1, Relaxed);
            return Err(Error::QueueFull);
        }
        let (progress, ticket) = watch::channel(Progress::Waiting);
        self.jobs.send(Job { work, progress }).map_err(|_| Error::Stopped)?;
        Ok(Ticket(ticket))
    }
}

/// Where a submitted call stands.
#[derive(Clone, Debug)]
pub enum Progress {
    /// It is in no block of the best chain.
    Waiting,
    /// It is in a block of the best chain.
    InBlock(Inclusion),
    /// It is in a finalized block.
    Finalized(Inclusion),
    /// It will not be included.
    Failed(Error),
}

/// What a call did in a block.
#[derive(Clone, Debug)]
pub struct Inclusion {
    /// The block.
    pub block: Block,
    /// All events of its extrinsic, or why it failed.
    pub result: Result<Arc<[Event]>, Failure>,
}

/// Follows one submitted call.
#[derive(Clone, Debug)]
pub struct Ticket(watch::Receiver<Progress>);

impl Ticket {
    /// Where the call stands.
    pub fn progress(&self) -> Progress {
        self.0.borrow().clone()
    }

    /// Waits until the call is in a block of the best chain.
    pub async fn in_block(&mut self) -> Result<Inclusion, Error> {
        self.wait(|progress| !matches!(progress, Progress::Waiting)).await
    }

    /// Waits until the call is in a finalized block.
    pub async fn finalized(&mut self) -> Result<Inclusion, Error> {
        self.wait(|progress| matches!(progress, Progress::Finalized(_) | Progress::Failed(_))).await
    }

    async fn wait(&mut self, done: impl FnMut(&Progress) -> bool) -> Result<Inclusion, Error> {
        match self.0.wait_for(done).await.map(|progress| progress.clone()) {
            Ok(Progress::InBlock(inclusion) | Progress::Finalized(inclusion)) => Ok(inclusion),
            Ok(Progress::Failed(error)) => Err(error),
            Ok(Progress::Waiting) | Err(_) => Err(Error::Stopped),
        }
    }
}
