//! Certificates and revocation lists.
use crate::{
    encode::{bits, boolean, concat, explicit, integer, name, octets, oid, sequence, time},
    key::Key,
};
use der::{Reader, SliceReader};

/// 2020-01-01, when the roots and authorities begin to be valid.
pub const FROM: u64 = 1_577_836_800;
/// 2049-01-01, when they end.
pub const UNTIL: u64 = 2_493_072_000;

/// keyUsage: digitalSignature.
pub const SIGN: u8 = 0x80;
/// keyUsage: keyCertSign.
pub const ISSUE: u8 = 0x04;
/// keyUsage: cRLSign.
pub const REVOKE: u8 = 0x02;

/// An extension.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Dotted object identifier.
    pub id: String,
    /// Whether who does not know it must refuse.
    pub critical: bool,
    /// Content.
    pub value: Vec<u8>,
}

/// What a certificate says.
#[derive(Clone, Debug)]
pub struct Cert {
    /// Whose it is.
    pub key: Key,
    /// Who signs it.
    pub issuer_key: Key,
    /// Common name of its holder.
    pub subject: String,
    /// Common name of its issuer.
    pub issuer: String,
    /// Number, big-endian.
    pub serial: Vec<u8>,
    /// First second of validity.
    pub from: u64,
    /// Last second of validity.
    pub until: u64,
    /// basicConstraints: whether an authority, and how many below it; `None` leaves the extension out.
    pub constraints: Option<(bool, Option<u8>)>,
    /// keyUsage, the sum of [`SIGN`], [`ISSUE`], [`REVOKE`]; `None` leaves the extension out.
    pub usage: Option<u8>,
    /// More extensions.
    pub extensions: Vec<Extension>,
}

impl Cert {
    /// An authority that issued itself.
    pub fn root(subject: &str, key: Key) -> Self {
        Self {
            issuer_key: key.clone(),
            key,
            subject: subject.into(),
            issuer: subject.into(),
            serial: vec![1],
            from: FROM,
            until: UNTIL,
            constraints: Some((true, None)),
            usage: Some(ISSUE | REVOKE),
            extensions: Vec::new(),
        }
    }

    /// An authority under this one.
    pub fn authority(&self, subject: &str, serial: u8, key: Key) -> Self {
        Self {
            issuer_key: self.key.clone(),
            key,
            subject: subject.into(),
            issuer: self.subject.clone(),
            serial: vec![serial],
            ..self.clone()
        }
    }

    /// A holder under this authority who signs data.
    pub fn holder(&self, subject: &str, serial: u8, key: Key) -> Self {
        Self { constraints: Some((false, None)), usage: Some(SIGN), ..self.authority(subject, serial, key) }
    }

    /// The certificate in DER.
    pub fn der(&self) -> Vec<u8> {
        let mut extensions = Vec::new();
        if let Some((authority, below)) = self.constraints {
            let mut parts = Vec::new();
            if authority {
                parts.push(boolean(true));
            }
            parts.extend(below.map(|below| integer(&[below])));
            extensions.push(Extension { id: "2.5.29.19".into(), critical: true, value: sequence(&parts) });
        }
        if let Some(usage) = self.usage {
            let value = bits(usage.trailing_zeros().min(7) as u8, &[usage]);
            extensions.push(Extension { id: "2.5.29.15".into(), critical: true, value });
        }
        extensions.extend(self.extensions.iter().cloned());
        let mut parts = vec![
            explicit(0, &integer(&[2])),
            integer(&self.serial),
            self.issuer_key.algorithm(),
            name(&self.issuer),
            sequence(&[time(self.from), time(self.until)]),
            name(&self.subject),
            self.key.info(),
        ];
        if !extensions.is_empty() {
            parts.push(explicit(3, &list(&extensions)));
        }
        sign(&sequence(&parts), &self.issuer_key)
    }
}

/// What a revocation list says.
#[derive(Clone, Debug)]
pub struct Revocations {
    /// Who signs it.
    pub key: Key,
    /// Common name of the authority.
    pub issuer: String,
    /// thisUpdate.
    pub from: u64,
    /// nextUpdate; `None` leaves it out.
    pub until: Option<u64>,
    /// Numbers of revoked certificates.
    pub serials: Vec<Vec<u8>>,
    /// Extensions beside the list's number, which is always 1.
    pub extensions: Vec<Extension>,
}

impl Revocations {
    /// An empty list of this authority, made one day before `now` and good for 30.
    pub fn of(authority: &Cert, now: u64) -> Self {
        Self {
            key: authority.key.clone(),
            issuer: authority.subject.clone(),
            from: now - DAY,
            until: Some(now + 29 * DAY),
            serials: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// The list in DER.
    pub fn der(&self) -> Vec<u8> {
        let mut parts = vec![integer(&[1]), self.key.algorithm(), name(&self.issuer), time(self.from)];
        parts.extend(self.until.map(time));
        if !self.serials.is_empty() {
            let entries = self.serials.iter().map(|serial| sequence(&[integer(serial), time(self.from)]));
            parts.push(sequence(&entries.collect::<Vec<_>>()));
        }
        let mut extensions = vec![Extension { id: "2.5.29.20".into(), critical: false, value: integer(&[1]) }];
        extensions.extend(self.extensions.iter().cloned());
        parts.push(explicit(0, &list(&extensions)));
        sign(&sequence(&parts), &self.key)
    }
}

/// Seconds of a day.
pub const DAY: u64 = 86_400;

fn list(extensions: &[Extension]) -> Vec<u8> {
    let one = |extension: &Extension| {
        let critical = if extension.critical { boolean(true) } else { Vec::new() };
        sequence(&[oid(&extension.id), critical, octets(&extension.value)])
    };
    sequence(&extensions.iter().map(one).collect::<Vec<_>>())
}

/// What this key signs in the X.509 manner: `SEQUENCE { tbs, algorithm, signature }`.
pub fn sign(tbs: &[u8], key: &Key) -> Vec<u8> {
    sequence(&[tbs.to_vec(), key.algorithm(), bits(0, &key.sign_der(tbs))])
}

/// The signed part of a certificate or list.
pub fn tbs(der: &[u8]) -> Vec<u8> {
    SliceReader::new(der)
        .and_then(|mut reader| {
            reader.sequence(|inner| {
                let tbs = inner.tlv_bytes()?.to_vec();
                inner.drain(inner.remaining_len())?;
                Ok(tbs)
            })
        })
        .expect("DER made here")
}

/// A chain in PEM.
pub fn pem<T: AsRef<[u8]>>(chain: &[T]) -> Vec<u8> {
    let one = |der: &T| {
        pem_rfc7468::encode_string("CERTIFICATE", pem_rfc7468::LineEnding::LF, der.as_ref())
            .expect("a short certificate")
    };
    concat(&chain.iter().map(one).collect::<Vec<_>>())
}
