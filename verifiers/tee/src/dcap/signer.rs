//! Who signs collateral, and revocation lists of the platform authorities.
use crate::{
    signature::PublicKey,
    x509::{self, AuthorityId, Certificate, Serial, MAX_CERTIFICATE},
    Crl, Error, Window,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};

/// Most bytes of a JSON document. Intel's largest had 8,000 in 2026.
pub const MAX_JSON: usize = 64 * 1024;
/// Most bytes of a chain in PEM.
pub const MAX_PEM: usize = 12 * 1024;
/// Certificates of a PCK chain: the platform's, its authority's, the root's.
pub const PCK_CHAIN: usize = 3;

/// A JSON document signed by the holder of Intel's TCB signing certificate.
#[derive(Clone, Copy, Debug)]
pub struct SignedJson<'a> {
    /// The very bytes that were signed: the value of `tcbInfo` or `enclaveIdentity`.
    pub json: &'a [u8],
    /// r and s, 32 bytes each.
    pub signature: &'a [u8; 64],
    /// The signer's certificate in DER, which the root itself issued.
    pub signer: &'a [u8],
}

/// Who signed a piece of collateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Signer {
    /// The root that issued the signer's certificate.
    pub root: AuthorityId,
    /// The certificate's number, for later revocation lists.
    pub serial: Serial,
}

impl SignedJson<'_> {
    /// Verifies the signature and its signer. Returns when the signer and the root are valid, and who it is.
    pub(super) fn check(&self, root: &Certificate, root_crl: &Crl, now: u64) -> Result<(Window, Signer), Error> {
        if self.json.len() > MAX_JSON {
            return Err(Error::TooLong);
        }
        let signer = Certificate::parse(self.signer)?;
        signer.may_sign()?;
        // PCK certificates sign too, and chain to the same root.
        if !signer.common_name(|name| name.ends_with("SGX TCB Signing")) {
            return Err(Error::Usage);
        }
        let PublicKey::P256(key) = *signer.key() else { return Err(Error::Unsupported) };
        let who = Signer { root: root.authority_id()?, serial: signer.serial() };
        root_crl.clears(who.root, &who.serial, now)?;
        let window = x509::path(root, &[signer], now)?;
        if assay_host::p256::verify(&key, &Sha256::digest(self.json), self.signature) {
            Ok((window, who))
        } else {
            Err(Error::Signature)
        }
    }
}

/// Verifies a revocation list in DER of an authority for PCK certificates, given the authority's certificate in DER.
pub fn check_pck_crl(crl: &[u8], authority: &[u8], root: &Certificate, root_crl: &Crl, now: u64) -> Result<Crl, Error> {
    let authority = Certificate::parse(authority)?;
    root_crl.clears(root.authority_id()?, &authority.serial(), now)?;
    x509::authority(root, &authority, now)?;
    Crl::of_authority(crl, &authority, now)
}

/// The certificates of a PEM chain, in DER and in order; zeros after the last are ignored.
///
/// Refuses more than [`MAX_PEM`] bytes, more than [`PCK_CHAIN`] certificates, other labels and anything in between.
pub fn pem_chain(pem: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    const END: &[u8] = b"-----END CERTIFICATE-----";
    if pem.len() > MAX_PEM {
        return Err(Error::TooLong);
    }
    let mut rest = pem;
    let mut chain = Vec::new();
    while let Some(at) = rest.windows(END.len()).position(|window| window == END) {
        if chain.len() == PCK_CHAIN {
            return Err(Error::Chain);
        }
        let (one, after) = rest.split_at_checked(at.saturating_add(END.len())).ok_or(Error::Malformed)?;
        if !one.starts_with(b"-----BEGIN") {
            return Err(Error::Malformed);
        }
        let (label, der) = pem_rfc7468::decode_vec(one).map_err(|_| Error::Malformed)?;
        if label != "CERTIFICATE" || der.len() > MAX_CERTIFICATE {
            return Err(Error::Malformed);
        }
        chain.push(der);
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
    }
    if chain.is_empty() || !crate::bytes::zero(rest) {
        return Err(Error::Malformed);
    }
    Ok(chain)
}
