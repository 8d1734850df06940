//! Plain payments, and every way in which an authorization can be wrong: each has its own error and moves no money.

use crate::{mock::*, pallet::*, types::Settings};
use assay_primitives::{
    address::{asset_address, fallback_account},
    signer::Consent,
    views::PaymentStatus,
    Authorization, Payments, Permit2Contracts, H160, H256, U256,
};
use frame_support::{assert_noop, assert_ok};

const SHOP: H160 = H160([9; 20]);

fn pay(authorization: Authorization) -> sp_runtime::DispatchResult {
    X402::pay(RuntimeOrigin::signed(account(1)), authorization)
}

/// The change refuses a payment with this error, in both schemes, and moves nothing.
fn refused(error: Error<Test>, change: impl Fn(&mut Consent)) {
    test(|| {
        let error: sp_runtime::DispatchError = error.into();
        let mut consent = consent(SHOP, 1_000, 1);
        change(&mut consent);
        assert_noop!(pay(eip3009(0, consent)), error);
        assert_noop!(pay(permit2(0, consent)), error);
    });
}

mod pay {
    use super::*;

    #[test]
    fn success_moves_the_signed_value_to_the_signed_address() {
        for authorize in [eip3009, permit2] {
            test(|| {
                let authorization = authorize(0, consent(SHOP, 1_000, 1));
                assert_ok!(pay(authorization.clone()));
                assert_eq!(balance(&fallback_account(SHOP)), 1_000);
                assert_eq!(balance(&wallet_account(0)), FUNDS - 1_000);
                assert_eq!(X402::authorization_status(authorization), PaymentStatus::Paid { at: 1 });
            });
        }
    }

    #[test]
    fn success_whoever_submits_first() {
        test(|| {
            let authorization = eip3009(0, consent(SHOP, 1_000, 1));
            assert_ok!(X402::pay(RuntimeOrigin::signed(account(0xAA)), authorization));
            assert_eq!(balance(&fallback_account(SHOP)), 1_000);
        });
    }

    #[test]
    fn success_takes_no_fee() {
        test(|| {
            let before = balance(&treasury());
            assert_ok!(pay(eip3009(0, consent(SHOP, 1_000, 1))));
            assert_eq!(balance(&treasury()), before);
        });
    }

    #[test]
    fn fails_for_an_offer_address_so_that_nobody_can_strand_a_payers_money() {
        refused(Error::OfferAddress, |consent| consent.to = OFFER);
    }

    #[test]
    fn boundary_the_minimum_balance_stays() {
        test(|| {
            let most = FUNDS - 10;
            assert_noop!(pay(eip3009(0, consent(SHOP, most + 1, 1))), Error::<Test>::InsufficientBalance);
            assert_ok!(pay(eip3009(0, consent(SHOP, most, 1))));
        });
    }

    #[test]
    fn fails_below_the_recipients_minimum_balance_and_loses_nothing() {
        test(|| {
            let authorization = eip3009(0, consent(SHOP, 9, 1));
            assert!(frame_support::storage::with_storage_layer(|| pay(authorization.clone())).is_err());
            assert_eq!(X402::authorization_status(authorization), PaymentStatus::Unknown);
        });
    }
}

mod replay {
    use super::*;

    #[test]
    fn fails_when_an_authorization_is_used_again() {
        for authorize in [eip3009, permit2] {
            test(|| {
                let authorization = authorize(0, consent(SHOP, 1_000, 1));
                assert_ok!(pay(authorization.clone()));
                assert_noop!(pay(authorization), Error::<Test>::NonceUsed);
            });
        }
    }

    #[test]
    fn fails_when_a_nonce_is_used_for_another_payment() {
        test(|| {
            assert_ok!(pay(eip3009(0, consent(SHOP, 1_000, 1))));
            assert_noop!(pay(eip3009(0, consent(SHOP, 2_000, 1))), Error::<Test>::NonceUsed);
        });
    }

    #[test]
    fn fails_when_a_reserved_authorization_is_reserved_again() {
        test(|| {
            reserve(0, 1_000, 1);
            let again = eip3009(0, consent(OFFER, 1_000, 1));
            assert_noop!(<X402 as Payments>::reserve(&again, &terms(OFFER, 1_000)), Error::<Test>::NonceUsed);
        });
    }

    #[test]
    fn success_where_only_the_payer_or_the_scheme_is_the_same() {
        test(|| {
            assert_ok!(pay(eip3009(0, consent(SHOP, 1_000, 1))));
            assert_ok!(pay(eip3009(1, consent(SHOP, 1_000, 1))));
            assert_ok!(pay(permit2(0, consent(SHOP, 1_000, 1))));
        });
    }

    #[test]
    fn two_payers_of_one_permit2_message_are_two_payments() {
        test(|| {
            let ids = [0, 1].map(|n| X402::id_of(&permit2(n, consent(SHOP, 1_000, 1))));
            assert_ne!(ids[0], ids[1]);
        });
    }

    /// Rule 5: pruned strictly after its expiry, which is fixed at insertion.
    #[test]
    fn a_nonce_is_remembered_until_its_authorization_has_expired_and_then_forgotten() {
        test(|| {
            let end = START + 7_200;
            let authorization = eip3009(0, Consent { valid_before: end + 1, ..consent(SHOP, 1_000, 1) });
            assert_ok!(pay(authorization.clone()));
            assert_ok!(X402::set_settings(
                RuntimeOrigin::root(),
                Settings { memory: 0, horizon: 7_200, ..Default::default() }
            ));
            while X402::now() < end {
                pass_blocks(1);
                assert_noop!(pay(authorization.clone()), Error::<Test>::NonceUsed);
            }
            pass_blocks(300);
            assert_noop!(pay(authorization), Error::<Test>::Expired);
            assert_eq!((Nonces::<Test>::iter().count(), NoncePages::<Test>::iter().count()), (0, 0));
        });
    }

    /// Rule 5: full blocks cannot starve pruning.
    #[test]
    fn every_new_nonce_removes_an_expired_one_when_there_is_no_idle_time() {
        test(|| {
            let pay_each = |nonce| pay(eip3009(0, consent(SHOP, 100, nonce)));
            assert_ok!((0..100).try_for_each(pay_each));
            pass_blocks_with_idle(600, frame_support::weights::Weight::zero());
            assert_eq!(Nonces::<Test>::iter().count(), 100);
            assert_ok!((100..150).try_for_each(pay_each));
            assert_eq!(Nonces::<Test>::iter().count(), 100);
            assert_ok!((150..200).try_for_each(pay_each));
            assert_eq!(Nonces::<Test>::iter().filter(|(_, used)| used.keep_until < X402::now()).count(), 0);
        });
    }
}

mod refusals {
    use super::*;

    #[test]
    fn wrong_chain_id() {
        refused(Error::WrongChain, |consent| consent.chain_id = 1);
    }

    #[test]
    fn signed_for_another_chain_and_relabelled() {
        test(|| {
            let mut authorization = eip3009(0, Consent { chain_id: 1, ..consent(SHOP, 1_000, 1) });
            if let Authorization::Eip3009 { chain_id, .. } = &mut authorization {
                *chain_id = CHAIN_ID;
            }
            assert_noop!(pay(authorization), Error::<Test>::WrongSigner);
        });
    }

    /// Rule 12: every token's EIP-712 version ends in the genesis hash.
    #[test]
    fn signed_for_a_chain_of_the_same_id_with_another_genesis() {
        test(|| {
            let elsewhere = assay_primitives::TokenDomain::new(b"Test USD", 1, H256::repeat_byte(1));
            let authorization = wallet(0).eip3009(&elsewhere, consent(SHOP, 1_000, 1));
            assert_noop!(pay(authorization), Error::<Test>::WrongSigner);
            assert_eq!(domain(TUSD).version, b"1-5a5a5a5a");
        });
    }

    #[test]
    fn signed_for_the_domain_of_another_token() {
        test(|| {
            let other = wallet(0).eip3009(&domain(FROZEN_LATER), consent(SHOP, 1_000, 1));
            assert_noop!(pay(other), Error::<Test>::WrongSigner);
        });
    }

    #[test]
    fn wrong_token_for_the_offer() {
        test(|| {
            let token = asset_address(FROZEN_LATER);
            let authorization = eip3009(0, Consent { token, ..consent(OFFER, 1_000, 1) });
            assert_noop!(<X402 as Payments>::reserve(&authorization, &terms(OFFER, 1_000)), Error::<Test>::WrongToken);
        });
    }

    #[test]
    fn unknown_asset() {
        refused(Error::UnknownAsset, |consent| consent.token = asset_address(77));
        refused(Error::UnknownAsset, |consent| consent.token = H160::repeat_byte(3));
    }

    #[test]
    fn delisted_asset() {
        test(|| {
            let authorization = eip3009(0, consent(SHOP, 1_000, 1));
            assert_ok!(X402::delist_asset(RuntimeOrigin::root(), TUSD));
            assert_noop!(pay(authorization), Error::<Test>::UnknownAsset);
        });
    }

    #[test]
    fn value_above_u128() {
        refused(Error::ValueTooLarge, |consent| consent.value = U256::from(u128::MAX) + 1);
    }

    #[test]
    fn insufficient_balance() {
        refused(Error::InsufficientBalance, |consent| consent.value = (FUNDS + 1).into());
    }

    #[test]
    fn not_yet_valid() {
        refused(Error::NotYetValid, |consent| consent.valid_after = START + 1);
    }

    #[test]
    fn expired() {
        refused(Error::Expired, |consent| consent.valid_before = START - 1);
    }

    /// EIP-3009's bounds are exclusive, Permit2's inclusive.
    #[test]
    fn boundary_of_validity() {
        test(|| {
            let at = |valid_after, valid_before| Consent { valid_after, valid_before, ..consent(SHOP, 1_000, 1) };
            assert_noop!(pay(eip3009(0, at(START, START + 1))), Error::<Test>::NotYetValid);
            assert_noop!(pay(eip3009(0, at(START - 1, START))), Error::<Test>::Expired);
            assert_ok!(pay(eip3009(0, at(START - 1, START + 1))));
            assert_ok!(pay(permit2(0, at(START, START))));
        });
    }

    #[test]
    fn boundary_of_the_horizon() {
        test(|| {
            let horizon = Settings::default().horizon;
            let until = |valid_before| Consent { valid_before, ..consent(SHOP, 1_000, 1) };
            assert_noop!(pay(permit2(0, until(START + horizon + 1))), Error::<Test>::ValidTooLong);
            assert_ok!(pay(permit2(0, until(START + horizon))));
        });
    }

    #[test]
    fn wrong_recipient_for_the_offer() {
        test(|| {
            let authorization = eip3009(0, consent(SHOP, 1_000, 1));
            assert_noop!(
                <X402 as Payments>::reserve(&authorization, &terms(OFFER, 1_000)),
                Error::<Test>::WrongRecipient
            );
        });
    }

    #[test]
    fn wrong_spender() {
        test(|| {
            let contracts = Permit2Contracts { exact_proxy: H160::repeat_byte(1), ..Permit2Contracts::X402 };
            let authorization = wallet(0).permit2(&contracts, consent(SHOP, 1_000, 1));
            assert_noop!(pay(authorization), Error::<Test>::WrongSpender);
        });
    }

    #[test]
    fn any_altered_field_makes_another_signer() {
        test(|| {
            let good = consent(SHOP, 1_000, 1);
            let Authorization::Eip3009 { chain_id, signed } = eip3009(0, good) else { unreachable!() };
            let altered = |change: &dyn Fn(&mut assay_primitives::Eip3009)| {
                let mut signed = signed.clone();
                change(&mut signed);
                pay(Authorization::Eip3009 { chain_id, signed })
            };
            assert_noop!(altered(&|s| s.value = 999.into()), Error::<Test>::WrongSigner);
            assert_noop!(altered(&|s| s.to = H160::repeat_byte(8)), Error::<Test>::WrongSigner);
            assert_noop!(altered(&|s| s.from = wallet(1).address()), Error::<Test>::WrongSigner);
            assert_noop!(altered(&|s| s.nonce = H256::zero()), Error::<Test>::WrongSigner);
            assert_noop!(altered(&|s| s.valid_before = (START + 61).into()), Error::<Test>::WrongSigner);
            assert_noop!(altered(&|s| s.valid_after = 1.into()), Error::<Test>::WrongSigner);
        });
    }

    #[test]
    fn mirrored_signature() {
        // The group order of secp256k1: s and order - s both recover.
        let order =
            U256::from_str_radix("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16).unwrap();
        test(|| {
            let Authorization::Eip3009 { chain_id, mut signed } = eip3009(0, consent(SHOP, 1_000, 1)) else {
                unreachable!()
            };
            let s = U256::from_big_endian(&signed.signature[32..64]);
            signed.signature[32..64].copy_from_slice(&(order - s).to_big_endian());
            signed.signature[64] ^= 27 ^ 28;
            assert_noop!(pay(Authorization::Eip3009 { chain_id, signed }), Error::<Test>::HighS);
        });
    }

    #[test]
    fn recovery_id() {
        test(|| {
            for (v, expected) in [
                (2, Some(Error::<Test>::BadRecoveryId)),
                (29, Some(Error::BadRecoveryId)),
                (35, Some(Error::BadRecoveryId)),
            ] {
                let Authorization::Eip3009 { chain_id, mut signed } = eip3009(0, consent(SHOP, 1_000, 1)) else {
                    unreachable!()
                };
                signed.signature[64] = v;
                let outcome = pay(Authorization::Eip3009 { chain_id, signed });
                assert_eq!(outcome.err(), expected.map(Into::into));
            }
        });
    }

    #[test]
    fn recovery_id_without_offset_is_accepted() {
        test(|| {
            let Authorization::Eip3009 { chain_id, mut signed } = eip3009(0, consent(SHOP, 1_000, 1)) else {
                unreachable!()
            };
            signed.signature[64] -= 27;
            assert_ok!(pay(Authorization::Eip3009 { chain_id, signed }));
        });
    }

    #[test]
    fn bytes_that_are_no_signature() {
        test(|| {
            let Authorization::Eip3009 { chain_id, mut signed } = eip3009(0, consent(SHOP, 1_000, 1)) else {
                unreachable!()
            };
            signed.signature = [0; 65];
            assert_noop!(pay(Authorization::Eip3009 { chain_id, signed }), Error::<Test>::BadSignature);
        });
    }
}
