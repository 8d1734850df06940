//! `/settle`: capture, or pay.

use crate::{
    errors::{Reason, Refusal},
    state::Facilitator,
    verify::{signer_of, Payment},
    wire::{PaymentRequest, SettleExtra, SettleResponse, Status},
};
use assay_client::Call;
use assay_primitives::{views::PaymentStatus, BlockNumber, Offer};
use std::sync::Arc;
use tokio::time::{timeout_at, Instant};

impl Facilitator {
    /// Answers `/settle`. The chain is the only record: asked again, it answers the same, whoever settled.
    pub async fn settle(self: &Arc<Self>, request: &PaymentRequest) -> SettleResponse {
        let (method, payer) = signer_of(request);
        let network = request.payment_requirements.get("network").and_then(|network| network.as_str());
        let mut response =
            SettleResponse { payer, network: network.unwrap_or(&self.network).into(), ..Default::default() };
        let payment = self.identify(request).await;
        if let Ok(payment) = &payment {
            response.transaction = format!("{:#x}", payment.id);
        }
        match self.try_settle(&payment).await {
            Ok((amount, extra)) => {
                response.success = true;
                response.amount = Some(amount);
                response.extra = Some(extra);
            }
            Err(Refusal { reason, message }) => {
                // Once the payment is known, an outcome that could not be learnt is open, and asking again is safe.
                let reason = match (reason, &payment) {
                    (Reason::Unavailable, Ok(_)) => Reason::Pending,
                    (reason, _) => reason,
                };
                if let (Reason::Pending, Ok(Payment { id, offer: Some(offer), .. })) = (&reason, &payment) {
                    let missing = self.book.missing(*id, offer);
                    response.extra = Some(SettleExtra { status: Status::Pending, block: None, missing });
                }
                response.error_reason = Some(reason.word(method));
                response.error_message = message;
            }
        }
        response
    }

    async fn try_settle(
        self: &Arc<Self>,
        payment: &Result<Payment, Refusal>,
    ) -> Result<(String, SettleExtra), Refusal> {
        let payment = payment.as_ref().map_err(Clone::clone)?;
        let block = match self.closed(payment).await? {
            Some(block) => block,
            None => {
                match &payment.offer {
                    Some(offer) => self.capture_when_complete(payment, offer).await?,
                    None => {
                        let (this, payment_) = (self.clone(), payment.clone());
                        self.within_wait(self.paying.join(payment.id, || async move { this.pay(payment_).await }))
                            .await?;
                    }
                }
                self.closed(payment).await?.ok_or(Reason::Pending)?
            }
        };
        let status = self.standing(block, async |at| self.status(&at, payment).await).await?;
        let extra = SettleExtra { status, block: Some(block), missing: Vec::new() };
        Ok((payment.value.to_string(), extra))
    }

    /// The block that captured or made a payment, if one did; an error if it was refunded.
    async fn closed(&self, payment: &Payment) -> Result<Option<BlockNumber>, Refusal> {
        match self.status(&self.chain.best().await?, payment).await? {
            PaymentStatus::Captured { at } | PaymentStatus::Paid { at } => Ok(Some(at)),
            PaymentStatus::Unknown | PaymentStatus::Open(_) => Ok(None),
            PaymentStatus::Refunded { .. } => Err(Refusal::new(Reason::NonceUsed, "the payment was refunded")),
        }
    }

    /// Captures a payment once its receipts have come, or somebody else has captured it.
    async fn capture_when_complete(self: &Arc<Self>, payment: &Payment, offer: &Offer) -> Result<(), Refusal> {
        self.ensure_held(payment, offer).await?;
        let deadline = Instant::now() + self.config.receipts_wait();
        let mut heads = self.chain.heads();
        let mut changes = self.book.changes();
        loop {
            changes.borrow_and_update();
            if self.book.missing(payment.id, offer).is_empty() {
                return self.capture(payment.id).await;
            }
            let changed = async {
                tokio::select! {
                    _ = changes.changed() => false,
                    _ = heads.changed() => true,
                }
            };
            match timeout_at(deadline, changed).await {
                Err(_) => return Err(Refusal::new(Reason::Pending, "receipts are missing")),
                Ok(new_block) => {
                    if new_block && self.closed(payment).await?.is_some() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Makes a plain payment. Whoever did it first, the outcome is the same.
    async fn pay(self: Arc<Self>, payment: Payment) -> Result<(), Refusal> {
        self.check_payable(&self.chain.best().await?, &payment).await?;
        let mut ticket = self.submitter.submit(Call::pay(&payment.authorization))?;
        let Err(failure) = ticket.in_block().await?.result else {
            self.metrics.paid.inc();
            return Ok(());
        };
        match self.closed(&payment).await? {
            Some(_) => Ok(()),
            None => Err(failure.into()),
        }
    }
}
