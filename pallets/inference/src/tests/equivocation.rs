//! Rule 9: two responses for one request cost the bond.

use crate::{
    mock::*,
    pallet::*,
    types::{Equivocation, Settings},
};
use assay_primitives::{PaymentId, PaymentRef, Receipt, H256};
use frame_support::assert_ok;

fn one() -> assay_primitives::Offer {
    offer([leg(signed_service(PROVIDER))])
}

/// A payment by payer 0 that was captured.
fn captured() -> PaymentId {
    let id = reserve(0, &one(), 1);
    assert_ok!(settle(&[settlement(PaymentRef::Reserved(id), id, &one())]));
    id
}

fn other(id: PaymentId, signer: u8, change: impl FnOnce(&mut Receipt)) -> Equivocation {
    let mut receipt = receipt(id, 0, signed_service(PROVIDER));
    receipt.response = H256::repeat_byte(6);
    change(&mut receipt);
    let Receipt { response, amount, issued_at, .. } = receipt;
    let signature = receipt_signer(signer).sign_receipt(receipt.digest(&CHAIN));
    Equivocation { response, amount, issued_at, signature }
}

fn report(id: PaymentId, leg: u32, other: Equivocation) -> sp_runtime::DispatchResult {
    frame_support::storage::with_storage_layer(|| Inference::report_equivocation(origin(3), id, leg, other))
}

#[test]
fn rule_9_slashes_a_multiple_of_the_amount_and_the_payer_gets_no_more_than_it_paid() {
    test(|| {
        let id = captured();
        let (payer_before, treasury_before) = (balance(&payer_account(0)), balance(&treasury()));
        assert_ok!(report(id, 0, other(id, PROVIDER, |_| {})));
        assert_eq!(held(&account(PROVIDER)), MINIMUM_BOND - 10 * PRICE);
        assert_eq!(balance(&payer_account(0)), payer_before + PRICE);
        assert_eq!(balance(&treasury()), treasury_before + 9 * PRICE);
        assert!(Inference::receipt(id, 0).unwrap().equivocated);
    });
}

#[test]
fn rule_9_never_slashes_more_than_the_bond() {
    test(|| {
        assert_ok!(Inference::set_settings(
            RuntimeOrigin::root(),
            Settings { retention: RETENTION, slash_multiple: Settings::MAX_SLASH_MULTIPLE }
        ));
        let id = captured();
        assert_ok!(report(id, 0, other(id, PROVIDER, |_| {})));
        assert_eq!(held(&account(PROVIDER)), 0);
    });
}

#[test]
fn a_slashed_providers_receipts_earn_nothing_and_its_open_payments_are_refundable_at_once() {
    test(|| {
        let id = captured();
        let open = reserve(1, &one(), 2);
        assert_ok!(report(id, 0, other(id, PROVIDER, |_| {})));
        let outcome = settle(&[settlement(PaymentRef::Reserved(open), open, &one())]);
        assert_eq!(outcome, refused(Error::ProviderBarred));
        assert_eq!(settle(&[direct(2, &one(), 3)]), refused(Error::ProviderBarred));
        assert_ok!(Inference::refund_early(origin(3), open, one()));
        assert_eq!(balance(&payer_account(1)), FUNDS);
    });
}

#[test]
fn is_reported_once() {
    test(|| {
        let id = captured();
        assert_ok!(report(id, 0, other(id, PROVIDER, |_| {})));
        let again = other(id, PROVIDER, |receipt| receipt.response = H256::repeat_byte(5));
        assert_eq!(report(id, 0, again), refused(Error::AlreadyReported));
    });
}

#[test]
fn the_same_response_or_another_amount_is_no_equivocation() {
    test(|| {
        let id = captured();
        let same = other(id, PROVIDER, |receipt| {
            receipt.response = response();
            receipt.amount += 1;
            receipt.issued_at += 1;
        });
        assert_eq!(report(id, 0, same), refused(Error::NoEquivocation));
    });
}

#[test]
fn a_receipt_for_another_request_or_payment_or_by_another_key_is_no_equivocation() {
    test(|| {
        let id = captured();
        let other_request = other(id, PROVIDER, |receipt| receipt.request = H256::zero());
        assert_eq!(report(id, 0, other_request), refused(Error::UnknownReceiptKey));
        let other_payment = other(id, PROVIDER, |receipt| receipt.payment = H256::zero());
        assert_eq!(report(id, 0, other_payment), refused(Error::UnknownReceiptKey));
        assert_eq!(report(id, 0, other(id, RIVAL, |_| {})), refused(Error::UnknownReceiptKey));
        assert_eq!(report(id, 1, other(id, PROVIDER, |_| {})), refused(Error::UnknownReceipt));
        assert_eq!(report(H256::zero(), 0, other(id, PROVIDER, |_| {})), refused(Error::UnknownReceipt));
        assert_eq!(held(&account(PROVIDER)), MINIMUM_BOND);
    });
}

#[test]
fn revoking_the_key_does_not_undo_the_deed() {
    test(|| {
        let id = captured();
        assert_ok!(Inference::revoke_key(origin(PROVIDER), receipt_signer(PROVIDER).receipt_key()));
        assert_ok!(report(id, 0, other(id, PROVIDER, |_| {})));
    });
}

#[test]
fn is_forgotten_after_the_retention() {
    test(|| {
        let id = captured();
        pass_blocks(RETENTION + 130);
        assert_eq!(report(id, 0, other(id, PROVIDER, |_| {})), refused(Error::UnknownReceipt));
    });
}

#[test]
fn a_payer_that_cannot_be_paid_does_not_keep_the_slash_from_happening() {
    test(|| {
        let id = captured();
        assert_ok!(Assets::block(RuntimeOrigin::signed(issuer()), TUSD, payer_account(0)));
        let before = balance(&treasury());
        assert_ok!(report(id, 0, other(id, PROVIDER, |_| {})));
        assert_eq!(balance(&treasury()), before + 10 * PRICE);
    });
}
