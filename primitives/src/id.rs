//! Ids and commitments. All are keccak256, so that JavaScript and Python compute them with what they have.

use crate::{address::asset_address, eip712::keccak, AssetId, ModelId, PaymentId, ServiceId, Tier};
use alloc::vec::Vec;
use sp_core::{H160, H256};
use sp_runtime::AccountId32;

fn keccak_parts(parts: &[&[u8]]) -> H256 {
    keccak(&parts.concat())
}

/// Id of a payment: the payer's address and the digest that it signed. A Permit2 message names no owner, so the digest
/// alone would not be unique. Anyone who holds the authorization can compute it before the chain has seen it.
pub fn payment_id(payer: H160, digest: H256) -> PaymentId {
    keccak_parts(&[payer.as_bytes(), digest.as_bytes()])
}

/// Id of a model: its owner, the hash of its content (for example the ONNX file) and its name.
pub fn model_id(owner: &AccountId32, content: H256, name: &[u8]) -> ModelId {
    keccak_parts(&[b"assay/model", owner.as_ref(), content.as_bytes(), name])
}

/// Id of a service. All that gives a payer's signature its meaning is in it; price and payout account are not.
pub fn service_id(provider: &AccountId32, model: ModelId, tier: Tier, anchor: H256, asset: AssetId) -> ServiceId {
    keccak_parts(&[
        b"assay/service",
        provider.as_ref(),
        model.as_bytes(),
        &[tier as u8],
        anchor.as_bytes(),
        asset_address(asset).as_bytes(),
    ])
}

/// Commitment of a request or response at the tiers Signed and Attested: the salt is handed to the buyer, so that small
/// contents cannot be guessed from the public record.
pub fn commitment(salt: &[u8; 32], content: &[u8]) -> H256 {
    let mut bytes = Vec::with_capacity(content.len().saturating_add(48));
    bytes.extend_from_slice(b"assay/commitment");
    bytes.extend_from_slice(salt);
    bytes.extend_from_slice(content);
    keccak(&bytes)
}
