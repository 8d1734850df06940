//! Tier Proven over a real node: the runtime's own wasm with the node's host functions.

use anyhow::{ensure, Context};
use assay_client::{Call, SettleMode};
use assay_primitives::{address::fallback_account, views::PaymentStatus, PaymentRef, Settlement, Tier, H256};
use assay_tests::{
    shop::{proof, registration, vector, Shop},
    *,
};
use codec::Encode;
use sp_runtime::DispatchError;

const FUNDS: u128 = 10_000_000;

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
    succeed(&world.stranger, Call::settle(std::slice::from_ref(&settlement), SettleMode::AllOrNothing)).await?;
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
