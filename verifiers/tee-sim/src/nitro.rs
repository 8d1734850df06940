//! Nitro documents.
use crate::{
    cert::{Cert, DAY, ISSUE, REVOKE, SIGN},
    key::Key,
};
use minicbor::Encoder;

/// A world in which a Nitro enclave attests.
#[derive(Clone, Debug)]
pub struct Nitro {
    /// Root, region, zone, instance, enclave: the last signs the document, the others are its bundle.
    pub chain: Vec<Cert>,
    /// Instance and enclave.
    pub module_id: String,
    /// Hash of the PCRs.
    pub digest: String,
    /// Milliseconds since the unix epoch.
    pub timestamp: u64,
    /// Index and value.
    pub pcrs: Vec<(u64, Vec<u8>)>,
    /// Filled by the enclave.
    pub public_key: Option<Vec<u8>>,
    /// Filled by the enclave.
    pub user_data: Option<Vec<u8>>,
    /// Filled by the enclave.
    pub nonce: Option<Vec<u8>>,
    /// Protected header, in CBOR.
    pub protected: Vec<u8>,
    /// Unprotected header, in CBOR.
    pub unprotected: Vec<u8>,
}

/// What a Nitro world yields.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// COSE_Sign1.
    pub document: Vec<u8>,
    /// The root's certificate in DER.
    pub root: Vec<u8>,
}

/// Name and CBOR value of the fields of a document.
pub type Fields = Vec<(String, Vec<u8>)>;

/// The root's certificate in DER.
pub fn root() -> Vec<u8> {
    root_cert().der()
}

fn root_cert() -> Cert {
    let key = Key::p384("nitro root");
    Cert { usage: Some(SIGN | ISSUE | REVOKE), ..Cert::root("Assay Simulated Nitro Root", key) }
}

fn cbor(write: impl FnOnce(&mut Encoder<Vec<u8>>)) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder);
    encoder.into_writer()
}

/// A byte string in CBOR.
pub fn bytes(value: &[u8]) -> Vec<u8> {
    cbor(|encoder| {
        encoder.bytes(value).expect("memory does not fail");
    })
}

fn text(value: &str) -> Vec<u8> {
    cbor(|encoder| {
        encoder.str(value).expect("memory does not fail");
    })
}

fn optional(value: &Option<Vec<u8>>) -> Vec<u8> {
    value.as_deref().map_or_else(|| vec![0xf6], bytes)
}

impl Nitro {
    /// An enclave with this image hash that binds `user_data`, a second before `now`.
    pub fn new(pcr0: [u8; 48], user_data: [u8; 64], now: u64) -> Self {
        let root = root_cert();
        let below = |issuer: &Cert, name: &str, depth| Cert {
            constraints: Some((true, Some(depth))),
            from: now - DAY,
            until: now + DAY,
            ..issuer.authority(name, 7 + depth, Key::p384(name))
        };
        let region = Cert { until: now + 20 * DAY, ..below(&root, "region.nitro.assay", 2) };
        let zone = below(&region, "zone.nitro.assay", 1);
        let instance = Cert { usage: Some(ISSUE), ..below(&zone, "i-0a55a0a55a0a55a0a.nitro.assay", 0) };
        let enclave = Cert {
            from: now - 3,
            until: now - 3 + 3 * 3600,
            ..instance.holder("i-0a55a0a55a0a55a0a-enc0123456789abcdef.nitro.assay", 9, Key::p384("nitro enclave"))
        };
        Self {
            chain: vec![root, region, zone, instance, enclave],
            module_id: "i-0a55a0a55a0a55a0a-enc0123456789abcdef".into(),
            digest: "SHA384".into(),
            timestamp: (now - 1) * 1000,
            pcrs: vec![(0, pcr0.into()), (1, vec![1; 48]), (2, vec![2; 48]), (3, vec![0; 48])],
            public_key: None,
            user_data: Some(user_data.into()),
            nonce: None,
            protected: vec![0xa1, 0x01, 0x38, 0x22],
            unprotected: vec![0xa0],
        }
    }

    /// The fields of the document, in the order in which AWS writes them.
    pub fn fields(&self) -> Fields {
        let (leaf, bundle) = self.chain.split_last().expect("a chain has a leaf");
        let pcrs = cbor(|encoder| {
            encoder.map(self.pcrs.len() as u64).expect("memory does not fail");
            for (index, value) in &self.pcrs {
                encoder.u64(*index).and_then(|encoder| encoder.bytes(value)).expect("memory does not fail");
            }
        });
        let bundle = cbor(|encoder| {
            encoder.array(bundle.len() as u64).expect("memory does not fail");
            for cert in bundle {
                encoder.bytes(&cert.der()).expect("memory does not fail");
            }
        });
        let timestamp = cbor(|encoder| {
            encoder.u64(self.timestamp).expect("memory does not fail");
        });
        [
            ("module_id", text(&self.module_id)),
            ("digest", text(&self.digest)),
            ("timestamp", timestamp),
            ("pcrs", pcrs),
            ("certificate", bytes(&leaf.der())),
            ("cabundle", bundle),
            ("public_key", optional(&self.public_key)),
            ("user_data", optional(&self.user_data)),
            ("nonce", optional(&self.nonce)),
        ]
        .map(|(name, value)| (name.to_string(), value))
        .into()
    }

    /// Signs what the fields say.
    pub fn build(&self) -> Evidence {
        self.sign(&self.payload(&self.fields()))
    }

    /// The payload with these fields.
    pub fn payload(&self, fields: &Fields) -> Vec<u8> {
        let mut payload = cbor(|encoder| {
            encoder.map(fields.len() as u64).expect("memory does not fail");
        });
        for (name, value) in fields {
            payload.extend(text(name));
            payload.extend(value);
        }
        payload
    }

    /// Signs a payload.
    pub fn sign(&self, payload: &[u8]) -> Evidence {
        let leaf = self.chain.last().expect("a chain has a leaf");
        let signed = [b"\x84\x6aSignature1".to_vec(), bytes(&self.protected), bytes(&[]), bytes(payload)].concat();
        let signature = leaf.key.sign_fixed(&signed);
        let document =
            [vec![0x84], bytes(&self.protected), self.unprotected.clone(), bytes(payload), bytes(&signature)].concat();
        Evidence { document, root: self.chain[0].der() }
    }
}
