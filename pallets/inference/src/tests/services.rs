//! Models and services.

use crate::{mock::*, pallet::*};
use assay_primitives::{Tier, H256};
use frame_support::{assert_noop, assert_ok, BoundedVec};

fn register(provider: u8, tier: Tier, anchor: H256, asset: u32) -> sp_runtime::DispatchResult {
    frame_support::storage::with_storage_layer(|| {
        Inference::register_service(origin(provider), model(), tier, anchor, asset, PRICE, None)
    })
}

#[test]
fn a_service_needs_bond_model_anchor_and_a_name_of_its_own() {
    test(|| {
        assert_eq!(register(PROVIDER, Tier::Signed, H256::zero(), TUSD), refused(Error::ServiceExists));
        assert_eq!(register(PROVIDER, Tier::Signed, H256::repeat_byte(1), TUSD), refused(Error::AnchorNotZero));
        assert_eq!(register(PROVIDER, Tier::Signed, H256::zero(), OTHER), refused(Error::NotBonded));
        assert_eq!(register(3, Tier::Signed, H256::zero(), TUSD), refused(Error::UnknownProvider));
        let unknown = frame_support::storage::with_storage_layer(|| {
            let nowhere = H256::repeat_byte(9);
            Inference::register_service(origin(PROVIDER), nowhere, Tier::Signed, H256::zero(), TUSD, PRICE, None)
        });
        assert_eq!(unknown, refused(Error::UnknownModel));
    });
}

/// Rule 8: payout accounts exist before they are needed.
#[test]
fn a_payout_account_must_be_able_to_receive() {
    test(|| {
        assert_ok!(Assets::block(RuntimeOrigin::signed(issuer()), TUSD, account(3)));
        let outcome = Inference::update_service(origin(PROVIDER), signed_service(PROVIDER), PRICE, true, account(3));
        assert_eq!(outcome, refused(Error::PayoutCannotReceive));
    });
}

#[test]
fn only_its_provider_changes_or_removes_a_service() {
    test(|| {
        let service = signed_service(PROVIDER);
        assert_noop!(
            Inference::update_service(origin(RIVAL), service, PRICE, true, account(RIVAL)),
            Error::<Test>::NotOwner
        );
        let remove =
            |who| frame_support::storage::with_storage_layer(|| Inference::remove_service(origin(who), service));
        assert_eq!(remove(PROVIDER), refused(Error::ServiceActive));
        assert_ok!(Inference::update_service(origin(PROVIDER), service, PRICE, false, account(PROVIDER)));
        assert!(!Inference::service(service).unwrap().available);
        pass_blocks(RETENTION);
        assert_eq!(remove(PROVIDER), refused(Error::TooEarly));
        pass_blocks(1);
        assert_eq!(remove(RIVAL), refused(Error::NotOwner));
        let before = Balances::free_balance(account(PROVIDER));
        assert_ok!(remove(PROVIDER));
        assert!(Balances::free_balance(account(PROVIDER)) > before);
    });
}

#[test]
fn a_model_is_removed_by_its_owner_when_no_service_runs_it() {
    test(|| {
        let remove = |who, id| frame_support::storage::with_storage_layer(|| Inference::remove_model(origin(who), id));
        assert_eq!(remove(PROVIDER, model()), refused(Error::HasServices));
        assert_eq!(remove(RIVAL, model()), refused(Error::NotOwner));
        let name = BoundedVec::truncate_from(b"other".to_vec());
        let register = || Inference::register_model(origin(3), name.clone(), H256::zero(), Default::default());
        assert_ok!(register());
        assert_noop!(register(), Error::<Test>::ModelExists);
        assert_noop!(
            Inference::register_model(origin(3), Default::default(), H256::zero(), Default::default()),
            Error::<Test>::NoName
        );
        assert_ok!(remove(3, assay_primitives::id::model_id(&account(3), H256::zero(), b"other")));
        assert_eq!(remove(3, H256::repeat_byte(1)), refused(Error::UnknownModel));
    });
}

#[test]
fn a_provider_gives_a_payment_up_before_its_time() {
    test(|| {
        let offer = offer([leg(signed_service(PROVIDER))]);
        let id = reserve(0, &offer, 1);
        assert_noop!(Inference::refund_early(origin(RIVAL), id, offer.clone()), Error::<Test>::NotRefundableYet);
        let mut other = offer.clone();
        other.delivery_seconds += 1;
        assert_noop!(Inference::refund_early(origin(PROVIDER), id, other), Error::<Test>::OfferMismatch);
        assert_ok!(Inference::refund_early(origin(PROVIDER), id, offer));
        assert_eq!((balance(&payer_account(0)), held(&payer_account(0))), (FUNDS, 0));
    });
}
