//! The facilitator as a process: hold first, idempotence, and kill -9 between any two steps.

use anyhow::{ensure, Context};
use assay_client::Chain;
use assay_primitives::{address::fallback_account, views::PaymentStatus, Authorization, Offer};
use assay_tests::*;
use serde_json::{json, Value};
use std::{process::Command, time::Duration};

struct Facilitator {
    process: Process,
    url: String,
    http: reqwest::Client,
    chain: Chain,
    node: String,
}

impl Facilitator {
    async fn start(world: &World) -> anyhow::Result<Self> {
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(binary("assay-facilitator"));
        command.args(["--listen", &listen, "--node", &world.url, "--suri", "//Charlie", "--default-credit", "100"]);
        let log = world.folder.path().join(format!("facilitator-{listen}.log"));
        let process = Process::start(&mut command, &log)?;
        let url = format!("http://{listen}");
        let http = reqwest::Client::builder().timeout(Duration::from_secs(90)).build()?;
        for _ in 0..100 {
            if http.get(format!("{url}/supported")).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(Self { process, url, http, chain: world.chain.clone(), node: world.url.clone() });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::bail!("the facilitator does not answer: {}", std::fs::read_to_string(log)?)
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.http.post(format!("{}{path}", self.url)).json(body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        // The block that it answers by, the test's own connection may not have heard of yet.
        let now = Chain::connect(&self.node).await?.heads().borrow().best.number;
        self.chain.heads().wait_for(|heads| heads.best.number >= now).await?;
        serde_json::from_str(&text).with_context(|| format!("{path} answers {status}: {text}"))
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn offer_json(offer: &Offer) -> Value {
    let legs: Vec<Value> = offer
        .legs
        .iter()
        .map(|leg| {
            json!({
                "service": hex(leg.service), "maxAmount": leg.max_amount.to_string(),
                "request": hex(leg.request), "disclose": leg.disclose,
            })
        })
        .collect();
    let asset = hex(assay_primitives::address::asset_address(offer.asset));
    json!({ "asset": asset, "deliverySeconds": offer.delivery_seconds, "legs": legs })
}

/// What a server posts to /verify and /settle.
fn body(world: &World, authorization: &Authorization, offer: Option<&Offer>) -> Value {
    let Authorization::Eip3009 { chain_id, signed } = authorization else { unreachable!("tests sign EIP-3009") };
    let requirements = json!({
        "scheme": "exact",
        "network": format!("eip155:{chain_id}"),
        "amount": signed.value.to_string(),
        "asset": hex(signed.token),
        "payTo": hex(signed.to),
        "maxTimeoutSeconds": 60,
        "extra": {
            "name": String::from_utf8_lossy(&world.token.name),
            "version": String::from_utf8_lossy(&world.token.version),
            "offer": offer.map(offer_json),
        },
    });
    json!({
        "x402Version": 2,
        "paymentPayload": {
            "x402Version": 2,
            "accepted": requirements,
            "payload": {
                "authorization": {
                    "from": hex(signed.from), "to": hex(signed.to), "value": signed.value.to_string(),
                    "validAfter": signed.valid_after.to_string(), "validBefore": signed.valid_before.to_string(),
                    "nonce": hex(signed.nonce),
                },
                "signature": hex(signed.signature),
            },
        },
        "paymentRequirements": requirements,
    })
}

/// What the provider posts to /receipts.
fn receipts(world: &World, id: assay_primitives::PaymentId, offer: &Offer) -> Value {
    let receipt = world.receipt(id);
    let signature = receipt_signer().sign(receipt.digest(&world.domain));
    json!({
        "payment": hex(id),
        "offer": offer_json(offer),
        "receipts": [{
            "leg": 0, "request": hex(receipt.request), "response": hex(receipt.response),
            "amount": receipt.amount.to_string(), "issuedAt": receipt.issued_at, "signature": hex(signature),
        }],
    })
}

/// Rule 6: /verify of an offer address reserves, /settle is idempotent, also after kill -9.
#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_it_loses_nothing_and_pays_nothing_twice() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], 10_000_000).await?;
    let account = fallback_account(payer.address());
    let offer = world.offer(120);
    let authorization = world.authorize_offer(&payer, &offer, 1);
    let id = world.payment_id(&authorization);
    let body = body(&world, &authorization, Some(&offer));

    let mut facilitator = Facilitator::start(&world).await?;
    let verified = facilitator.post("/verify", &body).await?;
    ensure!(verified["isValid"] == true, "{verified}");
    ensure!(matches!(world.status(id).await?, PaymentStatus::Open(_)), "valid, but not held");

    facilitator.process.kill();
    let mut facilitator = Facilitator::start(&world).await?;
    let verified = facilitator.post("/verify", &body).await?;
    ensure!(verified["isValid"] == true, "after a crash: {verified}");

    // Receipts are posted, and the facilitator dies before it can answer; the provider posts again.
    let receipts = receipts(&world, id, &offer);
    let lost = tokio::time::timeout(Duration::from_millis(30), facilitator.post("/receipts", &receipts)).await;
    facilitator.process.kill();
    drop(lost);
    let mut facilitator = Facilitator::start(&world).await?;
    let settled = facilitator.post("/receipts", &receipts).await?;
    ensure!(["settled", "finalized"].iter().any(|status| settled["status"] == *status), "{settled}");

    for _ in 0..2 {
        let settled = facilitator.post("/settle", &body).await?;
        ensure!(settled["success"] == true && settled["transaction"] == hex(id), "{settled}");
        facilitator.process.kill();
        facilitator = Facilitator::start(&world).await?;
    }
    ensure!(world.balance(&account).await? == 10_000_000 - PRICE);
    ensure!(matches!(world.status(id).await?, PaymentStatus::Captured { .. }));

    let again = facilitator.post("/verify", &body).await?;
    ensure!(again["isValid"] == false, "a captured payment buys nothing more: {again}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_payment_is_made_once_however_many_settle_it_at_the_same_time() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], 10_000_000).await?;
    let shop = assay_primitives::H160::repeat_byte(9);
    let authorization = world.authorize(&payer, shop, 1_000, 1);
    let body = body(&world, &authorization, None);
    let facilitator = Facilitator::start(&world).await?;

    let verified = facilitator.post("/verify", &body).await?;
    ensure!(verified["isValid"] == true, "{verified}");
    ensure!(world.balance(&fallback_account(shop)).await? == 0, "a plain address is only checked");
    let outcomes = futures::future::join_all((0..5).map(|_| facilitator.post("/settle", &body))).await;
    for outcome in outcomes {
        let outcome = outcome?;
        ensure!(outcome["success"] == true, "{outcome}");
    }
    ensure!(world.balance(&fallback_account(shop)).await? == 1_000);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_refuses_in_the_sdks_words() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], 10_000_000).await?;
    let offer = world.offer(120);
    let facilitator = Facilitator::start(&world).await?;
    let good = body(&world, &world.authorize_offer(&payer, &offer, 1), Some(&offer));
    let reason = |answer: Value| answer["invalidReason"].as_str().unwrap_or("valid").to_owned();

    let mut forged = good.clone();
    forged["paymentPayload"]["payload"]["signature"] = json!(hex([7; 65]));
    ensure!(reason(facilitator.post("/verify", &forged).await?) == "invalid_exact_evm_signature");

    let mut other = good.clone();
    other["paymentRequirements"]["extra"]["offer"]["deliverySeconds"] = json!(121);
    ensure!(reason(facilitator.post("/verify", &other).await?).starts_with("invalid_assay_offer"));

    let mut elsewhere = good.clone();
    elsewhere["paymentRequirements"]["payTo"] = json!(hex([8; 20]));
    ensure!(reason(facilitator.post("/verify", &elsewhere).await?) == "invalid_exact_evm_recipient_mismatch");
    Ok(())
}
