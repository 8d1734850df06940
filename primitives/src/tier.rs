//! The three tiers of assurance.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How strongly an inference is assured. Ordered: a later tier trusts less.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Tier {
    /// The provider's bonded signature over the receipt.
    #[codec(index = 0)]
    Signed,
    /// A signature by a key that a TEE quote bound to a measured enclave.
    #[codec(index = 1)]
    Attested,
    /// A halo2 proof that the model maps the input to the output.
    #[codec(index = 2)]
    Proven,
}

impl Tier {
    /// All tiers, weakest first.
    pub const ALL: [Tier; 3] = [Tier::Signed, Tier::Attested, Tier::Proven];
}

/// What governance allows at a tier: less from one to the next.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum TierStatus {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Open,
    /// No new payments; open ones may still be captured.
    #[codec(index = 1)]
    Closed,
    /// No new payments and no captures; open payments are refundable at once.
    #[codec(index = 2)]
    Halted,
}
