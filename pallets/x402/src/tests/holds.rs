//! Reserve, capture, refund: the rules of money that need no service.

use crate::{mock::*, pallet::*, types::Settings};
use assay_primitives::{views::PaymentStatus, Balance, OpenPayment, PaymentId, PaymentRef, Payments, Payout, Terms};
use frame_support::{assert_noop, assert_ok, storage::with_storage_layer};
use sp_runtime::{DispatchError, Permill};

fn payout(n: u8, amount: Balance) -> Payout {
    Payout { owner: account(n), account: account(n), amount }
}

fn open(id: PaymentId) -> Result<OpenPayment, DispatchError> {
    <X402 as Payments>::find(&PaymentRef::Reserved(id))?.ok_or(DispatchError::CannotLookup)
}

fn capture(id: PaymentId, payouts: &[Payout]) -> Result<Vec<Balance>, DispatchError> {
    with_storage_layer(|| <X402 as Payments>::capture(&open(id)?, payouts))
}

fn refund(id: PaymentId) -> sp_runtime::DispatchResult {
    X402::refund(RuntimeOrigin::signed(account(1)), id)
}

/// An authorization that is good to be captured on the spot.
fn direct(value: Balance) -> OpenPayment {
    let authorization = eip3009(0, consent(OFFER, value, 1));
    <X402 as Payments>::examine(&authorization, &terms(OFFER, value)).expect("examines")
}

mod reserve {
    use super::*;

    #[test]
    fn success_holds_the_money_on_the_payers_own_account() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_eq!((balance(&wallet_account(0)), held(&wallet_account(0))), (FUNDS - 1_000, 1_000));
            assert!(matches!(X402::reserved_status(id), Some(PaymentStatus::Open(_))));
        });
    }

    #[test]
    fn fails_for_another_value_than_the_sum_of_legs() {
        test(|| {
            let authorization = eip3009(0, consent(OFFER, 1_000, 1));
            for total in [999, 1_001] {
                assert_noop!(
                    <X402 as Payments>::reserve(&authorization, &terms(OFFER, total)),
                    Error::<Test>::WrongValue
                );
            }
        });
    }

    #[test]
    fn boundary_of_delivery_times() {
        test(|| {
            let Settings { min_delivery, max_delivery, .. } = Settings::default();
            let authorization = eip3009(0, consent(OFFER, 1_000, 1));
            let within = |delivery_seconds| {
                <X402 as Payments>::examine(&authorization, &Terms { delivery_seconds, ..terms(OFFER, 1_000) })
            };
            for refused in [0, min_delivery - 1, max_delivery + 1, u64::MAX] {
                assert_noop!(within(refused), Error::<Test>::DeliveryTimeOutOfBounds);
            }
            assert_ok!(within(min_delivery));
            assert_ok!(within(max_delivery));
        });
    }

    #[test]
    fn fails_when_the_payer_spent_the_money_meanwhile() {
        test(|| {
            reserve(0, FUNDS - 100, 1);
            let second = eip3009(0, consent(OFFER, 1_000, 2));
            assert_noop!(
                <X402 as Payments>::reserve(&second, &terms(OFFER, 1_000)),
                Error::<Test>::InsufficientBalance
            );
        });
    }

    #[test]
    fn a_payer_that_drains_its_account_after_the_reserve_cannot_touch_held_money() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            let rest = balance(&wallet_account(0));
            let drain = |amount| {
                with_storage_layer(|| {
                    Assets::transfer_keep_alive(RuntimeOrigin::signed(wallet_account(0)), TUSD, account(2), amount)
                })
            };
            assert!(drain(rest).is_err());
            assert_ok!(drain(rest - 10));
            assert_ok!(capture(id, &[payout(1, 1_000)]));
            assert_eq!(balance(&account(1)), FUNDS + 990);
        });
    }
}

mod capture {
    use super::*;

    #[test]
    fn success_pays_providers_and_fee_and_releases_what_was_not_earned() {
        test(|| {
            let before = balance(&treasury());
            let id = reserve(0, 1_000, 1);
            assert_eq!(capture(id, &[payout(1, 500), payout(2, 250)]), Ok(vec![5, 2]));
            assert_eq!(balance(&account(1)), FUNDS + 495);
            assert_eq!(balance(&account(2)), FUNDS + 248);
            assert_eq!(balance(&treasury()), before + 7);
            assert_eq!((balance(&wallet_account(0)), held(&wallet_account(0))), (FUNDS - 750, 0));
            assert_eq!(X402::reserved_status(id), Some(PaymentStatus::Captured { at: 1 }));
        });
    }

    #[test]
    fn success_without_a_reserve_moves_the_same_money() {
        test(|| {
            let before = balance(&treasury());
            assert_ok!(<X402 as Payments>::capture(&direct(1_000), &[payout(1, 500), payout(2, 250)]));
            assert_eq!(balance(&account(1)), FUNDS + 495);
            assert_eq!(balance(&account(2)), FUNDS + 248);
            assert_eq!(balance(&treasury()), before + 7);
            assert_eq!((balance(&wallet_account(0)), held(&wallet_account(0))), (FUNDS - 750, 0));
        });
    }

    #[test]
    fn success_of_nothing_earned_gives_everything_back() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_ok!(capture(id, &[payout(1, 0)]));
            assert_eq!((balance(&wallet_account(0)), held(&wallet_account(0))), (FUNDS, 0));
        });
    }

    #[test]
    fn success_when_the_payer_is_the_payee() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            let own = Payout { owner: wallet_account(0), account: wallet_account(0), amount: 1_000 };
            assert_ok!(capture(id, &[own]));
            assert_eq!((balance(&wallet_account(0)), held(&wallet_account(0))), (FUNDS - 10, 0));
        });
    }

    #[test]
    fn fails_for_more_than_was_signed() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_eq!(capture(id, &[payout(1, 600), payout(2, 401)]), Err(Error::<Test>::Overspent.into()));
            assert_eq!(capture(id, &[payout(1, Balance::MAX), payout(2, 2)]), Err(Error::<Test>::Overspent.into()));
            assert_eq!(held(&wallet_account(0)), 1_000);
        });
    }

    #[test]
    fn fails_when_captured_before() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_ok!(capture(id, &[payout(1, 1_000)]));
            assert_eq!(capture(id, &[payout(1, 1_000)]), Err(Error::<Test>::AlreadyCaptured.into()));
        });
    }

    #[test]
    fn fails_when_refunded_before() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            let found = open(id).unwrap();
            pass_blocks_with_idle(6, frame_support::weights::Weight::zero());
            assert_ok!(refund(id));
            assert_eq!(capture(id, &[payout(1, 1_000)]), Err(Error::<Test>::AlreadyRefunded.into()));
            // Nor on what was found before the refund.
            assert_noop!(<X402 as Payments>::capture(&found, &[payout(1, 1_000)]), Error::<Test>::AlreadyRefunded);
        });
    }

    #[test]
    fn fails_for_an_authorization_that_was_captured_on_the_spot_before() {
        test(|| {
            let payment = direct(1_000);
            assert_ok!(<X402 as Payments>::capture(&payment, &[payout(1, 1_000)]));
            assert_noop!(<X402 as Payments>::capture(&payment, &[payout(1, 1_000)]), Error::<Test>::NonceUsed);
        });
    }

    /// Rule 2: the reserve fixes the fee rate.
    #[test]
    fn the_fee_is_that_of_the_reserve() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_ok!(X402::set_settings(
                RuntimeOrigin::root(),
                Settings { fee: Permill::from_percent(20), ..Default::default() }
            ));
            assert_eq!(capture(id, &[payout(1, 1_000)]), Ok(vec![10]));
        });
    }

    /// Rule 1: the fee is rounded down.
    #[test]
    fn boundary_the_fee_is_rounded_down() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_eq!(capture(id, &[payout(1, 99), payout(1, 100), payout(1, 199)]), Ok(vec![0, 1, 1]));
        });
    }
}

mod refund {
    use super::*;

    /// Rule 4: capture up to and including the deadline, refund strictly after.
    #[test]
    fn boundary_of_the_deadline() {
        test(|| {
            let none = frame_support::weights::Weight::zero();
            let (captured, refunded) = (reserve(0, 1_000, 1), reserve(1, 1_000, 1));
            pass_blocks_with_idle(5, none);
            assert_noop!(refund(refunded), Error::<Test>::DeadlineNotPassed);
            assert_ok!(capture(captured, &[payout(1, 1_000)]));
            pass_blocks_with_idle(1, none);
            assert_eq!(capture(refunded, &[payout(1, 1_000)]), Err(Error::<Test>::DeadlinePassed.into()));
            assert_ok!(refund(refunded));
            assert_eq!((balance(&wallet_account(1)), held(&wallet_account(1))), (FUNDS, 0));
        });
    }

    /// Rule 4: pauses do not eat the provider's delivery time.
    #[test]
    fn the_clock_stands_still_while_settling_is_impossible() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            SettlingPossible::set(false);
            pass_blocks(1_000);
            assert_noop!(refund(id), Error::<Test>::DeadlineNotPassed);
            SettlingPossible::set(true);
            assert_ok!(capture(id, &[payout(1, 1_000)]));
        });
    }

    #[test]
    fn idle_time_refunds_by_itself() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            pass_blocks(8);
            assert_eq!(X402::reserved_status(id), Some(PaymentStatus::Refunded { at: 7 }));
            assert_eq!(held(&wallet_account(0)), 0);
        });
    }

    #[test]
    fn fails_twice() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            pass_blocks(8);
            assert_noop!(refund(id), Error::<Test>::AlreadyRefunded);
        });
    }

    #[test]
    fn fails_after_capture() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_ok!(capture(id, &[payout(1, 1_000)]));
            pass_blocks(20);
            assert_noop!(refund(id), Error::<Test>::AlreadyCaptured);
            assert_eq!(balance(&wallet_account(0)), FUNDS - 1_000);
        });
    }

    #[test]
    fn fails_for_a_payment_that_never_was() {
        test(|| {
            assert_noop!(refund(PaymentId::repeat_byte(1)), Error::<Test>::UnknownPayment);
        });
    }

    /// Rule 8: one stuck payment never blocks a sweep, and its hold survives the failed release.
    #[test]
    fn a_frozen_asset_delays_its_refunds_and_no_others_and_destroys_nothing() {
        test(|| {
            let stuck = {
                let consent = assay_primitives::signer::Consent {
                    token: assay_primitives::address::asset_address(FROZEN_LATER),
                    ..consent(OFFER, 890, 1)
                };
                let authorization = wallet(0).eip3009(&domain(FROZEN_LATER), consent);
                let terms = Terms { asset: FROZEN_LATER, ..terms(OFFER, 890) };
                <X402 as Payments>::reserve(&authorization, &terms).unwrap().id
            };
            let free = reserve(0, 1_000, 2);
            assert_ok!(Assets::freeze_asset(RuntimeOrigin::signed(issuer()), FROZEN_LATER));
            pass_blocks(20);
            assert!(with_storage_layer(|| refund(stuck)).is_err());
            assert!(matches!(X402::reserved_status(stuck), Some(PaymentStatus::Open(_))));
            assert!(matches!(X402::reserved_status(free), Some(PaymentStatus::Refunded { .. })));
            X402::do_try_state().expect("held money is still there");

            assert_ok!(Assets::thaw_asset(RuntimeOrigin::signed(issuer()), FROZEN_LATER));
            pass_blocks(200);
            assert!(matches!(X402::reserved_status(stuck), None | Some(PaymentStatus::Refunded { .. })));
            assert_eq!(Assets::balance(FROZEN_LATER, wallet_account(0)), FUNDS);
        });
    }

    #[test]
    fn closed_payments_and_their_calendar_are_forgotten() {
        test(|| {
            let id = reserve(0, 1_000, 1);
            assert_ok!(capture(id, &[payout(1, 1_000)]));
            reserve(1, 1_000, 1);
            pass_blocks(1_000);
            assert_eq!(ReservedPayments::<Test>::iter().count(), 0);
            assert_eq!((DuePages::<Test>::iter().count(), DuePageCounts::<Test>::iter().count()), (0, 0));
            assert_eq!((NoncePages::<Test>::iter().count(), NoncePageCounts::<Test>::iter().count()), (0, 0));
        });
    }
}
