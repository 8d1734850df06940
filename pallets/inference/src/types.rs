//! What the pallet stores.

use assay_primitives::{
    views::KeyState, AccountId32, AssetId, Balance, BlockNumber, ModelId, PerLeg, ReceiptSignature, ServiceId, Tier,
    H160, H256,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most receipt keys that a provider can have, retired ones included.
pub const MAX_KEYS: u32 = 16;
/// Most settlements in one call.
pub const MAX_SETTLEMENTS: u32 = 256;

/// Name of a model.
pub type ModelName = BoundedVec<u8, ConstU32<64>>;
/// Where a model or its description can be fetched.
pub type ModelLink = BoundedVec<u8, ConstU32<256>>;

/// What governance may turn.
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
    /// Blocks for which captured receipts are kept and bonds stay held after the last capture: the time in which a
    /// contradicting receipt can be reported.
    pub retention: BlockNumber,
    /// A contradiction costs at most this many times the captured amount.
    pub slash_multiple: u32,
}

impl Default for Settings {
    fn default() -> Self {
        // A week of 2-second blocks.
        Self { retention: 302_400, slash_multiple: 100 }
    }
}

impl Settings {
    /// Greatest retention that can be set, in blocks: 90 days.
    pub const MAX_RETENTION: BlockNumber = 3_888_000;
    /// Greatest multiple that can be set.
    pub const MAX_SLASH_MULTIPLE: u32 = 10_000;

    /// Whether all values lie within their bounds.
    pub fn is_sane(&self) -> bool {
        (1..=Self::MAX_RETENTION).contains(&self.retention)
            && (1..=Self::MAX_SLASH_MULTIPLE).contains(&self.slash_multiple)
    }
}

/// Whoever answers requests.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Provider<Ticket> {
    /// The block in which it equivocated, if it did: it may earn nothing any more.
    pub barred: Option<BlockNumber>,
    /// How many receipt keys it has.
    pub keys: u32,
    /// How many bonds it has.
    pub bonds: u32,
    /// How many services it has.
    pub services: u32,
    /// Deposit for itself and its keys.
    pub ticket: Ticket,
}

/// A provider's receipt key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct KeyRecord {
    /// The first block in which it is good.
    pub since: BlockNumber,
    /// Its standing.
    pub state: KeyState,
}

impl KeyRecord {
    /// Whether a receipt by this key counts for a payment reserved at a block.
    pub fn is_good_for(&self, reserved_at: BlockNumber) -> bool {
        match self.state {
            // A key that was renewed after the reserve is good now.
            KeyState::Active => true,
            KeyState::Retired(at) => self.since <= reserved_at && reserved_at < at,
            KeyState::Revoked(_) => false,
        }
    }
}

/// What a provider loses when it equivocates. On hold on its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bond {
    /// How much.
    pub amount: Balance,
    /// Since when it is being withdrawn.
    pub unbonding: Option<BlockNumber>,
    /// The block of the last capture that it answers for.
    pub last_capture: BlockNumber,
}

/// A registered machine-learning model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Model<Ticket> {
    /// Who registered it.
    pub owner: AccountId32,
    /// What it is called.
    pub name: ModelName,
    /// keccak256 of its content, for example the ONNX file.
    pub content: H256,
    /// Where it can be fetched.
    pub link: ModelLink,
    /// How many services run it.
    pub services: u32,
    /// Its deposit.
    pub ticket: Ticket,
}

/// A provider's standing readiness to run a model at one tier.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Service<Ticket> {
    /// Who answers.
    pub provider: AccountId32,
    /// The model that answers.
    pub model: ModelId,
    /// At which tier.
    pub tier: Tier,
    /// What evidence is checked against: a circuit, a policy, or zero at tier Signed.
    pub anchor: H256,
    /// In which asset it is paid.
    pub asset: AssetId,
    /// Least price of an inference.
    pub price: Balance,
    /// Since when it takes no new payments, if it does not.
    pub inactive_since: Option<BlockNumber>,
    /// The account that is paid.
    pub payout: AccountId32,
    /// Its deposit.
    pub ticket: Ticket,
}

/// One captured leg.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CapturedLeg {
    /// The service that answered.
    pub service: ServiceId,
    /// Commitment of the request.
    pub request: H256,
    /// Commitment of the response.
    pub response: H256,
    /// What it cost.
    pub amount: Balance,
    /// When the provider says it issued the receipt.
    pub issued_at: u64,
    /// Whether the provider was found to have signed another response for it.
    pub equivocated: bool,
}

/// A captured payment with its receipts, kept for the time of retention.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CapturedPayment {
    /// The block of the capture.
    pub at: BlockNumber,
    /// Who paid.
    pub payer: H160,
    /// In which asset.
    pub asset: AssetId,
    /// The legs.
    pub legs: PerLeg<CapturedLeg>,
}

/// What happens to the other settlements of a call when one fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SettleMode {
    /// The whole call fails with that settlement's error.
    #[codec(index = 0)]
    AllOrNothing,
    /// The others stand; an event tells which failed and why.
    #[codec(index = 1)]
    Independent,
}

/// A receipt that contradicts a captured one: same payment, leg, service and request, another response.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Equivocation {
    /// The other response.
    pub response: H256,
    /// The other receipt's amount.
    pub amount: Balance,
    /// The other receipt's time.
    pub issued_at: u64,
    /// Signature over the other receipt.
    pub signature: ReceiptSignature,
}
