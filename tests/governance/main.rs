//! Governance and validators on five nodes: what can be turned, by whom, and what that does to payments and to trust, each
//! through proposal, votes and enactment; and validators that come, go, and answer for what they do.
//!
//! There is one network, because nodes that start cost more than what is tried on them, and three courses of events beside
//! each other on it: what governance turns, a referendum, and sessions, which take their time.
//!
//! | module | what is in it |
//! |---|---|
//! | [`calls`] | the calls that are decided |
//! | [`strangers`] | who holds no office turns nothing |
//! | [`trust`] | what verifiers trust: what widens it, what narrows it |
//! | [`money`] | payments that are on hold meanwhile, the fee, the treasury |
//! | [`validators`] | keys, admission, blocks, equivocations, departure |

mod calls;
mod money;
mod strangers;
mod trust;
mod validators;

use anyhow::{bail, ensure};
use assay_client::{Call, Submitter};
use assay_primitives::TierStatus;
use assay_tests::{
    govern::{Decision, Government, Passed, LOCAL},
    network::{audit::Audit, Network},
    World,
};
use money::Payments;
use sp_runtime::Permill;
use std::time::Instant;
use validators::Votes;

/// Blocks from a decision to its enactment, on networks for tests at first.
const FIRST_DELAY: u32 = 15;
/// The least.
const LEAST_DELAY: u32 = 5;
/// The fee that is decided, in percent.
const FEE: u32 = 2;

/// What every part needs.
struct Town {
    world: World,
    government: Government,
    /// Somebody without an office.
    stranger: Submitter,
    founded: Instant,
}

impl Town {
    async fn found(network: &Network) -> anyhow::Result<Self> {
        let world = World::on(&network.any()?.url).await?;
        let (government, stranger) = (Government::of(&world, &LOCAL), world.stranger_as("//Two"));
        Ok(Self { world, government, stranger, founded: Instant::now() })
    }

    /// Prints what was seen.
    fn tell(&self, what: &str) {
        println!("{:4} s  {what}", self.founded.elapsed().as_secs());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn governance_turns_what_it_may_and_validators_come_go_and_answer_for_what_they_do() -> anyhow::Result<()> {
    let mut network = Network::launch()?;
    // It becomes a validator.
    network.join_as(&["--validator"])?;
    network.begin().await?;
    let outcome = go_through(&network).await;
    if let Err(error) = outcome {
        let nodes = network.describe().await;
        bail!("{error:?}\nlogs and databases: {}\n{nodes}", network.keep().display());
    }
    Ok(())
}

async fn go_through(network: &Network) -> anyhow::Result<()> {
    let mut audit = Audit::open(network).await?;
    audit.books.offences_expected = true;
    let town = Town::found(network).await?;
    let votes = Votes::cast(&town).await?;
    let (candidate, ()) = tokio::try_join!(validators::apply(network, &town), strangers::are_refused(&town))?;

    let vetoed = calls::set_fee(20);
    let decided = town.government.decided(&[vetoed, calls::admit(candidate.account())]).await?;
    let &[vetoed, admitted] = &decided[..] else { bail!("two decisions: {decided:?}") };
    ensure!(vetoed.at == vetoed.made + FIRST_DELAY, "{vetoed:?}");
    tokio::try_join!(govern(&town, vetoed, admitted), validators::serve(network, &town, &candidate, &votes))?;

    audit.check(network).await?;
    town.tell("every Test USD is where the events say, on every node");
    Ok(())
}

/// What governance does, and token holders beside it.
async fn govern(town: &Town, vetoed: Decision, admitted: Decision) -> anyhow::Result<()> {
    let government = &town.government;
    let (least, longer) = (calls::set_delay(LEAST_DELAY), calls::set_delay(LEAST_DELAY + 1));
    let veto = Call::new("Decisions", "veto").arg(&vetoed.id);
    let agreed = [veto, government.whitelisting(&least).await?, government.whitelisting(&longer).await?];
    government.committee(&agreed).await?.well()?;
    government.dispatch(&least).await?;
    town.tell("a decision is vetoed; both bodies have root shorten the delay");

    let referendum = async {
        government.referendum(&longer).await?;
        town.tell("token holders have root lengthen it again");
        anyhow::Ok(())
    };
    tokio::try_join!(referendum, turn(town))?;
    let best = town.world.chain.best().await?;
    let delay: Option<(u8, u8, u32)> = best.storage("Parameters", "Parameters", vec![vec![0, 0]]).await?;
    ensure!(delay == Some((0, 0, LEAST_DELAY + 1)), "the delay is {delay:?}");

    ensure!(government.enactment(&vetoed).await?.is_none(), "what is vetoed is not done");
    government.enacted(&[admitted]).await
}

/// The Council widens, the Technical Committee narrows, and the Council restores.
async fn turn(town: &Town) -> anyhow::Result<()> {
    let government = &town.government;
    let payments = Payments::reserve(town).await?;
    let (said, root) = (trust::verdict(town).await?, trust::root(town).await?);
    ensure!(said == "Circuits::UnknownSrs" && root.is_none(), "neither is there: {said}, {root:?}");

    let spend = calls::spend(&money::beneficiary());
    let widen = [calls::add_srs(), calls::add_root(), calls::set_parameters(), calls::set_fee(FEE), spend];
    let decided = government.decide(&widen).await?;
    // The delay that was in force when it was decided is the least, or what the referendum made of it.
    let delays = [LEAST_DELAY, LEAST_DELAY + 1];
    ensure!(decided.iter().all(|one| delays.contains(&(one.at - one.made))), "{decided:?}");
    trust::is_widened(town).await?;
    if let Some(spend) = decided.last() {
        money::is_paid_out(town, spend).await?;
    }
    town.tell("a reference string, a root, a TCB status, the fee and a spend are decided");

    let closed = [
        (calls::revoke(), calls::reinstate()),
        (calls::set_root_enabled(false), calls::set_root_enabled(true)),
        (calls::set_ezkl_floor(calls::HIGHER_FLOOR), calls::set_ezkl_floor(calls::FIRST_FLOOR)),
        (calls::reserving("pause"), calls::reserving("unpause")),
        (calls::set_tier(TierStatus::Closed), calls::set_tier(TierStatus::Open)),
    ];
    takes_and_cannot_give(town, &closed).await?;
    trust::is_narrowed(town).await?;
    payments.while_closed(town).await?;
    town.tell("half of the committee closed and revoked, and could undo nothing");

    takes_and_cannot_give(town, &[(calls::set_tier(TierStatus::Halted), calls::set_tier(TierStatus::Closed))]).await?;
    payments.while_halted(town).await?;
    town.tell("the tier is halted, and what was held went back");

    let safe_mode = [(calls::safe_mode("force_enter"), calls::safe_mode("force_exit"))];
    let entered = takes_and_cannot_give(town, &safe_mode).await?.block.number;
    payments.in_safe_mode(town).await?;
    town.tell("safe mode: refunds go on");
    let restore = [
        calls::reinstate(),
        calls::set_root_enabled(true),
        calls::set_ezkl_floor(calls::FIRST_FLOOR),
        calls::reserving("unpause"),
        calls::set_tier(TierStatus::Open),
        calls::withdraw_srs(),
        calls::safe_mode("force_exit"),
    ];
    let left = government.decide(&restore).await?.last().map_or(0, |exit| exit.at);
    let clock = async |block| money::clock(town, block).await;
    let [before, during, after] = [clock(entered).await?, clock(left - 1).await?, clock(left).await?];
    ensure!(before == during && after == before + 1, "the clock of deliveries: {before}, {during}, {after}");
    trust::is_restored(town).await?;
    payments.afterwards(town, Permill::from_percent(FEE)).await?;
    town.tell("the Council restored all of it; the new fee is charged");
    Ok(())
}

/// Half of the committee takes things away, and fails to give them back.
async fn takes_and_cannot_give(town: &Town, pairs: &[(Call, Call)]) -> anyhow::Result<Passed> {
    let calls: Vec<Call> = pairs.iter().flat_map(|(take, give)| [take.clone(), give.clone()]).collect();
    let passed = town.government.committee(&calls).await?;
    for (results, (take, give)) in passed.results.chunks(2).zip(pairs) {
        ensure!(results == [Ok(()), Err("BadOrigin".to_owned())], "{take:?}, then {give:?}: {results:?}");
    }
    Ok(passed)
}
