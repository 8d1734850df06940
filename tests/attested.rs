//! Tier Attested over a real node: the runtime's own wasm with the node's host functions, simulated evidence of each kind.

use anyhow::{bail, ensure};
use assay_client::{Call, SettleMode};
use assay_primitives::{
    address::fallback_account, views::PaymentStatus, ChainDomain, PaymentRef, Permit2Contracts, Receipt, Settlement,
    Tier, H256,
};
use assay_tests::{
    lab::{enclave_signer, root, Lab, KINDS},
    *,
};
use pallet_enclaves::types::{Kind, Target};

const FUNDS: u128 = 10_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn one_signature_pays_for_a_signed_and_an_attested_inference_of_each_kind() -> anyhow::Result<()> {
    let mut world = World::start().await?;
    for (n, kind) in (0..).zip(KINDS) {
        let lab = Lab::open(world, kind).await?;
        let enclave = enclave_signer(n);
        let buyer = payer(n.into());
        lab.world.fund([&buyer], FUNDS).await?;

        let authorization = lab.world.authorize_offer(&buyer, &lab.offer()?, 1);
        let id = lab.world.payment_id(&authorization);
        succeed(&lab.world.stranger, Call::reserve(&authorization, &lab.offer()?)).await?;
        let settlement = lab.settlement(PaymentRef::Reserved(id), id, &enclave)?;
        let settle = || Call::settle(std::slice::from_ref(&settlement), SettleMode::AllOrNothing);

        let refused = fail(&lab.world.stranger, settle()).await?;
        ensure!(refused == "Enclaves::UnknownSession", "{kind:?}: a key that attested nothing: {refused}");
        let key = enclave.receipt_key();
        let (evidence, block) = lab.attested_key(key).await?;
        succeed(&lab.world.provider, lab.register(key, &evidence, block)).await?;
        succeed(&lab.world.stranger, settle()).await?;
        ensure!(lab.world.balance(&fallback_account(buyer.address())).await? == FUNDS - 2 * PRICE);
        let best = lab.world.chain.best().await?;
        let tiers = [best.receipt(id, 0).await?, best.receipt(id, 1).await?].map(|receipt| receipt.map(|r| r.tier));
        ensure!(tiers == [Some(Tier::Signed), Some(Tier::Attested)], "{kind:?}: {tiers:?}");
        world = lab.world;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_governance_revokes_earns_nothing_from_the_next_block_on_and_what_it_reinstates_does() -> anyhow::Result<()>
{
    let lab = Lab::open(World::start().await?, Kind::Tdx).await?;
    let world = &lab.world;
    let (governance, enclave, buyer) = (world.stranger_as("//Alice"), enclave_signer(1), payer(1));
    world.fund([&buyer], FUNDS).await?;
    let key = enclave.receipt_key();
    let (evidence, block) = lab.attested_key(key).await?;
    succeed(&world.provider, lab.register(key, &evidence, block)).await?;

    let authorization = world.authorize_offer(&buyer, &lab.offer()?, 1);
    let id = world.payment_id(&authorization);
    succeed(&world.stranger, Call::reserve(&authorization, &lab.offer()?)).await?;
    let settlement = lab.settlement(PaymentRef::Reserved(id), id, &enclave)?;
    let settle = || Call::settle(std::slice::from_ref(&settlement), SettleMode::AllOrNothing);
    let enclaves = |name| Call::new("Enclaves", name);
    for (revoke, reinstate, error) in [
        (
            enclaves("revoke").arg(&Target::Key(enclave.receipt_key())),
            enclaves("reinstate").arg(&Target::Key(enclave.receipt_key())),
            "Enclaves::KeyRevoked",
        ),
        (
            enclaves("set_root_enabled").arg(&root(Kind::Tdx)).arg(&false),
            enclaves("set_root_enabled").arg(&root(Kind::Tdx)).arg(&true),
            "Enclaves::RootDisabled",
        ),
        (
            enclaves("set_kind").arg(&Kind::Tdx).arg(&false),
            enclaves("set_kind").arg(&Kind::Tdx).arg(&true),
            "Enclaves::KindDisabled",
        ),
    ] {
        succeed(&governance, Call::sudo(revoke)).await?;
        let refused = fail(&world.stranger, settle()).await?;
        ensure!(refused == error, "{refused}, not {error}");
        ensure!(matches!(world.status(id).await?, PaymentStatus::Open(_)), "the money is still the buyer's");
        succeed(&governance, Call::sudo(reinstate)).await?;
    }
    succeed(&world.stranger, settle()).await?;
    ensure!(matches!(world.status(id).await?, PaymentStatus::Captured { .. }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_evidence_of_another_session_registers_nothing() -> anyhow::Result<()> {
    let lab = Lab::open(World::start().await?, Kind::Nitro).await?;
    let world = &lab.world;
    let (mine, theirs) = (enclave_signer(1).receipt_key(), enclave_signer(2).receipt_key());
    let (evidence, block) = lab.attested_key(mine).await?;
    // Somebody else's account, another key, another block; nothing else is changed.
    let call = |key, block| lab.register(key, &evidence, block);
    for (submitter, key, block) in
        [(&world.stranger, mine, block), (&world.provider, theirs, block), (&world.provider, mine, block - 1)]
    {
        let refused = fail(submitter, call(key, block)).await?;
        ensure!(refused == "Enclaves::WrongBinding", "{refused}");
    }
    let refused = fail(&world.provider, call(mine, 1_000_000)).await?;
    ensure!(refused == "Enclaves::FutureBlock", "{refused}");
    succeed(&world.provider, call(mine, block)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn attack_an_enclaves_signature_is_replayed_or_comes_from_another_protocol() -> anyhow::Result<()> {
    let lab = Lab::open(World::start().await?, Kind::Snp).await?;
    let world = &lab.world;
    let (enclave, buyer) = (enclave_signer(1), payer(1));
    world.fund([&buyer], FUNDS).await?;
    let key = enclave.receipt_key();
    let (evidence, block) = lab.attested_key(key).await?;
    succeed(&world.provider, lab.register(key, &evidence, block)).await?;

    let offer = lab.offer()?;
    let mut payments = Vec::new();
    for nonce in [1, 2] {
        let authorization = world.authorize_offer(&buyer, &offer, nonce);
        let id = world.payment_id(&authorization);
        succeed(&world.stranger, Call::reserve(&authorization, &offer)).await?;
        payments.push((authorization.digest(&world.token, &Permit2Contracts::X402), id));
    }
    let [(_, first), (authorization, second)] = payments[..] else { bail!("two payments") };
    let honest = |id| lab.settlement(PaymentRef::Reserved(id), id, &enclave);
    let settle = |settlement: &Settlement| Call::settle(std::slice::from_ref(settlement), SettleMode::AllOrNothing);
    succeed(&world.stranger, settle(&honest(first)?)).await?;

    let [paid, receipt] = [first, second].map(|id| Receipt { leg: 1, service: lab.attested, ..world.receipt(id) });
    let elsewhere = ChainDomain { genesis: H256::repeat_byte(1), ..world.domain };
    for (signature, of) in [
        (enclave.sign_receipt(paid.digest(&world.domain)), "the receipt of the payment before"),
        (enclave.sign_receipt(world.receipt(second).digest(&world.domain)), "the receipt of the leg before"),
        (enclave.sign_receipt(authorization), "the buyer's payment"),
        (enclave.sign_receipt(second), "the payment's id"),
        (enclave.sign_receipt(offer.digest(&world.domain)), "the offer"),
        (enclave.sign_receipt(receipt.digest(&elsewhere)), "the same receipt on another chain"),
    ] {
        let mut settlement = honest(second)?;
        settlement.deliveries[1].evidence.signature = signature;
        let refused = fail(&world.stranger, settle(&settlement)).await?;
        ensure!(refused == "Enclaves::UnknownSession", "a signature of {of}: {refused}");
    }
    ensure!(matches!(world.status(second).await?, PaymentStatus::Open(_)), "the money is still the buyer's");
    succeed(&world.stranger, settle(&honest(second)?)).await?;
    Ok(())
}
