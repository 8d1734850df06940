//! What the runtime's view functions answer.

use crate::{AssetId, Balance, BlockNumber, ModelId, PerLeg, ReceiptKey, ServiceId, Tier, TierStatus, H160, H256};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{AccountId32, Permill};

/// All that an off-chain program needs to make offers, receipts and authorizations that this chain accepts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ChainTerms {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Genesis hash: the salt of the domain of offers and receipts.
    pub genesis: H256,
    /// The protocol's share of what is captured.
    pub fee: Permill,
    /// How far ahead an authorization's end may lie, in seconds.
    pub horizon: u64,
    /// Least delivery time of an offer, in seconds.
    pub min_delivery: u64,
    /// Greatest delivery time of an offer, in seconds.
    pub max_delivery: u64,
    /// Blocks so far in which settling was possible: the clock that deadlines are counted in.
    pub clock: BlockNumber,
}

/// A payable token as wallets see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Token {
    /// Id in pallet-assets.
    pub asset: AssetId,
    /// Contract address.
    pub address: H160,
    /// Name in its EIP-712 domain.
    pub name: Vec<u8>,
    /// Version in its EIP-712 domain.
    pub version: Vec<u8>,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum PaymentStatus {
    /// The chain has not seen it, or has forgotten it.
    Unknown,
    /// Its money is on hold.
    Open(OpenView),
    /// It went to the providers.
    Captured {
        /// The block that captured it.
        at: BlockNumber,
    },
    /// It went back to the payer.
    Refunded {
        /// The block that refunded it.
        at: BlockNumber,
    },
    /// It was a plain payment, and was made.
    Paid {
        /// The block that paid it.
        at: BlockNumber,
    },
}

/// A payment whose money is on hold.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OpenView {
    /// Who pays.
    pub payer: H160,
    /// The offer's address.
    pub offer: H160,
    /// The asset that pays.
    pub asset: AssetId,
    /// How much is on hold.
    pub value: Balance,
    /// The block of the reserve.
    pub reserved_at: BlockNumber,
    /// The last clock value at which it can be captured.
    pub deadline: BlockNumber,
    /// The least that each leg may capture.
    pub prices: PerLeg<Balance>,
}

/// A service as buyers see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ServiceView {
    /// Its id.
    pub id: ServiceId,
    /// Who provides it.
    pub provider: AccountId32,
    /// The model that answers.
    pub model: ModelId,
    /// At which tier.
    pub tier: Tier,
    /// Whether the tier is open.
    pub tier_status: TierStatus,
    /// What it is anchored to.
    pub anchor: H256,
    /// In which asset it is paid.
    pub asset: AssetId,
    /// Least price of an inference now.
    pub price: Balance,
    /// Whether it takes new payments: active, bonded, and its provider in good standing.
    pub available: bool,
    /// The account that is paid.
    pub payout: AccountId32,
}

/// A captured receipt as the chain keeps it for the time of retention.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ReceiptView {
    /// The receipt.
    pub receipt: crate::Receipt,
    /// The block that captured it.
    pub at: BlockNumber,
    /// Who paid.
    pub payer: H160,
    /// Who earned.
    pub provider: AccountId32,
    /// The model that answered.
    pub model: ModelId,
    /// At which tier.
    pub tier: Tier,
    /// In which asset.
    pub asset: AssetId,
    /// Whether the provider was found to have signed another response for it.
    pub equivocated: bool,
}

/// One day's use of one tier in one asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DayRow {
    /// Days since 1970-01-01.
    pub day: u32,
    /// The tier.
    pub tier: Tier,
    /// The asset.
    pub asset: AssetId,
    /// Inferences paid by others.
    pub inferences: u64,
    /// What they paid, before the protocol's fee.
    pub captured: Balance,
    /// Inferences where payer and payee are the same, as far as the chain can see.
    pub self_inferences: u64,
    /// What those paid.
    pub self_captured: Balance,
}

/// A receipt key's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum KeyState {
    /// Good.
    #[codec(index = 0)]
    Active,
    /// Good only for payments reserved before this block.
    #[codec(index = 1)]
    Retired(BlockNumber),
    /// Good for nothing since this block.
    #[codec(index = 2)]
    Revoked(BlockNumber),
}

/// A provider as buyers see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProviderView {
    /// Its account.
    pub account: AccountId32,
    /// Whether it equivocated and may earn nothing any more.
    pub barred: bool,
    /// Its receipt keys.
    pub keys: Vec<(ReceiptKey, KeyState)>,
    /// Its bonds by asset, each with the block since which it is being withdrawn.
    pub bonds: Vec<(AssetId, Balance, Option<BlockNumber>)>,
    /// How many services it has.
    pub services: u32,
}
