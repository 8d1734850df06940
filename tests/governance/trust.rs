//! What verifiers trust: reference strings, EZKL's floor, roots, measurements, TCB statuses.

use crate::{calls, Town};
use anyhow::{ensure, Context};
use assay_halo2::Source;
use assay_tests::shop::{proof, registration, vector};
use codec::Encode;
use pallet_enclaves::types::{Parameters, RootView};
use sp_runtime::DispatchError;

/// What the chain says to a circuit of EZKL 23 over the ceremony's string, whose proof is over another.
pub(crate) async fn verdict(town: &Town) -> anyhow::Result<String> {
    let vector = vector("logreg_small")?;
    let mut registration = registration(&vector);
    registration.source = Source::Ezkl { srs: calls::ceremony().id() };
    let best = town.world.chain.best().await?;
    let arguments = (&registration, proof(&vector)?.encode());
    let verdict: Result<[u8; 32], DispatchError> = best.view("Circuits", "examine_registration", arguments).await?;
    Ok(verdict.map_or_else(|error| best.explain(&error).name, |_| "good".into()))
}

/// Whether the vendor's next root counts; nothing if it is not known.
pub(crate) async fn root(town: &Town) -> anyhow::Result<Option<bool>> {
    let roots: Vec<RootView> = town.world.chain.best().await?.view("Enclaves", "roots", ()).await?;
    let (_, id) = calls::next_root();
    Ok(roots.into_iter().find(|root| root.id == id).map(|root| root.enabled))
}

/// Whether the measurement is revoked.
pub(crate) async fn revoked(town: &Town) -> anyhow::Result<bool> {
    let best = town.world.chain.best().await?;
    let since: Option<u32> = best.storage("Enclaves", "Revoked", vec![calls::program().encode()]).await?;
    Ok(since.is_some())
}

/// What the Council decided is there.
pub(crate) async fn is_widened(town: &Town) -> anyhow::Result<()> {
    let said = verdict(town).await?;
    ensure!(said == "Circuits::InvalidProof", "the string is pinned, and the proof is looked at: {said}");
    let enabled = root(town).await?;
    ensure!(enabled == Some(true), "the root counts: {enabled:?}");
    let best = town.world.chain.best().await?;
    let parameters: Option<Parameters> = best.storage("Enclaves", "SettingsOf", vec![]).await?;
    let statuses = parameters.context("they were set")?.statuses;
    ensure!(statuses == calls::parameters().statuses, "one more status is accepted: {statuses:?}");
    Ok(())
}

/// What the Technical Committee took away is gone.
pub(crate) async fn is_narrowed(town: &Town) -> anyhow::Result<()> {
    let said = verdict(town).await?;
    ensure!(said == "Circuits::EzklTooOld", "the floor is above the circuit's version: {said}");
    let enabled = root(town).await?;
    ensure!(enabled == Some(false), "the root does not count: {enabled:?}");
    ensure!(revoked(town).await?, "the measurement is revoked");
    Ok(())
}

/// What the Council gave back is there again; the string is retired for good.
pub(crate) async fn is_restored(town: &Town) -> anyhow::Result<()> {
    let said = verdict(town).await?;
    ensure!(said == "Circuits::SrsWithdrawn", "the floor is as before, and the string is withdrawn: {said}");
    let enabled = root(town).await?;
    ensure!(enabled == Some(true), "the root counts again: {enabled:?}");
    ensure!(!revoked(town).await?, "the measurement is reinstated");
    Ok(())
}
