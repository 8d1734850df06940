//! Commands that change what is registered.

use crate::{
    args::{hex, Key},
    session::Session,
};
use anyhow::{bail, ensure, Context, Result};
use assay_primitives::{
    eip712::keccak,
    id::{model_id, service_id},
    views::KeyState,
    AccountId32, AssetId, Balance, ModelId, ServiceId, Tier, H256,
};
use codec::Encode;
use serde_json::{json, Value};
use std::path::Path;

/// What a registering command answers.
fn registered(id: impl Into<Value>, now: bool) -> Value {
    json!({ "id": id.into(), "status": if now { "registered" } else { "exists" } })
}

/// Makes the signer a provider with these keys.
pub(crate) async fn provider(session: &Session, keys: Vec<Key>) -> Result<Value> {
    let account = session.account();
    let known = session.best().await?.provider(&account).await?;
    if let Some(provider) = &known {
        let missing = keys.iter().find(|key| !provider.keys.contains(&(key.0, KeyState::Active)));
        if let Some(key) = missing {
            bail!("{account} is a provider, but {key} is none of its active keys: use `assay key add`");
        }
    } else {
        let keys: Vec<_> = keys.iter().map(|key| key.0).collect();
        session.submit("register_provider", |call| call.arg(&keys)).await?;
    }
    Ok(registered(account.to_string(), known.is_none()))
}

/// Brings the signer's bond up to an amount.
pub(crate) async fn bond(session: &Session, asset: AssetId, amount: Balance) -> Result<Value> {
    let account = session.account();
    let provider = session.best().await?.provider(&account).await?.context("register the provider first")?;
    let bond = provider.bonds.iter().find(|(of, ..)| *of == asset);
    let (bonded, unbonding) = bond.map_or((0, false), |(_, bonded, unbonding)| (*bonded, unbonding.is_some()));
    let missing = amount.saturating_sub(bonded);
    ensure!(!unbonding || missing > 0, "the bond is being withdrawn: ask for more than {bonded} to end that");
    if missing > 0 {
        session.submit("bond", |call| call.arg(&asset).arg(&missing)).await?;
    }
    Ok(registered(account.to_string(), missing > 0))
}

/// Adds a receipt key.
pub(crate) async fn key(session: &Session, key: Key) -> Result<Value> {
    let account = session.account();
    let provider = session.best().await?.provider(&account).await?.context("register the provider first")?;
    let known = provider.keys.contains(&(key.0, KeyState::Active));
    if !known {
        session.submit("add_key", |call| call.arg(&key.0)).await?;
    }
    Ok(registered(key.to_string(), !known))
}

/// Registers a model by its file.
pub(crate) async fn model(session: &Session, name: &str, file: &Path, link: &str) -> Result<Value> {
    let content = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let content = keccak(&content);
    let id = model_id(&session.account(), content, name.as_bytes());
    let known: Option<()> = session.best().await?.storage("Inference", "Models", vec![id.encode()]).await?;
    if known.is_none() {
        session.submit("register_model", |call| call.arg(name).arg(&content).arg(link)).await?;
    }
    Ok(registered(hex(id), known.is_none()))
}

/// Registers a service.
pub(crate) async fn service(
    session: &Session,
    model: ModelId,
    tier: Tier,
    anchor: H256,
    asset: AssetId,
    price: Balance,
    payout: Option<AccountId32>,
) -> Result<Value> {
    let id = service_id(&session.account(), model, tier, anchor, asset);
    let known = session.best().await?.service(id).await?;
    if known.is_none() {
        session
            .submit("register_service", |call| {
                call.arg(&model).arg(&tier).arg(&anchor).arg(&asset).arg(&price).arg(&payout)
            })
            .await?;
    }
    Ok(registered(hex(id), known.is_none()))
}

/// Changes a service.
pub(crate) async fn update(
    session: &Session,
    id: ServiceId,
    price: Option<Balance>,
    active: bool,
    payout: Option<AccountId32>,
) -> Result<Value> {
    let service = session.best().await?.service(id).await?.context("there is no such service")?;
    let price = price.unwrap_or(service.price);
    let payout = payout.unwrap_or(service.payout);
    session.submit("update_service", |call| call.arg(&id).arg(&price).arg(&active).arg(&payout)).await
}
