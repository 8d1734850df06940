//! Receipts: what a provider says about one inference, and what makes it true.

use crate::{
    authorization::Authorization,
    eip712::{hash_struct, keccak, signing_digest, ChainDomain, ToWord},
    id::commitment,
    offer::Offer,
    Balance, PaymentId, PerLeg, ServiceId, MAX_DISCLOSED, MAX_MATERIAL,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::{ecdsa, ed25519, sr25519, H160, H256};
use sp_crypto_hashing_proc_macro::keccak_256;

/// What a provider says about one inference.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The payment that it earns from.
    pub payment: PaymentId,
    /// The leg of the payment's offer, from 0.
    pub leg: u32,
    /// The service that answered.
    pub service: ServiceId,
    /// Commitment of the request.
    pub request: H256,
    /// Commitment of the response.
    pub response: H256,
    /// What it costs, in the asset's smallest unit.
    pub amount: Balance,
    /// When it was issued, in seconds since 1970: a note for people, decides nothing.
    pub issued_at: u64,
}

const RECEIPT_TYPE: H256 = H256(keccak_256!(
    b"Receipt(bytes32 payment,uint32 leg,bytes32 service,bytes32 request,bytes32 response,\
    uint128 amount,uint64 issuedAt)"
));

impl Receipt {
    /// EIP-712 digest on this chain: what the provider's key or the enclave's key signs.
    pub fn digest(&self, chain: &ChainDomain) -> H256 {
        let fields = [
            self.payment.word(),
            self.leg.word(),
            self.service.word(),
            self.request.word(),
            self.response.word(),
            self.amount.word(),
            self.issued_at.word(),
        ];
        signing_digest(chain.separator(), hash_struct(RECEIPT_TYPE, &fields))
    }
}

/// A key that signs receipts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ReceiptKey {
    /// A secp256k1 key, by its Ethereum address.
    #[codec(index = 0)]
    Secp256k1(H160),
    /// An ed25519 public key.
    #[codec(index = 1)]
    Ed25519([u8; 32]),
    /// An sr25519 public key.
    #[codec(index = 2)]
    Sr25519([u8; 32]),
}

/// A signature over a receipt's digest.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum ReceiptSignature {
    /// `r ++ s ++ v`, as Ethereum wallets sign typed data; s in the lower half.
    #[codec(index = 0)]
    Secp256k1([u8; 65]),
    /// ed25519 over the digest's 32 bytes.
    #[codec(index = 1)]
    Ed25519 {
        /// The key that signed.
        key: [u8; 32],
        /// Its signature.
        signature: [u8; 64],
    },
    /// sr25519 over the digest's 32 bytes, context `substrate`.
    #[codec(index = 2)]
    Sr25519 {
        /// The key that signed.
        key: [u8; 32],
        /// Its signature.
        signature: [u8; 64],
    },
}

impl ReceiptSignature {
    /// The key that made this signature over the digest, or `None` if it is no valid signature.
    pub fn signer(&self, digest: H256) -> Option<ReceiptKey> {
        match self {
            Self::Secp256k1(signature) => recover(signature, digest).ok().map(ReceiptKey::Secp256k1),
            Self::Ed25519 { key, signature } => sp_io::crypto::ed25519_verify(
                &ed25519::Signature::from_raw(*signature),
                digest.as_bytes(),
                &ed25519::Public::from_raw(*key),
            )
            .then_some(ReceiptKey::Ed25519(*key)),
            Self::Sr25519 { key, signature } => sp_io::crypto::sr25519_verify(
                &sr25519::Signature::from_raw(*signature),
                digest.as_bytes(),
                &sr25519::Public::from_raw(*key),
            )
            .then_some(ReceiptKey::Sr25519(*key)),
        }
    }
}

/// Why a recoverable signature is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoverError {
    /// v is not 0, 1, 27 or 28.
    RecoveryId,
    /// s lies in the upper half of the order: the mirror image of another signature.
    HighS,
    /// No key could have made it.
    Unrecoverable,
}

/// Half of secp256k1's group order, rounded down: the largest s accepted (EIP-2).
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
    0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// The address whose key signed the digest, as Solidity's `ecrecover` with EIP-2's rule against mirrored signatures.
pub fn recover(signature: &[u8; 65], digest: H256) -> Result<H160, RecoverError> {
    let mut raw = *signature;
    raw[64] = match raw[64] {
        v @ (0 | 1) => v,
        27 => 0,
        28 => 1,
        _ => return Err(RecoverError::RecoveryId),
    };
    if raw[32..64] > HALF_ORDER[..] {
        return Err(RecoverError::HighS);
    }
    let public = sp_io::crypto::secp256k1_ecdsa_recover(ecdsa::Signature::from_raw(raw).as_ref(), &digest.0)
        .map_err(|_| RecoverError::Unrecoverable)?;
    Ok(H160::from_slice(&keccak(&public).as_bytes()[12..]))
}

/// A response put on chain with its receipt.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Disclosure {
    /// Salt of the response's commitment.
    pub salt: [u8; 32],
    /// The response.
    pub response: BoundedVec<u8, ConstU32<MAX_DISCLOSED>>,
}

impl Disclosure {
    /// Whether this is what the receipt's response commits to, at the tiers Signed and Attested.
    pub fn opens(&self, response: H256) -> bool {
        commitment(&self.salt, &self.response) == response
    }
}

/// What makes a receipt true at its service's tier. Receipts are signed at every tier: a proof binds neither payer nor
/// payment, the signature does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Evidence {
    /// Signature over the receipt's digest, by the provider's receipt key or the enclave's session key.
    pub signature: ReceiptSignature,
    /// What the tier asks for besides, in the encoding of the tier's verifier. Empty at tier Signed.
    pub material: BoundedVec<u8, ConstU32<MAX_MATERIAL>>,
    /// The response itself: present if and only if the leg asks for it.
    pub disclosure: Option<Disclosure>,
}

/// The provider's part of one leg. Payment, leg number and service come from the settlement around it, so they cannot
/// disagree with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Delivery {
    /// Commitment of the request.
    pub request: H256,
    /// Commitment of the response.
    pub response: H256,
    /// What it costs.
    pub amount: Balance,
    /// When the receipt was issued, in seconds since 1970.
    pub issued_at: u64,
    /// What makes it true.
    pub evidence: Evidence,
}

impl Delivery {
    /// The whole receipt, as it was signed.
    pub fn receipt(&self, payment: PaymentId, leg: u32, service: ServiceId) -> Receipt {
        let Self { request, response, amount, issued_at, .. } = *self;
        Receipt { payment, leg, service, request, response, amount, issued_at }
    }
}

/// The payment that a settlement captures.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum PaymentRef {
    /// The payer's authorization; if it was reserved meanwhile, by anyone, the reserved payment is captured.
    #[codec(index = 0)]
    Authorization(Authorization),
    /// A payment that was reserved.
    #[codec(index = 1)]
    Reserved(PaymentId),
}

/// Payment, offer and receipts with evidence: all that turns held money into earned money.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Settlement {
    /// What pays.
    pub payment: PaymentRef,
    /// What was paid for: the preimage of the address that the payer signed.
    pub offer: Offer,
    /// One delivery a leg, in the offer's order.
    pub deliveries: PerLeg<Delivery>,
}
