//! X.509 certificates, and paths of them, by the rules that the three vendors share.
use crate::{
    signature::{PublicKey, SignedDer},
    Error, Window,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use der::{asn1::ObjectIdentifier, Decode as _};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};
use x509_cert::{
    certificate::{TbsCertificate, Version},
    ext::pkix::{BasicConstraints, KeyUsage},
    name::Name,
    serial_number::SerialNumber,
};

/// Most bytes of a certificate. Those of the vendors have 500 to 1,700.
pub const MAX_CERTIFICATE: usize = 4096;
/// Most extensions of a certificate. A VCEK has 11.
const MAX_EXTENSIONS: usize = 24;

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// Serial number, big-endian, filled with zeros on the left. Unique within an issuer.
pub type Serial = [u8; 20];

/// SHA-256 of an authority's name and key: who signed a certificate or a revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AuthorityId(pub [u8; 32]);

/// A parsed certificate. Nothing is verified but its form.
#[derive(Clone, Debug)]
pub struct Certificate<'a> {
    der: &'a [u8],
    signed: SignedDer<'a>,
    tbs: TbsCertificate,
    serial: Serial,
    window: Window,
    key: PublicKey,
    constraints: Option<BasicConstraints>,
    usage: Option<KeyUsage>,
}

/// A serial number that is not negative, at full width.
pub(crate) fn serial(number: &SerialNumber) -> Result<Serial, Error> {
    let bytes = number.as_bytes();
    if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        return Err(Error::Malformed);
    }
    let bytes = bytes.strip_prefix(&[0]).unwrap_or(bytes);
    let mut out = Serial::default();
    let start = out.len().checked_sub(bytes.len()).ok_or(Error::Malformed)?;
    out.get_mut(start..).ok_or(Error::Malformed)?.copy_from_slice(bytes);
    Ok(out)
}

impl<'a> Certificate<'a> {
    /// Reads one certificate in DER.
    ///
    /// Refuses more than [`MAX_CERTIFICATE`] bytes, trailing bytes, other versions than 3, negative serial numbers,
    /// keys and signatures of other kinds than the vendors', an extension that occurs twice and critical extensions
    /// other than basicConstraints and keyUsage.
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        if der.len() > MAX_CERTIFICATE {
            return Err(Error::TooLong);
        }
        let (signed, algorithm) = SignedDer::split(der)?;
        let tbs = TbsCertificate::from_der(signed.tbs)?;
        if tbs.version() != Version::V3 {
            return Err(Error::Unsupported);
        }
        if tbs.signature() != &algorithm {
            return Err(Error::Malformed);
        }
        let extensions = tbs.extensions().map(|list| list.as_slice()).unwrap_or_default();
        if extensions.len() > MAX_EXTENSIONS {
            return Err(Error::TooLong);
        }
        let (mut constraints, mut usage) = (None, None);
        for (at, extension) in extensions.iter().enumerate() {
            if extensions.iter().take(at).any(|other| other.extn_id == extension.extn_id) {
                return Err(Error::Malformed);
            }
            match extension.extn_id {
                BASIC_CONSTRAINTS => constraints = Some(BasicConstraints::from_der(extension.extn_value.as_bytes())?),
                KEY_USAGE => usage = Some(KeyUsage::from_der(extension.extn_value.as_bytes())?),
                _ if extension.critical => return Err(Error::Critical),
                _ => {}
            }
        }
        let validity = tbs.validity();
        let window = Window {
            from: validity.not_before.to_unix_duration().as_secs(),
            until: validity.not_after.to_unix_duration().as_secs(),
        };
        let serial = serial(tbs.serial_number())?;
        let key = PublicKey::parse(tbs.subject_public_key_info())?;
        Ok(Self { der, signed, serial, window, key, constraints, usage, tbs })
    }

    /// The bytes it was read from.
    pub fn der(&self) -> &'a [u8] {
        self.der
    }

    /// When it is valid.
    pub fn window(&self) -> Window {
        self.window
    }

    /// Its public key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Its number among those of its issuer.
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// Name of the one it is for.
    pub fn subject(&self) -> &Name {
        self.tbs.subject()
    }

    /// Name of the one that issued it.
    pub fn issuer(&self) -> &Name {
        self.tbs.issuer()
    }

    /// Whether the subject has exactly one common name and `holds` is true of it.
    pub(crate) fn common_name(&self, holds: impl Fn(&str) -> bool) -> bool {
        let mut names = self.subject().iter().filter(|part| part.oid == COMMON_NAME);
        let (Some(name), None) = (names.next(), names.next()) else { return false };
        core::str::from_utf8(name.value.value()).is_ok_and(holds)
    }

    /// Content of an extension.
    pub(crate) fn extension(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        self.tbs.extensions()?.iter().find(|one| one.extn_id == oid).map(|one| one.extn_value.as_bytes())
    }

    /// Who it is as an authority: SHA-256 over its subject and public key in DER.
    pub fn authority_id(&self) -> Result<AuthorityId, Error> {
        use der::Encode as _;
        let hash = Sha256::new()
            .chain_update(self.subject().to_der()?)
            .chain_update(self.tbs.subject_public_key_info().to_der()?);
        Ok(AuthorityId(hash.finalize().into()))
    }

    /// May sign certificates with at most `below` authorities under it (RFC 5280, 4.2.1.9 and 4.2.1.3).
    fn may_issue(&self, below: usize) -> Result<(), Error> {
        let constraints = self.constraints.as_ref().ok_or(Error::Usage)?;
        let deep_enough = constraints.path_len_constraint.is_none_or(|most| below <= usize::from(most));
        if constraints.ca && deep_enough && self.usage.is_some_and(|usage| usage.key_cert_sign()) {
            Ok(())
        } else {
            Err(Error::Usage)
        }
    }

    /// May sign revocation lists.
    pub(crate) fn may_revoke(&self) -> Result<(), Error> {
        let ca = self.constraints.as_ref().is_some_and(|constraints| constraints.ca);
        if ca && self.usage.is_some_and(|usage| usage.crl_sign()) {
            Ok(())
        } else {
            Err(Error::Usage)
        }
    }

    /// Says that it is no authority and that its key signs data.
    pub(crate) fn may_sign(&self) -> Result<(), Error> {
        let plain = self.constraints.as_ref().is_some_and(|constraints| !constraints.ca);
        if plain && self.usage.is_some_and(|usage| usage.digital_signature()) {
            Ok(())
        } else {
            Err(Error::Usage)
        }
    }
}

/// Verifies that a trusted root issued the certificate of another authority, and that both are valid now.
pub fn authority(root: &Certificate, below: &Certificate, now: u64) -> Result<(), Error> {
    root.may_issue(1)?;
    below.may_issue(0)?;
    if below.issuer() != root.subject() {
        return Err(Error::Chain);
    }
    root.window.and(below.window).check(now)?;
    root.key.verify(&below.signed)
}

/// Verifies the path from a trusted certificate to the last of `below`, which must be no authority.
///
/// `anchor` is trusted as it is, but must be valid now and allowed to issue. Returns when all of them are valid. All
/// that is cheap is checked of all certificates before the first signature is.
pub fn path(anchor: &Certificate, below: &[Certificate], now: u64) -> Result<Window, Error> {
    let mut window = anchor.window;
    let mut issuer = anchor;
    for (at, certificate) in below.iter().enumerate() {
        issuer.may_issue(below.len().saturating_sub(at.saturating_add(1)))?;
        if certificate.issuer() != issuer.subject() {
            return Err(Error::Chain);
        }
        window = window.and(certificate.window);
        issuer = certificate;
    }
    let leaf = below.last().ok_or(Error::Chain)?;
    if leaf.constraints.as_ref().is_some_and(|constraints| constraints.ca) {
        return Err(Error::Usage);
    }
    window.check(now)?;
    let issuers = core::iter::once(anchor).chain(below);
    for (issuer, certificate) in issuers.zip(below) {
        issuer.key.verify(&certificate.signed)?;
    }
    Ok(window)
}
