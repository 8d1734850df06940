//! The words of Assay, shared by the runtime, the facilitator, the command line and the tests.
//!
//! | module | what lives there |
//! |---|---|
//! | [`tier`] | the three tiers of assurance and their switches |
//! | [`offer`] | offers, legs and the offer address that a payer pays |
//! | [`receipt`] | receipts, the keys and signatures that make them, evidence, settlements |
//! | [`attestation`] | what an enclave binds when it attests its key |
//! | [`authorization`] | the payer's signed x402 payload: EIP-3009 and Permit2 |
//! | [`eip712`] | typed-data hashing and the domains |
//! | [`address`] | H160 addresses of accounts and assets |
//! | [`id`] | ids of payments, models and services; commitments |
//! | `signer` | a key that signs all this (feature `signer`) |
//! | [`traits`] | the seams between the pallets: `Verifier`, `Payments`, `OnSettled` |
//! | [`views`] | what the runtime's view functions answer |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod address;
pub mod attestation;
pub mod authorization;
pub mod eip712;
pub mod id;
pub mod offer;
pub mod receipt;
#[cfg(feature = "signer")]
pub mod signer;
pub mod tier;
pub mod traits;
pub mod views;

pub use authorization::{Authorization, AuthorizationError, Eip3009, Permit2, Permit2Contracts, TokenDomain};
pub use eip712::ChainDomain;
use frame_support::{traits::ConstU32, BoundedVec};
pub use offer::{Leg, Offer, OfferError};
pub use receipt::{Delivery, Disclosure, Evidence, PaymentRef, Receipt, ReceiptKey, ReceiptSignature, Settlement};
pub use sp_core::{H160, H256, U256};
pub use sp_runtime::AccountId32;
pub use tier::{Tier, TierStatus};
pub use traits::{Claim, ModelOwners, OnSettled, OpenPayment, Payments, Payout, SettledLeg, Terms, Verdicts, Verifier};

/// Id of an asset in pallet-assets.
pub type AssetId = u32;
/// Amount in an asset's smallest unit.
pub type Balance = u128;
/// Block number of the chain.
pub type BlockNumber = u32;
/// `keccak256(payer ++ signed digest)`, see [`id::payment_id`].
pub type PaymentId = H256;
/// See [`id::service_id`].
pub type ServiceId = H256;
/// See [`id::model_id`].
pub type ModelId = H256;

/// Most legs that an offer may have.
pub const MAX_LEGS: u32 = 16;
/// One thing a leg.
pub type PerLeg<T> = BoundedVec<T, ConstU32<MAX_LEGS>>;
/// Most bytes of tier-specific evidence for one leg. Admits the largest EZKL proof measured (7,904 bytes at k = 13).
pub const MAX_MATERIAL: u32 = 16 * 1024;
/// Most bytes of a response that a leg may have disclosed on chain.
pub const MAX_DISCLOSED: u32 = 4 * 1024;
