//! A validator whose keys work in two nodes. Both make a block in the same slot, and vote for different blocks in the same round.
//! The nodes of the other validators see it, and report it by themselves.

use anyhow::{bail, ensure, Context};
use assay_client::Event;
use assay_primitives::{AccountId32, Balance};
use assay_tests::{
    account_of,
    network::{Network, VALIDATORS},
    offence::{bond, decoded, share, slash, ASY, BABE, GRANDPA},
    record::Record,
    World,
};
use pallet_validators::types::Cause;
use std::time::Duration;

/// What the validators bond at genesis: the least.
const BOND: Balance = 1_000 * ASY;
/// Longest wait for an offence in a block that is final.
const OFFENCE_LIMIT: Duration = Duration::from_secs(120);
/// How long Dave's first node stands still, and then runs, before it stands still again: about a round.
const STANDSTILL: Duration = Duration::from_millis(1_500);
/// Longest wait for a validator to be out of the set: three sessions of a minute, and slots that stay empty.
const DEPARTURE_LIMIT: Duration = Duration::from_secs(300);
/// Longest wait for blocks to become final.
const FINALITY_LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn two_blocks_in_a_slot_and_two_votes_in_a_round_are_reported_by_the_nodes_that_see_them() -> anyhow::Result<()> {
    let mut network = Network::start().await?;
    let outcome = equivocate(&mut network).await;
    if let Err(error) = outcome {
        let nodes = network.describe().await;
        bail!("{error:?}\nlogs and databases: {}\n{nodes}", network.keep().display());
    }
    network.ensure_no_panics()
}

async fn equivocate(network: &mut Network) -> anyhow::Result<()> {
    let world = World::on(&network.any()?.url).await?;
    let dave = account_of("//Dave");
    let validators = VALIDATORS.len() as u32;
    let mut record = Record::since(&world.chain, 1);

    // It makes blocks and does not vote: whoever is reported first is disabled, and makes no more blocks.
    let double = network.double("dave", &["--no-grandpa"])?;
    let events = offence(&mut record, BABE).await.context(double.log_end())?;
    drop(double);
    let (_, slashed) = slash(&world, &events, &dave).await?;
    ensure!(slashed == share(validators, BOND), "a bond of {BOND} lost {slashed}");
    let left = bond(&world, &dave).await?;
    ensure!(left == BOND - slashed, "{left} are left");
    let disabled = |event: &Event| decoded(event, "Session", "ValidatorDisabled") == Some((dave.clone(),));
    ensure!(events.iter().any(disabled), "Dave is disabled");
    let leaves = |event: &Event| decoded(event, "Validators", "Leaves") == Some((dave.clone(), Cause::Offence));
    ensure!(events.iter().any(leaves), "Dave has to leave");
    println!("Two blocks in a slot: {} of {} ASY go to the treasury", slashed / ASY, BOND / ASY);

    // Who stood still votes for what was the best block before, in rounds in which the double voted for a later one.
    let double = network.double("dave", &[])?;
    let original = network.nodes.last_mut().context("Dave is the last")?;
    let events = {
        let reported = offence(&mut record, GRANDPA);
        tokio::pin!(reported);
        loop {
            tokio::select! {
                events = &mut reported => break events.context(double.log_end())?,
                () = tokio::time::sleep(STANDSTILL) => match original.runs() {
                    true => original.freeze()?,
                    false => original.thaw()?,
                },
            }
        }
    };
    original.thaw()?;
    drop(double);
    ensure!(events.iter().any(|event| event.is("Offences", "Offence")), "it is an offence");
    println!("Two votes in a round are reported");

    let out = |_, event: &Event| {
        let (who, _, cause): (AccountId32, u32, Cause) = decoded(event, "Validators", "Left")?;
        (who == dave && cause == Cause::Offence).then_some(())
    };
    record.first("Dave leaves the set", DEPARTURE_LIMIT, out).await?;
    network.all_finalise(network.highest().await + 3, FINALITY_LIMIT).await?;
    println!("Dave is out of the set, and the others go on");
    Ok(())
}

/// The events of the first block with an offence of this kind.
async fn offence(record: &mut Record, kind: [u8; 16]) -> anyhow::Result<Vec<Event>> {
    let found = |block, event: &Event| (decoded(event, "Offences", "Offence") == Some((kind,))).then_some(block);
    let block = record.first("the report of an offence", OFFENCE_LIMIT, found).await?;
    Ok(record.of(block).cloned().collect())
}
