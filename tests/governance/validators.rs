//! A validator that comes, makes blocks and goes; and one that equivocates.
//!
//! GRANDPA's equivocation is signed here, with Dave's own key and as a voter signs, for a round of an older session, and handed
//! in as anybody may who has seen two such votes.

use crate::Town;
use anyhow::{ensure, Context};
use assay_client::{Call, Event, Submitter};
use assay_primitives::{AccountId32, Balance, H256};
use assay_tests::{
    account_of, fail, finally,
    network::{
        node::{from_hex, to_hex},
        Network,
    },
    offence::{bond, decoded, share, slash, ASY, GRANDPA},
    record::Record,
    scale::Raw,
};
use codec::{Compact, Decode};
use finality_grandpa::{Equivocation, Message, Prevote};
use pallet_validators::types::{Cause, PerformanceView};
use serde_json::json;
use sp_consensus_grandpa::{localized_payload, AuthorityPair, EquivocationProof};
use sp_core::Pair;
use std::{collections::BTreeSet, time::Duration};

/// What validators bond: the least.
const BOND: Balance = 1_000 * ASY;
/// Longest wait for something that happens within three sessions, of a minute each where no slot stays empty.
const SESSIONS_LIMIT: Duration = Duration::from_secs(400);
/// Longest wait for blocks to become final.
const FINALITY_LIMIT: Duration = Duration::from_secs(120);

/// Whoever wants to be a validator.
pub(crate) struct Candidate(Submitter);

impl Candidate {
    pub(crate) fn account(&self) -> &AccountId32 {
        self.0.account()
    }
}

/// Has keys made in the node that joined, hands them in with the proof that the node owns them, and bonds.
pub(crate) async fn apply(network: &Network, town: &Town) -> anyhow::Result<Candidate> {
    let candidate = Candidate(town.world.stranger_as("//One"));
    let node = network.nodes.last().context("a node has joined")?;
    let owner: &[u8] = candidate.account().as_ref();
    let made = node.ask("author_rotateKeysWithOwner", json!([to_hex(owner)])).await?;
    let (keys, proof) = (from_hex(&made["keys"])?, from_hex(&made["proof"])?);
    let set_keys = Call::new("Session", "set_keys").arg(&Raw(&keys)).arg(&proof);
    let stolen = fail(&town.stranger, set_keys.clone()).await?;
    ensure!(stolen == "Session::InvalidProof", "the keys are not a stranger's: {stolen}");
    let bond = Call::new("Validators", "bond").arg(&Compact(BOND));
    finally(&candidate.0, Call::batch_all(vec![set_keys, bond])).await?;
    town.tell("One has keys and a bond");
    Ok(candidate)
}

/// Two votes of Dave's in one round of GRANDPA, and a proof that his key was a validator's.
pub(crate) struct Votes {
    report: Call,
    session: u32,
}

impl Votes {
    /// In the session that runs.
    pub(crate) async fn cast(town: &Town) -> anyhow::Result<Self> {
        const ROUND: u64 = 1;
        let best = town.world.chain.best().await?;
        let dave = AuthorityPair::from_string("//Dave", None).ok().context("is a key")?;
        let set = u64::decode(&mut &best.ask("GrandpaApi_current_set_id", ()).await?[..])?;
        let owned = best.ask("GrandpaApi_generate_key_ownership_proof", (set, dave.public())).await?;
        let owned: Option<Vec<u8>> = Decode::decode(&mut &owned[..])?;
        let owned = owned.context("Dave is a validator")?;
        let vote = |block: u8| {
            let vote = Prevote { target_hash: H256::repeat_byte(block), target_number: 1u32 };
            let signature = dave.sign(&localized_payload(ROUND, set, &Message::Prevote(vote.clone())));
            (vote, signature)
        };
        let twice = Equivocation { round_number: ROUND, identity: dave.public(), first: vote(1), second: vote(2) };
        let proof = EquivocationProof::new(set, twice.into());
        let report = Call::new("Grandpa", "report_equivocation").arg(&proof).arg(&Raw(&owned));
        // The proof of membership begins with its session.
        Ok(Self { report, session: u32::decode(&mut &owned[..])? })
    }
}

/// From the candidate's admission until it has left, with Dave's offences in between.
pub(crate) async fn serve(network: &Network, town: &Town, candidate: &Candidate, votes: &Votes) -> anyhow::Result<()> {
    let (who, dave) = (candidate.account(), account_of("//Dave"));
    let mut record = Record::since(&town.world.chain, 1);
    let joins = |_, event: &Event| {
        let (account, session): (AccountId32, u32) = decoded(event, "Validators", "Joined")?;
        (account == *who).then_some(session)
    };
    let joined = record.first("One joins the set", SESSIONS_LIMIT, joins).await?;
    leave(town, candidate).await?;
    town.tell(&format!("One is to serve from session {joined} on, and to leave again"));

    votes_are_reported(town, &dave, BOND, votes).await?;

    makes_blocks(town, &mut record, who, joined).await?;
    leave_the_set(network, town, &mut record, who, &dave).await
}

/// The candidate says that it leaves. In safe mode it has to wait with that.
async fn leave(town: &Town, candidate: &Candidate) -> anyhow::Result<()> {
    let mut heads = town.world.chain.heads();
    loop {
        match candidate.0.submit(Call::new("Validators", "leave"))?.in_block().await?.result {
            Ok(_) => return Ok(()),
            Err(failure) => ensure!(failure.is("System", "CallFiltered"), "One cannot leave: {failure}"),
        }
        heads.changed().await?;
    }
}

/// Somebody reports that Dave voted twice in a round, once.
async fn votes_are_reported(town: &Town, dave: &AccountId32, bonded: Balance, votes: &Votes) -> anyhow::Result<()> {
    let (_, events) = finally(&town.stranger, votes.report.clone()).await?;
    let kinds = events.iter().filter_map(|event| decoded::<([u8; 16],)>(event, "Offences", "Offence"));
    ensure!(kinds.eq([(GRANDPA,)]), "votes in a round are an offence");
    let (session, slashed) = slash(&town.world, &events, dave).await?;
    ensure!(session == votes.session, "the offence was in session {}, not {session}", votes.session);
    ensure!(slashed == share(4, bonded), "a bond of {bonded} lost {slashed}");
    let left = bond(&town.world, dave).await?;
    ensure!(left == bonded - slashed, "Dave's bond is {left}");
    let again = fail(&town.stranger, votes.report.clone()).await?;
    ensure!(again == "Grandpa::DuplicateOffenceReport", "{again}");
    town.tell(&format!("Dave voted for two blocks in a round: {} ASY go to the treasury", slashed / ASY));
    Ok(())
}

/// The candidate serves.
async fn makes_blocks(town: &Town, record: &mut Record, who: &AccountId32, joined: u32) -> anyhow::Result<()> {
    let begins = |_, event: &Event| {
        let (session,): (u32,) = decoded(event, "Session", "NewSession")?;
        (session == joined).then_some(())
    };
    record.first("One's session", SESSIONS_LIMIT, begins).await?;
    let made = async {
        let mut heads = town.world.chain.heads();
        loop {
            let finalized = town.world.chain.finalized().await?;
            let performance: PerformanceView = finalized.view("Validators", "performance", who).await?;
            if performance.session >= joined && performance.now.made + performance.before.made > 0 {
                return anyhow::Ok(performance.now.made + performance.before.made);
            }
            heads.changed().await?;
        }
    };
    let made = tokio::time::timeout(SESSIONS_LIMIT, made).await.context("One makes no block")??;
    town.tell(&format!("One serves: {made} blocks are its own"));
    Ok(())
}

/// Both leave, and those who are left finalise without them.
async fn leave_the_set(
    network: &Network,
    town: &Town,
    record: &mut Record,
    one: &AccountId32,
    dave: &AccountId32,
) -> anyhow::Result<()> {
    let mut without = 0;
    for (who, cause) in [(one, Cause::Wish), (dave, Cause::Offence)] {
        let leaves = |_, event: &Event| {
            let (account, session, why): (AccountId32, u32, Cause) = decoded(event, "Validators", "Left")?;
            (account == *who && why == cause).then_some(session)
        };
        without = record.first(&format!("{who} leaves the set"), SESSIONS_LIMIT, leaves).await?.max(without);
    }
    let missed = |_, event: &Event| {
        type Fields = (AccountId32, u32, u32, u32);
        let (account, _session, _made, missed): Fields = decoded(event, "Validators", "SlotsMissed")?;
        (account == *dave).then_some(missed)
    };
    let missed = record.first("slots that Dave missed, disabled", SESSIONS_LIMIT, missed).await?;
    let begins = |block, event: &Event| {
        let (session,): (u32,) = decoded(event, "Session", "NewSession")?;
        (session == without).then_some(block)
    };
    let block = record.first("a session without both", SESSIONS_LIMIT, begins).await?;

    let block = town.world.chain.block(block).await?.context("it is final")?;
    let serving: Option<Vec<AccountId32>> =
        town.world.chain.at(block).await?.storage("Session", "Validators", vec![]).await?;
    let serving: BTreeSet<AccountId32> = serving.unwrap_or_default().into_iter().collect();
    let three = ["//Alice", "//Bob", "//Charlie"].map(account_of);
    ensure!(serving == BTreeSet::from(three), "these serve: {serving:?}");
    network.all_finalise(network.highest().await + 3, FINALITY_LIMIT).await.context("three of three finalise")?;
    town.tell(&format!("One and Dave are out, Dave has missed {missed} slots in a session; three go on"));
    Ok(())
}
