//! Commands that only look, and how values are shown to people.

use crate::{
    args::{bytes, hex, Key, TierName},
    session::Session,
};
use anyhow::{Context, Result};
use assay_primitives::{
    address::asset_from_address,
    views::{KeyState, PaymentStatus},
    AccountId32, Leg, Offer, PaymentId, PerLeg, ServiceId, H160, H256,
};
use serde::Deserialize;
use serde_json::{json, Value};
use std::path::Path;

/// The chain's terms and payable tokens.
pub(crate) async fn chain(session: &Session) -> Result<Value> {
    let best = session.best().await?;
    let finalized = session.finalized().await?;
    let terms = best.chain_terms().await?;
    let tokens = best.tokens().await?.into_iter().map(|token| {
        json!({
            "asset": token.asset,
            "address": hex(token.address),
            "name": String::from_utf8_lossy(&token.name),
            "version": String::from_utf8_lossy(&token.version),
        })
    });
    Ok(json!({
        "network": format!("eip155:{}", terms.chain_id),
        "chainId": terms.chain_id,
        "genesis": hex(terms.genesis),
        "best": best.block().number,
        "finalized": finalized.block().number,
        "feePpm": terms.fee.deconstruct(),
        "horizonSeconds": terms.horizon,
        "minDeliverySeconds": terms.min_delivery,
        "maxDeliverySeconds": terms.max_delivery,
        "clock": terms.clock,
        "tokens": tokens.collect::<Vec<_>>(),
    }))
}

/// A provider's keys, bonds and standing.
pub(crate) async fn provider(session: &Session, account: &AccountId32) -> Result<Value> {
    let provider = session.best().await?.provider(account).await?.context("there is no such provider")?;
    let keys = provider.keys.iter().map(|(key, state)| {
        let (state, at) = match state {
            KeyState::Active => ("active", None),
            KeyState::Retired(at) => ("retired", Some(at)),
            KeyState::Revoked(at) => ("revoked", Some(at)),
        };
        json!({ "key": Key(*key).to_string(), "state": state, "since": at })
    });
    let bonds = provider.bonds.iter().map(|(asset, amount, unbonding)| {
        json!({ "asset": asset, "amount": amount.to_string(), "unbondingSince": unbonding })
    });
    Ok(json!({
        "account": provider.account.to_string(),
        "barred": provider.barred,
        "keys": keys.collect::<Vec<_>>(),
        "bonds": bonds.collect::<Vec<_>>(),
        "services": provider.services,
    }))
}

/// A service's terms.
pub(crate) async fn service(session: &Session, id: ServiceId) -> Result<Value> {
    let service = session.best().await?.service(id).await?.context("there is no such service")?;
    Ok(json!({
        "id": hex(service.id),
        "provider": service.provider.to_string(),
        "model": hex(service.model),
        "tier": TierName(service.tier).to_string(),
        "tierStatus": format!("{:?}", service.tier_status).to_lowercase(),
        "anchor": hex(service.anchor),
        "asset": service.asset,
        "price": service.price.to_string(),
        "available": service.available,
        "payout": service.payout.to_string(),
    }))
}

/// What became of a payment.
pub(crate) async fn payment(session: &Session, id: PaymentId) -> Result<Value> {
    let status = session.best().await?.payment_status(id).await?;
    Ok(match status {
        PaymentStatus::Unknown => json!({ "payment": hex(id), "status": "unknown" }),
        PaymentStatus::Captured { at } => json!({ "payment": hex(id), "status": "captured", "block": at }),
        PaymentStatus::Refunded { at } => json!({ "payment": hex(id), "status": "refunded", "block": at }),
        PaymentStatus::Paid { at } => json!({ "payment": hex(id), "status": "paid", "block": at }),
        PaymentStatus::Open(open) => json!({
            "payment": hex(id),
            "status": "open",
            "payer": hex(open.payer),
            "offer": hex(open.offer),
            "asset": open.asset,
            "value": open.value.to_string(),
            "reservedAt": open.reserved_at,
            "deadline": open.deadline,
        }),
    })
}

/// A captured receipt.
pub(crate) async fn receipt(session: &Session, payment: PaymentId, leg: u32) -> Result<Value> {
    let view = session.best().await?.receipt(payment, leg).await?.context("the chain knows no such receipt")?;
    Ok(json!({
        "payment": hex(view.receipt.payment),
        "leg": view.receipt.leg,
        "service": hex(view.receipt.service),
        "request": hex(view.receipt.request),
        "response": hex(view.receipt.response),
        "amount": view.receipt.amount.to_string(),
        "issuedAt": view.receipt.issued_at,
        "tier": TierName(view.tier).to_string(),
        "model": hex(view.model),
        "provider": view.provider.to_string(),
        "payer": hex(view.payer),
        "asset": view.asset,
        "block": view.at,
        "equivocated": view.equivocated,
    }))
}

/// An offer as servers quote it: the EIP-712 message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfferMessage {
    asset: String,
    delivery_seconds: u64,
    legs: Vec<LegMessage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LegMessage {
    service: String,
    max_amount: String,
    request: String,
    disclose: bool,
}

impl OfferMessage {
    fn read(&self) -> Result<Offer> {
        let legs = self.legs.iter().map(|leg| {
            Ok(Leg {
                service: H256(bytes(&leg.service).context("service")?),
                max_amount: leg.max_amount.parse().context("maxAmount")?,
                request: H256(bytes(&leg.request).context("request")?),
                disclose: leg.disclose,
            })
        });
        Ok(Offer {
            asset: asset_from_address(H160(bytes(&self.asset).context("asset")?))
                .context("asset is no asset's address")?,
            delivery_seconds: self.delivery_seconds,
            legs: PerLeg::try_from(legs.collect::<Result<Vec<_>>>()?).ok().context("too many legs")?,
        })
    }
}

/// The address of an offer in a file.
pub(crate) async fn offer_address(session: &Session, file: &Path) -> Result<Value> {
    let text = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let offer = serde_json::from_slice::<OfferMessage>(&text)?.read()?;
    Ok(json!({ "address": hex(session.best().await?.quote(&offer).await?) }))
}

/// A value as indented text.
pub(crate) fn text(value: &Value) -> String {
    let mut lines = Vec::new();
    write_lines(value, 0, &mut lines);
    lines.concat()
}

fn write_lines(value: &Value, indent: usize, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let width = fields.keys().map(String::len).max().unwrap_or(0);
            for (name, value) in fields {
                if value.is_object() || value.is_array() {
                    lines.push(format!("{:indent$}{name}\n", ""));
                    write_lines(value, indent + 2, lines);
                } else {
                    lines.push(format!("{:indent$}{name:width$}  {}\n", "", plain(value)));
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| {
            write_lines(item, indent, lines);
            if item.is_object() {
                lines.push("\n".into());
            }
        }),
        value => lines.push(format!("{:indent$}{}\n", "", plain(value))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_primitives::ChainDomain;

    #[test]
    fn offers_are_read_as_servers_quote_them() {
        let vectors: Value = serde_json::from_str(include_str!("../../examples/vectors/assay.json")).unwrap();
        let chain =
            ChainDomain { chain_id: 420_402, genesis: H256(bytes(vectors["genesis"].as_str().unwrap()).unwrap()) };
        let vector = &vectors["offers"][1];
        let message = json!({
            "asset": vectors["token"]["address"],
            "deliverySeconds": vector["deliverySeconds"].as_str().unwrap().parse::<u64>().unwrap(),
            "legs": vector["legs"],
        });
        let offer = serde_json::from_value::<OfferMessage>(message).unwrap().read().unwrap();
        assert_eq!(hex(offer.address(&chain)), vector["address"]);
    }

    #[test]
    fn values_are_shown_in_columns() {
        let value = json!({ "id": "0x01", "status": "open", "tokens": [{ "asset": 1, "since": null }] });
        assert_eq!(text(&value), "id      0x01\nstatus  open\ntokens\n  asset  1\n  since  -\n\n");
    }
}
