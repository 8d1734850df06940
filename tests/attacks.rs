//! Attacks by extrinsics, against a real node: each moves no money.

use anyhow::ensure;
use assay_client::{Call, SettleMode};
use assay_primitives::{address::fallback_account, views::PaymentStatus, PaymentRef};
use assay_tests::*;
use codec::Compact;

const FUNDS: u128 = 10_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn replays_and_first_submitters_gain_nothing() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], FUNDS).await?;
    let account = fallback_account(payer.address());
    let shop = assay_primitives::H160::repeat_byte(9);

    // A stranger submits first: the effect is the payer's all the same, and the second submission is refused.
    let plain = world.authorize(&payer, shop, 1_000, 1);
    succeed(&world.stranger, Call::pay(&plain)).await?;
    ensure!(fail(&world.provider, Call::pay(&plain)).await? == "X402::NonceUsed");
    ensure!(world.balance(&fallback_account(shop)).await? == 1_000);

    // A settlement is submitted again, and its authorization is reserved again.
    let offer = world.offer(60);
    let again = world.authorize_offer(&payer, &offer, 2);
    let first = world.payment_id(&again);
    let settlement = world.settlement(PaymentRef::Authorization(again.clone()), first, &offer);
    let settle = Call::settle(&[settlement], SettleMode::AllOrNothing);
    succeed(&world.stranger, settle.clone()).await?;
    ensure!(fail(&world.stranger, settle).await? == "X402::NonceUsed");
    ensure!(fail(&world.stranger, Call::reserve(&again, &offer)).await? == "X402::NonceUsed");

    // The receipt of that payment is replayed for another.
    let other = world.authorize_offer(&payer, &offer, 3);
    let second = world.payment_id(&other);
    let replay = world.settlement(PaymentRef::Authorization(other), first, &offer);
    let replay = Call::settle(&[replay], SettleMode::AllOrNothing);
    ensure!(fail(&world.stranger, replay).await? == "Inference::UnknownReceiptKey");
    ensure!(world.status(second).await? == PaymentStatus::Unknown);
    ensure!(world.balance(&account).await? == FUNDS - 1_000 - PRICE);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn money_cannot_be_stranded_at_an_offer_address() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], FUNDS).await?;
    let offer = world.offer(60);
    let target = fallback_account(offer.address(&world.domain));

    let authorization = world.authorize_offer(&payer, &offer, 1);
    ensure!(fail(&world.stranger, Call::pay(&authorization)).await? == "X402::OfferAddress");

    let transfer = Call::new("Assets", "transfer").arg(&Compact(TUSD)).arg(&address(&target)).arg(&Compact(5u128));
    let native = Call::new("Balances", "transfer_keep_alive").arg(&address(&target)).arg(&Compact(10u128.pow(12)));
    for call in [transfer, native] {
        ensure!(fail(&world.stranger, call.clone()).await? == "System::CallFiltered");
        ensure!(fail(&world.stranger, Call::batch_all(vec![call])).await? == "System::CallFiltered");
    }
    ensure!(world.balance(&target).await? == 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_cannot_drain_what_it_reserved_and_gets_it_back_if_nothing_is_delivered() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], FUNDS).await?;
    let account = fallback_account(payer.address());
    let shop = assay_primitives::H160::repeat_byte(9);

    let offer = world.offer(10);
    let authorization = world.authorize_offer(&payer, &offer, 1);
    let id = world.payment_id(&authorization);
    succeed(&world.stranger, Call::reserve(&authorization, &offer)).await?;
    let drain = world.authorize(&payer, shop, FUNDS - 1, 2);
    ensure!(fail(&world.stranger, Call::pay(&drain)).await? == "X402::InsufficientBalance");
    ensure!(fail(&world.stranger, Call::refund(id)).await? == "X402::DeadlineNotPassed");

    // The chain refunds by itself; then neither capture nor refund finds anything.
    let until = now() + 60;
    while !matches!(world.status(id).await?, PaymentStatus::Refunded { .. }) {
        ensure!(now() < until, "not refunded: {:?}", world.status(id).await?);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    ensure!(world.balance(&account).await? == FUNDS);
    let late = world.settlement(PaymentRef::Reserved(id), id, &offer);
    let late = Call::settle(&[late], SettleMode::AllOrNothing);
    ensure!(fail(&world.stranger, late).await? == "X402::AlreadyRefunded");
    ensure!(fail(&world.stranger, Call::refund(id)).await? == "X402::AlreadyRefunded");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_equivocating_provider_loses_its_bond_and_earns_nothing_any_more() -> anyhow::Result<()> {
    let world = World::start().await?;
    let payer = payer(1);
    world.fund([&payer], FUNDS).await?;
    let offer = world.offer(60);
    let settlement = world.direct(&payer, &offer, 1);
    let PaymentRef::Authorization(authorization) = &settlement.payment else { unreachable!("it is direct") };
    let id = world.payment_id(authorization);
    succeed(&world.stranger, Call::settle(&[settlement], SettleMode::AllOrNothing)).await?;

    let mut other = world.receipt(id);
    other.response = assay_primitives::H256::repeat_byte(6);
    let signature = receipt_signer().sign_receipt(other.digest(&world.domain));
    let report = Call::new("Inference", "report_equivocation").arg(&id).arg(&0u32).arg(&(
        other.response,
        other.amount,
        other.issued_at,
        signature,
    ));
    succeed(&world.stranger, report.clone()).await?;
    ensure!(fail(&world.stranger, report).await? == "Inference::AlreadyReported");
    ensure!(world.balance(&fallback_account(payer.address())).await? == FUNDS);

    let next = Call::settle(&[world.direct(&payer, &offer, 2)], SettleMode::AllOrNothing);
    ensure!(fail(&world.stranger, next).await? == "Inference::ProviderBarred");
    Ok(())
}
