//! What governance and emergencies mean to money that is on hold.

use super::{
    decisions::{committee_motion, council_motion, decide},
    *,
};
use assay_primitives::{
    address::{asset_address, fallback_account},
    id::{commitment, model_id, payment_id, service_id},
    signer::{Consent, Signer},
    Authorization, Delivery, Evidence, Leg, Offer, PaymentRef, Permit2Contracts, Receipt, ServiceId, Settlement, Tier,
    TierStatus, TokenDomain,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use genesis_config_presets::TEST_USD;
use pallet_inference::types::SettleMode;
use pallet_x402::types::PaymentState;
use sp_keyring::Sr25519Keyring::*;
use sp_runtime::traits::Dispatchable;

const PRICE: Balance = 1_000;
/// Blocks in which the provider has to deliver.
const DELIVERY: BlockNumber = 10;

fn payer() -> Signer {
    let secret = ethereum_key(0).to_raw_vec().try_into().expect("a secret has 32 bytes");
    Signer::from_secret(&secret).expect("it is a key")
}

fn provider_key() -> Signer {
    Signer::from_word(b"provider").expect("a hash below the order")
}

fn funds() -> Balance {
    Assets::balance(TEST_USD, fallback_account(payer().address()))
}

fn model() -> H256 {
    model_id(&Ferdie.to_account_id(), H256::zero(), b"iris")
}

fn service() -> ServiceId {
    service_id(&Ferdie.to_account_id(), model(), Tier::Signed, H256::zero(), TEST_USD)
}

fn offer() -> Offer {
    let leg = Leg { service: service(), max_amount: PRICE, request: H256::repeat_byte(1), disclose: false };
    let delivery_seconds = 2 * u64::from(DELIVERY);
    Offer { asset: TEST_USD, delivery_seconds, legs: BoundedVec::truncate_from(vec![leg]) }
}

fn token() -> TokenDomain {
    let token = X402::token(TEST_USD).expect("Test USD is payable");
    TokenDomain { name: token.name, version: token.version }
}

fn authorize() -> Authorization {
    let (chain, offer) = (configs::inference::Chain::get(), offer());
    let consent = Consent {
        chain_id: chain.chain_id,
        token: asset_address(TEST_USD),
        to: offer.address(&chain),
        value: offer.total().expect("one leg").into(),
        valid_after: 0,
        valid_before: Timestamp::get() / 1_000 + 3_600,
        nonce: H256::repeat_byte(9),
    };
    payer().eip3009(&token(), consent)
}

/// Ferdie serves a model at tier Signed, and a payment for it is on hold: its id, and the payer's funds before.
fn reserved() -> (H256, Balance) {
    let keys = BoundedVec::truncate_from(vec![provider_key().receipt_key()]);
    let name = BoundedVec::truncate_from(b"iris".to_vec());
    assert_ok!(Inference::register_provider(signed(Ferdie), keys));
    assert_ok!(Inference::bond(signed(Ferdie), TEST_USD, 100_000_000));
    assert_ok!(Inference::register_model(signed(Ferdie), name, H256::zero(), Default::default()));
    let registered =
        Inference::register_service(signed(Ferdie), model(), Tier::Signed, H256::zero(), TEST_USD, PRICE, None);
    assert_ok!(registered);
    let (before, authorization) = (funds(), authorize());
    let id = payment_id(authorization.payer(), authorization.digest(&token(), &Permit2Contracts::X402));
    assert_ok!(Inference::reserve(signed(Eve), authorization, offer()));
    assert_eq!(funds(), before - PRICE);
    (id, before)
}

fn state_of(id: H256) -> Option<PaymentState> {
    pallet_x402::ReservedPayments::<Runtime>::get(id).map(|payment| payment.state)
}

/// The provider's delivery, as a call that anybody may submit.
fn settle(id: H256) -> RuntimeCall {
    let (request, response) = (H256::repeat_byte(1), commitment(&[2; 32], b"setosa"));
    let receipt = Receipt { payment: id, leg: 0, service: service(), request, response, amount: PRICE, issued_at: 0 };
    let digest = receipt.digest(&configs::inference::Chain::get());
    let evidence =
        Evidence { signature: provider_key().sign_receipt(digest), material: Default::default(), disclosure: None };
    let delivery = Delivery { request, response, amount: PRICE, issued_at: 0, evidence };
    let settlement = Settlement {
        payment: PaymentRef::Reserved(id),
        offer: offer(),
        deliveries: BoundedVec::truncate_from(vec![delivery]),
    };
    let settlements = BoundedVec::truncate_from(vec![settlement]);
    pallet_inference::Call::<Runtime>::settle { settlements, mode: SettleMode::AllOrNothing }.into()
}

fn call_of(call: RuntimeCall) -> Result<(), sp_runtime::DispatchError> {
    call.dispatch(signed(Eve)).map(drop).map_err(|error| error.error)
}

fn name(text: &str) -> BoundedVec<u8, frame_support::traits::ConstU32<64>> {
    BoundedVec::truncate_from(text.as_bytes().to_vec())
}

fn pause_settle() -> RuntimeCall {
    pallet_tx_pause::Call::<Runtime>::pause { full_name: (name("Inference"), name("settle")) }.into()
}

fn unpause_settle() -> RuntimeCall {
    pallet_tx_pause::Call::<Runtime>::unpause { ident: (name("Inference"), name("settle")) }.into()
}

#[test]
fn what_is_held_for_a_tier_that_is_halted_goes_back_at_once() {
    on_local(|| {
        let (id, before) = reserved();
        let early = || Inference::refund_early(signed(Eve), id, offer());
        assert_noop!(early(), pallet_inference::Error::<Runtime>::NotRefundableYet);
        let halt = pallet_inference::Call::<Runtime>::set_tier { tier: Tier::Signed, status: TierStatus::Halted };
        committee_motion(&[Dave, Eve], halt.into());
        assert_eq!(call_of(settle(id)), Err(pallet_inference::Error::<Runtime>::TierHalted.into()));
        assert_ok!(early());
        assert_eq!(funds(), before);
        assert!(matches!(state_of(id), Some(PaymentState::Refunded(_))));
    });
}

#[test]
fn a_tier_that_was_halted_opens_by_a_decision_and_what_was_held_is_earned() {
    on_local(|| {
        let (id, before) = reserved();
        let switch = |status| pallet_inference::Call::<Runtime>::set_tier { tier: Tier::Signed, status };
        committee_motion(&[Dave, Eve], switch(TierStatus::Halted).into());
        // The committee cannot undo it.
        committee_motion(&[Dave, Eve, Ferdie], switch(TierStatus::Open).into());
        assert_eq!(pallet_inference::TierSwitches::<Runtime>::get(Tier::Signed), TierStatus::Halted);
        // In safe mode deliveries' clock stands still, so that the decision comes in time.
        assert_ok!(SafeMode::force_enter(committee(2, 3)));
        council_motion(&[Alice, Bob], decide(switch(TierStatus::Open).into()));
        pass_blocks(15);
        assert_ok!(SafeMode::force_exit(enacted()));
        assert_ok!(call_of(settle(id)));
        assert_eq!(funds(), before - PRICE);
    });
}

#[test]
fn attack_a_pause_eats_no_delivery_time() {
    on_local(|| {
        let (id, _) = reserved();
        committee_motion(&[Dave, Eve], pause_settle());
        let clock = pallet_x402::Clock::<Runtime>::get();
        assert_eq!(call_of(settle(id)), Err(frame_system::Error::<Runtime>::CallFiltered.into()));
        pass_blocks(10 * DELIVERY);
        assert_eq!(pallet_x402::Clock::<Runtime>::get(), clock);
        assert_noop!(X402::refund(signed(Eve), id), pallet_x402::Error::<Runtime>::DeadlineNotPassed);
        council_motion(&[Alice, Bob], decide(unpause_settle()));
        pass_blocks(15);
        // Its enactment was in a block that could settle already.
        assert_eq!(pallet_x402::Clock::<Runtime>::get(), clock + 1);
        assert_ok!(call_of(settle(id)));
    });
}

#[test]
fn what_was_not_delivered_can_be_refunded_in_safe_mode() {
    on_local(|| {
        let (id, before) = reserved();
        pass_blocks(DELIVERY + 1);
        assert_ok!(SafeMode::force_enter(committee(2, 3)));
        assert_eq!(call_of(settle(id)), Err(frame_system::Error::<Runtime>::CallFiltered.into()));
        let refund = pallet_x402::Call::<Runtime>::refund { payment: id };
        assert_ok!(call_of(refund.into()));
        assert_eq!(funds(), before);
    });
}

#[test]
fn a_payment_keeps_the_fee_that_it_was_reserved_at() {
    on_local(|| {
        let (id, _) = reserved();
        let old = pallet_x402::CurrentSettings::<Runtime>::get();
        let settings = pallet_x402::types::Settings { fee: sp_runtime::Permill::from_percent(20), ..old };
        assert_ok!(X402::set_settings(enacted(), settings));
        let earned = || Assets::balance(TEST_USD, Ferdie.to_account_id());
        let before = earned();
        assert_ok!(call_of(settle(id)));
        assert_eq!(earned() - before, PRICE - old.fee * PRICE);
    });
}
