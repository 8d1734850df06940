//! Benchmarks of every call and hook at its worst case.

use crate::{
    pallet::*,
    settle::{PRUNED_PER_CAPTURE, SLOT},
    tiers::SignedTier,
    types::*,
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
    id::{commitment, model_id, service_id},
    signer::Signer,
    AccountId32, AssetId, Authorization, Balance, Claim, Delivery, Disclosure, Evidence, Leg, ModelId, Offer,
    PaymentId, PaymentRef, PerLeg, Receipt, ReceiptKey, ReceiptSignature, ServiceId, Settlement, Tier, TierStatus,
    Verifier, H256, MAX_DISCLOSED, U256,
};
use frame_benchmarking::v2::*;
use frame_support::{
    storage::with_storage_layer,
    traits::{EnsureOrigin, Get},
    BoundedVec,
};
use frame_system::RawOrigin;

/// What the benchmarks need of a runtime besides its configuration.
pub trait BenchmarkHelper {
    /// An asset that is payable, and a bond in which the runtime allows.
    fn payable_asset() -> AssetId;
    /// Gives an account this much of the asset and plenty of native currency.
    fn fund(who: &AccountId32, asset: AssetId, amount: Balance);
    /// A payer's authorization to pay for an offer.
    fn authorize(payer: &Signer, offer: &Offer, nonce: u32) -> Authorization;
    /// Has nonces expire, as many as so many payments remove.
    fn expire_nonces(count: u32);
    /// The id that its payment will have.
    fn payment_id(authorization: &Authorization) -> PaymentId;
}

const FUNDS: Balance = 1_000_000_000_000;
const PRICE: Balance = 1_000;

fn account(n: u32) -> AccountId32 {
    frame_benchmarking::account("assay", n, 0)
}
fn signer(word: &[u8], n: u32) -> Signer {
    Signer::from_word(&[word, &n.to_be_bytes()[..]].concat()).expect("a hash below the order")
}
fn receipt_signer(n: u32) -> Signer {
    signer(b"receipt", n)
}

fn asset<T: Config>() -> AssetId {
    T::BenchmarkHelper::payable_asset()
}

/// A bonded provider with one key.
fn provider<T: Config>(n: u32) -> AccountId32 {
    let who = account(n);
    T::BenchmarkHelper::fund(&who, asset::<T>(), FUNDS);
    MinimumBonds::<T>::insert(asset::<T>(), 1);
    Pallet::<T>::do_register_provider(who.clone(), vec![receipt_signer(n).receipt_key()]).expect("registers");
    Pallet::<T>::do_bond(who.clone(), asset::<T>(), FUNDS / 2).expect("bonds");
    who
}

fn name() -> ModelName {
    BoundedVec::truncate_from([b'n'; 64].to_vec())
}
fn link() -> ModelLink {
    BoundedVec::truncate_from([b'l'; 256].to_vec())
}

/// A model of this account.
fn model<T: Config>(owner: &AccountId32) -> ModelId {
    let _ = Pallet::<T>::do_register_model(owner.clone(), name(), H256::zero(), link());
    model_id(owner, H256::zero(), &name())
}

/// A service of a provider of its own.
fn service<T: Config>(n: u32) -> ServiceId {
    let who = provider::<T>(n);
    let model = model::<T>(&who);
    let register = Pallet::<T>::do_register_service(
        who.clone(),
        model,
        Tier::Signed,
        H256::zero(),
        asset::<T>(),
        PRICE,
        who.clone(),
    );
    register.expect("registers");
    service_id(&who, model, Tier::Signed, H256::zero(), asset::<T>())
}

/// An offer of `l` legs, each of a provider of its own: as many records as there can be.
fn offer<T: Config>(l: u32) -> Offer {
    let legs = (0..l)
        .map(|n| Leg { service: service::<T>(n), max_amount: 2 * PRICE, request: H256::zero(), disclose: false })
        .collect();
    Offer { asset: asset::<T>(), delivery_seconds: 60, legs: PerLeg::truncate_from(legs) }
}

fn payer<T: Config>(n: u32) -> Signer {
    let payer = signer(b"payer", n);
    T::BenchmarkHelper::fund(&assay_primitives::address::fallback_account(payer.address()), asset::<T>(), FUNDS);
    payer
}

fn deliver<T: Config>(n: u32, receipt: &Receipt) -> Delivery {
    Delivery {
        request: receipt.request,
        response: receipt.response,
        amount: receipt.amount,
        issued_at: receipt.issued_at,
        evidence: Evidence {
            signature: receipt_signer(n).sign_receipt(receipt.digest(&T::Chain::get())),
            material: Default::default(),
            disclosure: None,
        },
    }
}

fn receipt(payment: PaymentId, leg: u32, service: ServiceId) -> Receipt {
    Receipt {
        payment,
        leg,
        service,
        request: H256::repeat_byte(1),
        response: H256::repeat_byte(2),
        amount: PRICE + 1,
        issued_at: 1,
    }
}

/// A reserved payment and its settlement.
fn reserved<T: Config>(offer: &Offer) -> (PaymentId, Settlement) {
    let authorization = T::BenchmarkHelper::authorize(&payer::<T>(0), offer, 0);
    let id = T::BenchmarkHelper::payment_id(&authorization);
    Pallet::<T>::do_reserve(&authorization, offer).expect("reserves");
    (id, settlement::<T>(id, PaymentRef::Authorization(authorization), offer))
}

fn settlement<T: Config>(id: PaymentId, payment: PaymentRef, offer: &Offer) -> Settlement {
    let deliveries = (0u32..).zip(&offer.legs).map(|(n, leg)| deliver::<T>(n, &receipt(id, n, leg.service))).collect();
    Settlement { payment, offer: offer.clone(), deliveries: PerLeg::truncate_from(deliveries) }
}

/// Payer `n`'s settlement by an authorization that nobody reserved.
fn direct<T: Config>(n: u32, offer: &Offer) -> Settlement {
    let authorization = T::BenchmarkHelper::authorize(&payer::<T>(n), offer, n);
    let id = T::BenchmarkHelper::payment_id(&authorization);
    settlement::<T>(id, PaymentRef::Authorization(authorization), offer)
}

/// Everything but the verdict on the evidence, which each tier weighs for itself.
fn settle_without_evidence<T: Config>(settlements: &[Settlement]) {
    let chain = T::Chain::get();
    for settlement in settlements {
        let prepared = Pallet::<T>::prepare(settlement, &chain).expect("is in order");
        with_storage_layer(|| Pallet::<T>::commit(&prepared)).expect("captures");
    }
}

/// Captured payments whose retention has passed.
fn fill_captured<T: Config>(count: u32) {
    for n in 0..count {
        let legs = vec![
            CapturedLeg {
                service: H256::zero(),
                request: H256::zero(),
                response: H256::zero(),
                amount: 0,
                issued_at: 0,
                equivocated: false
            };
            16
        ];
        let id = word(n);
        let captured =
            CapturedPayment { at: 0, payer: Default::default(), asset: 0, legs: PerLeg::truncate_from(legs) };
        CapturedPayments::<T>::insert(id, captured);
        CapturedCalendar::<T>::note(0, id);
    }
    pass_retention::<T>();
}

fn pass_retention<T: Config>() {
    let retention = CurrentSettings::<T>::get().retention;
    let later = frame_system::Pallet::<T>::block_number() + (2 * retention + 2 * SLOT).into();
    frame_system::Pallet::<T>::set_block_number(later);
}

fn root<T: Config>(origin: Result<T::RuntimeOrigin, ()>) -> Result<T::RuntimeOrigin, BenchmarkError> {
    origin.map_err(|()| BenchmarkError::Weightless)
}

/// A number as 32 bytes.
fn word(n: u32) -> H256 {
    H256(U256::from(n).to_big_endian())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_provider(k: Linear<1, { MAX_KEYS }>) {
        let who = account(1);
        T::BenchmarkHelper::fund(&who, asset::<T>(), FUNDS);
        let keys: Vec<ReceiptKey> = (0..k).map(|n| receipt_signer(n).receipt_key()).collect();
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), BoundedVec::truncate_from(keys));
        assert!(Providers::<T>::contains_key(&who));
    }

    #[benchmark]
    fn deregister_provider() {
        let who = account(1);
        T::BenchmarkHelper::fund(&who, asset::<T>(), FUNDS);
        let keys = (0..MAX_KEYS).map(|n| receipt_signer(n).receipt_key()).collect();
        Pallet::<T>::do_register_provider(who.clone(), keys).expect("registers");
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));
        assert!(!Providers::<T>::contains_key(&who));
    }

    #[benchmark]
    fn add_key() {
        let who = provider::<T>(1);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), receipt_signer(2).receipt_key());
    }

    #[benchmark]
    fn change_key() {
        let who = provider::<T>(1);
        #[extrinsic_call]
        revoke_key(RawOrigin::Signed(who), receipt_signer(1).receipt_key());
    }

    #[benchmark]
    fn remove_key() {
        let who = provider::<T>(1);
        Pallet::<T>::do_change_key(who.clone(), receipt_signer(1).receipt_key(), true).expect("revokes");
        pass_retention::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(who), receipt_signer(1).receipt_key());
    }

    #[benchmark]
    fn bond() {
        let who = account(1);
        T::BenchmarkHelper::fund(&who, asset::<T>(), FUNDS);
        MinimumBonds::<T>::insert(asset::<T>(), 1);
        Pallet::<T>::do_register_provider(who.clone(), vec![receipt_signer(1).receipt_key()]).expect("registers");
        #[extrinsic_call]
        _(RawOrigin::Signed(who), asset::<T>(), 1_000);
    }

    #[benchmark]
    fn unbond() {
        let who = provider::<T>(1);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), asset::<T>());
    }

    #[benchmark]
    fn withdraw_bond() {
        let who = provider::<T>(1);
        Pallet::<T>::do_unbond(who.clone(), asset::<T>()).expect("unbonds");
        pass_retention::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(who), asset::<T>());
    }

    #[benchmark]
    fn register_model() {
        let who = account(1);
        T::BenchmarkHelper::fund(&who, asset::<T>(), FUNDS);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), name(), H256::zero(), link());
    }

    #[benchmark]
    fn remove_model() {
        let who = account(1);
        T::BenchmarkHelper::fund(&who, asset::<T>(), FUNDS);
        let id = model::<T>(&who);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), id);
    }

    #[benchmark]
    fn register_service() {
        let who = provider::<T>(1);
        let id = model::<T>(&who);
        let payout = Some(who.clone());
        #[extrinsic_call]
        _(RawOrigin::Signed(who), id, Tier::Signed, H256::zero(), asset::<T>(), PRICE, payout);
    }

    #[benchmark]
    fn update_service() {
        let id = service::<T>(1);
        #[extrinsic_call]
        _(RawOrigin::Signed(account(1)), id, PRICE, false, account(1));
    }

    #[benchmark]
    fn remove_service() {
        let id = service::<T>(1);
        Pallet::<T>::do_update_service(account(1), id, PRICE, false, account(1)).expect("updates");
        pass_retention::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(account(1)), id);
    }

    #[benchmark]
    fn reserve(l: Linear<1, { assay_primitives::MAX_LEGS }>) {
        let offer = offer::<T>(l);
        let authorization = T::BenchmarkHelper::authorize(&payer::<T>(0), &offer, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(account(99)), authorization, offer);
    }

    #[benchmark]
    fn settle_nothing() {
        let nobody = RawOrigin::Signed(account(99));
        #[extrinsic_call]
        settle(nobody, Default::default(), SettleMode::Independent);
    }

    #[benchmark]
    fn settle_reserved(l: Linear<1, { assay_primitives::MAX_LEGS }>) {
        T::BenchmarkHelper::expire_nonces(1);
        fill_captured::<T>(PRUNED_PER_CAPTURE);
        let (id, settlement) = reserved::<T>(&offer::<T>(l));
        #[block]
        {
            settle_without_evidence::<T>(&[settlement]);
        }
        assert!(CapturedPayments::<T>::contains_key(id));
    }

    #[benchmark]
    fn settle_direct(l: Linear<1, { assay_primitives::MAX_LEGS }>) {
        T::BenchmarkHelper::expire_nonces(1);
        fill_captured::<T>(PRUNED_PER_CAPTURE);
        let offer = offer::<T>(l);
        let settlement = direct::<T>(0, &offer);
        #[block]
        {
            settle_without_evidence::<T>(&[settlement]);
        }
        assert_eq!(CapturedPayments::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn settle_direct_again(n: Linear<1, 64>) {
        T::BenchmarkHelper::expire_nonces(n);
        fill_captured::<T>(n * PRUNED_PER_CAPTURE);
        let offer = offer::<T>(1);
        let settlements: Vec<Settlement> = (0..n).map(|n| direct::<T>(n, &offer)).collect();
        #[block]
        {
            settle_without_evidence::<T>(&settlements);
        }
        assert_eq!(CapturedPayments::<T>::iter().count(), n as usize);
    }

    #[benchmark]
    fn settle_reserved_again(n: Linear<1, 64>) {
        fill_captured::<T>(n * PRUNED_PER_CAPTURE);
        let offer = offer::<T>(1);
        let settlements: Vec<Settlement> = (0..n).map(|n| direct::<T>(n, &offer)).collect();
        for settlement in &settlements {
            let PaymentRef::Authorization(authorization) = &settlement.payment else { continue };
            Pallet::<T>::do_reserve(authorization, &offer).expect("reserves");
        }
        #[block]
        {
            settle_without_evidence::<T>(&settlements);
        }
        assert_eq!(CapturedPayments::<T>::iter().count(), n as usize);
    }

    #[benchmark]
    fn settle_legs_again(l: Linear<1, { assay_primitives::MAX_LEGS }>) {
        let mut offer = offer::<T>(1);
        offer.legs = PerLeg::truncate_from(vec![offer.legs[0].clone(); l as usize]);
        let settlement = direct::<T>(0, &offer);
        #[block]
        {
            settle_without_evidence::<T>(&[settlement]);
        }
        assert_eq!(CapturedPayments::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn disclose(b: Linear<0, { MAX_DISCLOSED }>) {
        let response = BoundedVec::truncate_from(vec![7; b as usize]);
        let disclosure = Disclosure { salt: [1; 32], response };
        let committed = commitment(&disclosure.salt, &disclosure.response);
        #[block]
        {
            assert!(SignedTier::<T>::opens(&disclosure, committed));
            Pallet::<T>::deposit_event(Event::Disclosed { payment: committed, leg: 0, disclosure });
        }
    }

    #[benchmark]
    fn verify_signed() {
        // Of the three kinds of key, sr25519 and secp256k1 cost about the same and ed25519 less.
        let who = provider::<T>(1);
        let receipt = receipt(H256::zero(), 0, H256::zero());
        let delivery = deliver::<T>(1, &receipt);
        let digest = receipt.digest(&T::Chain::get());
        let claim = Claim {
            provider: &who,
            model: H256::zero(),
            anchor: H256::zero(),
            receipt: &receipt,
            digest,
            evidence: &delivery.evidence,
            reserved_at: 0,
        };
        let verdicts;
        #[block]
        {
            verdicts = SignedTier::<T>::verify(&[claim]);
        }
        assert_eq!(verdicts.each, [Ok(())]);
    }

    #[benchmark]
    fn refund_early(l: Linear<1, { assay_primitives::MAX_LEGS }>) {
        let offer = offer::<T>(l);
        let (id, _) = reserved::<T>(&offer);
        // The last leg's provider asks, so every leg is looked at.
        #[extrinsic_call]
        _(RawOrigin::Signed(account(l - 1)), id, offer);
    }

    #[benchmark]
    fn report_equivocation() {
        let offer = offer::<T>(1);
        let (id, settlement) = reserved::<T>(&offer);
        settle_without_evidence::<T>(&[settlement]);
        let mut receipt = receipt(id, 0, offer.legs[0].service);
        receipt.response = H256::repeat_byte(9);
        let signature: ReceiptSignature = deliver::<T>(0, &receipt).evidence.signature;
        let Receipt { response, amount, issued_at, .. } = receipt;
        #[extrinsic_call]
        _(RawOrigin::Signed(account(99)), id, 0, Equivocation { response, amount, issued_at, signature });
    }

    #[benchmark]
    fn set_tier() -> Result<(), BenchmarkError> {
        let origin = root::<T>(T::TierHaltOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Tier::Signed, TierStatus::Closed);
        Ok(())
    }

    #[benchmark]
    fn set_settings() -> Result<(), BenchmarkError> {
        let origin = root::<T>(T::SettingsOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Settings::default());
        Ok(())
    }

    #[benchmark]
    fn set_minimum_bond() -> Result<(), BenchmarkError> {
        let origin = root::<T>(T::SettingsOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, 1, Some(1));
        Ok(())
    }

    #[benchmark]
    fn prune(n: Linear<0, 64>) {
        fill_captured::<T>(n);
        #[block]
        {
            Pallet::<T>::prune(n);
        }
        assert_eq!(CapturedPayments::<T>::iter().count(), 0);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
