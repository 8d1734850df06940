//! Offers: what a payer buys, named by the address that is paid.

use crate::{
    address::{asset_address, offer_address},
    eip712::{hash_array, hash_struct, signing_digest, ChainDomain, ToWord},
    AssetId, Balance, PerLeg, ServiceId,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::{H160, H256};
use sp_crypto_hashing_proc_macro::keccak_256;

/// One inference of an offer.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Leg {
    /// The service that is to answer.
    pub service: ServiceId,
    /// The most it may cost, in the asset's smallest unit.
    pub max_amount: Balance,
    /// Commitment of the request that is to be answered; zero means any, which only tier Signed allows.
    pub request: H256,
    /// Whether the response itself is to be put on chain with the receipt.
    pub disclose: bool,
}

/// What a payer signs for by paying the offer's address: every leg, or the money back.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The asset that pays.
    pub asset: AssetId,
    /// Time for delivery, counted from the reserve in blocks in which settling was possible.
    pub delivery_seconds: u64,
    /// One to [`MAX_LEGS`](crate::MAX_LEGS) inferences, all or nothing.
    pub legs: PerLeg<Leg>,
}

/// Why an offer is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferError {
    /// It has no legs.
    NoLegs,
    /// The legs' amounts overflow.
    Overflow,
}

const LEG_TYPE: H256 = H256(keccak_256!(b"Leg(bytes32 service,uint128 maxAmount,bytes32 request,bool disclose)"));
const OFFER_TYPE: H256 = H256(keccak_256!(
    b"Offer(address asset,uint64 deliverySeconds,Leg[] legs)\
    Leg(bytes32 service,uint128 maxAmount,bytes32 request,bool disclose)"
));

impl Leg {
    fn struct_hash(&self) -> H256 {
        hash_struct(LEG_TYPE, &[self.service.word(), self.max_amount.word(), self.request.word(), self.disclose.word()])
    }
}

impl Offer {
    /// EIP-712 digest on this chain.
    pub fn digest(&self, chain: &ChainDomain) -> H256 {
        let legs = hash_array(self.legs.iter().map(Leg::struct_hash));
        let fields = [asset_address(self.asset).word(), self.delivery_seconds.word(), legs.word()];
        signing_digest(chain.separator(), hash_struct(OFFER_TYPE, &fields))
    }

    /// The address whose payment means this offer on this chain.
    pub fn address(&self, chain: &ChainDomain) -> H160 {
        offer_address(self.digest(chain))
    }

    /// What the payer has to sign for: the sum of the legs' maxima.
    pub fn total(&self) -> Result<Balance, OfferError> {
        if self.legs.is_empty() {
            return Err(OfferError::NoLegs);
        }
        self.legs.iter().try_fold(0, |sum: Balance, leg| sum.checked_add(leg.max_amount)).ok_or(OfferError::Overflow)
    }
}
