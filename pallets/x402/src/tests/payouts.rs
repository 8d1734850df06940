//! Claims for what could not be paid, settings, and the list of payable assets.

use crate::{
    mock::*,
    pallet::*,
    types::{Settings, TokenName},
};
use assay_primitives::{PaymentRef, Payments, Payout};
use frame_support::{assert_noop, assert_ok, storage::with_storage_layer};
use sp_runtime::{DispatchError, Permill};

fn blocked(n: u8) -> Payout {
    assert_ok!(Assets::block(RuntimeOrigin::signed(issuer()), TUSD, account(n)));
    Payout { owner: account(n), account: account(n), amount: 1_000 }
}

mod claim {
    use super::*;

    /// Rule 8: a payout that cannot be made stays as a claim.
    #[test]
    fn success_to_another_account_when_the_payout_account_is_blocked() {
        test(|| {
            for reserved in [true, false] {
                let payment = if reserved {
                    <X402 as Payments>::find(&PaymentRef::Reserved(reserve(0, 1_000, 1))).unwrap().unwrap()
                } else {
                    let authorization = eip3009(1, consent(OFFER, 1_000, 2));
                    <X402 as Payments>::examine(&authorization, &terms(OFFER, 1_000)).unwrap()
                };
                assert_ok!(with_storage_layer(|| <X402 as Payments>::capture(&payment, &[blocked(1)])));
                assert_eq!(X402::claimable(account(1), TUSD), 990);
                assert_ok!(X402::claim(RuntimeOrigin::signed(account(1)), TUSD, account(2)));
            }
            assert_eq!(balance(&account(2)), FUNDS + 2 * 990);
            assert_eq!(balance(&account(1)), FUNDS);
        });
    }

    #[test]
    fn fails_twice_and_for_strangers() {
        test(|| {
            let payment = <X402 as Payments>::find(&PaymentRef::Reserved(reserve(0, 1_000, 1))).unwrap().unwrap();
            assert_ok!(<X402 as Payments>::capture(&payment, &[blocked(1)]));
            let claim = |who: u8| X402::claim(RuntimeOrigin::signed(account(who)), TUSD, account(2));
            assert_noop!(claim(2), Error::<Test>::NothingToClaim);
            assert_ok!(claim(1));
            assert_noop!(claim(1), Error::<Test>::NothingToClaim);
        });
    }

    #[test]
    fn fails_to_a_blocked_account_and_keeps_the_claim() {
        test(|| {
            let payment = <X402 as Payments>::find(&PaymentRef::Reserved(reserve(0, 1_000, 1))).unwrap().unwrap();
            assert_ok!(<X402 as Payments>::capture(&payment, &[blocked(1)]));
            let again = with_storage_layer(|| X402::claim(RuntimeOrigin::signed(account(1)), TUSD, account(1)));
            assert!(again.is_err());
            assert_eq!(X402::claimable(account(1), TUSD), 990);
        });
    }
}

mod settings {
    use super::*;

    #[test]
    fn fails_outside_bounds() {
        test(|| {
            let good = Settings::default();
            let set = |settings| X402::set_settings(RuntimeOrigin::root(), settings);
            for bad in [
                Settings { fee: Permill::from_parts(200_001), ..good },
                Settings { horizon: Settings::MIN_HORIZON - 1, ..good },
                Settings { horizon: Settings::MAX_TIME + 1, ..good },
                Settings { memory: Settings::MAX_TIME + 1, ..good },
                Settings { min_delivery: 0, ..good },
                Settings { min_delivery: good.max_delivery + 1, ..good },
                Settings { max_delivery: Settings::MAX_TIME + 1, ..good },
            ] {
                assert_noop!(set(bad), Error::<Test>::SettingOutOfBounds);
            }
            assert_ok!(set(good));
        });
    }

    #[test]
    fn fails_for_anyone_but_governance() {
        test(|| {
            let anyone = RuntimeOrigin::signed(account(1));
            let name = TokenName::truncate_from(b"Mine".to_vec());
            assert_noop!(X402::set_settings(anyone.clone(), Settings::default()), DispatchError::BadOrigin);
            assert_noop!(X402::list_asset(anyone.clone(), TUSD, name, 1), DispatchError::BadOrigin);
            assert_noop!(X402::delist_asset(anyone, TUSD), DispatchError::BadOrigin);
        });
    }

    #[test]
    fn attack_who_may_take_an_asset_off_the_list_cannot_put_one_on_it() {
        test(|| {
            let guard = || RuntimeOrigin::signed(Guard::get());
            let name = TokenName::truncate_from(b"Mine".to_vec());
            assert_noop!(X402::list_asset(guard(), TUSD, name, 1), DispatchError::BadOrigin);
            assert_noop!(X402::set_settings(guard(), Settings::default()), DispatchError::BadOrigin);
            assert_ok!(X402::delist_asset(guard(), TUSD));
            assert_noop!(X402::delist_asset(guard(), TUSD), Error::<Test>::UnknownAsset);
        });
    }
}

mod listing {
    use super::*;

    fn list(asset: u32, revision: u8) -> sp_runtime::DispatchResult {
        X402::list_asset(RuntimeOrigin::root(), asset, TokenName::truncate_from(b"Test USD".to_vec()), revision)
    }

    #[test]
    fn a_new_revision_invalidates_what_was_signed_before() {
        test(|| {
            let old = eip3009(0, consent(assay_primitives::H160::repeat_byte(9), 1_000, 1));
            assert_ok!(list(TUSD, 2));
            assert_noop!(X402::pay(RuntimeOrigin::signed(account(1)), old), Error::<Test>::WrongSigner);
        });
    }

    #[test]
    fn fails_for_what_does_not_exist_or_the_treasury_cannot_receive() {
        test(|| {
            assert_noop!(list(99, 1), Error::<Test>::NoSuchAsset);
            assert_ok!(Assets::force_create(RuntimeOrigin::root(), 9u32, issuer(), true, 10));
            assert_noop!(list(9, 1), Error::<Test>::CannotReceive);
            for who in [treasury(), claims_account()] {
                assert_ok!(Assets::mint(RuntimeOrigin::signed(issuer()), 9u32, who, 10));
            }
            assert_ok!(list(9, 1));
        });
    }
}
