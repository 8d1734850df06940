//! Governance as its members and the holders of tokens use it: motions, decisions, what both bodies have done by root,
//! referenda.
//!
//! Every step is waited for until it is final: the next is another account's, and validators that share a machine's cores
//! now and then make two blocks of one height.

use crate::{final_at, finally, record::Record, scale::weight, World};
use anyhow::{bail, ensure, Context};
use assay_client::{At, Block, Call, Chain, Event, Submitter};
use assay_primitives::{Balance, H256};
use codec::{Compact, Encode};
use futures::future::try_join_all;
use sp_crypto_hashing::blake2_256;
use sp_runtime::{DispatchError, DispatchResult};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Who sits where. Motions are made by the first, and closed by the last whose vote they need.
pub struct Seats {
    /// The Council.
    pub council: [&'static str; 3],
    /// The Technical Committee.
    pub committee: [&'static str; 3],
}

/// As the preset `local` has it.
pub const LOCAL: Seats =
    Seats { council: ["//Alice", "//Bob", "//Charlie"], committee: ["//Eve", "//Ferdie", "//Dave"] };
/// As the preset `development` has it.
pub const DEVELOPMENT: Seats =
    Seats { council: ["//Alice", "//Bob", "//Charlie"], committee: ["//Dave", "//Eve", "//Alice"] };

/// How a call went: if not well, the error's name, such as `BadOrigin` or `X402::SettingOutOfBounds`.
pub type Verdict = Result<(), String>;

/// What every token holder votes with in a referendum: 950,000 ASY.
const VOTE: Balance = 950_000 * 1_000_000_000_000;
/// Longest that a referendum of a network for tests lasts: 2 minutes to be voted on, and what comes before and after.
const REFERENDUM_LIMIT: Duration = Duration::from_secs(300);

/// The members of both bodies.
pub struct Government {
    chain: Chain,
    members: BTreeMap<&'static str, Submitter>,
    council: Body,
    committee: Body,
}

/// A body.
struct Body {
    pallet: &'static str,
    members: [Submitter; 3],
}

/// Motions that were made, and closed together.
pub struct Passed {
    /// The block in which they were closed.
    pub block: Block,
    /// All events of the closing.
    pub events: Arc<[Event]>,
    /// How each motion's call went, in the order of the motions.
    pub results: Vec<Verdict>,
}

impl Passed {
    /// Fails where a motion's call failed.
    pub fn well(self) -> anyhow::Result<Self> {
        ensure!(self.results.iter().all(Verdict::is_ok), "motions failed: {:?}", self.results);
        Ok(self)
    }
}

/// A decision of the Council.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    /// Hash of its call.
    pub id: H256,
    /// The block in which it was made.
    pub made: u32,
    /// The block of its enactment.
    pub at: u32,
}

impl Decision {
    /// What the scheduler calls it.
    fn task(&self) -> [u8; 32] {
        blake2_256(&(&b"assay/decision"[..], self.id).encode())
    }
}

/// A motion that is open, and what the calls about it need.
struct Motion {
    call: Call,
    hash: H256,
    index: u32,
    length: u32,
    weight: (Compact<u64>, Compact<u64>),
}

impl Motion {
    async fn new(at: &At, index: u32, call: &Call) -> anyhow::Result<Self> {
        let bytes = call.encode(at.metadata())?;
        let (hash, length) = (H256(blake2_256(&bytes)), u32::try_from(bytes.len())?);
        Ok(Self { call: call.clone(), hash, index, length, weight: weight(at, call).await? })
    }

    fn propose(&self, pallet: &str, threshold: u32) -> Call {
        let propose = Call::new(pallet, "propose").arg(&Compact(threshold));
        propose.arg_call(self.call.clone()).arg(&Compact(self.length))
    }

    fn vote(&self, pallet: &str) -> Call {
        Call::new(pallet, "vote").arg(&self.hash).arg(&Compact(self.index)).arg(&true)
    }

    fn close(&self, pallet: &str) -> Call {
        let close = Call::new(pallet, "close").arg(&self.hash).arg(&Compact(self.index));
        close.arg(&self.weight).arg(&Compact(self.length))
    }
}

impl Government {
    /// Those who sit there, on a world's chain.
    pub fn of(world: &World, seats: &Seats) -> Self {
        let mut members = BTreeMap::from([("//Bob", world.provider.clone()), ("//Eve", world.stranger.clone())]);
        for uri in seats.council.into_iter().chain(seats.committee) {
            members.entry(uri).or_insert_with(|| world.stranger_as(uri));
        }
        let body = |pallet, uris: [&'static str; 3]| Body { pallet, members: uris.map(|uri| members[uri].clone()) };
        let (council, committee) = (body("Council", seats.council), body("TechnicalCommittee", seats.committee));
        Self { chain: world.chain.clone(), members, council, committee }
    }

    /// A member's transactions.
    pub fn member(&self, uri: &str) -> &Submitter {
        &self.members[uri]
    }

    /// Has two of the Technical Committee's three members pass motions: half of it, and two thirds.
    pub async fn committee(&self, calls: &[Call]) -> anyhow::Result<Passed> {
        self.pass(&self.committee, 2, calls).await
    }

    /// Has two of the Council's three members decide calls, and does not wait for their enactment.
    pub async fn decided(&self, calls: &[Call]) -> anyhow::Result<Vec<Decision>> {
        let decide = |call: &Call| Call::new("Decisions", "decide").arg_call(call.clone());
        let motions: Vec<Call> = calls.iter().map(decide).collect();
        let passed = self.pass(&self.council, 2, &motions).await?.well()?;
        let decided = passed.events.iter().filter(|event| event.is("Decisions", "Decided"));
        decided
            .map(|event| {
                let (id, at) = event.decode()?;
                Ok(Decision { id, made: passed.block.number, at })
            })
            .collect()
    }

    /// How a decision's enactment went; nothing where its block has come and it was not enacted.
    pub async fn enactment(&self, decision: &Decision) -> anyhow::Result<Option<Verdict>> {
        let at = final_at(&self.chain, decision.at).await?;
        for event in at.events().await? {
            if event.is("Scheduler", "Dispatched") {
                type Fields = ((u32, u32), Option<[u8; 32]>, DispatchResult);
                let (_, name, result): Fields = event.decode()?;
                if name == Some(decision.task()) {
                    return Ok(Some(verdict(&at, result)));
                }
            }
        }
        Ok(None)
    }

    /// Waits for enactments, all of which must go well.
    pub async fn enacted(&self, decisions: &[Decision]) -> anyhow::Result<()> {
        for decision in decisions {
            let verdict = self.enactment(decision).await?;
            ensure!(verdict == Some(Ok(())), "{decision:?}: {verdict:?}");
        }
        Ok(())
    }

    /// Has the Council decide calls, and waits for their enactment, which must go well.
    pub async fn decide(&self, calls: &[Call]) -> anyhow::Result<Vec<Decision>> {
        let decisions = self.decided(calls).await?;
        self.enacted(&decisions).await?;
        Ok(decisions)
    }

    /// What the Technical Committee has to pass so that root may make a call.
    pub async fn whitelisting(&self, call: &Call) -> anyhow::Result<Call> {
        Ok(Call::new("Whitelist", "whitelist_call").arg(&self.hash(call).await?))
    }

    /// Has all of the Council make a call by root that the Technical Committee whitelisted, and that must go well.
    pub async fn dispatch(&self, call: &Call) -> anyhow::Result<()> {
        let passed = self.pass(&self.council, 3, &[whitelisted(call)]).await?.well()?;
        let at = self.chain.at(passed.block).await?;
        let hash = self.hash(call).await?;
        let made = passed.events.iter().find_map(|event| made_by_root(&at, event, hash));
        let made = made.context("what is whitelisted was not made")?;
        ensure!(made.is_ok(), "root's call failed: {made:?}");
        Ok(())
    }

    /// Has both bodies make calls by root, one after the other.
    pub async fn root(&self, calls: &[Call]) -> anyhow::Result<()> {
        let whitelistings = try_join_all(calls.iter().map(|call| self.whitelisting(call))).await?;
        self.committee(&whitelistings).await?.well()?;
        for call in calls {
            self.dispatch(call).await?;
        }
        Ok(())
    }

    /// Has token holders, who are all members, pass a call that the Technical Committee whitelisted, and waits until root
    /// has made it.
    pub async fn referendum(&self, call: &Call) -> anyhow::Result<()> {
        let hash = self.hash(call).await?;
        let proposal = whitelisted(call).encode(self.chain.best().await?.metadata())?;
        // The origin by its pallet's index; a proposal that is short enough to be in the referendum; after no more time
        // than the track asks for.
        let submit = Call::new("Referenda", "submit").arg(&[74u8, 0]).arg(&(1u8, proposal)).arg(&(1u8, 0u32));
        let voters: Vec<&Submitter> = self.members.values().collect();
        let proposer = voters.first().context("there are members")?;
        let (block, events) = finally(proposer, submit).await?;
        let submitted = events.iter().find(|event| event.is("Referenda", "Submitted")).context("no referendum")?;
        let (index,): (u32,) = submitted.decode()?;

        finally(proposer, Call::new("Referenda", "place_decision_deposit").arg(&index)).await?;
        // An aye, locked for as long as the vote counts once.
        let vote = Call::new("ConvictionVoting", "vote").arg(&Compact(index)).arg(&(0u8, 0x81u8, VOTE));
        try_join_all(voters.iter().map(|voter| finally(voter, vote.clone()))).await?;

        let mut record = Record::since(&self.chain, block.number);
        let best = self.chain.best().await?;
        let ended = record.first("the referendum's end", REFERENDUM_LIMIT, |_, event| {
            let ended = ["Rejected", "TimedOut", "Cancelled", "Killed"].iter().any(|name| event.is("Referenda", name));
            let lost = ended && event.decode() == Ok((index,));
            let deferred = event.is("Whitelist", "DispatchDeferred") && event.decode() == Ok((hash,));
            let failed = (lost || deferred).then(|| Err(event.name.clone()));
            failed.or_else(|| made_by_root(&best, event, hash))
        });
        let ended = ended.await?;
        ensure!(ended.is_ok(), "the referendum was in vain: {ended:?}");
        Ok(())
    }

    /// The hash by which governance knows a call.
    pub async fn hash(&self, call: &Call) -> anyhow::Result<H256> {
        Ok(H256(blake2_256(&call.encode(self.chain.best().await?.metadata())?)))
    }

    /// Makes motions in a body, one for each call, has so many members vote for them, the one who makes them among these,
    /// and closes them.
    async fn pass(&self, body: &Body, ayes: usize, calls: &[Call]) -> anyhow::Result<Passed> {
        let (pallet, best) = (body.pallet, self.chain.best().await?);
        let count: Option<u32> = best.storage(pallet, "ProposalCount", vec![]).await?;
        let mut motions = Vec::new();
        for (index, call) in (count.unwrap_or_default()..).zip(calls) {
            motions.push(Motion::new(&best, index, call).await?);
        }
        let threshold = u32::try_from(ayes)?;
        let votes: Vec<Call> = motions.iter().map(|motion| motion.vote(pallet)).collect();
        let proposals = motions.iter().map(|motion| motion.propose(pallet, threshold));
        let opening = proposals.chain(votes.iter().cloned()).collect();
        let closings = motions.iter().map(|motion| motion.close(pallet));
        let closing = votes.iter().cloned().chain(closings).collect();

        let Some((proposer, [voters @ .., closer])) = body.members[..ayes].split_first() else {
            bail!("one aye would make the call at once")
        };
        finally(proposer, Call::batch_all(opening)).await.context("motions are not made")?;
        let voted = voters.iter().map(|voter| finally(voter, Call::batch_all(votes.clone())));
        try_join_all(voted).await.context("motions are not voted on")?;
        let (block, events) = finally(closer, Call::batch_all(closing)).await.context("motions are not closed")?;

        let at = self.chain.at(block).await?;
        let executed = events.iter().filter(|event| event.is(pallet, "Executed"));
        let results: anyhow::Result<Vec<Verdict>> = executed
            .map(|event| {
                let (_, result): (H256, DispatchResult) = event.decode()?;
                Ok(verdict(&at, result))
            })
            .collect();
        let results = results?;
        ensure!(results.len() == calls.len(), "{} of {} motions were made", results.len(), calls.len());
        Ok(Passed { block, events, results })
    }
}

fn verdict(at: &At, result: DispatchResult) -> Verdict {
    result.map_err(|error| at.explain(&error).name)
}

/// Has root make a call, if the Technical Committee whitelisted it.
fn whitelisted(call: &Call) -> Call {
    Call::new("Whitelist", "dispatch_whitelisted_call_with_preimage").arg_call(call.clone())
}

/// How the whitelisted call with this hash went, if that is what an event tells.
fn made_by_root(at: &At, event: &Event, hash: H256) -> Option<Verdict> {
    /// Weight, if it is known, and whether it is paid for.
    type Info = (Option<(Compact<u64>, Compact<u64>)>, u8);
    let made = event.is("Whitelist", "WhitelistedCallDispatched");
    let fields: (H256, Result<Info, (Info, DispatchError)>) = made.then(|| event.decode().ok()).flatten()?;
    let (made, result) = fields;
    (made == hash).then(|| verdict(at, result.map(drop).map_err(|(_, error)| error)))
}
