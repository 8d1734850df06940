//! Words on the command line, and how they read.

use anyhow::{bail, ensure, Context, Error, Result};
use assay_primitives::{ReceiptKey, Tier, H160, H256};
use codec::Encode;
use std::{fmt, str::FromStr};

/// Bytes in hex with `0x`.
pub(crate) fn bytes<const N: usize>(text: &str) -> Result<[u8; N]> {
    let digits = text.strip_prefix("0x").context("does not begin with 0x")?;
    ensure!(digits.len() == 2 * N, "is not {N} bytes long");
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes)?;
    Ok(bytes)
}

/// Hex with `0x`.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// A 32-byte id.
#[derive(Clone, Copy, Default, Encode)]
pub(crate) struct Hash(pub(crate) H256);

impl FromStr for Hash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(Self(H256(bytes(text)?)))
    }
}

/// A receipt key: its kind, a colon, and the address or public key.
#[derive(Clone, Copy, Encode)]
pub(crate) struct Key(pub(crate) ReceiptKey);

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(Self(match text.split_once(':') {
            Some(("secp256k1", address)) => ReceiptKey::Secp256k1(H160(bytes(address)?)),
            Some(("ed25519", public)) => ReceiptKey::Ed25519(bytes(public)?),
            Some(("sr25519", public)) => ReceiptKey::Sr25519(bytes(public)?),
            _ => bail!("is none of secp256k1:0x.., ed25519:0x.., sr25519:0x.."),
        }))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.0 {
            ReceiptKey::Secp256k1(address) => write!(f, "secp256k1:{}", hex(address)),
            ReceiptKey::Ed25519(public) => write!(f, "ed25519:{}", hex(public)),
            ReceiptKey::Sr25519(public) => write!(f, "sr25519:{}", hex(public)),
        }
    }
}

/// A tier's name.
#[derive(Clone, Copy)]
pub(crate) struct TierName(pub(crate) Tier);

impl FromStr for TierName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let tier = Tier::ALL.into_iter().find(|tier| TierName(*tier).to_string() == text.to_lowercase());
        tier.map(Self).context("is none of signed, attested, proven")
    }
}

impl fmt::Display for TierName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self.0 {
            Tier::Signed => "signed",
            Tier::Attested => "attested",
            Tier::Proven => "proven",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_printed_as_they_are_read() {
        for text in [
            "secp256k1:0xa0ee7a142d267c1f36714e4a8f75612f20a79720",
            "ed25519:0x1111111111111111111111111111111111111111111111111111111111111111",
            "sr25519:0x2222222222222222222222222222222222222222222222222222222222222222",
        ] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_no_key() {
        for text in
            ["", "secp256k1", "secp256k1:a0ee", "ed25519:0xa0ee7a142d267c1f36714e4a8f75612f20a79720", "rsa:0x00"]
        {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }

    #[test]
    fn tiers_are_read_in_any_case() {
        assert_eq!("Signed".parse::<TierName>().unwrap().0, Tier::Signed);
        assert_eq!("proven".parse::<TierName>().unwrap().0, Tier::Proven);
        assert!("sworn".parse::<TierName>().is_err());
    }
}
