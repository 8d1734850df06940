//! Typed-data hashing after EIP-712: `keccak256(0x1901 ++ domain separator ++ struct hash)`.

use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{H160, H256, U256};
use sp_crypto_hashing_proc_macro::keccak_256;

/// One 32-byte word of a struct's encoding.
pub type Word = [u8; 32];

/// keccak256 as an [`H256`].
pub fn keccak(bytes: &[u8]) -> H256 {
    H256(sp_io::hashing::keccak_256(bytes))
}

/// Hash of a struct: its type's hash, then its fields, each a word.
pub fn hash_struct(type_hash: H256, fields: &[Word]) -> H256 {
    let mut bytes = Vec::with_capacity(fields.len().saturating_add(1).saturating_mul(32));
    bytes.extend_from_slice(type_hash.as_bytes());
    bytes.extend(fields.iter().flatten());
    keccak(&bytes)
}

/// Hash of an array of structs: keccak256 over the structs' hashes.
pub fn hash_array(hashes: impl Iterator<Item = H256>) -> H256 {
    keccak(&hashes.flat_map(|hash| hash.0).collect::<Vec<u8>>())
}

/// The digest that is signed.
pub fn signing_digest(separator: H256, struct_hash: H256) -> H256 {
    let mut bytes = [0; 66];
    bytes[..2].copy_from_slice(&[0x19, 0x01]);
    bytes[2..34].copy_from_slice(separator.as_bytes());
    bytes[34..].copy_from_slice(struct_hash.as_bytes());
    keccak(&bytes)
}

/// A value that encodes as one word.
pub trait ToWord {
    /// Its word.
    fn word(&self) -> Word;
}

impl ToWord for H256 {
    fn word(&self) -> Word {
        self.0
    }
}

impl ToWord for H160 {
    fn word(&self) -> Word {
        H256::from(*self).0
    }
}

impl ToWord for U256 {
    fn word(&self) -> Word {
        self.to_big_endian()
    }
}

macro_rules! integer_words {
    ($($integer:ty),*) => { $(
        impl ToWord for $integer {
            fn word(&self) -> Word {
                U256::from(*self).word()
            }
        }
    )* };
}
integer_words!(u32, u64, u128);

impl ToWord for bool {
    fn word(&self) -> Word {
        u32::from(*self).word()
    }
}

/// What tells one Assay chain from every other: the EIP-155 chain id and the genesis hash. It is the domain of offers
/// and receipts (name `Assay`, version `1`, salt = genesis hash), and part of every token's domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ChainDomain {
    /// EIP-155 chain id; CAIP-2 name `eip155:<chain id>`.
    pub chain_id: u64,
    /// Hash of block 0.
    pub genesis: H256,
}

const DOMAIN_TYPE: H256 = H256(keccak_256!(b"EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)"));

impl ChainDomain {
    /// Separator of the domain of offers and receipts.
    pub fn separator(&self) -> H256 {
        hash_struct(DOMAIN_TYPE, &[keccak_256!(b"Assay"), keccak_256!(b"1"), self.chain_id.word(), self.genesis.word()])
    }
}
