//! A secp256k1 key that signs as an Ethereum wallet does: for tests, benchmarks and off-chain programs.

use crate::{
    eip712::keccak, Authorization, Eip3009, Permit2, Permit2Contracts, ReceiptKey, ReceiptSignature, TokenDomain, H160,
    H256, U256,
};
use k256::ecdsa::{RecoveryId, Signature, SigningKey};

/// A key and its address.
#[derive(Clone)]
pub struct Signer(SigningKey);

/// What an authorization says, whatever scheme says it.
#[derive(Clone, Copy, Debug)]
pub struct Consent {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The token's address.
    pub token: H160,
    /// Who is paid.
    pub to: H160,
    /// How much.
    pub value: U256,
    /// Start of validity, in seconds since 1970.
    pub valid_after: u64,
    /// End of validity.
    pub valid_before: u64,
    /// Used once.
    pub nonce: H256,
}

impl Signer {
    /// The key with this secret, if it is one.
    pub fn from_secret(secret: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }

    /// The key whose secret is keccak256 of a word.
    pub fn from_word(word: &[u8]) -> Option<Self> {
        Self::from_secret(&keccak(word).0)
    }

    /// Its address.
    pub fn address(&self) -> H160 {
        let point = self.0.verifying_key().to_encoded_point(false);
        H160::from_slice(&keccak(&point.as_bytes()[1..]).as_bytes()[12..])
    }

    /// As a receipt key.
    pub fn receipt_key(&self) -> ReceiptKey {
        ReceiptKey::Secp256k1(self.address())
    }

    /// Signature over a digest: `r ++ s ++ v` with v 27 or 28 and s in the lower half.
    pub fn sign(&self, digest: H256) -> [u8; 65] {
        let mut bytes = [0; 65];
        // Signing a prehash of the right length with a valid key cannot fail.
        if let Ok((signature, id)) = self.0.sign_prehash_recoverable(digest.as_bytes()) {
            let (signature, id) = match signature.normalize_s() {
                Some(low) => (low, RecoveryId::new(!id.is_y_odd(), id.is_x_reduced())),
                None => (signature, id),
            };
            bytes[..64].copy_from_slice(&Signature::to_bytes(&signature));
            bytes[64] = id.to_byte().saturating_add(27);
        }
        bytes
    }

    /// Signature over a receipt's digest.
    pub fn sign_receipt(&self, digest: H256) -> ReceiptSignature {
        ReceiptSignature::Secp256k1(self.sign(digest))
    }

    /// Consents by EIP-3009.
    pub fn eip3009(&self, domain: &TokenDomain, consent: Consent) -> Authorization {
        let Consent { chain_id, token, to, value, valid_after, valid_before, nonce } = consent;
        let mut signed = Eip3009 {
            token,
            from: self.address(),
            to,
            value,
            valid_after: valid_after.into(),
            valid_before: valid_before.into(),
            nonce,
            signature: [0; 65],
        };
        signed.signature = self.sign(signed.digest(domain.separator(chain_id, token)));
        Authorization::Eip3009 { chain_id, signed }
    }

    /// Consents by Permit2.
    pub fn permit2(&self, contracts: &Permit2Contracts, consent: Consent) -> Authorization {
        let Consent { chain_id, token, to, value, valid_after, valid_before, nonce } = consent;
        let mut signed = Permit2 {
            token,
            from: self.address(),
            to,
            amount: value,
            spender: contracts.exact_proxy,
            nonce: U256::from_big_endian(nonce.as_bytes()),
            deadline: valid_before.into(),
            valid_after: valid_after.into(),
            signature: [0; 65],
        };
        signed.signature = self.sign(signed.digest(contracts.separator(chain_id)));
        Authorization::Permit2 { chain_id, signed }
    }
}
