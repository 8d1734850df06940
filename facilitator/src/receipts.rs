//! `/receipts`: what providers say they delivered, kept until every leg of a payment has its receipt, then captured.

use crate::{
    errors::{Method, Reason, Refusal},
    state::Facilitator,
    wire::{ReceiptsRequest, ReceiptsResponse, Status},
};
use assay_client::At;
use assay_primitives::{
    views::{KeyState, OpenView, PaymentStatus, ProviderView, ServiceView},
    Balance, BlockNumber, ChainDomain, Delivery, Leg, Offer, PaymentId, PaymentRef, PerLeg, ReceiptKey, Settlement,
    Tier, MAX_LEGS,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Receipts that wait for those of other legs. Only open payments are kept, and only receipts that passed their checks;
/// providers post again what a restart loses.
pub struct Book {
    entries: Mutex<HashMap<PaymentId, Entry>>,
    changes: watch::Sender<()>,
    limit: usize,
}

struct Entry {
    offer: Offer,
    legs: Vec<Option<Delivery>>,
}

/// The book has no room for another payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Book {
    /// A book for at most so many payments.
    pub fn new(limit: usize) -> Self {
        Self { entries: Mutex::default(), changes: watch::Sender::new(()), limit }
    }

    /// Keeps deliveries of a payment, the newest for each leg.
    pub fn keep(&self, payment: PaymentId, offer: &Offer, deliveries: Vec<(u32, Delivery)>) -> Result<(), Full> {
        let mut entries = self.lock();
        if entries.len() >= self.limit && !entries.contains_key(&payment) {
            return Err(Full);
        }
        let entry = entries
            .entry(payment)
            .or_insert_with(|| Entry { offer: offer.clone(), legs: vec![None; offer.legs.len()] });
        for (leg, delivery) in deliveries {
            if let Some(slot) = entry.legs.get_mut(leg as usize) {
                *slot = Some(delivery);
            }
        }
        drop(entries);
        self.changes.send_replace(());
        Ok(())
    }

    /// The legs of a payment that have no receipt.
    pub fn missing(&self, payment: PaymentId, offer: &Offer) -> Vec<u32> {
        let entries = self.lock();
        let legs = entries.get(&payment).map(|entry| &entry.legs[..]).unwrap_or_default();
        (0..offer.legs.len() as u32).filter(|leg| !matches!(legs.get(*leg as usize), Some(Some(_)))).collect()
    }

    /// The offer and all deliveries of a payment, if none is missing.
    pub fn complete(&self, payment: PaymentId) -> Option<(Offer, PerLeg<Delivery>)> {
        let entries = self.lock();
        let Entry { offer, legs } = entries.get(&payment)?;
        let deliveries: Vec<Delivery> = legs.iter().cloned().collect::<Option<_>>()?;
        Some((offer.clone(), deliveries.try_into().ok()?))
    }

    /// Forgets a payment.
    pub fn forget(&self, payment: PaymentId) {
        self.lock().remove(&payment);
    }

    /// The payments that are kept.
    pub fn payments(&self) -> BTreeSet<PaymentId> {
        self.lock().keys().copied().collect()
    }

    /// How many payments are kept.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes whenever deliveries come in.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PaymentId, Entry>> {
        // No code panics while it holds the lock.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks a delivery against its leg, as the chain will, as far as that needs no state.
pub fn check_delivery(leg: &Leg, tier: Tier, price: Balance, delivery: &Delivery) -> Result<(), Reason> {
    let evidence = &delivery.evidence;
    // The tiers that prove define their own commitments.
    let opens = evidence
        .disclosure
        .as_ref()
        .is_none_or(|disclosure| tier == Tier::Proven || disclosure.opens(delivery.response));
    let problem = if !(price..=leg.max_amount).contains(&delivery.amount) {
        "amount"
    } else if !leg.request.is_zero() && delivery.request != leg.request {
        "request"
    } else if leg.disclose != evidence.disclosure.is_some() || !opens {
        "disclosure"
    } else if tier == Tier::Signed && !evidence.material.is_empty() {
        "material"
    } else {
        return Ok(());
    };
    Err(Reason::receipt(problem))
}

/// Checks who signed a delivery. At tier Signed that must be a key of the provider that is good for the payment; the
/// keys of other tiers are for the chain to judge.
pub fn check_signature(
    delivery: &Delivery,
    payment: PaymentId,
    leg: (u32, &Leg),
    chain: &ChainDomain,
    tier: Tier,
    provider: &ProviderView,
    reserved_at: BlockNumber,
) -> Result<(), Reason> {
    let digest = delivery.receipt(payment, leg.0, leg.1.service).digest(chain);
    let signer = delivery.evidence.signature.signer(digest).ok_or(Reason::receipt("signature"))?;
    let is_good = |(key, state): &(ReceiptKey, KeyState)| {
        *key == signer
            && match state {
                KeyState::Active => true,
                KeyState::Retired(at) => reserved_at < *at,
                KeyState::Revoked(_) => false,
            }
    };
    if tier == Tier::Signed && !provider.keys.iter().any(is_good) {
        return Err(Reason::receipt("key"));
    }
    Ok(())
}

impl Facilitator {
    /// Answers `/receipts`.
    pub async fn receipts(self: &Arc<Self>, request: ReceiptsRequest) -> ReceiptsResponse {
        let payment = request.payment;
        let mut response = ReceiptsResponse {
            payment,
            status: Status::Failed,
            block: None,
            missing: Vec::new(),
            error: None,
            message: None,
        };
        if let Err(Refusal { reason, message }) = self.try_receipts(request, &mut response).await {
            match reason {
                Reason::Pending => response.status = Status::Pending,
                // Nothing was decided: the provider posts again.
                Reason::Unavailable => {
                    response.status = Status::Pending;
                    response.error = Some(reason.word(Method::Eip3009));
                }
                reason => response.error = Some(reason.word(Method::Eip3009)),
            }
            response.message = message;
        }
        response
    }

    async fn try_receipts(
        self: &Arc<Self>,
        request: ReceiptsRequest,
        response: &mut ReceiptsResponse,
    ) -> Result<(), Refusal> {
        let payment = request.payment;
        let offer =
            Offer::try_from(request.offer.clone()).map_err(|error| Refusal::new(Reason::offer("malformed"), error))?;
        let at = self.chain.best().await?;
        if let Some(open) = self.open(&at, payment, &offer).await? {
            let deliveries = self.check_receipts(&at, request, &offer, &open).await?;
            self.book
                .keep(payment, &offer, deliveries)
                .map_err(|Full| Refusal::new(Reason::Unavailable, "too many payments wait for receipts"))?;
            response.missing = self.book.missing(payment, &offer);
            if !response.missing.is_empty() {
                response.status = Status::Pending;
                return Ok(());
            }
            self.capture(payment).await?;
        }
        let PaymentStatus::Captured { at } = self.chain.best().await?.payment_status(payment).await? else {
            return Err(Reason::Pending.into());
        };
        response.block = Some(at);
        response.status = self.standing(at, async |at| Ok(at.payment_status(payment).await?)).await?;
        Ok(())
    }

    /// The payment, if it is open for this offer; nothing if it was captured.
    async fn open(&self, at: &At, payment: PaymentId, offer: &Offer) -> Result<Option<OpenView>, Refusal> {
        match at.payment_status(payment).await? {
            PaymentStatus::Open(open) if open.offer == offer.address(&self.domain) => Ok(Some(open)),
            PaymentStatus::Open(_) => Err(Reason::offer("address_mismatch").into()),
            PaymentStatus::Captured { .. } => Ok(None),
            PaymentStatus::Refunded { .. } => Err(Reason::offer("already_refunded").into()),
            PaymentStatus::Unknown | PaymentStatus::Paid { .. } => Err(Reason::offer("unknown_payment").into()),
        }
    }

    async fn check_receipts(
        &self,
        at: &At,
        request: ReceiptsRequest,
        offer: &Offer,
        open: &OpenView,
    ) -> Result<Vec<(u32, Delivery)>, Refusal> {
        if request.receipts.len() > MAX_LEGS as usize {
            return Err(Reason::receipt("leg").into());
        }
        let mut deliveries = Vec::with_capacity(request.receipts.len());
        for receipt in request.receipts {
            let index = receipt.leg;
            let known = offer.legs.get(index as usize).zip(open.prices.get(index as usize));
            let (leg, price) = known.ok_or(Reason::receipt("leg"))?;
            let delivery =
                Delivery::try_from(receipt).map_err(|error| Refusal::new(Reason::receipt("malformed"), error))?;
            let ServiceView { tier, provider, .. } =
                at.service(leg.service).await?.ok_or(Reason::offer("unknown_service"))?;
            check_delivery(leg, tier, *price, &delivery)?;
            let provider = at.provider(&provider).await?.ok_or(Reason::offer("unknown_provider"))?;
            check_signature(&delivery, request.payment, (index, leg), &self.domain, tier, &provider, open.reserved_at)?;
            deliveries.push((index, delivery));
        }
        Ok(deliveries)
    }

    /// Captures a payment whose receipts have all come.
    pub(crate) async fn capture(self: &Arc<Self>, payment: PaymentId) -> Result<(), Refusal> {
        let this = self.clone();
        self.within_wait(self.capturing.join(payment, || async move { this.try_capture(payment).await })).await
    }

    async fn try_capture(&self, payment: PaymentId) -> Result<(), Refusal> {
        let (offer, deliveries) = self.book.complete(payment).ok_or(Reason::Pending)?;
        let settlement = Settlement { payment: PaymentRef::Reserved(payment), offer, deliveries };
        let at = self.chain.best().await?;
        let failure = match at.dry_run(&settlement).await? {
            Err(error) => at.explain(&error),
            Ok(()) => match self.submitter.settle(settlement)?.in_block().await?.result {
                Ok(_) => {
                    self.book.forget(payment);
                    return Ok(());
                }
                Err(failure) => failure,
            },
        };
        // Whatever is wrong with these receipts, better ones may follow.
        self.book.forget(payment);
        match self.chain.best().await?.payment_status(payment).await? {
            PaymentStatus::Captured { .. } => Ok(()),
            _ => Err(failure.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_primitives::{id::commitment, signer::Signer, AccountId32, Disclosure, Evidence, ReceiptSignature, H256};

    const CHAIN: ChainDomain = ChainDomain { chain_id: 420402, genesis: H256::repeat_byte(9) };
    const PAYMENT: PaymentId = H256::repeat_byte(8);

    fn leg(request: H256, disclose: bool) -> Leg {
        Leg { service: H256::repeat_byte(1), max_amount: 100, request, disclose }
    }

    fn offer() -> Offer {
        let legs = vec![leg(H256::repeat_byte(2), false); 2];
        Offer { asset: 1, delivery_seconds: 60, legs: legs.try_into().unwrap() }
    }

    fn delivery() -> Delivery {
        Delivery {
            request: H256::repeat_byte(2),
            response: commitment(&[3; 32], b"answer"),
            amount: 90,
            issued_at: 1,
            evidence: Evidence {
                signature: ReceiptSignature::Secp256k1([0; 65]),
                material: Default::default(),
                disclosure: None,
            },
        }
    }

    #[test]
    fn a_book_knows_what_is_missing() {
        let book = Book::new(1);
        assert_eq!(book.missing(PAYMENT, &offer()), [0, 1]);
        book.keep(PAYMENT, &offer(), vec![(1, delivery())]).unwrap();
        assert_eq!(book.missing(PAYMENT, &offer()), [0]);
        assert_eq!(book.complete(PAYMENT), None);
        book.keep(PAYMENT, &offer(), vec![(0, delivery())]).unwrap();
        assert!(book.missing(PAYMENT, &offer()).is_empty());
        assert_eq!(book.complete(PAYMENT).unwrap().1.len(), 2);
        book.forget(PAYMENT);
        assert!(book.is_empty());
    }

    #[test]
    fn a_book_is_bounded_and_prefers_what_it_has() {
        let book = Book::new(1);
        book.keep(PAYMENT, &offer(), vec![(0, delivery())]).unwrap();
        assert_eq!(book.keep(H256::zero(), &offer(), vec![(0, delivery())]), Err(Full));
        let newer = Delivery { amount: 80, ..delivery() };
        book.keep(PAYMENT, &offer(), vec![(0, newer), (1, delivery())]).unwrap();
        assert_eq!(book.complete(PAYMENT).unwrap().1[0].amount, 80);
    }

    #[test]
    fn deliveries_are_checked_against_their_leg() {
        let check = |leg: Leg, delivery: Delivery| check_delivery(&leg, Tier::Signed, 80, &delivery);
        let bound = || leg(H256::repeat_byte(2), false);
        assert_eq!(check(bound(), delivery()), Ok(()));
        for amount in [79, 101] {
            let delivery = Delivery { amount, ..delivery() };
            assert_eq!(check(bound(), delivery), Err(Reason::receipt("amount")));
        }
        let other = Delivery { request: H256::zero(), ..delivery() };
        assert_eq!(check(bound(), other.clone()), Err(Reason::receipt("request")));
        assert_eq!(check(leg(H256::zero(), false), other), Ok(()));
        let mut material = delivery();
        material.evidence.material.try_push(1).unwrap();
        assert_eq!(check(bound(), material), Err(Reason::receipt("material")));
    }

    #[test]
    fn what_is_disclosed_must_be_asked_for_and_true() {
        let disclosed = |response: &[u8]| {
            let mut delivery = delivery();
            let response = response.to_vec().try_into().unwrap();
            delivery.evidence.disclosure = Some(Disclosure { salt: [3; 32], response });
            delivery
        };
        let check = |leg: Leg, tier, delivery: Delivery| check_delivery(&leg, tier, 80, &delivery);
        let wanted = || leg(H256::zero(), true);
        let wrong = Err(Reason::receipt("disclosure"));
        assert_eq!(check(wanted(), Tier::Signed, disclosed(b"answer")), Ok(()));
        assert_eq!(check(wanted(), Tier::Signed, delivery()), wrong);
        assert_eq!(check(leg(H256::zero(), false), Tier::Signed, disclosed(b"answer")), wrong);
        assert_eq!(check(wanted(), Tier::Signed, disclosed(b"lie")), wrong);
        assert_eq!(check(wanted(), Tier::Proven, disclosed(b"lie")), Ok(()));
    }

    #[test]
    fn receipts_are_signed_by_a_key_that_is_good_for_the_payment() {
        let (signer, leg) = (Signer::from_word(b"provider").unwrap(), leg(H256::repeat_byte(2), false));
        let mut delivery = delivery();
        let digest = delivery.receipt(PAYMENT, 1, leg.service).digest(&CHAIN);
        delivery.evidence.signature = signer.sign_receipt(digest);
        let provider = |keys| ProviderView {
            account: AccountId32::new([4; 32]),
            barred: false,
            keys,
            bonds: Vec::new(),
            services: 1,
        };
        let check = |payment, index, tier, state: Option<KeyState>| {
            let keys = state.map(|state| (signer.receipt_key(), state)).into_iter().collect();
            check_signature(&delivery, payment, (index, &leg), &CHAIN, tier, &provider(keys), 10)
        };
        let wrong = Err(Reason::receipt("key"));
        assert_eq!(check(PAYMENT, 1, Tier::Signed, Some(KeyState::Active)), Ok(()));
        assert_eq!(check(PAYMENT, 1, Tier::Signed, Some(KeyState::Retired(11))), Ok(()));
        assert_eq!(check(PAYMENT, 1, Tier::Signed, Some(KeyState::Retired(10))), wrong);
        assert_eq!(check(PAYMENT, 1, Tier::Signed, Some(KeyState::Revoked(11))), wrong);
        assert_eq!(check(PAYMENT, 1, Tier::Signed, None), wrong);
        assert_eq!(check(PAYMENT, 1, Tier::Attested, None), Ok(()));
        // Another leg or payment means another digest, which another key seems to have signed.
        assert_eq!(check(PAYMENT, 0, Tier::Signed, Some(KeyState::Active)), wrong);
        assert_eq!(check(H256::zero(), 1, Tier::Signed, Some(KeyState::Active)), wrong);
        let mut high = delivery.clone();
        high.evidence.signature = ReceiptSignature::Secp256k1([0xFF; 65]);
        let keys = vec![(signer.receipt_key(), KeyState::Active)];
        let unsigned = check_signature(&high, PAYMENT, (1, &leg), &CHAIN, Tier::Signed, &provider(keys), 10);
        assert_eq!(unsigned, Err(Reason::receipt("signature")));
    }
}
