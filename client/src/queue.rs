//! The task behind a [`Submitter`](crate::Submitter).

use crate::{
    call::SettleMode, submit::Gauge, trail::Trail, At, Block, Call, Chain, Config, Error, Event, Failure, Heads,
    Inclusion, Options, Progress,
};
use assay_primitives::{BlockNumber, PaymentId, Settlement, H256};
use codec::Encode;
use sp_runtime::DispatchError;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{atomic::Ordering::Relaxed, Arc},
};
use subxt::{config::DefaultExtrinsicParamsBuilder, tx::Signer};
use tokio::sync::{mpsc, watch};

/// Most transactions that wait for inclusion at a time.
const MAX_PENDING: usize = 256;
/// Most of them that carry settlements: while these wait, further settlements gather for the next.
const MAX_PENDING_BATCHES: usize = 4;
/// Most bytes of a batch of settlements.
const MAX_BATCH_BYTES: usize = 512 * 1024;
/// Longest gap in the chain that is caught up with, in blocks.
const MAX_GAP: usize = 2048;
/// Blocks for which a transaction may be called outdated before its nonce is given up: the node that says so may be
/// ahead of what was seen here.
const OUTDATED_PATIENCE: u32 = 5;

/// Something to submit, and who waits for it.
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) progress: watch::Sender<Progress>,
}

pub(crate) enum Work {
    Call(Call),
    Settlement(Box<Settlement>),
}

impl Work {
    fn settlement(&self) -> Option<&Settlement> {
        match self {
            Self::Settlement(settlement) => Some(settlement),
            Self::Call(_) => None,
        }
    }
}

/// A signed transaction. It carries one call, or any number of settlements.
struct Flight {
    jobs: Vec<Job>,
    hash: H256,
    bytes: Vec<u8>,
    /// The first block in which it cannot be included.
    dies: BlockNumber,
    /// Best block when it was last sent.
    sent: BlockNumber,
    outdated: u32,
    found: Option<Found>,
}

struct Found {
    block: Block,
    outcomes: Vec<Outcome>,
}

type Outcome = Result<Arc<[Event]>, Failure>;

/// A block that was looked at, with the flights found in it.
struct Seen {
    block: Block,
    found: Vec<(u64, Vec<Outcome>)>,
}

/// What the node says to a transaction.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    /// It has it.
    Accepted,
    /// It could not take it now.
    Later,
    /// Its nonce was used.
    Outdated,
    /// It fits no block.
    TooHeavy,
    /// It cannot be included.
    Refused(String),
}

pub(crate) struct Queue<S> {
    chain: Chain,
    signer: S,
    options: Options,
    jobs: mpsc::UnboundedReceiver<Job>,
    gauge: Arc<Gauge>,
    waiting: VecDeque<Job>,
    flights: BTreeMap<u64, Flight>,
    /// All nonces below it are used. Unknown when the node has to be asked.
    floor: Option<u64>,
    /// Most settlements in a batch now: less after one was too heavy.
    batch: usize,
    trail: Trail,
}

impl<S: Signer<Config> + Send + Sync> Queue<S> {
    pub(crate) fn new(
        chain: Chain,
        signer: S,
        options: Options,
        jobs: mpsc::UnboundedReceiver<Job>,
        gauge: Arc<Gauge>,
    ) -> Self {
        let mut trail = Trail::default();
        trail.replace([chain.heads().borrow().finalized]);
        let (waiting, flights, batch) = (VecDeque::new(), BTreeMap::new(), options.batch);
        Self { chain, signer, options, jobs, gauge, waiting, flights, floor: None, batch, trail }
    }

    /// Works until nobody can submit any more and all is done.
    pub(crate) async fn run(mut self) {
        let mut heads = self.chain.heads();
        let mut open = true;
        while open || !self.waiting.is_empty() || !self.flights.is_empty() {
            tokio::select! {
                job = self.jobs.recv(), if open => match job {
                    Some(job) => self.waiting.push_back(job),
                    None => open = false,
                },
                changed = heads.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let heads = *heads.borrow_and_update();
                    if let Err(error) = self.look(heads).await {
                        tracing::warn!(%error, "cannot look at the chain");
                    }
                },
            }
            while let Ok(job) = self.jobs.try_recv() {
                self.waiting.push_back(job);
            }
            if let Err(error) = self.launch().await {
                tracing::warn!(%error, "cannot send");
                self.floor = None;
            }
            self.gauge.in_flight.store(self.flights.len(), Relaxed);
        }
    }

    /// Sends what waits. What could not be sent now is tried again with the next block.
    async fn launch(&mut self) -> Result<(), Error> {
        while let Some(jobs) = self.next_load() {
            if !self.fly(jobs).await? {
                break;
            }
        }
        Ok(())
    }

    /// The jobs of the next transaction.
    fn next_load(&mut self) -> Option<Vec<Job>> {
        let pending = || self.flights.values().filter(|flight| flight.found.is_none());
        let batches = pending().filter(|flight| flight.is_batch()).count();
        if pending().count() >= MAX_PENDING {
            return None;
        }
        let may_go = |job: &Job| job.work.settlement().is_none() || batches < MAX_PENDING_BATCHES;
        let first = self.waiting.iter().position(may_go)?;
        let first = self.waiting.remove(first)?;
        let Some(mut bytes) = first.work.settlement().map(Encode::encoded_size) else { return Some(vec![first]) };
        let mut jobs = vec![first];
        let mut at = 0;
        while let Some(settlement) = self.waiting.get(at).map(|job| job.work.settlement()) {
            let size = settlement.map_or(usize::MAX, Encode::encoded_size);
            if jobs.len() < self.batch && bytes.saturating_add(size) <= MAX_BATCH_BYTES {
                bytes += size;
                jobs.extend(self.waiting.remove(at));
            } else {
                at += 1;
            }
        }
        Some(jobs)
    }

    /// Sends jobs as one transaction. Tells whether more can be sent now.
    async fn fly(&mut self, jobs: Vec<Job>) -> Result<bool, Error> {
        let nonce = match self.free_nonce().await {
            Ok(nonce) => nonce,
            Err(error) => return self.put_back(jobs).and(Err(error)),
        };
        let (hash, bytes, dies) = match self.sign(nonce, &jobs).await {
            Ok(signed) => signed,
            Err(error @ Error::Node(_)) => return self.put_back(jobs).and(Err(error)),
            Err(error) => return Ok(self.fail(jobs, error)),
        };
        match self.send(&bytes).await {
            Sent::Accepted | Sent::Later => {
                self.gauge.waiting.fetch_sub(jobs.len(), Relaxed);
                let sent = self.chain.heads().borrow().best.number;
                let flight = Flight { jobs, hash, bytes, dies, sent, outdated: 0, found: None };
                self.flights.insert(nonce, flight);
                Ok(true)
            }
            Sent::Outdated => {
                self.floor = None;
                self.put_back(jobs)
            }
            Sent::TooHeavy if jobs.len() > 1 => {
                self.batch = jobs.len() / 2;
                self.put_back(jobs).and(Ok(true))
            }
            Sent::TooHeavy => Ok(self.fail(jobs, Error::Refused("it fits no block".into()))),
            Sent::Refused(why) => Ok(self.fail(jobs, Error::Refused(why))),
        }
    }

    fn put_back(&mut self, jobs: Vec<Job>) -> Result<bool, Error> {
        jobs.into_iter().rev().for_each(|job| self.waiting.push_front(job));
        Ok(false)
    }

    fn fail(&mut self, jobs: Vec<Job>, error: Error) -> bool {
        self.gauge.waiting.fetch_sub(jobs.len(), Relaxed);
        tell(&jobs, || Progress::Failed(error.clone()));
        true
    }

    async fn free_nonce(&mut self) -> Result<u64, Error> {
        let floor = match self.floor {
            Some(floor) => floor,
            None => self.chain.rpc().system_account_next_index(&self.signer.account_id()).await?,
        };
        self.floor = Some(floor);
        Ok(first_free(floor, |nonce| self.flights.contains_key(&nonce)))
    }

    /// Hash, bytes, and the first block in which it cannot be included.
    async fn sign(&self, nonce: u64, jobs: &[Job]) -> Result<(H256, Vec<u8>, BlockNumber), Error> {
        // Born at a finalized block, a transaction survives every reorganisation.
        let born = self.chain.heads().borrow().finalized;
        let at = self.chain.best().await?;
        let call = call_of(jobs);
        let payload = call.payload(at.metadata())?;
        let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).mortal_from_unchecked(
            self.options.mortality.into(),
            born.number.into(),
            born.hash,
        );
        let params = match self.options.fee_asset {
            Some(asset) => params.tip_of(0, asset),
            None => params,
        };
        let signed = at
            .transactions()
            .create_signable_offline(&payload, params.build())
            .and_then(|mut signable| signable.sign(&self.signer))
            .map_err(|error| Error::Refused(error.to_string()))?;
        Ok((signed.hash(), signed.into_encoded(), born.number.saturating_add(self.options.mortality)))
    }

    async fn send(&self, bytes: &[u8]) -> Sent {
        match self.chain.rpc().author_submit_extrinsic(bytes).await {
            Ok(_) => Sent::Accepted,
            Err(subxt::rpcs::Error::User(error)) => {
                let data = error.data.map(|data| data.get().trim_matches('"').to_owned()).unwrap_or_default();
                verdict(error.code, &error.message, &data)
            }
            Err(_) => Sent::Later,
        }
    }

    /// Looks at what is new on the chain.
    async fn look(&mut self, heads: Heads) -> Result<(), Error> {
        match self.walk(heads.best).await {
            Ok(seen) => self.take_note(seen),
            Err(Error::LostFromSight) => self.lose_sight(heads.best),
            Err(error) => return Err(error),
        }
        if self.trail.contains(heads.finalized) {
            self.finalize(heads.finalized.number);
        }
        self.send_again(heads.best.number).await;
        Ok(())
    }

    /// The new blocks up to the best one, oldest first. Changes nothing, so that it can fail halfway.
    async fn walk(&self, best: Block) -> Result<Vec<Seen>, Error> {
        let mut seen = VecDeque::new();
        let mut block = best;
        while !self.trail.contains(block) && !self.trail.is_before(block.number) {
            if seen.len() == MAX_GAP {
                return Err(Error::LostFromSight);
            }
            let body = self.chain.rpc().chain_get_block(Some(block.hash)).await?;
            let body = body.ok_or_else(|| Error::node("a block is missing"))?.block;
            let found = self.find(block, body.extrinsics.iter().map(|bytes| &bytes.0[..])).await?;
            seen.push_front(Seen { block, found });
            block = Block { number: block.number.saturating_sub(1), hash: body.header.parent_hash };
        }
        Ok(seen.into())
    }

    /// The flights that are in a block.
    async fn find(
        &self,
        block: Block,
        extrinsics: impl Iterator<Item = &[u8]>,
    ) -> Result<Vec<(u64, Vec<Outcome>)>, Error> {
        let hits: Vec<(u32, u64)> = extrinsics
            .zip(0..)
            .filter_map(|(bytes, index)| {
                let hash = H256(sp_crypto_hashing::blake2_256(bytes));
                self.flights.iter().find(|(_, flight)| flight.hash == hash).map(|(nonce, _)| (index, *nonce))
            })
            .collect();
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        let at = self.chain.at(block).await?;
        let events = at.events().await?;
        let found = hits.into_iter().map(|(index, nonce)| {
            let own = events.iter().filter(|event| event.extrinsic == Some(index)).cloned().collect();
            (nonce, outcomes(own, &self.flights[&nonce], &at))
        });
        Ok(found.collect())
    }

    fn take_note(&mut self, seen: Vec<Seen>) {
        let retracted = self.trail.replace(seen.iter().map(|seen| seen.block));
        for flight in self.flights.values_mut() {
            if flight.found.take_if(|found| retracted.contains(&found.block)).is_some() {
                tell(&flight.jobs, || Progress::Waiting);
            }
        }
        for Seen { block, found } in seen {
            for (nonce, outcomes) in found {
                if let Some(flight) = self.flights.get_mut(&nonce) {
                    flight.found = Some(Found { block, outcomes });
                    flight.tell_inclusion(Progress::InBlock);
                    self.batch = self.batch.saturating_add(1).min(self.options.batch);
                }
            }
        }
    }

    fn finalize(&mut self, finalized: BlockNumber) {
        self.trail.forget_before(finalized);
        let done = |flight: &Flight| flight.found.as_ref().is_some_and(|found| found.block.number <= finalized);
        let dead = |flight: &Flight| flight.found.is_none() && flight.dies <= finalized;
        let nonces: Vec<u64> =
            self.flights.iter().filter(|(_, flight)| done(flight) || dead(flight)).map(|(nonce, _)| *nonce).collect();
        for nonce in nonces {
            let Some(flight) = self.flights.remove(&nonce) else { continue };
            if done(&flight) {
                flight.tell_inclusion(Progress::Finalized);
                self.floor = self.floor.map(|floor| floor.max(nonce + 1));
            } else {
                self.start_over(flight);
            }
        }
    }

    fn start_over(&mut self, flight: Flight) {
        self.floor = None;
        self.gauge.waiting.fetch_add(flight.jobs.len(), Relaxed);
        flight.jobs.into_iter().rev().for_each(|job| self.waiting.push_front(job));
    }

    /// Sends again what was not included in the block after it was sent: pools forget.
    async fn send_again(&mut self, best: BlockNumber) {
        let due: Vec<u64> = self
            .flights
            .iter()
            .filter(|(_, flight)| flight.found.is_none() && flight.sent.saturating_add(1) < best)
            .map(|(nonce, _)| *nonce)
            .collect();
        for nonce in due {
            let Some(flight) = self.flights.get(&nonce) else { continue };
            let sent = self.send(&flight.bytes).await;
            let Some(flight) = self.flights.get_mut(&nonce) else { continue };
            flight.sent = best;
            flight.outdated = if sent == Sent::Outdated { flight.outdated + 1 } else { 0 };
            if flight.outdated > OUTDATED_PATIENCE {
                self.flights.remove(&nonce).into_iter().for_each(|flight| self.start_over(flight));
            }
        }
    }

    fn lose_sight(&mut self, best: Block) {
        for (_, flight) in std::mem::take(&mut self.flights) {
            tell(&flight.jobs, || Progress::Failed(Error::LostFromSight));
        }
        self.floor = None;
        self.trail = Trail::default();
        self.trail.replace([best]);
    }
}

impl Flight {
    fn is_batch(&self) -> bool {
        self.jobs.iter().any(|job| job.work.settlement().is_some())
    }

    fn tell_inclusion(&self, progress: impl Fn(Inclusion) -> Progress) {
        let Some(Found { block, outcomes }) = &self.found else { return };
        for (job, result) in self.jobs.iter().zip(outcomes) {
            job.progress.send_replace(progress(Inclusion { block: *block, result: result.clone() }));
        }
    }
}

fn tell(jobs: &[Job], progress: impl Fn() -> Progress) {
    jobs.iter().for_each(|job| drop(job.progress.send_replace(progress())));
}

/// The call of a transaction that carries these jobs.
fn call_of(jobs: &[Job]) -> Call {
    match jobs {
        [Job { work: Work::Call(call), .. }] => call.clone(),
        jobs => {
            let settlements: Vec<Settlement> = jobs.iter().filter_map(|job| job.work.settlement().cloned()).collect();
            Call::settle(&settlements, SettleMode::Independent)
        }
    }
}

/// What an extrinsic with these events did for each job of its flight.
fn outcomes(events: Vec<Event>, flight: &Flight, at: &At) -> Vec<Outcome> {
    let error_of = |event: &Event| event.decode::<DispatchError>().unwrap_or(DispatchError::Corruption);
    if let Some(failed) = events.iter().find(|event| event.is("System", "ExtrinsicFailed")) {
        let failure = at.explain(&error_of(failed));
        return vec![Err(failure); flight.jobs.len()];
    }
    let failures: BTreeMap<u32, Failure> = events
        .iter()
        .filter(|event| flight.is_batch() && event.is("Inference", "SettlementFailed"))
        .filter_map(|event| event.decode::<(u32, Option<PaymentId>, DispatchError)>().ok())
        .map(|(index, _, error)| (index, at.explain(&error)))
        .collect();
    let events: Arc<[Event]> = events.into();
    let outcome = |index| failures.get(&index).cloned().map_or_else(|| Ok(events.clone()), Err);
    (0..flight.jobs.len() as u32).map(outcome).collect()
}

/// The least nonce that is neither below the floor nor in flight: holes are filled first.
fn first_free(floor: u64, in_flight: impl Fn(u64) -> bool) -> u64 {
    (floor..).find(|nonce| !in_flight(*nonce)).unwrap_or(floor)
}

/// What a node's error means; the codes are those of its `author` methods.
fn verdict(code: i32, message: &str, data: &str) -> Sent {
    match (code, data) {
        // Already in the pool.
        (1013, _) => Sent::Accepted,
        // Banned for a while; no room in the pool; not actionable by this node now; the future is not accepted.
        (1012 | 1016 | 1018 | 1021, _) => Sent::Later,
        // Another transaction with this nonce is in the pool.
        (1014, _) => Sent::Outdated,
        (1010, "Transaction is outdated") => Sent::Outdated,
        (1010, "Transaction would exhaust the block limits") => Sent::TooHeavy,
        _ if data.is_empty() => Sent::Refused(message.into()),
        _ => Sent::Refused(format!("{message}: {data}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_among_the_nonces_are_filled_first() {
        let in_flight = |nonce| [5, 6, 8].contains(&nonce);
        assert_eq!(first_free(5, in_flight), 7);
        assert_eq!(first_free(8, in_flight), 9);
        assert_eq!(first_free(3, in_flight), 3);
    }

    #[test]
    fn the_nodes_errors_are_understood() {
        assert_eq!(verdict(1013, "Transaction Already Imported", "0x00"), Sent::Accepted);
        assert_eq!(verdict(1010, "Invalid Transaction", "Transaction is outdated"), Sent::Outdated);
        assert_eq!(verdict(1014, "Priority is too low", "The transaction has"), Sent::Outdated);
        assert_eq!(verdict(1012, "Transaction is temporarily banned", ""), Sent::Later);
        assert_eq!(verdict(1010, "Invalid Transaction", "Transaction would exhaust the block limits"), Sent::TooHeavy);
        assert_eq!(
            verdict(1010, "Invalid Transaction", "Inability to pay some fees (e.g. account balance too low)"),
            Sent::Refused("Invalid Transaction: Inability to pay some fees (e.g. account balance too low)".into())
        );
    }
}
