//! What the pallet stores.

use assay_primitives::{AccountId32, AssetId, Balance, BlockNumber, PaymentId, PerLeg, H160, H256};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Permill;

/// Name of a token in its EIP-712 domain.
pub type TokenName = BoundedVec<u8, ConstU32<64>>;

/// An asset that payers may pay with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Payable {
    /// Name in the token's EIP-712 domain, for example `Test USD`.
    pub name: TokenName,
    /// First part of the domain's version; raising it makes every authorization signed before it invalid.
    pub revision: u8,
}

/// What governance may turn. Times are in seconds.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Settings {
    /// The protocol's share of what is captured; rounded down. A reserve fixes the rate for its payment.
    pub fee: Permill,
    /// How far ahead the end of an authorization may lie: nonces are remembered for as long.
    pub horizon: u64,
    /// How long the outcome of a payment is remembered at least, so that whoever asks again is told.
    pub memory: u64,
    /// Least delivery time of an offer.
    pub min_delivery: u64,
    /// Greatest delivery time of an offer.
    pub max_delivery: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fee: Permill::from_perthousand(5),
            horizon: 24 * 60 * 60,
            memory: 10 * 60,
            min_delivery: 10,
            max_delivery: 24 * 60 * 60,
        }
    }
}

impl Settings {
    /// Greatest fee that can be set.
    pub const MAX_FEE: Permill = Permill::from_percent(20);
    /// Least horizon that can be set: some clients always sign an hour ahead.
    pub const MIN_HORIZON: u64 = 2 * 60 * 60;
    /// Greatest horizon, memory and delivery time that can be set.
    pub const MAX_TIME: u64 = 30 * 24 * 60 * 60;

    /// Whether all values lie within their bounds.
    pub fn is_sane(&self) -> bool {
        self.fee <= Self::MAX_FEE
            && (Self::MIN_HORIZON..=Self::MAX_TIME).contains(&self.horizon)
            && self.memory <= Self::MAX_TIME
            && (1..=self.max_delivery).contains(&self.min_delivery)
            && self.max_delivery <= Self::MAX_TIME
    }
}

/// A nonce that was used.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NonceUse {
    /// The last second at which it must be remembered; fixed when it is used.
    pub keep_until: u64,
    /// The payment that used it.
    pub payment: PaymentId,
    /// The block in which it was used.
    pub at: BlockNumber,
    /// Whether the payment was a plain one.
    pub plain: bool,
}

/// Where a reserved payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum PaymentState {
    /// Its money is on hold.
    #[codec(index = 0)]
    Open,
    /// Captured at this block.
    #[codec(index = 1)]
    Captured(BlockNumber),
    /// Refunded at this block.
    #[codec(index = 2)]
    Refunded(BlockNumber),
}

/// A payment that was reserved. A closed one is kept as long as its nonce.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Payment {
    /// Who pays.
    pub payer: H160,
    /// The account whose money is on hold.
    pub account: AccountId32,
    /// The offer's address: what the payer signed for.
    pub offer: H160,
    /// The asset that pays.
    pub asset: AssetId,
    /// How much is on hold while it is open.
    pub value: Balance,
    /// The block of the reserve.
    pub reserved_at: BlockNumber,
    /// The last clock value at which it can be captured.
    pub deadline: BlockNumber,
    /// The protocol's share, fixed at the reserve.
    pub fee: Permill,
    /// The least that each leg may capture, fixed at the reserve.
    pub prices: PerLeg<Balance>,
    /// The nonce that it used.
    pub nonce_key: H256,
    /// Where it stands.
    pub state: PaymentState,
}
