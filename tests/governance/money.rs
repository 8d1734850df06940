//! Payments that are on hold while governance acts, the fee, and what the treasury spends.

use crate::{calls, Town};
use anyhow::{ensure, Context};
use assay_client::{Call, SettleMode};
use assay_primitives::{
    address::fallback_account, signer::Signer, views::PaymentStatus, AccountId32, Authorization, Balance, PaymentId,
    PaymentRef, Receipt, Settlement, Tier, H160, H256,
};
use assay_tests::{account_of, fail, final_at, finally, govern::Decision, payer, PRICE};
use futures::future::try_join_all;
use sp_runtime::Permill;

/// What each payer has.
const FUNDS: Balance = 1_000_000;
/// Delivery time, in seconds: longer than all of this takes.
const DELIVERY: u64 = 3_600;
/// Payments of which each has another fate.
const PAYMENTS: u32 = 5;

/// One payer's only payment.
pub(crate) struct Payment {
    payer: Signer,
    authorization: Authorization,
    id: PaymentId,
}

impl Payment {
    fn of(town: &Town, n: u32) -> Self {
        let payer = payer(n);
        let authorization = town.world.authorize_offer(&payer, &town.world.offer(DELIVERY), 1);
        let id = town.world.payment_id(&authorization);
        Self { payer, authorization, id }
    }

    fn reserve(&self, town: &Town) -> Call {
        Call::reserve(&self.authorization, &town.world.offer(DELIVERY))
    }

    fn settlement(&self, town: &Town, payment: PaymentRef) -> Settlement {
        town.world.settlement(payment, self.id, &town.world.offer(DELIVERY))
    }

    fn settle(&self, town: &Town) -> Call {
        Call::settle(&[self.settlement(town, PaymentRef::Reserved(self.id))], SettleMode::AllOrNothing)
    }

    /// The same without reserving before.
    fn settle_at_once(&self, town: &Town) -> Call {
        let payment = PaymentRef::Authorization(self.authorization.clone());
        Call::settle(&[self.settlement(town, payment)], SettleMode::AllOrNothing)
    }

    fn refund_early(&self, town: &Town) -> Call {
        Call::refund_early(self.id, &town.world.offer(DELIVERY))
    }

    /// What its payer has left.
    async fn left(&self, town: &Town) -> anyhow::Result<Balance> {
        town.world.balance(&fallback_account(self.payer.address())).await
    }

    /// Fails unless all of the money is the payer's again.
    async fn is_refunded(&self, town: &Town) -> anyhow::Result<()> {
        let (status, left) = (town.world.status(self.id).await?, self.left(town).await?);
        ensure!(matches!(status, PaymentStatus::Refunded { .. }) && left == FUNDS, "{status:?}, and {left} left");
        Ok(())
    }

    /// Fails unless the provider has earned its price, and the payer has the rest.
    async fn is_captured(&self, town: &Town) -> anyhow::Result<()> {
        let (status, left) = (town.world.status(self.id).await?, self.left(town).await?);
        let captured = matches!(status, PaymentStatus::Captured { .. }) && left == FUNDS - PRICE;
        ensure!(captured, "{status:?}, and {left} left");
        Ok(())
    }
}

/// All payments.
pub(crate) struct Payments {
    earned_while_closed: Payment,
    refunded_while_halted: Payment,
    refunded_in_safe_mode: Payment,
    earned_after_it: Payment,
    /// The only one that is not on hold from the beginning.
    late: Payment,
}

impl Payments {
    /// Puts all but the last on hold.
    pub(crate) async fn reserve(town: &Town) -> anyhow::Result<Self> {
        let payers: Vec<Signer> = (1..=PAYMENTS).map(payer).collect();
        town.world.fund(&payers, FUNDS).await?;
        let [earned_while_closed, refunded_while_halted, refunded_in_safe_mode, earned_after_it, late] =
            [1, 2, 3, 4, 5].map(|n| Payment::of(town, n));
        let held = [&earned_while_closed, &refunded_while_halted, &refunded_in_safe_mode, &earned_after_it];
        try_join_all(held.map(|payment| finally(&town.stranger, payment.reserve(town)))).await?;
        town.tell("four payments are on hold");
        Ok(Self { earned_while_closed, refunded_while_halted, refunded_in_safe_mode, earned_after_it, late })
    }

    /// The tier is closed, and reserving is paused.
    pub(crate) async fn while_closed(&self, town: &Town) -> anyhow::Result<()> {
        refused(town, self.late.reserve(town), "System::CallFiltered").await?;
        refused(town, self.late.settle_at_once(town), "Inference::TierClosed").await?;
        refused(town, self.refunded_while_halted.refund_early(town), "Inference::NotRefundableYet").await?;
        finally(&town.stranger, self.earned_while_closed.settle(town)).await?;
        self.earned_while_closed.is_captured(town).await
    }

    /// The tier is halted.
    pub(crate) async fn while_halted(&self, town: &Town) -> anyhow::Result<()> {
        refused(town, self.refunded_while_halted.settle(town), "Inference::TierHalted").await?;
        finally(&town.stranger, self.refunded_while_halted.refund_early(town)).await?;
        self.refunded_while_halted.is_refunded(town).await
    }

    /// Safe mode is entered.
    pub(crate) async fn in_safe_mode(&self, town: &Town) -> anyhow::Result<()> {
        refused(town, self.earned_after_it.settle(town), "System::CallFiltered").await?;
        finally(&town.stranger, self.refunded_in_safe_mode.refund_early(town)).await?;
        self.refunded_in_safe_mode.is_refunded(town).await
    }

    /// Everything is as before, but the fee.
    pub(crate) async fn afterwards(&self, town: &Town, fee: Permill) -> anyhow::Result<()> {
        finally(&town.stranger, self.earned_after_it.settle(town)).await?;
        self.earned_after_it.is_captured(town).await?;

        finally(&town.stranger, self.late.reserve(town)).await?;
        let treasury: AccountId32 = town.world.chain.best().await?.constant("X402", "Treasury")?;
        let before = town.world.balance(&treasury).await?;
        let (_, events) = finally(&town.stranger, self.late.settle(town)).await?;
        self.late.is_captured(town).await?;
        type Fields = (Receipt, H160, AccountId32, H256, Tier, u32, Balance);
        let settled = events.iter().find(|event| event.is("Inference", "ReceiptSettled")).context("no receipt")?;
        let (.., charged): Fields = settled.decode()?;
        let gained = town.world.balance(&treasury).await? - before;
        ensure!(charged == fee * PRICE && gained == charged, "{charged} were charged, the treasury gained {gained}");
        Ok(())
    }
}

/// Fails unless a stranger's call is refused with this error.
async fn refused(town: &Town, call: Call, expected: &str) -> anyhow::Result<()> {
    let error = fail(&town.stranger, call).await.with_context(|| format!("not refused with {expected}"))?;
    ensure!(error == expected, "{error}, not {expected}");
    Ok(())
}

/// Who gets what the treasury spends: an account that had nothing.
pub(crate) fn beneficiary() -> AccountId32 {
    account_of("//Beneficiary")
}

/// Anybody has a spend paid that was decided.
pub(crate) async fn is_paid_out(town: &Town, decision: &Decision) -> anyhow::Result<()> {
    let events = final_at(&town.world.chain, decision.at).await?.events().await?;
    let approved = events.iter().find(|event| event.is("Treasury", "AssetSpendApproved")).context("not approved")?;
    let (index,): (u32,) = approved.decode()?;
    finally(&town.stranger, Call::new("Treasury", "payout").arg(&index)).await?;
    let gained = town.world.balance(&beneficiary()).await?;
    ensure!(gained == calls::SPENT, "the treasury paid {gained}");
    Ok(())
}

/// Deliveries' clock after a block.
pub(crate) async fn clock(town: &Town, block: u32) -> anyhow::Result<u32> {
    Ok(final_at(&town.world.chain, block).await?.chain_terms().await?.clock)
}
