//! Keys and signatures as certificates and revocation lists hold them.
use crate::Error;
use der::{
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef},
    Decode as _, Reader, SliceReader,
};
use rsa::{pkcs1::DecodeRsaPublicKey, traits::PublicKeyParts, BigUint, Pss, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// The one set of RSASSA-PSS parameters in use (AMD): SHA-384, MGF1 with SHA-384, salt 48, trailer field spelt out.
const PSS_SHA384: &[u8] = &[
    0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0xa1, 0x1c,
    0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
    0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, 0x30, 0xa3, 0x03, 0x02, 0x01, 0x01,
];
/// AMD's signing keys have 4096 bits.
const RSA_BYTES: usize = 512;

/// A public key of a kind that the vendors use.
#[derive(Clone, Debug)]
pub enum PublicKey {
    /// Uncompressed SEC1 point on P-256.
    P256([u8; 65]),
    /// Uncompressed SEC1 point on P-384.
    P384([u8; 97]),
    /// RSA with 4096 bits and exponent 65537.
    Rsa(RsaPublicKey),
}

/// A signature algorithm, each fit for one kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    EcdsaSha256,
    EcdsaSha384,
    PssSha384,
}

/// Something signed in the X.509 manner: a certificate or a revocation list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedDer<'a> {
    /// The signed bytes.
    pub(crate) tbs: &'a [u8],
    algorithm: Algorithm,
    signature: &'a [u8],
}

impl PublicKey {
    pub(crate) fn parse(info: &SubjectPublicKeyInfoOwned) -> Result<Self, Error> {
        let bits = info.subject_public_key.as_bytes().ok_or(Error::Malformed)?;
        if info.algorithm.oid == RSA_KEY {
            let key = RsaPublicKey::from_pkcs1_der(bits).map_err(|_| Error::Malformed)?;
            if key.size() != RSA_BYTES || key.e() != &BigUint::from(65_537u32) {
                return Err(Error::Unsupported);
            }
            return Ok(Self::Rsa(key));
        }
        if info.algorithm.oid != EC_KEY {
            return Err(Error::Unsupported);
        }
        let parameters = info.algorithm.parameters.as_ref().ok_or(Error::Malformed)?;
        match parameters.decode_as::<ObjectIdentifier>()? {
            P256 => bits.try_into().map(Self::P256).map_err(|_| Error::Malformed),
            P384 => bits.try_into().map(Self::P384).map_err(|_| Error::Malformed),
            _ => Err(Error::Unsupported),
        }
    }

    /// [`Error::Signature`] unless this key signed; [`Error::Unsupported`] if the algorithm is not this key's.
    pub(crate) fn verify(&self, signed: &SignedDer) -> Result<(), Error> {
        let good = match (self, signed.algorithm) {
            (Self::P256(key), Algorithm::EcdsaSha256) => {
                assay_host::p256::verify(key, &Sha256::digest(signed.tbs), &fixed::<64>(signed.signature)?)
            }
            (Self::P384(key), Algorithm::EcdsaSha384) => {
                assay_host::p384::verify(key, &Sha384::digest(signed.tbs), &fixed::<96>(signed.signature)?)
            }
            (Self::Rsa(key), Algorithm::PssSha384) => {
                key.verify(Pss::new_with_salt::<Sha384>(48), &Sha384::digest(signed.tbs), signed.signature).is_ok()
            }
            _ => return Err(Error::Unsupported),
        };
        if good {
            Ok(())
        } else {
            Err(Error::Signature)
        }
    }
}

/// `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279, 2.2.3) as r and s at full width.
fn fixed<const N: usize>(der: &[u8]) -> Result<[u8; N], Error> {
    let mut reader = SliceReader::new(der)?;
    let (r, s) = reader.sequence(|inner| Ok::<_, der::Error>((UintRef::decode(inner)?, UintRef::decode(inner)?)))?;
    reader.finish()?;
    let mut out = [0; N];
    for (half, number) in out.chunks_exact_mut(N / 2).zip([r.as_bytes(), s.as_bytes()]) {
        let start = half.len().checked_sub(number.len()).ok_or(Error::Malformed)?;
        half.get_mut(start..).ok_or(Error::Malformed)?.copy_from_slice(number);
    }
    Ok(out)
}

impl<'a> SignedDer<'a> {
    /// Splits `SEQUENCE { tbs, algorithm, signature }`; returns the algorithm too, which `tbs` must repeat.
    pub(crate) fn split(der: &'a [u8]) -> Result<(Self, AlgorithmIdentifierOwned), Error> {
        let mut reader = SliceReader::new(der)?;
        let (tbs, identifier, bits) = reader.sequence(|inner| {
            let tbs = inner.tlv_bytes()?;
            let identifier = AlgorithmIdentifierOwned::decode(inner)?;
            Ok::<_, der::Error>((tbs, identifier, BitStringRef::decode(inner)?))
        })?;
        reader.finish()?;
        let parameters = identifier.parameters.as_ref().map(AnyRef::from);
        let algorithm = match (identifier.oid, parameters) {
            (ECDSA_SHA256, None) => Algorithm::EcdsaSha256,
            (ECDSA_SHA384, None) => Algorithm::EcdsaSha384,
            (RSASSA_PSS, Some(parameters)) if parameters.value() == PSS_SHA384 => Algorithm::PssSha384,
            _ => return Err(Error::Unsupported),
        };
        Ok((Self { tbs, algorithm, signature: bits.as_bytes().ok_or(Error::Malformed)? }, identifier))
    }
}
