//! Manual check against a running node and facilitator.
#![allow(missing_docs, clippy::all)]
use anyhow::{ensure, Context, Result};
use assay_client::*;
use assay_facilitator::wire::OfferMessage;
use assay_primitives::{address::*, id::*, signer::*, views::*, *};
use futures::future::join_all;
use serde_json::{json, Value};
use std::str::FromStr;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
fn key(suri: &str) -> Keypair {
    Keypair::from_uri(&SecretUri::from_str(suri).unwrap()).unwrap()
}

struct World {
    chain: Chain,
    http: reqwest::Client,
    url: String,
    terms: ChainTerms,
    token: Token,
    service: ServiceId,
    payer: Signer,
    receipts: Signer,
}

impl World {
    fn domain(&self) -> ChainDomain {
        ChainDomain { chain_id: self.terms.chain_id, genesis: self.terms.genesis }
    }
    fn offer(&self, legs: usize, request: &[u8], seconds: u64) -> Offer {
        let legs = (0..legs)
            .map(|i| Leg {
                service: self.service,
                max_amount: 2000,
                request: commitment(&[i as u8; 32], request),
                disclose: false,
            })
            .collect::<Vec<_>>();
        Offer { asset: 1, delivery_seconds: seconds, legs: legs.try_into().unwrap() }
    }
    fn request(
        &self,
        to: H160,
        value: u128,
        offer: Option<&Offer>,
        nonce: u64,
        permit: bool,
        signer: &Signer,
    ) -> (Value, PaymentId) {
        let domain = TokenDomain { name: self.token.name.clone(), version: self.token.version.clone() };
        let seed = keccak_nonce(nonce);
        let consent = Consent {
            chain_id: self.terms.chain_id,
            token: self.token.address,
            to,
            value: value.into(),
            valid_after: 0,
            valid_before: now() + 120,
            nonce: seed,
        };
        let auth =
            if permit { signer.permit2(&Permit2Contracts::X402, consent) } else { signer.eip3009(&domain, consent) };
        let id = payment_id(signer.address(), auth.digest(&domain, &Permit2Contracts::X402));
        let payload = match &auth {
            Authorization::Eip3009 { signed: s, .. } => {
                json!({"signature": format!("0x{}", hex::encode(s.signature)), "authorization": {"from": s.from, "to": s.to, "value": s.value.to_string(), "validAfter": s.valid_after.to_string(), "validBefore": s.valid_before.to_string(), "nonce": s.nonce}})
            }
            Authorization::Permit2 { signed: s, .. } => {
                json!({"signature": format!("0x{}", hex::encode(s.signature)), "permit2Authorization": {"from": s.from, "permitted": {"token": s.token, "amount": s.amount.to_string()}, "spender": s.spender, "nonce": s.nonce.to_string(), "deadline": s.deadline.to_string(), "witness": {"to": s.to, "validAfter": s.valid_after.to_string()}}})
            }
        };
        let mut extra = json!({"name": String::from_utf8_lossy(&self.token.name), "version": String::from_utf8_lossy(&self.token.version)});
        if let Some(offer) = offer {
            extra["offer"] = json!(OfferMessage::from(offer));
        }
        let req = json!({"scheme": "exact", "network": format!("eip155:{}", self.terms.chain_id), "amount": value.to_string(), "asset": self.token.address, "payTo": to, "maxTimeoutSeconds": 60, "extra": extra});
        (
            json!({"x402Version": 2, "paymentPayload": {"x402Version": 2, "accepted": req, "payload": payload}, "paymentRequirements": req}),
            id,
        )
    }
    fn receipt(&self, payment: PaymentId, offer: &Offer, leg: u32, signer: &Signer) -> Value {
        let l = &offer.legs[leg as usize];
        let r = Receipt {
            payment,
            leg,
            service: l.service,
            request: l.request,
            response: commitment(&[7; 32], b"answer"),
            amount: 1500,
            issued_at: now(),
        };
        let sig = signer.sign(r.digest(&self.domain()));
        json!({"leg": leg, "request": r.request, "response": r.response, "amount": r.amount.to_string(), "issuedAt": r.issued_at, "signature": format!("0x{}", hex::encode(sig))})
    }
    fn receipts(&self, payment: PaymentId, offer: &Offer, legs: &[u32]) -> Value {
        json!({"payment": payment, "offer": OfferMessage::from(offer), "receipts": legs.iter().map(|l| self.receipt(payment, offer, *l, &self.receipts)).collect::<Vec<_>>()})
    }
    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let t = Instant::now();
        let r = self.http.post(format!("{}{path}", self.url)).json(body).send().await?;
        let s = r.status();
        let v: Value = r.json().await?;
        println!("  {path} {s} {:.1}s {v}", t.elapsed().as_secs_f32());
        Ok(v)
    }
}
fn keccak_nonce(n: u64) -> H256 {
    eip712::keccak(&[&now().to_le_bytes()[..], &n.to_le_bytes(), &std::process::id().to_le_bytes()].concat())
}

#[tokio::main]
async fn main() -> Result<()> {
    let node = std::env::var("NODE").unwrap_or("ws://127.0.0.1:9944".into());
    let url = std::env::var("FAC").unwrap_or("http://127.0.0.1:4020".into());
    let what = std::env::args().nth(1).unwrap_or("all".into());
    let chain = Chain::connect(&node).await?;
    let at = chain.best().await?;
    let terms = at.chain_terms().await?;
    println!("{terms:?} {:?}", chain.heads().borrow());
    println!("tokens {:?}", at.tokens().await?);
    let token = at.token(1).await?.context("no token")?;
    let receipts = Signer::from_word(b"provider receipts").unwrap();
    let bob = Submitter::start(chain.clone(), key("//Bob"), Options::default());
    let account = bob.account().clone();
    let model = model_id(&account, H256::repeat_byte(5), b"iris");
    let service = service_id(&account, model, Tier::Signed, H256::zero(), 1);
    if at.service(service).await?.is_none() {
        let calls = vec![
            Call::new("Inference", "register_provider").arg(&vec![receipts.receipt_key()]),
            Call::new("Inference", "bond").arg(&1u32).arg(&1_000_000_000u128),
            Call::new("Inference", "register_model")
                .arg(&b"iris".to_vec())
                .arg(&H256::repeat_byte(5))
                .arg(&b"https://example".to_vec()),
            Call::new("Inference", "register_service")
                .arg(&model)
                .arg(&Tier::Signed)
                .arg(&H256::zero())
                .arg(&1u32)
                .arg(&1000u128)
                .arg(&None::<AccountId32>),
        ];
        let mut ticket = bob.submit(Call::batch_all(calls))?;
        let inclusion = ticket.in_block().await?;
        println!("registered in {:?}", inclusion.block);
        for e in inclusion.result.map_err(|f| anyhow::anyhow!("{f}"))?.iter() {
            println!("   {}.{} {}", e.pallet, e.name, e.values()?);
        }
        let f = ticket.finalized().await?;
        println!("final {:?}", f.block);
    }
    println!("service {:?}", chain.best().await?.service(service).await?);
    let payer = Signer::from_secret(
        &hex::decode("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")?.try_into().unwrap(),
    )
    .unwrap();
    println!(
        "payer {:?} has {}",
        payer.address(),
        chain.best().await?.spendable(1, &fallback_account(payer.address())).await?
    );
    let w = World { chain, http: reqwest::Client::new(), url, terms, token, service, payer, receipts };
    let all = what == "all";
    if all {
        println!("{}", w.http.get(format!("{}/supported", w.url)).send().await?.text().await?);
    }
    if all || what == "offer" {
        println!("== offer, one leg");
        let offer = w.offer(1, b"question", 60);
        let address = offer.address(&w.domain());
        ensure!(w.chain.best().await?.quote(&offer).await? == address);
        let (req, id) = w.request(address, 2000, Some(&offer), 1, false, &w.payer);
        let (a, b) = tokio::join!(w.post("/verify", &req), w.post("/verify", &req));
        ensure!(a?["isValid"] == true && b?["isValid"] == true);
        ensure!(w.post("/verify", &req).await?["isValid"] == true);
        let receipts = w.receipts(id, &offer, &[0]);
        let (s, r, s2) = tokio::join!(
            w.post("/settle", &req),
            async {
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                w.post("/receipts", &receipts).await
            },
            w.post("/settle", &req)
        );
        ensure!(s?["success"] == true && s2?["success"] == true && r?["status"] == "settled");
        let v = w.post("/verify", &req).await?;
        ensure!(v["invalidReason"] == "invalid_exact_evm_nonce_already_used");
        ensure!(w.post("/receipts", &receipts).await?["status"] != "failed");
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        ensure!(w.post("/settle", &req).await?["extra"]["status"] == "finalized");
        println!("{:?}", w.chain.best().await?.receipt(id, 0).await?);
    }
    if all || what == "legs" {
        println!("== two legs, permit2, legs one after the other");
        let offer = w.offer(2, b"question", 60);
        let (req, id) = w.request(offer.address(&w.domain()), 4000, Some(&offer), 2, true, &w.payer);
        ensure!(w.post("/verify", &req).await?["isValid"] == true);
        let r = w.post("/receipts", &w.receipts(id, &offer, &[1])).await?;
        ensure!(r["status"] == "pending" && r["missing"] == json!([0]));
        let mut bad = w.receipts(id, &offer, &[0]);
        bad["receipts"][0]["amount"] = json!("1600");
        ensure!(w.post("/receipts", &bad).await?["error"] == "invalid_assay_receipt_key");
        let s = w.post("/settle", &req).await?;
        ensure!(s["errorReason"] == "settlement_pending" && s["extra"]["missing"] == json!([0]));
        ensure!(w.post("/receipts", &w.receipts(id, &offer, &[0])).await?["status"] == "settled");
        ensure!(w.post("/settle", &req).await?["success"] == true);
        ensure!(w.post("/verify", &req).await?["invalidReason"] == "permit2_invalid_nonce");
    }
    if all || what == "plain" {
        println!("== plain");
        for permit in [false, true] {
            let (req, _) = w.request(H160::repeat_byte(0x33), 777, None, 3, permit, &w.payer);
            ensure!(w.post("/verify", &req).await?["isValid"] == true);
            let (a, b) = tokio::join!(w.post("/settle", &req), w.post("/settle", &req));
            ensure!(a?["success"] == true && b?["success"] == true);
            ensure!(w.post("/settle", &req).await?["success"] == true);
            ensure!(w.post("/verify", &req).await?["isValid"] == false);
        }
        println!("payee has {}", w.chain.best().await?.balance(1, &fallback_account(H160::repeat_byte(0x33))).await?);
        let poor = Signer::from_word(b"poor").unwrap();
        let (req, _) = w.request(H160::repeat_byte(0x33), 777, None, 4, false, &poor);
        ensure!(w.post("/verify", &req).await?["invalidReason"] == "invalid_exact_evm_insufficient_balance");
        ensure!(w.post("/settle", &req).await?["errorReason"] == "invalid_exact_evm_insufficient_balance");
        let offer = w.offer(1, b"q", 60);
        let (req, _) = w.request(offer.address(&w.domain()), 2000, None, 5, false, &w.payer);
        ensure!(w.post("/verify", &req).await?["invalidReason"] == "invalid_assay_offer_missing");
        let (req, _) = w.request(offer.address(&w.domain()), 2000, Some(&offer), 6, false, &poor);
        ensure!(w.post("/verify", &req).await?["isValid"] == false);
    }
    if what == "kill" {
        println!("== reserve now; run `killed` after killing the facilitator");
        let offer = w.offer(1, b"question", 120);
        let (req, id) = w.request(offer.address(&w.domain()), 2000, Some(&offer), 7, false, &w.payer);
        std::fs::write("/tmp/smoke/killed.json", json!([req, w.receipts(id, &offer, &[0])]).to_string())?;
        let _ = tokio::time::timeout(std::time::Duration::from_millis(400), w.post("/verify", &req)).await;
    }
    if what == "killed" {
        let v: Value = serde_json::from_str(&std::fs::read_to_string("/tmp/smoke/killed.json")?)?;
        ensure!(w.post("/verify", &v[0]).await?["isValid"] == true);
        ensure!(w.post("/receipts", &v[1]).await?["status"] == "settled");
        ensure!(w.post("/settle", &v[0]).await?["success"] == true);
    }
    if what == "load" {
        let n: u64 = std::env::args().nth(2).unwrap_or("100".into()).parse()?;
        let t = Instant::now();
        let flows = (0..n).map(|i| {
            let w = &w;
            async move {
                let offer = w.offer(1, b"question", 300);
                let (req, id) =
                    w.request(offer.address(&w.domain()), 2000, Some(&offer), 1000 + i, i % 2 == 0, &w.payer);
                let r = w.http.post(format!("{}/verify", w.url)).json(&req).send().await?.json::<Value>().await?;
                ensure!(r["isValid"] == true, "{r}");
                let r = w
                    .http
                    .post(format!("{}/receipts", w.url))
                    .json(&w.receipts(id, &offer, &[0]))
                    .send()
                    .await?
                    .json::<Value>()
                    .await?;
                ensure!(r["status"] == "settled" || r["status"] == "finalized", "{r}");
                let r = w.http.post(format!("{}/settle", w.url)).json(&req).send().await?.json::<Value>().await?;
                ensure!(r["success"] == true, "{r}");
                anyhow::Ok(())
            }
        });
        let results = join_all(flows).await;
        let bad: Vec<_> = results.into_iter().filter_map(|r| r.err().map(|e| e.to_string())).collect();
        println!("{n} flows in {:.1}s, {} failed: {:?}", t.elapsed().as_secs_f32(), bad.len(), bad.first());
    }
    if what == "refund" {
        let offer = w.offer(1, b"question", 10);
        let (req, id) = w.request(offer.address(&w.domain()), 2000, Some(&offer), 9, false, &w.payer);
        ensure!(w.post("/verify", &req).await?["isValid"] == true);
        tokio::time::sleep(std::time::Duration::from_secs(8)).await;
        w.post("/verify", &req).await?;
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        w.post("/verify", &req).await?;
        w.post("/settle", &req).await?;
        w.post("/receipts", &w.receipts(id, &offer, &[0])).await?;
    }
    if what == "chaos" {
        let n: u64 = 60;
        let before = w.chain.best().await?.spendable(1, &fallback_account(w.payer.address())).await?;
        let t = Instant::now();
        let flows = (0..n).map(|i| {
            let w = &w;
            async move {
                let offer = w.offer(1, b"question", 600);
                let (req, id) =
                    w.request(offer.address(&w.domain()), 2000, Some(&offer), 5000 + i, i % 2 == 0, &w.payer);
                let receipts = w.receipts(id, &offer, &[0]);
                let mut tries = 0;
                loop {
                    tokio::time::sleep(std::time::Duration::from_millis(i * 97 % 700)).await;
                    tries += 1;
                    let post = |path: &'static str, body: Value| async move {
                        anyhow::Ok(
                            w.http.post(format!("{}{path}", w.url)).json(&body).send().await?.json::<Value>().await?,
                        )
                    };
                    let _ = post("/verify", req.clone()).await;
                    let _ = post("/receipts", receipts.clone()).await;
                    if post("/settle", req.clone()).await.is_ok_and(|r| r["success"] == true) {
                        return tries;
                    }
                }
            }
        });
        let tries = join_all(flows).await;
        let after = w.chain.best().await?.spendable(1, &fallback_account(w.payer.address())).await?;
        println!(
            "chaos: {n} flows in {:.1}s, tries {tries:?}, paid {} expected {}",
            t.elapsed().as_secs_f32(),
            before - after,
            n as u128 * 1500
        );
    }
    println!("daily {:?}", w.chain.best().await?.daily((now() / 86400) as u32, 1).await?);
    println!("{}", w.http.get(format!("{}/health", w.url)).send().await?.text().await?);
    let m = w.http.get(format!("{}/metrics", w.url)).send().await?.text().await?;
    for l in m.lines().filter(|l| !l.starts_with('#') && !l.contains("bucket")) {
        println!("{l}");
    }
    Ok(())
}
