//! Tier Proven over a real node: the runtime's own wasm with the node's host functions.

use anyhow::{ensure, Context};
use assay_client::{Call, SettleMode};
use assay_halo2::{Circuit, Evidence as Proof, Registration, Source};
use assay_halo2_import::ezkl::{import, Import};
use assay_primitives::{
    address::fallback_account, id::model_id, id::service_id, views::PaymentStatus, AccountId32, Delivery, Evidence,
    Leg, Offer, PaymentId, PaymentRef, Receipt, ServiceId, Settlement, Tier, H256,
};
use assay_tests::*;
use codec::Encode;
use sp_runtime::DispatchError;

const FUNDS: u128 = 10_000_000;

fn vector(name: &str) -> anyhow::Result<Import> {
    let folder = repository().join("verifiers/halo2/vectors/ezkl").join(name);
    let read = |file| std::fs::read(folder.join(file));
    Ok(import(&read("vka.bytes")?, &read("settings.json")?, &read("proof.json")?, &Default::default())?)
}

fn registration(vector: &Import) -> Registration {
    Registration {
        source: Source::Ezkl { srs: vector.srs.id() },
        layout: vector.layout.clone(),
        description: vector.circuit.encode(),
    }
}

fn proof(vector: &Import) -> anyhow::Result<Proof> {
    let (inputs, outputs) = vector.layout.split(&vector.proof.instances).context("the instances fit")?;
    let cost = Circuit::Kzg(vector.circuit.clone()).cost();
    Ok(Proof { cost, inputs, outputs, proof: vector.proof.bytes.clone() })
}

/// A provider of two services on one model: Signed, and Proven by a listed circuit.
struct Shop {
    world: World,
    proven: ServiceId,
    vector: Import,
}

impl Shop {
    async fn open(name: &str) -> anyhow::Result<Self> {
        let world = World::start().await?;
        let vector = vector(name)?;
        let registration = registration(&vector);
        let circuit = H256(registration.id());
        let owner = world.provider.account().clone();
        let model = model_id(&owner, H256::repeat_byte(7), b"test");
        let none: Option<AccountId32> = None;
        let set_up = Call::batch_all(vec![
            Call::new("Circuits", "register").arg(&registration).arg(&proof(&vector)?.encode()),
            Call::new("Circuits", "list").arg(&model).arg(&circuit),
            Call::new("Inference", "register_service")
                .arg(&model)
                .arg(&Tier::Proven)
                .arg(&circuit)
                .arg(&TUSD)
                .arg(&PRICE)
                .arg(&none),
        ]);
        succeed(&world.provider, set_up).await?;
        let proven = service_id(&owner, model, Tier::Proven, circuit, TUSD);
        Ok(Self { world, proven, vector })
    }

    fn request(&self) -> anyhow::Result<H256> {
        let inputs = proof(&self.vector)?.inputs;
        self.vector.layout.inputs.commitment(&inputs).map(H256).ok().context("inputs commit")
    }

    /// One inference at each tier.
    fn offer(&self) -> anyhow::Result<Offer> {
        let leg = |service, request| Leg { service, max_amount: 2 * PRICE, request, disclose: false };
        let legs = vec![leg(self.world.service, request()), leg(self.proven, self.request()?)];
        Ok(Offer { asset: TUSD, delivery_seconds: 60, legs: legs.try_into().ok().context("two legs")? })
    }

    /// What the provider hands in, with this proof on the second leg.
    fn settlement(&self, payment: PaymentRef, id: PaymentId, proof: &Proof) -> anyhow::Result<Settlement> {
        let offer = self.offer()?;
        let response = self.vector.layout.outputs.commitment(&proof.outputs).ok().context("outputs commit")?;
        let deliver = |leg: u32, service, request, response, material: Vec<u8>| {
            let receipt = Receipt { payment: id, leg, service, request, response, amount: PRICE, issued_at: now() };
            let signature = receipt_signer().sign_receipt(receipt.digest(&self.world.domain));
            let material = material.try_into().ok().context("evidence fits")?;
            let evidence = Evidence { signature, material, disclosure: None };
            let Receipt { amount, issued_at, .. } = receipt;
            anyhow::Ok(Delivery { request, response, amount, issued_at, evidence })
        };
        let deliveries = vec![
            deliver(0, self.world.service, request(), H256::repeat_byte(2), vec![])?,
            deliver(1, self.proven, self.request()?, H256(response), proof.encode())?,
        ];
        Ok(Settlement { payment, offer, deliveries: deliveries.try_into().ok().context("two legs")? })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_signature_pays_for_a_signed_and_a_proven_inference_and_a_wrong_proof_earns_nothing() -> anyhow::Result<()>
{
    let shop = Shop::open("logreg_small").await?;
    let world = &shop.world;
    let buyer = payer(1);
    world.fund([&buyer], FUNDS).await?;
    let account = fallback_account(buyer.address());
    let honest = proof(&shop.vector)?;

    let authorization = world.authorize_offer(&buyer, &shop.offer()?, 1);
    let id = world.payment_id(&authorization);
    succeed(&world.stranger, Call::reserve(&authorization, &shop.offer()?)).await?;
    let payment = PaymentRef::Reserved(id);

    // The right proof with another answer; the right answer with a changed proof; no proof at all.
    let mut other_answer = honest.clone();
    other_answer.outputs[0][31] ^= 1;
    let mut changed = honest.clone();
    let last = changed.proof.len() - 100;
    changed.proof[last] ^= 1;
    let mut none = honest.clone();
    none.proof.clear();
    for (wrong, error) in [
        (other_answer, "Circuits::InvalidProof"),
        (changed, "Circuits::InvalidProof"),
        (none, "Circuits::WrongProofLength"),
    ] {
        let settlement = shop.settlement(payment.clone(), id, &wrong)?;
        let refused = fail(&world.stranger, Call::settle(&[settlement], SettleMode::AllOrNothing)).await?;
        ensure!(refused == error || refused == "Circuits::MalformedProof", "{refused}, not {error}");
        ensure!(matches!(world.status(id).await?, PaymentStatus::Open(_)), "the money is still the buyer's");
    }

    let settlement = shop.settlement(payment, id, &honest)?;
    succeed(&world.stranger, Call::settle(&[settlement.clone()], SettleMode::AllOrNothing)).await?;
    ensure!(matches!(world.status(id).await?, PaymentStatus::Captured { .. }));
    ensure!(world.balance(&account).await? == FUNDS - 2 * PRICE);
    let best = world.chain.best().await?;
    let tiers = [best.receipt(id, 0).await?, best.receipt(id, 1).await?].map(|receipt| receipt.map(|r| r.tier));
    ensure!(tiers == [Some(Tier::Signed), Some(Tier::Proven)], "{tiers:?}");

    // The same proof, taken from that settlement, for the next payment: the signature names another payment.
    let next = world.authorize_offer(&buyer, &shop.offer()?, 2);
    let stolen = Settlement { payment: PaymentRef::Authorization(next), ..settlement };
    let refused = fail(&world.stranger, Call::settle(&[stolen], SettleMode::AllOrNothing)).await?;
    ensure!(refused == "Inference::UnknownReceiptKey", "{refused}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runtime_accepts_every_vector_that_binds_its_model_and_refuses_the_others() -> anyhow::Result<()> {
    let world = World::start().await?;
    // Its own string of k = 13, pinned for this test alone.
    let own = vector("logreg_k13")?;
    succeed(&world.stranger_as("//Alice"), Call::sudo(Call::new("Circuits", "add_srs").arg(&own.srs).arg(&true)))
        .await?;
    let best = world.chain.best().await?;
    for name in [
        "cnn_hashin_hashparam",
        "logreg_hashin",
        "logreg_hashparam",
        "logreg_k13",
        "logreg_kzgparam",
        "logreg_small",
        "mlp_hashin_hashparam",
    ] {
        let vector = vector(name)?;
        let registration = registration(&vector);
        let verdict: Result<H256, DispatchError> =
            best.view("Circuits", "examine_registration", (&registration, proof(&vector)?.encode())).await?;
        ensure!(verdict == Ok(H256(registration.id())), "{name}: {verdict:?}");
    }

    // Another string, as if it were the pinned one; and the weights of another model under this model's key.
    let mut elsewhere = registration(&vector("logreg_othersrs")?);
    elsewhere.source = registration(&vector("logreg_small")?).source;
    let (bound, swapped) = (vector("logreg_hashparam")?, vector("swap_hashparam")?);
    for (registration, proof) in
        [(elsewhere, proof(&vector("logreg_othersrs")?)?), (registration(&bound), proof(&swapped)?)]
    {
        let verdict: Result<H256, DispatchError> =
            best.view("Circuits", "examine_registration", (&registration, proof.encode())).await?;
        let error = verdict.err().context("accepted")?;
        ensure!(world.chain.best().await?.explain(&error).name == "Circuits::InvalidProof", "{error:?}");
    }
    Ok(())
}
