//! The payer's signed x402 payload, scheme `exact`: EIP-3009 and Permit2, and every check on it that needs no storage.

use crate::{
    eip712::{hash_struct, keccak, signing_digest, ToWord},
    id::payment_id,
    receipt::{recover, RecoverError},
    Balance, PaymentId,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{H160, H256, U256};
use sp_crypto_hashing_proc_macro::keccak_256;

/// `TransferWithAuthorization` of EIP-3009, with its signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Eip3009 {
    /// The token's address: the domain's verifying contract.
    pub token: H160,
    /// Who pays.
    pub from: H160,
    /// Who is paid, or an offer address.
    pub to: H160,
    /// How much.
    pub value: U256,
    /// Valid strictly after this time, in seconds since 1970.
    pub valid_after: U256,
    /// Valid strictly before this time.
    pub valid_before: U256,
    /// Random, unique for payer and token.
    pub nonce: H256,
    /// `r ++ s ++ v`.
    pub signature: [u8; 65],
}

/// `PermitWitnessTransferFrom` of Permit2 with x402's witness, with its signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Permit2 {
    /// The token's address.
    pub token: H160,
    /// Who pays. Not part of the signed message: the signature must recover to it.
    pub from: H160,
    /// Who is paid, or an offer address.
    pub to: H160,
    /// How much.
    pub amount: U256,
    /// The contract that the payer lets spend: x402's proxy for scheme `exact`.
    pub spender: H160,
    /// Random, unique for the payer.
    pub nonce: U256,
    /// Valid up to and including this time, in seconds since 1970.
    pub deadline: U256,
    /// Valid from this time on.
    pub valid_after: U256,
    /// `r ++ s ++ v`.
    pub signature: [u8; 65],
}

/// A payer's signed consent to pay.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Authorization {
    /// Scheme `exact` by EIP-3009.
    #[codec(index = 0)]
    Eip3009 {
        /// The chain id of the network that the payer was asked to pay on.
        chain_id: u64,
        /// What was signed.
        signed: Eip3009,
    },
    /// Scheme `exact` by Permit2.
    #[codec(index = 1)]
    Permit2 {
        /// The chain id of the network that the payer was asked to pay on.
        chain_id: u64,
        /// What was signed.
        signed: Permit2,
    },
}

/// Name and version of a token's EIP-712 domain, as payers' clients get them in `extra`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TokenDomain {
    /// For example `Test USD`.
    pub name: Vec<u8>,
    /// Ends in the first eight hex digits of the genesis hash, so that no signature is good on two chains.
    pub version: Vec<u8>,
}

impl TokenDomain {
    /// The domain of a token on the chain with this genesis. `revision` lets a token change its domain.
    pub fn new(name: &[u8], revision: u8, genesis: H256) -> Self {
        let start = u32::from_be_bytes([genesis.0[0], genesis.0[1], genesis.0[2], genesis.0[3]]);
        Self { name: name.to_vec(), version: alloc::format!("{revision}-{start:08x}").into_bytes() }
    }

    /// Separator of the token's domain.
    pub fn separator(&self, chain_id: u64, token: H160) -> H256 {
        hash_struct(
            TOKEN_DOMAIN_TYPE,
            &[keccak(&self.name).word(), keccak(&self.version).word(), chain_id.word(), token.word()],
        )
    }
}

/// The addresses that Permit2 messages name. They have changed upstream before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Permit2Contracts {
    /// Permit2 itself: the domain's verifying contract.
    pub permit2: H160,
    /// x402's proxy for scheme `exact`: the only spender accepted.
    pub exact_proxy: H160,
}

impl Permit2Contracts {
    /// The addresses that x402 clients published in autumn 2026 sign for.
    pub const X402: Self = Self {
        permit2: H160(hex_address(b"000000000022D473030F116dDEE9F6B43aC78BA3")),
        exact_proxy: H160(hex_address(b"402085c248EeA27D92E8b30b2C58ed07f9E20001")),
    };

    /// Separator of Permit2's domain, which has no version.
    pub fn separator(&self, chain_id: u64) -> H256 {
        hash_struct(PERMIT2_DOMAIN_TYPE, &[keccak_256!(b"Permit2"), chain_id.word(), self.permit2.word()])
    }
}

/// What an authorization is checked against.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// This chain's id.
    pub chain_id: u64,
    /// Address of the token that is to pay.
    pub token: H160,
    /// Its domain.
    pub domain: &'a TokenDomain,
    /// The Permit2 contracts accepted.
    pub permit2: Permit2Contracts,
    /// The chain's time, in seconds since 1970.
    pub now: u64,
    /// How far ahead an authorization's end may lie, in seconds.
    pub horizon: u64,
}

/// What is known of an authorization that passed every check that needs no storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The payment's id.
    pub payment: PaymentId,
    /// Who pays, as recovered from the signature.
    pub payer: H160,
    /// How much.
    pub value: Balance,
    /// What must be used once only.
    pub nonce_key: H256,
    /// The last second at which it may be good.
    pub expires: u64,
}

/// Why an authorization is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationError {
    /// Made for another chain id.
    WrongChain,
    /// Pays in another token.
    WrongToken,
    /// Lets another contract spend.
    WrongSpender,
    /// More than 2^128 - 1.
    ValueTooLarge,
    /// Its time has not come.
    NotYetValid,
    /// Its time has passed.
    Expired,
    /// Its end lies further ahead than the chain remembers nonces.
    ValidTooLong,
    /// The signature's recovery id is not 0, 1, 27 or 28.
    BadRecoveryId,
    /// The signature's s lies in the upper half of the order.
    HighS,
    /// The bytes are no signature at all.
    Unrecoverable,
    /// Signed by another key, or over other contents.
    WrongSigner,
}

impl From<RecoverError> for AuthorizationError {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::RecoveryId => Self::BadRecoveryId,
            RecoverError::HighS => Self::HighS,
            RecoverError::Unrecoverable => Self::Unrecoverable,
        }
    }
}

const TOKEN_DOMAIN_TYPE: H256 =
    H256(keccak_256!(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"));
const PERMIT2_DOMAIN_TYPE: H256 =
    H256(keccak_256!(b"EIP712Domain(string name,uint256 chainId,address verifyingContract)"));
const TRANSFER_TYPE: H256 = H256(keccak_256!(
    b"TransferWithAuthorization(address from,address to,uint256 value,\
    uint256 validAfter,uint256 validBefore,bytes32 nonce)"
));
const PERMIT_TYPE: H256 = H256(keccak_256!(
    b"PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,\
    uint256 deadline,Witness witness)TokenPermissions(address token,uint256 amount)\
    Witness(address to,uint256 validAfter)"
));
const PERMISSIONS_TYPE: H256 = H256(keccak_256!(b"TokenPermissions(address token,uint256 amount)"));
const WITNESS_TYPE: H256 = H256(keccak_256!(b"Witness(address to,uint256 validAfter)"));

impl Eip3009 {
    /// The digest that the payer signed.
    pub fn digest(&self, separator: H256) -> H256 {
        let fields = [
            self.from.word(),
            self.to.word(),
            self.value.word(),
            self.valid_after.word(),
            self.valid_before.word(),
            self.nonce.word(),
        ];
        signing_digest(separator, hash_struct(TRANSFER_TYPE, &fields))
    }
}

impl Permit2 {
    /// The digest that the payer signed.
    pub fn digest(&self, separator: H256) -> H256 {
        let permitted = hash_struct(PERMISSIONS_TYPE, &[self.token.word(), self.amount.word()]);
        let witness = hash_struct(WITNESS_TYPE, &[self.to.word(), self.valid_after.word()]);
        let fields = [permitted.word(), self.spender.word(), self.nonce.word(), self.deadline.word(), witness.word()];
        signing_digest(separator, hash_struct(PERMIT_TYPE, &fields))
    }
}

impl Authorization {
    /// The chain id that it was made for.
    pub fn chain_id(&self) -> u64 {
        match self {
            Self::Eip3009 { chain_id, .. } | Self::Permit2 { chain_id, .. } => *chain_id,
        }
    }

    /// Who pays, if the signature is good.
    pub fn payer(&self) -> H160 {
        match self {
            Self::Eip3009 { signed, .. } => signed.from,
            Self::Permit2 { signed, .. } => signed.from,
        }
    }

    /// The address that is paid.
    pub fn recipient(&self) -> H160 {
        match self {
            Self::Eip3009 { signed, .. } => signed.to,
            Self::Permit2 { signed, .. } => signed.to,
        }
    }

    /// The token that pays.
    pub fn token(&self) -> H160 {
        match self {
            Self::Eip3009 { signed, .. } => signed.token,
            Self::Permit2 { signed, .. } => signed.token,
        }
    }

    /// How much is paid.
    pub fn value(&self) -> U256 {
        match self {
            Self::Eip3009 { signed, .. } => signed.value,
            Self::Permit2 { signed, .. } => signed.amount,
        }
    }

    /// What must be used once only: an EIP-3009 nonce belongs to payer and token, a Permit2 nonce to the payer.
    pub fn nonce_key(&self) -> H256 {
        match self {
            Self::Eip3009 { signed, .. } => {
                keccak(&[&[0], signed.token.as_bytes(), signed.from.as_bytes(), signed.nonce.as_bytes()].concat())
            }
            Self::Permit2 { signed, .. } => {
                keccak(&[&[1], signed.from.as_bytes(), &signed.nonce.to_big_endian()[..]].concat())
            }
        }
    }

    /// The digest that the payer signed, for a token of this domain.
    pub fn digest(&self, domain: &TokenDomain, permit2: &Permit2Contracts) -> H256 {
        match self {
            Self::Eip3009 { chain_id, signed } => signed.digest(domain.separator(*chain_id, signed.token)),
            Self::Permit2 { chain_id, signed } => signed.digest(permit2.separator(*chain_id)),
        }
    }

    /// First and last second at which it is good.
    fn window(&self) -> (U256, U256) {
        match self {
            Self::Eip3009 { signed, .. } => {
                (signed.valid_after.saturating_add(U256::one()), signed.valid_before.saturating_sub(U256::one()))
            }
            Self::Permit2 { signed, .. } => (signed.valid_after, signed.deadline),
        }
    }

    /// Every check that needs no storage, the cheap ones first.
    pub fn verify(&self, expected: &Expected) -> Result<Verified, AuthorizationError> {
        use AuthorizationError::*;
        if self.chain_id() != expected.chain_id {
            return Err(WrongChain);
        }
        if self.token() != expected.token {
            return Err(WrongToken);
        }
        if matches!(self, Self::Permit2 { signed, .. } if signed.spender != expected.permit2.exact_proxy) {
            return Err(WrongSpender);
        }
        let value = Balance::try_from(self.value()).map_err(|_| ValueTooLarge)?;
        let (first, last) = self.window();
        if U256::from(expected.now) < first {
            return Err(NotYetValid);
        }
        if U256::from(expected.now) > last {
            return Err(Expired);
        }
        let expires = u64::try_from(last).map_err(|_| ValidTooLong)?;
        if expires > expected.now.saturating_add(expected.horizon) {
            return Err(ValidTooLong);
        }
        let digest = self.digest(expected.domain, &expected.permit2);
        let signature = match self {
            Self::Eip3009 { signed, .. } => &signed.signature,
            Self::Permit2 { signed, .. } => &signed.signature,
        };
        let payer = recover(signature, digest)?;
        if payer != self.payer() {
            return Err(WrongSigner);
        }
        Ok(Verified { payment: payment_id(payer, digest), payer, value, nonce_key: self.nonce_key(), expires })
    }
}

const fn hex_address(hex: &[u8; 40]) -> [u8; 20] {
    const fn digit(byte: u8) -> u8 {
        match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => byte - b'A' + 10,
        }
    }
    let mut bytes = [0; 20];
    let mut at = 0;
    while at < 20 {
        bytes[at] = digit(hex[2 * at]) << 4 | digit(hex[2 * at + 1]);
        at += 1;
    }
    bytes
}
