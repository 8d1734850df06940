//! Chip keys: the certificate chain ARK, ASK, VCEK, and what a VCEK says about its chip.
use crate::{
    signature::PublicKey,
    x509::{self, AuthorityId, Certificate, Serial},
    Crl, Error, Window,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use der::{asn1::ObjectIdentifier, Decode as _};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

const PRODUCT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.2");
const BOOT_LOADER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.3.1");
const TEE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.3.2");
const SNP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.3.3");
const MICROCODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.3.8");
const FMC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.3.9");
const CHIP_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.3704.1.4");

/// Processor line: each has roots of its own, and a layout of TCB_VERSION.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Product {
    /// EPYC 7003.
    Milan,
    /// EPYC 9004, 97x4 and 8004.
    Genoa,
    /// EPYC 9005.
    Turin,
}

/// A verified chip key for one firmware version of one chip.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Vcek {
    /// Processor line.
    pub product: Product,
    /// Unique id of the chip; on Turin 8 bytes and zeros.
    pub chip_id: [u8; 64],
    /// TCB_VERSION that the key is derived from, laid out as in a report.
    pub tcb: [u8; 8],
    /// When all certificates of its chain, and the revocation list if one was used, are valid.
    pub window: Window,
    /// The ARK that its chain ends in.
    pub root: AuthorityId,
    /// Number of its ASK among the certificates of that ARK, for later revocation lists.
    pub signer: Serial,
    pub(super) key: [u8; 97],
}

impl Product {
    /// The line that a VCEK's product name stands for, as in `Milan-B0`.
    fn named(name: &[u8]) -> Result<Self, Error> {
        let line = name.split(|byte| *byte == b'-').next().unwrap_or_default();
        match line {
            b"Milan" => Ok(Self::Milan),
            // Siena is Genoa with fewer cores, under the same roots.
            b"Genoa" | b"Siena" => Ok(Self::Genoa),
            b"Turin" => Ok(Self::Turin),
            _ => Err(Error::Unsupported),
        }
    }
}

impl Vcek {
    /// Verifies a chip key through its ASK (both in DER, as AMD's key server gives them) to a trusted ARK.
    ///
    /// `crl`, if given, is the ARK's list and must be valid now and not name the ASK.
    pub fn verify(vcek: &[u8], ask: &[u8], ark: &Certificate, crl: Option<&Crl>, now: u64) -> Result<Self, Error> {
        let (vcek, ask) = (Certificate::parse(vcek)?, Certificate::parse(ask)?);
        let PublicKey::P384(key) = vcek.key() else { return Err(Error::Unsupported) };
        if !vcek.common_name(|name| name == "SEV-VCEK") {
            return Err(Error::Usage);
        }
        let octets = |oid| vcek.extension(oid).ok_or(Error::Malformed);
        let svn = |oid| Ok::<_, Error>(u8::from_der(octets(oid)?)?);
        let product = Product::named(der::asn1::Ia5StringRef::from_der(octets(PRODUCT)?)?.as_bytes())?;
        let (boot_loader, tee, snp, microcode) = (svn(BOOT_LOADER)?, svn(TEE)?, svn(SNP)?, svn(MICROCODE)?);
        // 56860, table 3: TCB_VERSION.
        let tcb = match product {
            Product::Milan | Product::Genoa => [boot_loader, tee, 0, 0, 0, 0, snp, microcode],
            Product::Turin => [svn(FMC)?, boot_loader, tee, snp, 0, 0, 0, microcode],
        };
        let hardware_id = octets(CHIP_ID)?;
        let expected = if product == Product::Turin { 8 } else { 64 };
        if hardware_id.len() != expected {
            return Err(Error::Malformed);
        }
        let mut chip_id = [0; 64];
        chip_id.iter_mut().zip(hardware_id).for_each(|(to, from)| *to = *from);

        let (root, signer, key) = (ark.authority_id()?, ask.serial(), *key);
        if let Some(crl) = crl {
            crl.clears(root, &signer, now)?;
        }
        let mut window = x509::path(ark, &[ask, vcek], now)?;
        window.until = crl.map_or(window.until, |crl| window.until.min(crl.window.until));
        Ok(Self { product, chip_id, tcb, window, root, signer, key })
    }
}
