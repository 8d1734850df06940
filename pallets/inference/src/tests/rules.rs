//! DESIGN.md's rules of money that a settlement decides, each a test named after it. What concerns holds alone is tested
//! in pallet x402.

use crate::{mock::*, pallet::*, types::Settings};
use assay_primitives::{Leg, PaymentRef, Tier, TierStatus, H256};
use frame_support::{assert_ok, BoundedVec};
use pallet_x402::types::Settings as MoneySettings;
use sp_runtime::{DispatchError, Permill};

/// Rule 1: price <= amount <= maxAmount.
#[test]
fn rule_1_an_amount_lies_between_price_and_maximum() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let with_amount = |amount, nonce| {
            let mut settlement = direct(0, &offer, nonce);
            let PaymentRef::Authorization(authorization) = &settlement.payment else { unreachable!() };
            let mut receipt = receipt(id_of(authorization), 0, signed_service(PROVIDER));
            receipt.amount = amount;
            settlement.deliveries = BoundedVec::truncate_from(vec![deliver(&receipt_signer(PROVIDER), &receipt)]);
            settle(&[settlement])
        };
        assert_eq!(with_amount(PRICE - 1, 1), refused(Error::AmountBelowPrice));
        assert_eq!(with_amount(2 * PRICE + 1, 1), refused(Error::AmountAboveMaximum));
        assert_ok!(with_amount(PRICE, 1));
        assert_ok!(with_amount(2 * PRICE, 2));
    });
}

/// Rule 1: what is not earned is released in the same capture, and the fee is rounded down.
#[test]
fn rule_1_what_is_not_earned_goes_back_at_once() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER)), leg(signed_service(RIVAL))]);
        let id = reserve(0, &offer, 1);
        assert_eq!((balance(&payer_account(0)), held(&payer_account(0))), (FUNDS - 4 * PRICE, 4 * PRICE));
        assert_ok!(settle(&[settlement(PaymentRef::Reserved(id), id, &offer)]));
        assert_eq!((balance(&payer_account(0)), held(&payer_account(0))), (FUNDS - 2 * PRICE, 0));
        assert_eq!(balance(&account(RIVAL)), FUNDS - MINIMUM_BOND + PRICE - 1);
    });
}

/// Rule 1: only assets that governance lists are payable.
#[test]
fn rule_1_a_service_needs_an_asset_that_governance_lists() {
    test(|| {
        assert_ok!(X402::delist_asset(RuntimeOrigin::root(), TUSD));
        let outcome = settle(&[direct(0, &offer([leg(signed_service(PROVIDER))]), 1)]);
        assert_eq!(outcome, Err(pallet_x402::Error::<Test>::UnknownAsset.into()));
    });
}

/// Rule 2: a reserve fixes price, activity and fee.
#[test]
fn rule_2_a_reserve_fixes_price_activity_and_fee() {
    test(|| {
        let service = signed_service(PROVIDER);
        let offer = offer([leg(service)]);
        let id = reserve(0, &offer, 1);
        let dearer = 3 * PRICE;
        assert_ok!(Inference::update_service(origin(PROVIDER), service, dearer, false, account(PROVIDER)));
        let fee = MoneySettings { fee: Permill::from_percent(20), ..Default::default() };
        assert_ok!(X402::set_settings(RuntimeOrigin::root(), fee));

        assert_eq!(settle(&[direct(1, &offer, 2)]), refused(Error::ServiceInactive));
        let before = balance(&account(PROVIDER));
        assert_ok!(settle(&[settlement(PaymentRef::Reserved(id), id, &offer)]));
        assert_eq!(balance(&account(PROVIDER)), before + PRICE - 1);
    });
}

/// Rule 2: a key must have been good at the reserve, or be good now.
#[test]
fn rule_2_a_key_retired_after_the_reserve_still_counts_and_one_retired_before_does_not() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let reserved_before = reserve(0, &offer, 1);
        pass_blocks(1);
        let key = receipt_signer(PROVIDER).receipt_key();
        assert_ok!(Inference::retire_key(origin(PROVIDER), key));
        pass_blocks(1);
        let reserved_after = reserve(1, &offer, 2);
        let settle_id = |id| settle(&[settlement(PaymentRef::Reserved(id), id, &offer)]);
        assert_eq!(settle_id(reserved_after), refused(Error::KeyNotActive));
        assert_ok!(settle_id(reserved_before));
    });
}

/// Rule 2: a renewed key may be good now instead.
#[test]
fn rule_2_a_key_added_after_the_reserve_counts() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let id = reserve(0, &offer, 1);
        pass_blocks(1);
        assert_ok!(Inference::revoke_key(origin(PROVIDER), receipt_signer(PROVIDER).receipt_key()));
        assert_ok!(Inference::add_key(origin(PROVIDER), receipt_signer(50).receipt_key()));
        let mut settlement = settlement(PaymentRef::Reserved(id), id, &offer);
        let renewed = deliver(&receipt_signer(50), &receipt(id, 0, signed_service(PROVIDER)));
        assert_eq!(settle(&[settlement.clone()]), refused(Error::KeyNotActive));
        settlement.deliveries = BoundedVec::truncate_from(vec![renewed]);
        assert_ok!(settle(&[settlement]));
    });
}

/// Rule 2: `issuedAt` decides nothing.
#[test]
fn rule_2_the_time_that_a_receipt_names_decides_nothing() {
    for issued_at in [0, u64::MAX] {
        test(|| {
            let offer = offer([leg(signed_service(PROVIDER))]);
            let id = reserve(0, &offer, 1);
            let mut receipt = receipt(id, 0, signed_service(PROVIDER));
            receipt.issued_at = issued_at;
            let mut settlement = settlement(PaymentRef::Reserved(id), id, &offer);
            settlement.deliveries = BoundedVec::truncate_from(vec![deliver(&receipt_signer(PROVIDER), &receipt)]);
            assert_ok!(settle(&[settlement]));
        });
    }
}

/// Rule 2: closed takes no new reserves, open payments may settle; halted captures nothing, open payments are
/// refundable at once.
#[test]
fn rule_2_a_closed_tier_settles_what_is_open_and_a_halted_one_refunds_it() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let (first, second) = (reserve(0, &offer, 1), reserve(1, &offer, 2));
        let early = |id| Inference::refund_early(origin(3), id, offer.clone());
        let switch = |status| Inference::set_tier(RuntimeOrigin::root(), Tier::Signed, status);
        let settle_id = |id| settle(&[settlement(PaymentRef::Reserved(id), id, &offer)]);

        assert_ok!(switch(TierStatus::Closed));
        assert_eq!(settle(&[direct(2, &offer, 3)]), refused(Error::TierClosed));
        let authorization = authorize(2, &offer, 3);
        assert_eq!(Inference::reserve(origin(3), authorization, offer.clone()), refused(Error::TierClosed));
        assert_ok!(settle_id(first));
        assert_eq!(early(second), refused(Error::NotRefundableYet));

        assert_ok!(switch(TierStatus::Halted));
        assert_eq!(settle_id(second), refused(Error::TierHalted));
        assert_ok!(early(second));
        assert_eq!((balance(&payer_account(1)), held(&payer_account(1))), (FUNDS, 0));
    });
}

/// Rule 3: requests bind.
#[test]
fn rule_3_a_receipt_for_another_request_earns_nothing() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let id = reserve(0, &offer, 1);
        let mut other = receipt(id, 0, signed_service(PROVIDER));
        other.request = H256::repeat_byte(9);
        let mut settlement = settlement(PaymentRef::Reserved(id), id, &offer);
        settlement.deliveries = BoundedVec::truncate_from(vec![deliver(&receipt_signer(PROVIDER), &other)]);
        assert_eq!(settle(&[settlement]), refused(Error::WrongRequest));
    });
}

/// Rule 3: a zero request is allowed at tier Signed only.
#[test]
fn rule_3_any_question_is_for_sale_at_tier_signed_only() {
    test(|| {
        let any = |service| offer([Leg { request: H256::zero(), ..leg(service) }]);
        assert_eq!(settle(&[direct(0, &any(cosigned_service()), 1)]), refused(Error::RequestRequired));
        assert_ok!(settle(&[direct(0, &any(signed_service(PROVIDER)), 1)]));
    });
}

/// Rule 5: everybody can compute a payment's id before the chain has seen it.
#[test]
fn rule_5_a_receipt_can_name_a_payment_that_is_reserved_later() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let authorization = authorize(0, &offer, 1);
        let id = id_of(&authorization);
        let prepared = settlement(PaymentRef::Reserved(id), id, &offer);
        assert_eq!(settle(std::slice::from_ref(&prepared)), refused(Error::UnknownPayment));
        assert_ok!(Inference::reserve(origin(3), authorization, offer));
        assert_ok!(settle(&[prepared]));
    });
}

/// Rule 6: `/settle` captures, whoever reserved.
#[test]
fn rule_6_an_authorization_that_somebody_reserved_meanwhile_is_captured() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let by_authorization = direct(0, &offer, 1);
        reserve(0, &offer, 1);
        assert_ok!(settle(&[by_authorization]));
        assert_eq!((balance(&payer_account(0)), held(&payer_account(0))), (FUNDS - PRICE, 0));
    });
}

/// Rule 8: a payout that cannot be made stays as a claim, and blocks no other leg.
#[test]
fn rule_8_a_payout_account_that_cannot_receive_blocks_nobody() {
    test(|| {
        assert_ok!(Assets::block(RuntimeOrigin::signed(issuer()), TUSD, account(RIVAL)));
        let offer = offer([leg(signed_service(PROVIDER)), leg(signed_service(RIVAL))]);
        let before = balance(&account(PROVIDER));
        assert_ok!(settle(&[direct(0, &offer, 1)]));
        assert_eq!(balance(&account(PROVIDER)), before + PRICE - 1);
        assert_eq!(X402::claimable(account(RIVAL), TUSD), PRICE - 1);
    });
}

/// Rule 9: the bond stays held until retention after the last capture.
#[test]
fn rule_9_a_bond_is_held_until_the_retention_after_the_last_capture() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let id = reserve(0, &offer, 1);
        assert_ok!(Inference::unbond(origin(PROVIDER), TUSD));
        assert_eq!(settle(&[direct(1, &offer, 2)]), refused(Error::NotBonded));
        pass_blocks(5);
        assert_ok!(settle(&[settlement(PaymentRef::Reserved(id), id, &offer)]));
        pass_blocks(RETENTION);
        assert_eq!(Inference::withdraw_bond(origin(PROVIDER), TUSD), refused(Error::TooEarly));
        pass_blocks(1);
        assert_ok!(Inference::withdraw_bond(origin(PROVIDER), TUSD));
        assert_eq!(held(&account(PROVIDER)), 0);
    });
}

/// "State does not grow with use": what a settlement leaves behind is gone after retention.
#[test]
fn captured_payments_are_forgotten_after_the_retention() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        assert_ok!((0..150).try_for_each(|nonce| settle(&[direct(0, &offer, nonce)])));
        assert_eq!(CapturedPayments::<Test>::iter().count(), 150);
        // Longer than retention and the life of an authorization.
        pass_blocks(RETENTION + 2_200);
        assert_eq!(CapturedPayments::<Test>::iter().count(), 0);
        assert_eq!((CapturedPages::<Test>::iter().count(), CapturedPageCounts::<Test>::iter().count()), (0, 0));
        assert_eq!(pallet_x402::Nonces::<Test>::iter().count(), 0);
        assert_eq!(pallet_x402::NoncePages::<Test>::iter().count(), 0);
    });
}

/// Whoever may halt a tier can never let one do more, not even undo what it did itself.
#[test]
fn attack_who_may_halt_a_tier_cannot_open_one() {
    use TierStatus::{Closed, Halted, Open};
    for (from, to, allowed) in [
        (Open, Open, true),
        (Open, Closed, true),
        (Open, Halted, true),
        (Closed, Closed, true),
        (Closed, Halted, true),
        (Closed, Open, false),
        (Halted, Halted, true),
        (Halted, Closed, false),
        (Halted, Open, false),
    ] {
        test(|| {
            assert_ok!(Inference::set_tier(RuntimeOrigin::root(), Tier::Proven, from));
            let switched = Inference::set_tier(RuntimeOrigin::signed(Guard::get()), Tier::Proven, to);
            assert_eq!(switched, if allowed { Ok(()) } else { Err(DispatchError::BadOrigin) }, "{from:?} to {to:?}");
            assert_eq!(TierSwitches::<Test>::get(Tier::Proven), if allowed { to } else { from });
        });
    }
}

#[test]
fn fails_to_govern_for_anyone_but_governance() {
    test(|| {
        let bad = Err(DispatchError::BadOrigin);
        for who in [origin(PROVIDER), RuntimeOrigin::signed(Guard::get())] {
            assert_eq!(Inference::set_settings(who.clone(), Settings::default()), bad);
            assert_eq!(Inference::set_minimum_bond(who, TUSD, Some(1)), bad);
        }
        assert_eq!(Inference::set_tier(origin(PROVIDER), Tier::Signed, TierStatus::Halted), bad);
    });
}

#[test]
fn settings_outside_their_bounds_are_refused() {
    test(|| {
        let good = Settings::default();
        for bad in [
            Settings { retention: 0, ..good },
            Settings { retention: Settings::MAX_RETENTION + 1, ..good },
            Settings { slash_multiple: 0, ..good },
            Settings { slash_multiple: Settings::MAX_SLASH_MULTIPLE + 1, ..good },
        ] {
            assert_eq!(Inference::set_settings(RuntimeOrigin::root(), bad), refused(Error::SettingOutOfBounds));
        }
        assert_ok!(Inference::set_settings(RuntimeOrigin::root(), good));
        assert_eq!(
            Inference::set_minimum_bond(RuntimeOrigin::root(), TUSD, Some(0)),
            refused(Error::SettingOutOfBounds)
        );
        assert_ok!(Inference::set_minimum_bond(RuntimeOrigin::root(), TUSD, Some(1)));
    });
}
