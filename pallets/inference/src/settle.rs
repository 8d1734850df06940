//! Settlement in one pass: the cheap checks, then the evidence of the whole call, then the money.

use crate::{
    pallet::*,
    types::{CapturedLeg, CapturedPayment, Service, SettleMode},
    weights::WeightInfo,
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
    views::ReceiptView, Authorization, ChainDomain, Claim, Delivery, Evidence, Leg, Offer, OnSettled, OpenPayment,
    PaymentId, PaymentRef, Payments, Payout, PerLeg, Receipt, ReceiptSignature, SettledLeg, Settlement, Terms, Tier,
    TierStatus, Verdicts, H160, H256, MAX_DISCLOSED, MAX_LEGS, MAX_MATERIAL,
};
use frame_support::{
    ensure,
    storage::{with_storage_layer, with_transaction, TransactionOutcome},
    traits::Get,
    weights::Weight,
    BoundedVec,
};
use sp_runtime::{DispatchError, DispatchResult, SaturatedConversion};

type ServiceOf<T> = Service<<T as Config>::Deposit>;

/// Blocks that share a slot in the calendar of captured payments.
pub(crate) const SLOT: u32 = 64;

/// Forgotten payments that every new one removes: as many as come in, so that full blocks cannot make the record grow
/// beyond what is retained. Idle blocks remove the rest.
pub(crate) const PRUNED_PER_CAPTURE: u32 = 1;

/// A settlement that passed every check but its evidence.
pub(crate) struct Prepared<'a, T: Config> {
    payment: OpenPayment,
    services: Vec<ServiceOf<T>>,
    deliveries: &'a [Delivery],
    receipts: Vec<(Receipt, H256)>,
}

/// What failed, and what of the charged weight it did not use.
pub(crate) struct Failure {
    pub(crate) error: DispatchError,
    pub(crate) unused: Weight,
}

impl<T: Config> Pallet<T> {
    /// The most that settlements may weigh, from what they declare. One that names the services of the one before it
    /// finds all records but its payer's touched already.
    pub(crate) fn settle_weight(settlements: &[Settlement]) -> Weight {
        let mut before: &[Leg] = &[];
        settlements.iter().fold(T::WeightInfo::settle_nothing(), |sum, settlement| {
            let legs = &settlement.offer.legs;
            let again = !legs.is_empty() && legs.iter().map(|leg| leg.service).eq(before.iter().map(|leg| leg.service));
            before = legs;
            let count = legs.len().saturated_into();
            let (direct, reserved) = match again {
                true => (Self::direct_again(count), Self::reserved_again(count)),
                false => (T::WeightInfo::settle_direct(count), T::WeightInfo::settle_reserved(count)),
            };
            let money = match settlement.payment {
                PaymentRef::Reserved(_) => reserved,
                // Somebody may have reserved it meanwhile.
                PaymentRef::Authorization(_) => direct.saturating_add(Self::anchor_weights(count)).max(reserved),
            };
            sum.saturating_add(money).saturating_add(Self::evidence_weights(settlement))
        })
    }

    fn direct_again(legs: u32) -> Weight {
        let one = T::WeightInfo::settle_direct_again(1).saturating_sub(T::WeightInfo::settle_direct_again(0));
        one.saturating_add(Self::more_legs_again(legs))
    }

    fn reserved_again(legs: u32) -> Weight {
        let one = T::WeightInfo::settle_reserved_again(1).saturating_sub(T::WeightInfo::settle_reserved_again(0));
        one.saturating_add(Self::more_legs_again(legs))
    }

    /// What the legs after the first add to a settlement whose services were touched.
    fn more_legs_again(legs: u32) -> Weight {
        let one = T::WeightInfo::settle_legs_again(1).saturating_sub(T::WeightInfo::settle_legs_again(0));
        one.saturating_mul(legs.saturating_sub(1).into())
    }

    fn evidence_weights(settlement: &Settlement) -> Weight {
        settlement.deliveries.iter().fold(Weight::zero(), |sum, delivery| {
            let disclosed = delivery.evidence.disclosure.as_ref().map_or(0, |disclosure| disclosure.response.len());
            sum.saturating_add(Self::evidence_weight(&delivery.evidence))
                .saturating_add(T::WeightInfo::disclose(disclosed.saturated_into()))
        })
    }

    /// The heaviest settlement that can be declared: every leg with as much evidence and disclosure as fits.
    pub(crate) fn heaviest_settlement() -> Weight {
        let evidence = Evidence {
            signature: ReceiptSignature::Secp256k1([0; 65]),
            material: BoundedVec::truncate_from(vec![0; MAX_MATERIAL as usize]),
            disclosure: None,
        };
        let leg = Self::evidence_weight(&evidence)
            .saturating_add(T::WeightInfo::disclose(MAX_DISCLOSED))
            .saturating_add(Self::anchor_weights(1));
        T::WeightInfo::settle_nothing()
            .saturating_add(T::WeightInfo::settle_direct(MAX_LEGS).max(T::WeightInfo::settle_reserved(MAX_LEGS)))
            .saturating_add(leg.saturating_mul(MAX_LEGS.into()))
    }

    /// Settles, and returns what of the charged weight was not used.
    pub(crate) fn do_settle(settlements: &[Settlement], mode: SettleMode) -> Result<Weight, Failure> {
        let mut unused = Weight::zero();
        let mut prepared = Vec::with_capacity(settlements.len());
        let chain = T::Chain::get();
        for settlement in settlements {
            let outcome = Self::prepare(settlement, &chain);
            match &outcome {
                Ok(prepared) => unused = unused.saturating_add(prepared.spared_anchors()),
                Err(error) => {
                    unused = unused.saturating_add(Self::evidence_weights(settlement));
                    if mode == SettleMode::AllOrNothing {
                        return Err(Failure { error: *error, unused });
                    }
                }
            }
            prepared.push(outcome);
        }

        let Verdicts { each, unused: unused_by_verifiers } = Self::verify(&prepared);
        unused = unused.saturating_add(unused_by_verifiers);
        for (index, (outcome, verdict)) in prepared.into_iter().zip(each).enumerate() {
            let id = outcome.as_ref().ok().map(|prepared| prepared.payment.id);
            // A failing transfer may have changed a hold before it fails.
            let result = outcome.and_then(|prepared| {
                verdict?;
                with_storage_layer(|| Self::commit(&prepared))
            });
            match (result, mode) {
                (Ok(()), _) => {}
                (Err(error), SettleMode::AllOrNothing) => return Err(Failure { error, unused }),
                (Err(error), SettleMode::Independent) => {
                    let index = index.saturated_into();
                    Self::deposit_event(Event::SettlementFailed { index, payment: id, error });
                }
            }
        }
        Ok(unused)
    }

    /// Every check that is cheaper than the evidence. Changes nothing.
    pub(crate) fn prepare<'a>(
        settlement: &'a Settlement,
        chain: &ChainDomain,
    ) -> Result<Prepared<'a, T>, DispatchError> {
        let Settlement { payment, offer, deliveries } = settlement;
        ensure!(deliveries.len() == offer.legs.len(), Error::<T>::LegMissing);
        let services = Self::services_of(offer)?;
        let address = offer.address(chain);
        let payment = match T::Payments::find(payment)? {
            Some(open) => {
                ensure!(open.offer == address, Error::<T>::OfferMismatch);
                for service in &services {
                    ensure!(TierSwitches::<T>::get(service.tier) != TierStatus::Halted, Error::<T>::TierHalted);
                    Self::ensure_in_good_standing(&service.provider)?;
                }
                open
            }
            None => {
                let PaymentRef::Authorization(authorization) = payment else {
                    return Err(Error::<T>::UnknownPayment.into());
                };
                T::Payments::examine(authorization, &Self::terms(offer, &services, address)?)?
            }
        };
        ensure!(payment.prices.len() == offer.legs.len(), Error::<T>::OfferMismatch);

        let mut receipts = Vec::with_capacity(deliveries.len());
        for (index, (((leg, delivery), service), price)) in
            offer.legs.iter().zip(deliveries).zip(&services).zip(&payment.prices).enumerate()
        {
            Self::check_delivery(leg, delivery, service.tier, *price)?;
            let receipt = delivery.receipt(payment.id, index.saturated_into(), leg.service);
            let digest = receipt.digest(chain);
            receipts.push((receipt, digest));
        }
        Ok(Prepared { payment, services, deliveries, receipts })
    }

    fn services_of(offer: &Offer) -> Result<Vec<ServiceOf<T>>, Error<T>> {
        offer
            .legs
            .iter()
            .map(|leg| {
                let service = Services::<T>::get(leg.service).ok_or(Error::<T>::UnknownService)?;
                ensure!(service.asset == offer.asset, Error::<T>::WrongAsset);
                Ok(service)
            })
            .collect()
    }

    /// What an offer means for money, if its services take new payments at these terms.
    fn terms(offer: &Offer, services: &[ServiceOf<T>], address: H160) -> Result<Terms, DispatchError> {
        let total = offer.total().map_err(|_| Error::<T>::BadOffer)?;
        for (leg, service) in offer.legs.iter().zip(services) {
            Self::ensure_available(service)?;
            ensure!(service.price <= leg.max_amount, Error::<T>::PriceAboveMaximum);
            // Else one cached proof would earn every payment.
            ensure!(service.tier == Tier::Signed || !leg.request.is_zero(), Error::<T>::RequestRequired);
        }
        let prices = PerLeg::truncate_from(services.iter().map(|service| service.price).collect());
        Ok(Terms { offer: address, asset: offer.asset, total, delivery_seconds: offer.delivery_seconds, prices })
    }

    fn check_delivery(leg: &Leg, delivery: &Delivery, tier: Tier, price: u128) -> DispatchResult {
        ensure!(delivery.amount >= price, Error::<T>::AmountBelowPrice);
        ensure!(delivery.amount <= leg.max_amount, Error::<T>::AmountAboveMaximum);
        ensure!(leg.request.is_zero() || delivery.request == leg.request, Error::<T>::WrongRequest);
        match (&delivery.evidence.disclosure, leg.disclose) {
            (None, false) => Ok(()),
            (None, true) => Err(Error::<T>::DisclosureMissing.into()),
            (Some(_), false) => Err(Error::<T>::DisclosureNotAsked.into()),
            (Some(disclosure), true) => {
                ensure!(Self::opens(tier, disclosure, delivery.response), Error::<T>::WrongDisclosure);
                Ok(())
            }
        }
    }

    /// Judges the evidence of the whole call, each tier's as one batch. One verdict a settlement: its first failure.
    fn verify(prepared: &[Result<Prepared<T>, DispatchError>]) -> Verdicts {
        let mut verdicts = Verdicts { each: vec![Ok(()); prepared.len()], unused: Weight::zero() };
        for tier in Tier::ALL {
            let (owners, claims): (Vec<usize>, Vec<Claim>) = prepared
                .iter()
                .enumerate()
                .filter_map(|(index, outcome)| Some((index, outcome.as_ref().ok()?)))
                .flat_map(|(index, prepared)| prepared.claims(tier).map(move |claim| (index, claim)))
                .unzip();
            if claims.is_empty() {
                continue;
            }
            let Verdicts { each, unused } = Self::judge(tier, &claims);
            verdicts.unused = verdicts.unused.saturating_add(unused);
            for (owner, verdict) in owners.into_iter().zip(each) {
                if let Some(slot) = verdicts.each.get_mut(owner).filter(|slot| slot.is_ok()) {
                    *slot = verdict;
                }
            }
        }
        verdicts
    }

    /// Moves the money and records the receipts.
    pub(crate) fn commit(prepared: &Prepared<T>) -> DispatchResult {
        let Prepared { payment, services, deliveries, receipts } = prepared;
        let payouts: Vec<Payout> = receipts
            .iter()
            .zip(services)
            .map(|((receipt, _), service)| Payout {
                owner: service.provider.clone(),
                account: service.payout.clone(),
                amount: receipt.amount,
            })
            .collect();
        let fees = T::Payments::capture(payment, &payouts)?;
        Self::record(payment, receipts);

        for ((((receipt, _), service), delivery), fee) in receipts.iter().zip(services).zip(*deliveries).zip(fees) {
            Self::note_capture(&service.provider, payment.asset);
            let self_paid = payment.account == service.provider || payment.account == service.payout;
            T::OnSettled::on_settled(&SettledLeg {
                receipt,
                payer: payment.payer,
                provider: &service.provider,
                model: service.model,
                service: receipt.service,
                tier: service.tier,
                asset: payment.asset,
                fee,
                self_paid,
            });
            Self::deposit_event(Event::ReceiptSettled {
                receipt: receipt.clone(),
                payer: payment.payer,
                provider: service.provider.clone(),
                model: service.model,
                tier: service.tier,
                asset: payment.asset,
                fee,
            });
            if let Some(disclosure) = &delivery.evidence.disclosure {
                Self::deposit_event(Event::Disclosed {
                    payment: payment.id,
                    leg: receipt.leg,
                    disclosure: disclosure.clone(),
                });
            }
        }
        Self::deposit_event(Event::Settled {
            payment: payment.id,
            payer: payment.payer,
            offer: payment.offer,
            asset: payment.asset,
            legs: receipts.len().saturated_into(),
        });
        Ok(())
    }

    fn record(payment: &OpenPayment, receipts: &[(Receipt, H256)]) {
        Self::prune(PRUNED_PER_CAPTURE);
        let legs = receipts
            .iter()
            .map(|(receipt, _)| CapturedLeg {
                service: receipt.service,
                request: receipt.request,
                response: receipt.response,
                amount: receipt.amount,
                issued_at: receipt.issued_at,
                equivocated: false,
            })
            .collect();
        let at = Self::block();
        let captured =
            CapturedPayment { at, payer: payment.payer, asset: payment.asset, legs: PerLeg::truncate_from(legs) };
        CapturedPayments::<T>::insert(payment.id, captured);
        CapturedCalendar::<T>::note(at.saturating_div(SLOT), payment.id);
    }

    /// Forgets up to `limit` captured payments whose retention has passed.
    pub(crate) fn prune(limit: u32) -> u32 {
        let due = CapturedCalendar::<T>::take_due(Self::forgotten().saturating_div(SLOT), limit);
        due.iter().for_each(CapturedPayments::<T>::remove);
        due.len().saturated_into()
    }

    /// Spends a block's idle weight on forgotten payments.
    pub(crate) fn prune_within(limit: Weight) -> Weight {
        let base = T::WeightInfo::prune(0);
        let each = T::WeightInfo::prune(1).saturating_sub(base);
        let count = limit.checked_sub(&base).and_then(|left| left.checked_div_per_component(&each)).unwrap_or(0);
        match count.min(PRUNED_PER_BLOCK.into()).saturated_into() {
            0 => Weight::zero(),
            count => T::WeightInfo::prune(Self::prune(count)),
        }
    }

    /// Settles within a transaction that is rolled back.
    pub(crate) fn try_settle(settlement: Settlement) -> DispatchResult {
        with_transaction(|| {
            let outcome = Self::do_settle(&[settlement], SettleMode::AllOrNothing);
            TransactionOutcome::Rollback(outcome.map(drop).map_err(|failure| failure.error))
        })
    }

    pub(crate) fn receipt_view(payment: PaymentId, leg: u32) -> Option<ReceiptView> {
        let captured = CapturedPayments::<T>::get(payment)?;
        let CapturedLeg { service: id, request, response, amount, issued_at, equivocated } =
            captured.legs.get(leg as usize)?.clone();
        let service = Services::<T>::get(id)?;
        Some(ReceiptView {
            receipt: Receipt { payment, leg, service: id, request, response, amount, issued_at },
            at: captured.at,
            payer: captured.payer,
            provider: service.provider,
            model: service.model,
            tier: service.tier,
            asset: captured.asset,
            equivocated,
        })
    }

    pub(crate) fn do_reserve(authorization: &Authorization, offer: &Offer) -> DispatchResult {
        let services = Self::services_of(offer)?;
        let address = offer.address(&T::Chain::get());
        T::Payments::reserve(authorization, &Self::terms(offer, &services, address)?).map(drop)
    }

    /// Refunds an open payment before its time: anybody where it cannot be captured, else a provider that gives it up.
    pub(crate) fn do_refund_early(who: &T::AccountId, id: PaymentId, offer: &Offer) -> DispatchResult {
        let open = T::Payments::find(&PaymentRef::Reserved(id))?.ok_or(Error::<T>::UnknownPayment)?;
        ensure!(offer.address(&T::Chain::get()) == open.offer, Error::<T>::OfferMismatch);
        let allowed = offer.legs.iter().filter_map(|leg| Services::<T>::get(leg.service)).any(|service| {
            service.provider == *who
                || TierSwitches::<T>::get(service.tier) == TierStatus::Halted
                || Self::ensure_in_good_standing(&service.provider).is_err()
        });
        ensure!(allowed, Error::<T>::NotRefundableYet);
        T::Payments::refund(id)
    }
}

/// Most forgotten payments that one block's idle time removes.
pub(crate) const PRUNED_PER_BLOCK: u32 = 64;

impl<T: Config> Prepared<'_, T> {
    /// What a payment that was not on hold was charged for anchors it does not have: at tier Signed there are none.
    fn spared_anchors(&self) -> Weight {
        let looked_at = self.services.iter().filter(|service| service.tier != Tier::Signed).count();
        let spared = match self.payment.unspent {
            Some(_) => self.services.len().saturating_sub(looked_at),
            None => 0,
        };
        Pallet::<T>::anchor_weights(spared.saturated_into())
    }

    /// The claims of this settlement's legs at a tier.
    fn claims(&self, tier: Tier) -> impl Iterator<Item = Claim<'_>> {
        self.receipts.iter().zip(&self.services).zip(self.deliveries).filter_map(
            move |(((receipt, digest), service), delivery)| {
                (service.tier == tier).then_some(Claim {
                    provider: &service.provider,
                    model: service.model,
                    anchor: service.anchor,
                    receipt,
                    digest: *digest,
                    evidence: &delivery.evidence,
                    reserved_at: self.payment.reserved_at,
                })
            },
        )
    }
}
