//! The seams between the pallets. A pallet that settles knows these, and none of the pallets behind them.

use crate::{
    receipt::{Disclosure, Evidence},
    views::PaymentStatus,
    AssetId, Authorization, Balance, BlockNumber, ModelId, PaymentId, PaymentRef, PerLeg, Receipt, ServiceId, Tier,
};
use alloc::vec::Vec;
use frame_support::weights::Weight;
use sp_core::{H160, H256};
use sp_runtime::{AccountId32, DispatchError, DispatchResult, Permill};

/// One leg's receipt with its evidence, put before a verifier.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Who claims to have answered.
    pub provider: &'a AccountId32,
    /// The model that the service runs.
    pub model: ModelId,
    /// What the service is anchored to: a policy, a circuit, or zero at tier Signed.
    pub anchor: H256,
    /// What is claimed.
    pub receipt: &'a Receipt,
    /// The receipt's digest on this chain.
    pub digest: H256,
    /// What is to make it true.
    pub evidence: &'a Evidence,
    /// The block at which the payment was reserved; the current one if it was not.
    pub reserved_at: BlockNumber,
}

/// What a verifier found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// One verdict a claim, in their order.
    pub each: Vec<DispatchResult>,
    /// What of the claims' [`weight`](Verifier::weight) was not used.
    pub unused: Weight,
}

/// A tier of assurance: from evidence to a verdict. `()` is a tier that is not there and refuses everything.
///
/// At the tiers Signed and Proven the receipt's signature by one of the provider's keys is checked before a verifier is
/// asked; at tier Attested the verifier checks it, because the enclave's key signs.
pub trait Verifier {
    /// Whether a service of this provider and model may be anchored to `anchor` and take new payments now.
    fn check_anchor(provider: &AccountId32, model: ModelId, anchor: H256) -> DispatchResult;

    /// The most that [`check_anchor`](Self::check_anchor) may weigh.
    fn anchor_weight() -> Weight;

    /// The most that judging this evidence may weigh, from what it declares, before any of it is verified.
    fn weight(evidence: &Evidence) -> Weight;

    /// Whether a disclosure is what the receipt's response commits to. A tier with commitments of its own overrides this.
    fn opens(disclosure: &Disclosure, response: H256) -> bool {
        disclosure.opens(response)
    }

    /// Whether the evidence makes the receipt true, for all claims of a call.
    fn verify(claims: &[Claim]) -> Verdicts;
}

impl Verifier for () {
    fn check_anchor(_: &AccountId32, _: ModelId, _: H256) -> DispatchResult {
        Err(DispatchError::Unavailable)
    }

    fn anchor_weight() -> Weight {
        Weight::zero()
    }

    fn weight(_: &Evidence) -> Weight {
        Weight::zero()
    }

    fn verify(claims: &[Claim]) -> Verdicts {
        Verdicts { each: claims.iter().map(|_| Err(DispatchError::Unavailable)).collect(), unused: Weight::zero() }
    }
}

/// Who owns which model, to pallets that let only a model's owner vouch for something.
pub trait ModelOwners {
    /// The owner of a model, if it is registered.
    fn owner_of(model: ModelId) -> Option<AccountId32>;
}

/// What an offer means for money.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The offer's address: what the payer must have signed for.
    pub offer: H160,
    /// The asset that pays.
    pub asset: AssetId,
    /// What the payer must have signed: the sum of the legs' maxima.
    pub total: Balance,
    /// Time for delivery.
    pub delivery_seconds: u64,
    /// The least that each leg may capture: its service's price now.
    pub prices: PerLeg<Balance>,
}

/// A payment that is good to be captured: reserved, or an authorization that passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPayment {
    /// Its id.
    pub id: PaymentId,
    /// Who pays.
    pub payer: H160,
    /// The account that pays.
    pub account: AccountId32,
    /// The address that was signed for.
    pub offer: H160,
    /// The asset that pays.
    pub asset: AssetId,
    /// How much was signed.
    pub value: Balance,
    /// The block of the reserve; the current one if the money is not on hold yet.
    pub reserved_at: BlockNumber,
    /// The protocol's share of what is captured.
    pub fee: Permill,
    /// The least that each leg may capture.
    pub prices: PerLeg<Balance>,
    /// For money that is not on hold yet: the nonce to use up, and the last second at which the authorization is good.
    pub unspent: Option<(H256, u64)>,
}

/// What one leg earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// The provider, who may claim what could not be paid.
    pub owner: AccountId32,
    /// The account that is paid.
    pub account: AccountId32,
    /// Amount before the protocol's fee.
    pub amount: Balance,
}

/// Money, seen from the pallet that settles.
pub trait Payments {
    /// The payment that a reference means, if it was reserved and can be captured now; nothing if the chain has not
    /// seen it; an error if its time has passed or its money has gone.
    fn find(payment: &PaymentRef) -> Result<Option<OpenPayment>, DispatchError>;

    /// Every check on an authorization, changing nothing: signature, time, nonce, balance, and the terms.
    fn examine(authorization: &Authorization, terms: &Terms) -> Result<OpenPayment, DispatchError>;

    /// Uses up the authorization and puts the money on hold.
    fn reserve(authorization: &Authorization, terms: &Terms) -> Result<OpenPayment, DispatchError>;

    /// Pays what each leg earned, less the fee, and releases the rest. Returns each leg's fee. Money that is not on hold
    /// yet moves directly, and its nonce is used up. Atomic only within a storage layer of the caller.
    fn capture(payment: &OpenPayment, payouts: &[Payout]) -> Result<Vec<Balance>, DispatchError>;

    /// Gives all held money back before its time.
    fn refund(payment: PaymentId) -> DispatchResult;

    /// What became of a payment that was reserved, for as long as that is remembered.
    fn status(payment: PaymentId) -> PaymentStatus;

    /// The account behind an address.
    fn account_of(address: H160) -> AccountId32;

    /// Whether an account could be paid in this asset now.
    fn can_be_paid(account: &AccountId32, asset: AssetId) -> bool;
}

/// One captured leg, as it is told to whoever keeps record.
#[derive(Clone, Debug)]
pub struct SettledLeg<'a> {
    /// What was receipted.
    pub receipt: &'a Receipt,
    /// Who paid.
    pub payer: H160,
    /// Who earned.
    pub provider: &'a AccountId32,
    /// The model that answered.
    pub model: ModelId,
    /// The service that answered.
    pub service: ServiceId,
    /// At which tier.
    pub tier: Tier,
    /// In which asset.
    pub asset: AssetId,
    /// The protocol's share of the amount.
    pub fee: Balance,
    /// Whether payer and payee are the same, as far as the chain can see.
    pub self_paid: bool,
}

/// Told of every captured leg, within the capture.
#[impl_trait_for_tuples::impl_for_tuples(4)]
pub trait OnSettled {
    /// A leg was captured.
    fn on_settled(leg: &SettledLeg);
}
