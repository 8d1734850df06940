//! The bytes of an attestation document, read strictly: definite lengths, shortest heads, no key twice or unknown.
use super::MAX_BUNDLE;
use crate::{x509::MAX_CERTIFICATE, Error};
use alloc::vec::Vec;
use minicbor::{data::Type, Decoder};
use sha2::{Digest, Sha384};

/// `{1: -35}`: the protected header that says ES384 and nothing else.
const PROTECTED: &[u8] = &[0xa1, 0x01, 0x38, 0x22];
/// Most PCRs that a document may list.
const MAX_PCRS: u64 = 32;
/// Most bytes of the public key.
const MAX_PUBLIC_KEY: usize = 1024;
/// Most bytes of the user data, and of the nonce.
const MAX_DATA: usize = 512;
/// Most bytes of the module id.
const MAX_MODULE_ID: usize = 128;

/// COSE_Sign1 without its tag: `[protected, {}, payload, signature]`.
pub(super) struct Envelope<'a> {
    pub(super) payload: &'a [u8],
    pub(super) signature: &'a [u8],
}

/// The signed payload.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) module_id: &'a str,
    /// Milliseconds since the unix epoch.
    pub(super) timestamp: u64,
    /// By rising index.
    pub(super) pcrs: Vec<(u8, [u8; 48])>,
    pub(super) certificate: &'a [u8],
    /// Root first.
    pub(super) bundle: Vec<&'a [u8]>,
    pub(super) public_key: Option<&'a [u8]>,
    pub(super) user_data: Option<&'a [u8]>,
    pub(super) nonce: Option<&'a [u8]>,
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Strict(Decoder::new(bytes));
        if reader.array()? != 4 {
            return Err(Error::Malformed);
        }
        if reader.bytes()? != PROTECTED {
            return Err(Error::Unsupported);
        }
        if reader.map()? != 0 {
            return Err(Error::Malformed);
        }
        let (payload, signature) = (reader.bytes()?, reader.bytes()?);
        reader.end()?;
        Ok(Self { payload, signature })
    }

    /// SHA-384 of `Sig_structure = ["Signature1", protected, external_aad = '', payload]` (RFC 9052, 4.4).
    pub(super) fn digest(&self) -> [u8; 48] {
        let mut hash =
            Sha384::new().chain_update(b"\x84\x6aSignature1\x44").chain_update(PROTECTED).chain_update(b"\x40");
        // The payload fits in MAX_DOCUMENT, so its length fits in two bytes.
        let length = u16::try_from(self.payload.len()).unwrap_or(u16::MAX);
        match length {
            0..=23 => hash.update([0x40 | length.to_be_bytes()[1]]),
            24..=255 => hash.update([0x58, length.to_be_bytes()[1]]),
            _ => {
                hash.update([0x59]);
                hash.update(length.to_be_bytes());
            }
        }
        hash.chain_update(self.payload).finalize().into()
    }
}

impl<'a> Document<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Strict(Decoder::new(bytes));
        let (mut module_id, mut digest, mut timestamp, mut pcrs, mut certificate, mut bundle) =
            (None, None, None, None, None, None);
        let (mut public_key, mut user_data, mut nonce) = (None, None, None);
        let entries = reader.map()?;
        if entries > 9 {
            return Err(Error::Malformed);
        }
        for _ in 0..entries {
            match reader.str()? {
                "module_id" => once(&mut module_id, reader.str()?)?,
                "digest" => once(&mut digest, reader.str()?)?,
                "timestamp" => once(&mut timestamp, reader.u64()?)?,
                "pcrs" => once(&mut pcrs, reader.pcrs()?)?,
                "certificate" => once(&mut certificate, reader.bytes()?)?,
                "cabundle" => once(&mut bundle, reader.bundle()?)?,
                "public_key" => once(&mut public_key, reader.optional(MAX_PUBLIC_KEY)?)?,
                "user_data" => once(&mut user_data, reader.optional(MAX_DATA)?)?,
                "nonce" => once(&mut nonce, reader.optional(MAX_DATA)?)?,
                _ => return Err(Error::Malformed),
            }
        }
        reader.end()?;
        if digest.ok_or(Error::Malformed)? != "SHA384" {
            return Err(Error::Unsupported);
        }
        Ok(Self {
            module_id: module_id.filter(|id| id.len() <= MAX_MODULE_ID).ok_or(Error::Malformed)?,
            timestamp: timestamp.ok_or(Error::Malformed)?,
            pcrs: pcrs.ok_or(Error::Malformed)?,
            certificate: certificate.filter(|der| der.len() <= MAX_CERTIFICATE).ok_or(Error::Malformed)?,
            bundle: bundle.ok_or(Error::Malformed)?,
            public_key: public_key.flatten(),
            user_data: user_data.flatten(),
            nonce: nonce.flatten(),
        })
    }
}

/// A key may occur once.
fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), Error> {
    if slot.replace(value).is_some() {
        return Err(Error::Malformed);
    }
    Ok(())
}

/// A decoder that takes definite lengths and shortest heads only (RFC 8949, 4.2.1).
struct Strict<'a>(Decoder<'a>);

impl<'a> Strict<'a> {
    /// What `read` yields, if its head was as short as `value_of` needs and `length_of` bytes followed.
    fn shortest<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, minicbor::decode::Error>,
        head_and_length: impl FnOnce(&T) -> (u64, usize),
    ) -> Result<T, Error> {
        let start = self.0.position();
        let value = read(&mut self.0)?;
        let (head, length) = head_and_length(&value);
        let shortest = match head {
            0..=23 => 1usize,
            24..=0xff => 2,
            0x100..=0xffff => 3,
            0x1_0000..=0xffff_ffff => 5,
            _ => 9,
        };
        if self.0.position().checked_sub(start) != shortest.checked_add(length) {
            return Err(Error::Malformed);
        }
        Ok(value)
    }

    fn u64(&mut self) -> Result<u64, Error> {
        self.shortest(|decoder| decoder.u64(), |value| (*value, 0))
    }

    fn bytes(&mut self) -> Result<&'a [u8], Error> {
        self.shortest(|decoder| decoder.bytes(), |bytes| (bytes.len() as u64, bytes.len()))
    }

    fn str(&mut self) -> Result<&'a str, Error> {
        self.shortest(|decoder| decoder.str(), |text| (text.len() as u64, text.len()))
    }

    fn array(&mut self) -> Result<u64, Error> {
        let items = self.shortest(|decoder| decoder.array(), |items| (items.unwrap_or(u64::MAX), 0))?;
        items.ok_or(Error::Malformed)
    }

    fn map(&mut self) -> Result<u64, Error> {
        let entries = self.shortest(|decoder| decoder.map(), |entries| (entries.unwrap_or(u64::MAX), 0))?;
        entries.ok_or(Error::Malformed)
    }

    /// Bytes or null.
    fn optional(&mut self, most: usize) -> Result<Option<&'a [u8]>, Error> {
        if self.0.datatype()? == Type::Null {
            self.0.null()?;
            return Ok(None);
        }
        let bytes = self.bytes()?;
        if bytes.len() > most {
            return Err(Error::Malformed);
        }
        Ok(Some(bytes))
    }

    /// Index to SHA-384 value, indices rising so that none comes twice.
    fn pcrs(&mut self) -> Result<Vec<(u8, [u8; 48])>, Error> {
        let count = self.map()?;
        if count == 0 || count > MAX_PCRS {
            return Err(Error::Malformed);
        }
        let mut pcrs = Vec::new();
        let mut next = 0;
        for _ in 0..count {
            let index = self.u64()?;
            if index < next || index >= MAX_PCRS {
                return Err(Error::Malformed);
            }
            next = index.saturating_add(1);
            let value = self.bytes()?.try_into().map_err(|_| Error::Malformed)?;
            pcrs.push((u8::try_from(index).map_err(|_| Error::Malformed)?, value));
        }
        Ok(pcrs)
    }

    fn bundle(&mut self) -> Result<Vec<&'a [u8]>, Error> {
        let count = self.array()?;
        if count == 0 || count > MAX_BUNDLE as u64 {
            return Err(Error::Chain);
        }
        let mut bundle = Vec::new();
        for _ in 0..count {
            bundle.push(self.bytes()?);
        }
        Ok(bundle)
    }

    fn end(self) -> Result<(), Error> {
        if self.0.position() == self.0.input().len() {
            Ok(())
        } else {
            Err(Error::Malformed)
        }
    }
}
