//! Providers, keys, bonds.

use crate::{mock::*, pallet::*, types::MAX_KEYS};
use assay_primitives::views::KeyState;
use frame_support::{assert_noop, assert_ok, BoundedVec};

fn key(n: u8) -> assay_primitives::ReceiptKey {
    receipt_signer(n).receipt_key()
}
fn keys(numbers: &[u8]) -> BoundedVec<assay_primitives::ReceiptKey, frame_support::traits::ConstU32<MAX_KEYS>> {
    BoundedVec::truncate_from(numbers.iter().map(|n| key(*n)).collect())
}

mod registration {
    use super::*;

    #[test]
    fn success_and_back_returns_every_deposit() {
        test(|| {
            let before = Balances::free_balance(account(3));
            assert_ok!(Inference::register_provider(origin(3), keys(&[30, 31])));
            assert!(Balances::free_balance(account(3)) < before);
            assert_ok!(Inference::add_key(origin(3), key(32)));
            assert_ok!(Inference::deregister_provider(origin(3)));
            assert_eq!(Balances::free_balance(account(3)), before);
            assert_eq!(ReceiptKeys::<Test>::iter_prefix(account(3)).count(), 0);
        });
    }

    #[test]
    fn fails_twice_without_keys_or_with_the_same_key_twice() {
        test(|| {
            assert_noop!(Inference::register_provider(origin(PROVIDER), keys(&[30])), Error::<Test>::AlreadyProvider);
            assert_noop!(Inference::register_provider(origin(3), keys(&[])), Error::<Test>::NoKeys);
            let twice =
                frame_support::storage::with_storage_layer(|| Inference::register_provider(origin(3), keys(&[30, 30])));
            assert_eq!(twice, refused(Error::KeyExists));
        });
    }

    #[test]
    fn fails_to_leave_with_services_or_bonds() {
        test(|| {
            assert_noop!(Inference::deregister_provider(origin(PROVIDER)), Error::<Test>::HasServices);
            assert_ok!(Inference::register_provider(origin(3), keys(&[30])));
            assert_ok!(Inference::bond(origin(3), TUSD, 5));
            assert_noop!(Inference::deregister_provider(origin(3)), Error::<Test>::HasBonds);
            assert_noop!(Inference::deregister_provider(origin(4)), Error::<Test>::UnknownProvider);
        });
    }
}

mod rotation {
    use super::*;

    #[test]
    fn a_key_can_be_removed_only_after_twice_the_retention() {
        test(|| {
            assert_ok!(Inference::add_key(origin(PROVIDER), key(30)));
            assert_noop!(Inference::remove_key(origin(PROVIDER), key(30)), Error::<Test>::KeyActive);
            assert_ok!(Inference::retire_key(origin(PROVIDER), key(30)));
            assert_noop!(Inference::retire_key(origin(PROVIDER), key(30)), Error::<Test>::KeyNotActive);
            pass_blocks(2 * RETENTION);
            assert_noop!(Inference::remove_key(origin(PROVIDER), key(30)), Error::<Test>::TooEarly);
            pass_blocks(1);
            assert_ok!(Inference::remove_key(origin(PROVIDER), key(30)));
        });
    }

    #[test]
    fn boundary_of_the_number_of_keys() {
        test(|| {
            let add = |n| Inference::add_key(origin(PROVIDER), key(n));
            assert_ok!((100..100 + MAX_KEYS as u8 - 1).try_for_each(add));
            assert_noop!(add(200), Error::<Test>::TooManyKeys);
            assert_noop!(add(PROVIDER), Error::<Test>::KeyExists);
        });
    }

    #[test]
    fn a_retired_key_can_still_be_revoked() {
        test(|| {
            assert_ok!(Inference::retire_key(origin(PROVIDER), key(PROVIDER)));
            assert_ok!(Inference::revoke_key(origin(PROVIDER), key(PROVIDER)));
            let view = Inference::provider(account(PROVIDER)).unwrap();
            assert_eq!(view.keys, [(key(PROVIDER), KeyState::Revoked(1))]);
            assert_noop!(Inference::revoke_key(origin(PROVIDER), key(PROVIDER)), Error::<Test>::KeyNotActive);
        });
    }

    #[test]
    fn fails_for_anothers_key() {
        test(|| {
            assert_noop!(Inference::revoke_key(origin(RIVAL), key(PROVIDER)), Error::<Test>::UnknownReceiptKey);
        });
    }
}

mod bonds {
    use super::*;

    #[test]
    fn a_bond_is_held_and_adding_to_it_ends_an_unbonding() {
        test(|| {
            assert_eq!(held(&account(PROVIDER)), MINIMUM_BOND);
            assert_ok!(Inference::unbond(origin(PROVIDER), TUSD));
            assert_noop!(Inference::unbond(origin(PROVIDER), TUSD), Error::<Test>::AlreadyUnbonding);
            assert_ok!(Inference::bond(origin(PROVIDER), TUSD, 1));
            assert!(Inference::is_bonded(&account(PROVIDER), TUSD));
            assert_eq!(held(&account(PROVIDER)), MINIMUM_BOND + 1);
        });
    }

    #[test]
    fn fails_for_an_asset_without_a_minimum_for_nothing_and_for_strangers() {
        test(|| {
            assert_noop!(Inference::bond(origin(PROVIDER), 7, 1), Error::<Test>::AssetHasNoBond);
            assert_noop!(Inference::bond(origin(PROVIDER), TUSD, 0), Error::<Test>::NothingToBond);
            assert_noop!(Inference::bond(origin(3), TUSD, 1), Error::<Test>::UnknownProvider);
            assert_noop!(Inference::withdraw_bond(origin(PROVIDER), TUSD), Error::<Test>::NotUnbonding);
            assert_noop!(Inference::withdraw_bond(origin(3), TUSD), Error::<Test>::NoBond);
        });
    }

    #[test]
    fn raising_the_minimum_stops_new_payments_of_those_below() {
        test(|| {
            assert_ok!(Inference::set_minimum_bond(RuntimeOrigin::root(), TUSD, Some(MINIMUM_BOND + 1)));
            let outcome = settle(&[direct(0, &offer([leg(signed_service(PROVIDER))]), 1)]);
            assert_eq!(outcome, refused(Error::NotBonded));
        });
    }
}
