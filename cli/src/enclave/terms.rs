//! A policy's terms, as JSON for people and as the chain encodes them: one set of types for both.

use crate::args::{bytes, hex};
use anyhow::{ensure, Context, Error, Result};
use assay_tee::TcbStatus;
use codec::{Decode, Encode};
use serde::{de, Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Bytes of a fixed length, in hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Fixed<const N: usize>(pub(crate) [u8; N]);

/// Bytes: in hex, or as text if that is what they are.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Blob(pub(crate) Vec<u8>);

/// A value of an enum without fields, by its name in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Named<T>(pub(crate) T);

impl<const N: usize> FromStr for Fixed<N> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        bytes(text).map(Self)
    }
}

impl<const N: usize> fmt::Display for Fixed<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&hex(self.0))
    }
}

impl FromStr for Blob {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(Self(match text.strip_prefix("0x") {
            Some(digits) => hex::decode(digits)?,
            None => text.into(),
        }))
    }
}

impl fmt::Display for Blob {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match std::str::from_utf8(&self.0) {
            Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => f.write_str(text),
            _ => f.write_str(&hex(&self.0)),
        }
    }
}

impl<T: Decode + fmt::Debug> FromStr for Named<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        // Such an enum encodes to its index.
        let all: Vec<T> = (0..=u8::MAX).map_while(|index| T::decode(&mut &[index][..]).ok()).collect();
        let names = format!("is none of {all:?}");
        let named = all.into_iter().find(|value| format!("{value:?}").eq_ignore_ascii_case(text));
        named.map(Self).context(names)
    }
}

impl<T: fmt::Debug> fmt::Display for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// In JSON, these are what they are on the command line.
macro_rules! as_text {
    ($(($($generics:tt)*) $type:ty;)*) => {$(
        impl<$($generics)*> Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de, $($generics)*> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse::<Self>().map_err(|error| de::Error::custom(format!("{text} {error}")))
            }
        }
    )*};
}

as_text! {
    (const N: usize) Fixed<N>;
    () Blob;
    () Named<TcbStatus>;
}

/// What a model's owner asks of an enclave, but for the model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Terms {
    version: u32,
    measured: Vec<Measured>,
    #[serde(default = "good_statuses")]
    statuses: Vec<Named<TcbStatus>>,
    #[serde(default)]
    denied_advisories: Vec<String>,
    #[serde(default)]
    platform_flags: PlatformFlags,
    #[serde(default)]
    platforms: Option<Vec<Blob>>,
    max_evidence_age: u32,
    session_seconds: u64,
    #[serde(default)]
    not_before: u64,
    #[serde(default)]
    sunset: Option<u64>,
}

/// Those without a known weakness.
fn good_statuses() -> Vec<Named<TcbStatus>> {
    vec![Named(TcbStatus::UpToDate), Named(TcbStatus::Unrated)]
}

/// A program that a policy accepts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Measured {
    Sgx { mr_enclave: Fixed<32> },
    SgxSigner { mr_signer: Fixed<32>, isv_prod_id: u16, min_isv_svn: u16 },
    Tdx { mr_td: Fixed<48>, rtmr: [Option<Fixed<48>>; 4] },
    Nitro { pcrs: Vec<(u8, Fixed<48>)> },
    Snp { measurement: Fixed<48>, max_vmpl: u32, policy_mask: u64, policy: u64, min_tcb: Fixed<8> },
}

impl FromStr for Measured {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        serde_json::from_str(text).context("is no program")
    }
}

/// What a platform may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlatformFlags {
    dynamic: bool,
    cached_keys: bool,
    smt: bool,
}

impl Default for PlatformFlags {
    fn default() -> Self {
        Self { dynamic: true, cached_keys: true, smt: true }
    }
}

/// One of the platform flags.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub(crate) enum Flag {
    Dynamic,
    CachedKeys,
    Smt,
}

impl Terms {
    /// Reads a file's text.
    pub(crate) fn read(text: &[u8]) -> Result<Self> {
        let terms: Self = serde_json::from_slice(text).context("is no policy's terms")?;
        ensure!(!terms.measured.is_empty(), "terms that accept no program are no terms");
        Ok(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_primitives::{eip712::keccak, ReceiptKey, H256};
    use codec::DecodeAll;
    use pallet_enclaves::types;
    use serde_json::{json, Value};

    fn terms() -> Value {
        let hash = |byte: &str| format!("0x{}", byte.repeat(48));
        json!({
            "version": 3,
            "measured": [
                { "sgx": { "mrEnclave": format!("0x{}", "11".repeat(32)) } },
                { "sgxSigner": { "mrSigner": format!("0x{}", "22".repeat(32)), "isvProdId": 7, "minIsvSvn": 3 } },
                { "tdx": { "mrTd": hash("33"), "rtmr": [hash("44"), null, null, null] } },
                { "nitro": { "pcrs": [[0, hash("55")], [1, hash("66")], [2, hash("77")]] } },
                { "snp": {
                    "measurement": hash("88"), "maxVmpl": 1, "policyMask": u64::MAX, "policy": 0x3_0000,
                    "minTcb": "0x0300000000000873",
                } },
            ],
            "statuses": ["UpToDate", "SwHardeningNeeded"],
            "deniedAdvisories": ["INTEL-SA-00615"],
            "platformFlags": { "dynamic": true, "cachedKeys": false, "smt": true },
            "platforms": ["i-0bee92034f3d60691", "0x11111111111111111111111111111111"],
            "maxEvidenceAge": 300,
            "sessionSeconds": 3600,
            "notBefore": 1,
            "sunset": 2_000_000_000,
        })
    }

    fn read(terms: &Value) -> Result<Terms> {
        Terms::read(terms.to_string().as_bytes())
    }

    #[test]
    fn the_chain_reads_terms_as_they_are_written() {
        let (model, terms) = (H256([9; 32]), read(&terms()).unwrap());
        let encoded = (model, &terms).encode();
        let chain = types::Terms::decode_all(&mut &encoded[..]).unwrap();
        assert_eq!(chain.model, model);
        assert_eq!(chain.encode(), encoded);
        assert_eq!(chain.id(), keccak(&[&b"assay/policy"[..], &encoded].concat()));
        assert_eq!((chain.statuses[1], chain.platform_flags.cached_keys), (TcbStatus::SwHardeningNeeded, false));
        assert_eq!((chain.session_seconds, chain.sunset), (3600, Some(2_000_000_000)));
    }

    #[test]
    fn terms_are_shown_as_they_are_read() {
        assert_eq!(serde_json::to_value(read(&terms()).unwrap()).unwrap(), terms());
    }

    #[test]
    fn what_is_left_out_is_what_most_owners_want() {
        let short = json!({ "version": 1, "measured": terms()["measured"], "maxEvidenceAge": 1, "sessionSeconds": 1 });
        let terms = read(&short).unwrap();
        assert_eq!(terms.statuses, good_statuses());
        assert_eq!(terms.platform_flags, PlatformFlags { dynamic: true, cached_keys: true, smt: true });
        assert_eq!((terms.platforms, terms.sunset), (None, None));
    }

    #[test]
    fn what_is_misspelt_is_refused() {
        for (field, value) in [
            ("measured", json!([])),
            ("measured", json!([{ "tdx": { "mrTd": "0x33" } }])),
            ("statuses", json!(["Fine"])),
            ("sunSet", json!(1)),
        ] {
            let mut wrong = terms();
            wrong[field] = value;
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_chain_reads_targets_as_they_are_written() {
        use super::super::Target;
        use crate::args::{Hash, Key};
        let key = ReceiptKey::Ed25519([1; 32]);
        for (target, expected) in [
            (Target::Key { key: Key(key) }, types::Target::Key(key)),
            (Target::Program { hash: Blob(vec![2; 48]) }, types::Target::Program(vec![2; 48].try_into().unwrap())),
            (Target::Signer { hash: Fixed([3; 32]) }, types::Target::Signer([3; 32])),
            (Target::Platform { id: Blob(vec![4; 16]) }, types::Target::Platform(vec![4; 16].try_into().unwrap())),
            (Target::Fmspc { fmspc: Fixed([5; 6]) }, types::Target::Fmspc([5; 6])),
            (Target::Root { id: Hash(H256([6; 32])) }, types::Target::Root(H256([6; 32]))),
        ] {
            assert_eq!(target.encode(), expected.encode());
        }
    }
}
