//! Keys from the seed.
use crate::{
    encode::{bits, integer, oid, sequence, tlv},
    SEED,
};
use der::Tag;
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use rsa::{pkcs1::DecodeRsaPrivateKey, traits::PublicKeyParts, Pss, RsaPrivateKey};
use sha2::{Digest, Sha256, Sha384};

/// A private key.
#[derive(Clone, Debug)]
pub enum Key {
    /// ECDSA on P-256 with SHA-256.
    P256(p256::ecdsa::SigningKey),
    /// ECDSA on P-384 with SHA-384.
    P384(p384::ecdsa::SigningKey),
    /// RSASSA-PSS with SHA-384 and 4096 bits.
    Rsa(Box<RsaPrivateKey>),
}

/// RSA keys that stand for an AMD root and signing key; see [`Key::generate_rsa`].
const RSA_KEYS: [(&str, &[u8]); 2] = [("ark", include_bytes!("keys/ark.der")), ("ask", include_bytes!("keys/ask.der"))];

fn seed(label: &str) -> [u8; 32] {
    Sha256::new().chain_update(SEED).chain_update(label).finalize().into()
}

impl Key {
    /// The P-256 key of this label.
    pub fn p256(label: &str) -> Self {
        Self::P256(p256::ecdsa::SigningKey::from_slice(&seed(label)).expect("a hash below the order"))
    }

    /// The P-384 key of this label.
    pub fn p384(label: &str) -> Self {
        let wide = Sha384::new().chain_update(seed(label)).finalize();
        Self::P384(p384::ecdsa::SigningKey::from_slice(&wide).expect("a hash below the order"))
    }

    /// The RSA key of this label: `ark` or `ask`, which are kept because making one takes seconds.
    pub fn rsa(label: &str) -> Self {
        let (_, der) = RSA_KEYS.iter().find(|(name, _)| *name == label).expect("a label of a kept key");
        Self::Rsa(Box::new(RsaPrivateKey::from_pkcs1_der(der).expect("a kept key")))
    }

    /// Makes the RSA key of this label from the seed, slowly.
    pub fn generate_rsa(label: &str) -> RsaPrivateKey {
        RsaPrivateKey::new(&mut ChaCha20Rng::from_seed(seed(label)), 4096).expect("4096 bits are allowed")
    }

    /// The public key as certificates hold it: x and y after tag 4 for curves, PKCS#1 for RSA.
    pub fn public(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Rsa(key) => sequence(&[integer(&key.n().to_bytes_be()), integer(&key.e().to_bytes_be())]),
        }
    }

    /// SubjectPublicKeyInfo.
    pub(crate) fn info(&self) -> Vec<u8> {
        let algorithm = match self {
            Self::P256(_) => sequence(&[oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")]),
            Self::P384(_) => sequence(&[oid("1.2.840.10045.2.1"), oid("1.3.132.0.34")]),
            Self::Rsa(_) => sequence(&[oid("1.2.840.113549.1.1.1"), tlv(Tag::Null, &[])]),
        };
        sequence(&[algorithm, bits(0, &self.public())])
    }

    /// AlgorithmIdentifier of this key's signatures.
    pub(crate) fn algorithm(&self) -> Vec<u8> {
        match self {
            Self::P256(_) => sequence(&[oid("1.2.840.10045.4.3.2")]),
            Self::P384(_) => sequence(&[oid("1.2.840.10045.4.3.3")]),
            Self::Rsa(_) => {
                let hash = sequence(&[oid("2.16.840.1.101.3.4.2.2"), tlv(Tag::Null, &[])]);
                let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash.clone()]);
                let parts = [hash, mask, integer(&[48]), integer(&[1])];
                let numbered = parts.iter().zip(0..).map(|(part, number)| {
                    let mut out = tlv(Tag::Sequence, part);
                    out[0] = 0xa0 | number;
                    out
                });
                sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&numbered.collect::<Vec<_>>())])
            }
        }
    }

    /// A signature of `message` as certificates hold it.
    pub fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(key) => {
                let digest = Sha384::digest(message);
                let salt = Sha256::digest(digest).into();
                key.sign_with_rng(&mut ChaCha20Rng::from_seed(salt), Pss::new_with_salt::<Sha384>(48), &digest)
                    .expect("the key has room for hash and salt")
            }
            _ => {
                let fixed = self.sign_fixed(message);
                let (r, s) = fixed.split_at(fixed.len() / 2);
                sequence(&[integer(r), integer(s)])
            }
        }
    }

    /// A signature of `message` as r and s at full width. Only for curves.
    pub fn sign_fixed(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                use p256::ecdsa::{signature::hazmat::PrehashSigner, Signature};
                let signature: Signature = key.sign_prehash(&Sha256::digest(message)).expect("a hash of full width");
                signature.to_bytes().to_vec()
            }
            Self::P384(key) => {
                use p384::ecdsa::{signature::hazmat::PrehashSigner, Signature};
                let signature: Signature = key.sign_prehash(&Sha384::digest(message)).expect("a hash of full width");
                signature.to_bytes().to_vec()
            }
            Self::Rsa(_) => panic!("RSA signatures have no two halves"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_keys_are_those_of_the_seed() {
        for (label, _) in RSA_KEYS {
            let Key::Rsa(kept) = Key::rsa(label) else { panic!("RSA keys are RSA keys") };
            assert_eq!(*kept, Key::generate_rsa(label), "{label}");
        }
    }
}
