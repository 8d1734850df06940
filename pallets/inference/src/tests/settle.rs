//! Settlement: mixed tiers, modes, and the attacks on receipts and offers.

use crate::{mock::*, pallet::*, tiers::SignedTier, types::SettleMode};
use assay_primitives::{
    id::commitment, views::PaymentStatus, Disclosure, Leg, PaymentRef, ReceiptSignature, Settlement, Tier, Verifier,
    H256,
};
use frame_support::{assert_ok, BoundedVec};
use sp_runtime::DispatchError;

fn one() -> assay_primitives::Offer {
    offer([leg(signed_service(PROVIDER))])
}

/// A reserved payment for one leg, and its honest settlement.
fn reserved_one() -> (H256, Settlement) {
    let offer = one();
    let id = reserve(0, &offer, 1);
    (id, settlement(PaymentRef::Reserved(id), id, &offer))
}

fn last_failures() -> Vec<(u32, DispatchError)> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Inference(Event::SettlementFailed { index, error, .. }) => Some((index, error)),
            _ => None,
        })
        .collect()
}

/// An error as events carry it.
fn stripped(error: Error<Test>) -> DispatchError {
    DispatchError::from(error).stripped()
}

mod success {
    use super::*;

    #[test]
    fn a_mixed_tier_offer_is_paid_in_one_go() {
        test(|| {
            let offer = offer([leg(signed_service(PROVIDER)), leg(cosigned_service()), leg(signed_service(RIVAL))]);
            assert_ok!(settle(&[direct(0, &offer, 1)]));
            let told: Vec<_> =
                SettledLegs::get().into_iter().map(|(receipt, tier, own)| (receipt.leg, tier, own)).collect();
            assert_eq!(told, [(0, Tier::Signed, false), (1, Tier::Attested, false), (2, Tier::Signed, false)]);
            assert_eq!(balance(&payer_account(0)), FUNDS - 3 * PRICE);
        });
    }

    #[test]
    fn the_record_can_be_read_back() {
        test(|| {
            let (id, settlement) = reserved_one();
            assert!(matches!(Inference::payment_status(id), PaymentStatus::Open(_)));
            assert_ok!(settle(&[settlement]));
            assert_eq!(Inference::payment_status(id), PaymentStatus::Captured { at: 1 });
            let view = Inference::receipt(id, 0).unwrap();
            assert_eq!(view.receipt, receipt(id, 0, signed_service(PROVIDER)));
            assert_eq!((view.provider, view.tier, view.payer), (account(PROVIDER), Tier::Signed, payer(0).address()));
            assert_eq!(Inference::receipt(id, 1), None);
        });
    }

    #[test]
    fn a_self_payment_is_told_apart() {
        test(|| {
            let service = signed_service(PROVIDER);
            assert_ok!(Inference::update_service(origin(PROVIDER), service, PRICE, true, payer_account(0)));
            assert_ok!(settle(&[direct(0, &one(), 1), direct(1, &one(), 2)]));
            let own: Vec<bool> = SettledLegs::get().into_iter().map(|(_, _, own)| own).collect();
            assert_eq!(own, [true, false]);
        });
    }

    #[test]
    fn every_kind_of_receipt_key() {
        use sp_core::{ed25519, sr25519, Pair};
        test(|| {
            let (ed, sr) = (ed25519::Pair::from_seed(&[1; 32]), sr25519::Pair::from_seed(&[2; 32]));
            for key in [
                assay_primitives::ReceiptKey::Ed25519(ed.public().0),
                assay_primitives::ReceiptKey::Sr25519(sr.public().0),
            ] {
                assert_ok!(Inference::add_key(origin(PROVIDER), key));
            }
            for (nonce, which) in [(1, "ed25519"), (2, "sr25519")] {
                let id = reserve(0, &one(), nonce);
                let mut settlement = settlement(PaymentRef::Reserved(id), id, &one());
                let digest = receipt(id, 0, signed_service(PROVIDER)).digest(&CHAIN);
                settlement.deliveries[0].evidence.signature = match which {
                    "ed25519" => {
                        ReceiptSignature::Ed25519 { key: ed.public().0, signature: ed.sign(digest.as_bytes()).0 }
                    }
                    _ => ReceiptSignature::Sr25519 { key: sr.public().0, signature: sr.sign(digest.as_bytes()).0 },
                };
                assert_ok!(settle(&[settlement]));
            }
        });
    }

    #[test]
    fn a_dry_run_answers_the_same_and_changes_nothing() {
        test(|| {
            let (id, good) = reserved_one();
            let mut bad = good.clone();
            bad.deliveries[0].amount = 0;
            assert_eq!(Inference::dry_run(bad), refused(Error::AmountBelowPrice));
            assert_ok!(Inference::dry_run(good.clone()));
            assert!(matches!(Inference::payment_status(id), PaymentStatus::Open(_)));
            assert_ok!(settle(&[good]));
        });
    }
}

mod modes {
    use super::*;

    #[test]
    fn all_or_nothing_leaves_nothing_behind() {
        test(|| {
            let mut bad = direct(1, &one(), 2);
            bad.deliveries[0].evidence.signature = ReceiptSignature::Secp256k1([0; 65]);
            assert_eq!(settle(&[direct(0, &one(), 1), bad]), refused(Error::BadReceiptSignature));
            assert_eq!(balance(&payer_account(0)), FUNDS);
            assert_eq!(CapturedPayments::<Test>::iter().count(), 0);
        });
    }

    /// Rule 11: batches of strangers are never merged all-or-nothing.
    #[test]
    fn independent_settlements_do_not_suffer_from_a_strangers() {
        test(|| {
            let mut bad_key = direct(1, &one(), 2);
            bad_key.deliveries[0].evidence.signature = ReceiptSignature::Secp256k1([0; 65]);
            let mut bad_amount = direct(2, &one(), 3);
            bad_amount.deliveries[0].amount = 1;
            let good = [direct(0, &one(), 1), direct(3, &one(), 4)];
            let batch = [bad_key, good[0].clone(), bad_amount, good[1].clone()];
            assert_ok!(settle_as(&batch, SettleMode::Independent));
            assert_eq!(CapturedPayments::<Test>::iter().count(), 2);
            assert_eq!(
                last_failures(),
                [(0, stripped(Error::BadReceiptSignature)), (2, stripped(Error::AmountBelowPrice))]
            );
            assert_eq!(balance(&payer_account(1)), FUNDS);
        });
    }

    #[test]
    fn the_same_payment_twice_in_one_call_is_paid_once() {
        test(|| {
            let settlement = direct(0, &one(), 1);
            assert!(settle(&[settlement.clone(), settlement.clone()]).is_err());
            assert_ok!(settle_as(&[settlement.clone(), settlement], SettleMode::Independent));
            assert_eq!(balance(&payer_account(0)), FUNDS - PRICE);
            assert_eq!(last_failures().len(), 1);
        });
    }

    #[test]
    fn evidence_that_was_not_looked_at_is_refunded_and_failed_evidence_is_not() {
        test(|| {
            let charged = Inference::settle_weight(&[direct(0, &one(), 1)]);
            let outcome = |settlement| {
                frame_support::storage::with_storage_layer::<(), DispatchError, _>(|| {
                    let batch = BoundedVec::truncate_from(vec![settlement]);
                    let error = Inference::settle(origin(3), batch, SettleMode::AllOrNothing).unwrap_err();
                    assert!(error.post_info.actual_weight.is_some());
                    SettledLegs::set(Vec::new());
                    WEIGHT.set(error.post_info.actual_weight.unwrap());
                    Err(error.error)
                })
            };
            let mut cheap = direct(0, &one(), 1);
            cheap.deliveries[0].amount = 1;
            assert!(outcome(cheap).is_err());
            assert!(WEIGHT.get().ref_time() < charged.ref_time());
            let mut dear = direct(0, &one(), 1);
            dear.deliveries[0].evidence.signature = ReceiptSignature::Secp256k1([0; 65]);
            assert!(outcome(dear).is_err());
            // All but what tier Signed does not have: an anchor, and the evidence of the dearest tier.
            let evidence = direct(0, &one(), 1).deliveries[0].evidence.clone();
            let dearest = Inference::evidence_weight(&evidence) - SignedTier::<Test>::weight(&evidence);
            assert!(dearest.ref_time() > 0);
            assert_eq!(WEIGHT.get(), charged - Inference::anchor_weights(1) - dearest);
        });
    }

    thread_local! {
        static WEIGHT: std::cell::Cell<frame_support::weights::Weight> = const { std::cell::Cell::new(frame_support::weights::Weight::zero()) };
    }
}

mod attacks {
    use super::*;

    #[test]
    fn a_settled_payment_is_settled_again() {
        test(|| {
            let settlement = direct(0, &one(), 1);
            assert_ok!(settle(std::slice::from_ref(&settlement)));
            assert_eq!(settle(&[settlement]), Err(pallet_x402::Error::<Test>::NonceUsed.into()));
            let (_, reserved) = {
                let offer = one();
                let id = reserve(0, &offer, 2);
                (id, super::super::super::mock::settlement(PaymentRef::Reserved(id), id, &offer))
            };
            assert_ok!(settle(std::slice::from_ref(&reserved)));
            assert_eq!(settle(&[reserved]), Err(pallet_x402::Error::<Test>::AlreadyCaptured.into()));
        });
    }

    #[test]
    fn a_receipt_is_replayed_for_another_payment() {
        test(|| {
            let offer = one();
            let (first, second) = (reserve(0, &offer, 1), reserve(0, &offer, 2));
            let mut replay = settlement(PaymentRef::Reserved(first), first, &offer);
            replay.payment = PaymentRef::Reserved(second);
            assert_eq!(settle(&[replay]), refused(Error::UnknownReceiptKey));
        });
    }

    #[test]
    fn a_receipt_is_replayed_across_legs() {
        test(|| {
            let offer = offer([leg(signed_service(PROVIDER)), leg(signed_service(PROVIDER))]);
            let mut settlement = direct(0, &offer, 1);
            settlement.deliveries[1] = settlement.deliveries[0].clone();
            assert_eq!(settle(&[settlement]), refused(Error::UnknownReceiptKey));
        });
    }

    #[test]
    fn a_receipt_is_replayed_across_services() {
        test(|| {
            let offer = offer([leg(cosigned_service())]);
            let id = reserve(0, &offer, 1);
            let mut settlement = settlement(PaymentRef::Reserved(id), id, &offer);
            let elsewhere = receipt(id, 0, signed_service(PROVIDER));
            settlement.deliveries[0].evidence.material =
                BoundedVec::truncate_from(receipt_signer(99).sign(elsewhere.digest(&CHAIN)).to_vec());
            assert_eq!(settle(&[settlement]), Err(DispatchError::BadOrigin));
        });
    }

    #[test]
    fn a_receipt_comes_from_a_chain_of_another_genesis() {
        test(|| {
            let (id, mut settlement) = reserved_one();
            let elsewhere = assay_primitives::ChainDomain { genesis: H256::repeat_byte(1), ..CHAIN };
            let digest = receipt(id, 0, signed_service(PROVIDER)).digest(&elsewhere);
            settlement.deliveries[0].evidence.signature = receipt_signer(PROVIDER).sign_receipt(digest);
            assert_eq!(settle(&[settlement]), refused(Error::UnknownReceiptKey));
        });
    }

    #[test]
    fn a_receipt_is_signed_by_a_foreign_key() {
        test(|| {
            let (id, mut settlement) = reserved_one();
            let foreign = deliver(&receipt_signer(RIVAL), &receipt(id, 0, signed_service(PROVIDER)));
            settlement.deliveries = BoundedVec::truncate_from(vec![foreign]);
            assert_eq!(settle(&[settlement]), refused(Error::UnknownReceiptKey));
        });
    }

    #[test]
    fn a_receipt_is_altered_in_any_field_after_it_was_signed() {
        test(|| {
            let (_, good) = reserved_one();
            let altered = |change: &dyn Fn(&mut assay_primitives::Delivery)| {
                let mut settlement = good.clone();
                change(&mut settlement.deliveries[0]);
                settle(&[settlement])
            };
            assert_eq!(altered(&|d| d.response = H256::zero()), refused(Error::UnknownReceiptKey));
            assert_eq!(altered(&|d| d.amount += 1), refused(Error::UnknownReceiptKey));
            assert_eq!(altered(&|d| d.issued_at += 1), refused(Error::UnknownReceiptKey));
            assert_eq!(altered(&|d| d.request = H256::zero()), refused(Error::WrongRequest));
            assert_ok!(settle(&[good]));
        });
    }

    #[test]
    fn an_offer_is_altered_in_any_field() {
        test(|| {
            let offer = offer([leg(signed_service(PROVIDER)), leg(cosigned_service())]);
            let id = reserve(0, &offer, 1);
            let reserved = settlement(PaymentRef::Reserved(id), id, &offer);
            let direct = direct(1, &offer, 2);
            let changes: [&dyn Fn(&mut assay_primitives::Offer); 7] = [
                &|o| o.delivery_seconds += 1,
                &|o| o.legs[0].service = signed_service(RIVAL),
                &|o| o.legs[0].max_amount += 1,
                &|o| o.legs[1].request = H256::zero(),
                &|o| o.legs[0].disclose = true,
                &|o| o.legs.as_mut().swap(0, 1),
                &|o| o.asset = OTHER,
            ];
            for change in changes {
                for mut settlement in [reserved.clone(), direct.clone()] {
                    change(&mut settlement.offer);
                    assert!(settle(&[settlement]).is_err());
                }
            }
            let mut shorter = reserved.clone();
            shorter.offer.legs.pop();
            shorter.deliveries.pop();
            assert_eq!(settle(&[shorter]), refused(Error::OfferMismatch));
            assert_ok!(settle(&[reserved, direct]));
        });
    }

    #[test]
    fn the_offer_is_revealed_by_somebody_who_wants_to_reserve_it_on_other_terms() {
        test(|| {
            let mut cheaper = one();
            let authorization = authorize(0, &cheaper, 1);
            cheaper.delivery_seconds = 3_600;
            let outcome = Inference::reserve(origin(3), authorization, cheaper);
            assert_eq!(outcome, Err(pallet_x402::Error::<Test>::WrongRecipient.into()));
        });
    }

    #[test]
    fn a_leg_has_two_receipts_or_none() {
        test(|| {
            let (_, good) = reserved_one();
            let mut two = good.clone();
            assert_ok!(two.deliveries.try_push(good.deliveries[0].clone()).map_err(|_| ()));
            assert_eq!(settle(&[two]), refused(Error::LegMissing));
            let none = Settlement { deliveries: Default::default(), ..good };
            assert_eq!(settle(&[none]), refused(Error::LegMissing));
        });
    }

    #[test]
    fn one_leg_of_many_is_not_delivered() {
        test(|| {
            let offer = offer([leg(signed_service(PROVIDER)), leg(cosigned_service())]);
            let mut settlement = direct(0, &offer, 1);
            settlement.deliveries[1].evidence.material = Default::default();
            assert_eq!(settle(&[settlement]), Err(DispatchError::Corruption));
            assert_eq!(balance(&payer_account(0)), FUNDS);
        });
    }

    #[test]
    fn material_is_smuggled_into_a_signed_receipt() {
        test(|| {
            let (_, mut settlement) = reserved_one();
            settlement.deliveries[0].evidence.material = BoundedVec::truncate_from(vec![0]);
            assert_eq!(settle(&[settlement]), refused(Error::UnexpectedMaterial));
        });
    }

    #[test]
    fn a_capture_comes_after_the_refund_and_a_refund_after_the_capture() {
        test(|| {
            let (id, settlement) = reserved_one();
            pass_blocks(20);
            assert!(matches!(Inference::payment_status(id), PaymentStatus::Refunded { .. }));
            assert_eq!(settle(&[settlement]), Err(pallet_x402::Error::<Test>::AlreadyRefunded.into()));

            let captured = reserve(1, &one(), 1);
            assert_ok!(settle(&[super::super::super::mock::settlement(
                PaymentRef::Reserved(captured),
                captured,
                &one()
            )]));
            pass_blocks(20);
            let refund = X402::refund(origin(3), captured);
            assert_eq!(refund, Err(pallet_x402::Error::<Test>::AlreadyCaptured.into()));
        });
    }

    #[test]
    fn a_tier_that_is_not_there_takes_no_service() {
        test(|| {
            let outcome = Inference::register_service(
                origin(PROVIDER),
                model(),
                Tier::Proven,
                H256::repeat_byte(1),
                TUSD,
                PRICE,
                None,
            );
            assert_eq!(outcome, Err(DispatchError::Unavailable));
        });
    }

    #[test]
    fn an_offer_asks_for_a_service_below_its_price_or_in_another_asset() {
        test(|| {
            let cheap = offer([Leg { max_amount: PRICE - 1, ..leg(signed_service(PROVIDER)) }]);
            assert_eq!(settle(&[direct(0, &cheap, 1)]), refused(Error::PriceAboveMaximum));
            let mut other = one();
            other.asset = OTHER;
            assert_eq!(settle(&[direct(0, &other, 1)]), refused(Error::WrongAsset));
            let unknown = offer([leg(H256::repeat_byte(4))]);
            assert_eq!(settle(&[direct(0, &unknown, 1)]), refused(Error::UnknownService));
            let empty = offer([]);
            assert_eq!(settle(&[direct(0, &empty, 1)]), refused(Error::BadOffer));
            let overflow = offer([u128::MAX, 1].map(|max_amount| Leg { max_amount, ..leg(signed_service(PROVIDER)) }));
            let authorization = authorize(0, &overflow, 1);
            assert_eq!(Inference::reserve(origin(3), authorization, overflow), refused(Error::BadOffer));
        });
    }
}

mod disclosure {
    use super::*;

    fn disclosing() -> assay_primitives::Offer {
        offer([Leg { disclose: true, ..leg(signed_service(PROVIDER)) }])
    }

    fn disclosure(salt: u8, response: &[u8]) -> Option<Disclosure> {
        Some(Disclosure { salt: [salt; 32], response: BoundedVec::truncate_from(response.to_vec()) })
    }

    /// Rule 10: paid if and only if delivered.
    #[test]
    fn rule_10_a_disclosed_response_is_checked_and_emitted() {
        test(|| {
            assert_eq!(response(), commitment(&[2; 32], b"setosa"));
            let mut settlement = direct(0, &disclosing(), 1);
            assert_eq!(settle(std::slice::from_ref(&settlement)), refused(Error::DisclosureMissing));
            for wrong in [disclosure(2, b"virginica"), disclosure(3, b"setosa"), disclosure(2, b"")] {
                settlement.deliveries[0].evidence.disclosure = wrong;
                assert_eq!(settle(std::slice::from_ref(&settlement)), refused(Error::WrongDisclosure));
            }
            settlement.deliveries[0].evidence.disclosure = disclosure(2, b"setosa");
            assert_ok!(settle(&[settlement]));
            let emitted = System::events().into_iter().any(|record| {
                matches!(record.event, RuntimeEvent::Inference(Event::Disclosed { leg: 0, disclosure, .. })
                    if disclosure.response.as_slice() == b"setosa")
            });
            assert!(emitted);
        });
    }

    #[test]
    fn a_response_that_nobody_asked_for_is_refused() {
        test(|| {
            let mut settlement = direct(0, &one(), 1);
            settlement.deliveries[0].evidence.disclosure = disclosure(2, b"setosa");
            assert_eq!(settle(&[settlement]), refused(Error::DisclosureNotAsked));
        });
    }
}

mod bounds {
    use super::*;
    use codec::{Decode, Encode};

    /// What is too long does not even decode, so it costs nothing but its length.
    #[test]
    fn oversized_everything_does_not_decode() {
        let (legs, settlement) = new_test_ext().execute_with(|| (one().legs, direct(0, &one(), 1)));
        let many = vec![legs[0].clone(); assay_primitives::MAX_LEGS as usize + 1];
        assert!(assay_primitives::PerLeg::<Leg>::decode(&mut &many.encode()[..]).is_err());
        let material = vec![0u8; assay_primitives::MAX_MATERIAL as usize + 1];
        type Material = BoundedVec<u8, frame_support::traits::ConstU32<{ assay_primitives::MAX_MATERIAL }>>;
        assert!(Material::decode(&mut &material.encode()[..]).is_err());
        let disclosed = ([0u8; 32], vec![0u8; assay_primitives::MAX_DISCLOSED as usize + 1]);
        assert!(Disclosure::decode(&mut &disclosed.encode()[..]).is_err());
        let settlements = vec![settlement; crate::types::MAX_SETTLEMENTS as usize + 1];
        let call = (settlements, SettleMode::Independent).encode();
        assert!(<Call<Test> as Decode>::decode(&mut &[vec![15], call].concat()[..]).is_err());
    }
}
