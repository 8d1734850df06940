//! The platform's certificate chain, and what its PCK certificate says (Intel, "SGX PCK certificate and CRL profile").
use super::Issuance;
use crate::{
    signature::PublicKey,
    x509::{self, Certificate},
    Crl, Error, Window,
};
use alloc::vec::Vec;
use der::{
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
    Decode as _, Sequence,
};

const SGX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1");
const PPID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.1");
const TCB: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.2");
const PCE_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.3");
const FMSPC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.4");
const CONFIGURATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.7");
const DYNAMIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.7.1");
const CACHED_KEYS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.7.2");
const SMT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113741.1.13.1.7.3");
/// Numbers under [`TCB`]: 1 to 16 are the components, then PCESVN and CPUSVN.
const PCE_SVN: u32 = 17;

/// A platform's certified identity and security versions.
pub(super) struct Pck {
    pub(super) key: [u8; 65],
    pub(super) ppid: [u8; 16],
    pub(super) fmspc: [u8; 6],
    pub(super) pce_id: [u8; 2],
    pub(super) cpu_svn: [u8; 16],
    pub(super) pce_svn: u16,
    pub(super) dynamic: Option<bool>,
    pub(super) cached_keys: Option<bool>,
    pub(super) smt: Option<bool>,
}

#[derive(Sequence)]
struct Attribute<'a> {
    id: ObjectIdentifier,
    value: AnyRef<'a>,
}

/// Attributes of the SGX extension, none twice.
struct Attributes<'a>(Vec<Attribute<'a>>);

impl<'a> Attributes<'a> {
    fn new(list: Vec<Attribute<'a>>) -> Result<Self, Error> {
        let twice = list.iter().enumerate().any(|(at, one)| list.iter().take(at).any(|other| other.id == one.id));
        if twice {
            return Err(Error::Malformed);
        }
        Ok(Self(list))
    }

    fn find(&self, id: ObjectIdentifier) -> Option<AnyRef<'a>> {
        self.0.iter().find(|one| one.id == id).map(|one| one.value)
    }

    fn nested(&self, id: ObjectIdentifier) -> Result<Option<Self>, Error> {
        self.find(id).map(|value| Self::new(value.decode_as::<Vec<Attribute>>()?)).transpose()
    }

    fn octets<const N: usize>(&self, id: ObjectIdentifier) -> Result<[u8; N], Error> {
        let octets: &OctetStringRef = self.find(id).ok_or(Error::Malformed)?.decode_as()?;
        octets.as_bytes().try_into().map_err(|_| Error::Malformed)
    }

    fn svn<T: der::DecodeValue<'a, Error = der::Error> + der::FixedTag + 'a>(&self, number: u32) -> Result<T, Error> {
        let id = TCB.push_arc(number).map_err(|_| Error::Malformed)?;
        Ok(self.find(id).ok_or(Error::Malformed)?.decode_as()?)
    }

    fn flag(&self, id: ObjectIdentifier) -> Result<Option<bool>, Error> {
        Ok(self.find(id).map(|value| value.decode_as()).transpose()?)
    }
}

/// What a chain (PCK certificate, authority, root) says. Nothing is verified.
pub(super) fn issuance(chain: &[Vec<u8>]) -> Result<Issuance, Error> {
    let [leaf, authority, _] = chain else { return Err(Error::Chain) };
    let (leaf, authority) = (Certificate::parse(leaf)?, Certificate::parse(authority)?);
    Ok(Issuance {
        fmspc: Pck::read(&leaf)?.fmspc,
        serial: leaf.serial(),
        authority: authority.authority_id()?,
        authority_serial: authority.serial(),
    })
}

impl Pck {
    /// Verifies a chain (PCK certificate, authority, root) and reads its first certificate.
    ///
    /// The last must be the trusted root itself; neither of the others may be revoked. `fits` judges what the
    /// certificate says before any signature is verified.
    pub(super) fn verify(
        chain: &[Vec<u8>],
        root: &Certificate,
        root_crl: &Crl,
        pck_crl: &Crl,
        now: u64,
        fits: impl FnOnce(&Self) -> Result<(), Error>,
    ) -> Result<(Self, Window), Error> {
        let [leaf, authority, top] = chain else { return Err(Error::Chain) };
        if top.as_slice() != root.der() {
            return Err(Error::Chain);
        }
        let (leaf, authority) = (Certificate::parse(leaf)?, Certificate::parse(authority)?);
        leaf.may_sign()?;
        if !leaf.common_name(|name| name.ends_with("SGX PCK Certificate")) {
            return Err(Error::Usage);
        }
        root_crl.clears(root.authority_id()?, &authority.serial(), now)?;
        pck_crl.clears(authority.authority_id()?, &leaf.serial(), now)?;
        let pck = Self::read(&leaf)?;
        fits(&pck)?;
        let window = x509::path(root, &[authority, leaf], now)?;
        Ok((pck, window))
    }

    fn read(certificate: &Certificate) -> Result<Self, Error> {
        let PublicKey::P256(key) = *certificate.key() else { return Err(Error::Unsupported) };
        let extension = certificate.extension(SGX).ok_or(Error::Malformed)?;
        let sgx = Attributes::new(Vec::<Attribute>::from_der(extension)?)?;
        let tcb = sgx.nested(TCB)?.ok_or(Error::Malformed)?;
        let mut cpu_svn = [0; 16];
        for (component, number) in cpu_svn.iter_mut().zip(1..) {
            *component = tcb.svn::<u8>(number)?;
        }
        let configuration = sgx.nested(CONFIGURATION)?;
        let flag = |id| configuration.as_ref().map_or(Ok(None), |list| list.flag(id));
        Ok(Self {
            key,
            ppid: sgx.octets(PPID)?,
            fmspc: sgx.octets(FMSPC)?,
            pce_id: sgx.octets(PCE_ID)?,
            cpu_svn,
            pce_svn: tcb.svn::<u16>(PCE_SVN)?,
            dynamic: flag(DYNAMIC)?,
            cached_keys: flag(CACHED_KEYS)?,
            smt: flag(SMT)?,
        })
    }
}
