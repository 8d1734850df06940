//! What vendors publish about their platforms: anybody may submit it, the chain checks it.

use super::{read, PALLET};
use crate::session::Session;
use anyhow::{ensure, Context, Result};
use assay_client::Call;
use assay_primitives::H256;
use assay_tee::{dcap::pem_chain, Kind};
use serde::Deserialize;
use serde_json::{json, value::RawValue, Value};
use std::path::Path;

/// What Intel's service answers: a document, and r and s of its signature.
#[derive(Deserialize)]
struct Signed<'a> {
    /// The very bytes that are signed.
    #[serde(borrow, rename = "tcbInfo", alias = "enclaveIdentity")]
    document: &'a RawValue,
    signature: &'a str,
}

/// What a document is about.
#[derive(Deserialize)]
struct About {
    id: String,
}

/// Submits all that a folder holds, each after what it is checked against.
pub(crate) async fn submit(session: &Session, root: H256, dir: &Path) -> Result<Value> {
    let mut outcomes = serde_json::Map::new();
    for (name, call) in found(root, dir)? {
        let outcome = match session.try_submit(call).await? {
            Ok(_) => "submitted",
            Err(failure) if failure.name == "Enclaves::NotNewer" => "not newer",
            refused => return refused.with_context(|| format!("{name} was refused")),
        };
        outcomes.insert(name.into(), json!(outcome));
    }
    ensure!(!outcomes.is_empty(), "there is no collateral in {}", dir.display());
    Ok(Value::Object(outcomes))
}

/// The calls that submit what there is.
fn found(root: H256, dir: &Path) -> Result<Vec<(&'static str, Call)>> {
    let call = |name| Call::new(PALLET, name).arg(&root);
    let there = |name: &'static str| Some((name, dir.join(name))).filter(|(_, path)| path.exists());
    let mut calls = Vec::new();
    if let Some((name, path)) = there("root-crl.der") {
        calls.push((name, call("submit_root_crl").arg(&read(&path)?)));
    }
    if let Some((name, path)) = there("pck-crl.der") {
        let authority = certificate(dir, "pck-authority")?;
        calls.push((name, call("submit_pck_crl").arg(&authority).arg(&read(&path)?)));
    }
    for (file, submit) in [("tcb-info.json", "submit_tcb_info"), ("qe-identity.json", "submit_qe_identity")] {
        if let Some((name, path)) = there(file) {
            let (kind, document, signature) = signed(&read(&path)?).with_context(|| path.display().to_string())?;
            let signer = certificate(dir, "tcb-signer")?;
            calls.push((name, call(submit).arg(&kind).arg(&document).arg(&signature).arg(&signer)));
        }
    }
    if let Some((name, path)) = there("vcek.der") {
        calls.push((name, call("submit_chip_key").arg(&read(&path)?)));
    }
    Ok(calls)
}

/// A certificate in DER, from a file in DER or the first of a chain in PEM.
fn certificate(dir: &Path, name: &str) -> Result<Vec<u8>> {
    let pem = dir.join(name).with_extension("pem");
    if !pem.exists() {
        return read(&dir.join(name).with_extension("der"));
    }
    let chain = pem_chain(&read(&pem)?).map_err(|error| anyhow::anyhow!("{}: {error:?}", pem.display()))?;
    chain.into_iter().next().context("the chain is empty")
}

/// What a signed document is about, its bytes, and the signature.
fn signed(answer: &[u8]) -> Result<(Kind, Vec<u8>, [u8; 64])> {
    let Signed { document, signature } = serde_json::from_slice(answer).context("is no answer of Intel's service")?;
    let kind = match serde_json::from_str::<About>(document.get())?.id.as_str() {
        "SGX" | "QE" => Kind::Sgx,
        "TDX" | "TD_QE" => Kind::Tdx,
        other => anyhow::bail!("is about {other}, which is none of SGX, QE, TDX, TD_QE"),
    };
    Ok((kind, document.get().into(), crate::args::bytes(&format!("0x{signature}"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_byte_by_byte() {
        let document = "{\"id\":\"TD_QE\",  \"b\":1.50,\"a\":\"\\u0041\"}";
        let text = format!("{{\"enclaveIdentity\": {document} ,\"signature\":\"{}\"}}", "ab".repeat(64));
        let (kind, read, signature) = signed(text.as_bytes()).unwrap();
        assert_eq!((kind, read, signature), (Kind::Tdx, document.as_bytes().to_vec(), [0xab; 64]));
    }

    #[test]
    fn other_documents_are_refused() {
        let signature = "ab".repeat(64);
        for text in [
            format!("{{\"tcbInfo\":{{\"id\":\"SEV\"}},\"signature\":\"{signature}\"}}"),
            format!("{{\"tcbInfo\":{{\"id\":\"SGX\"}},\"signature\":\"{}\"}}", &signature[2..]),
            "{\"id\":\"SGX\"}".into(),
        ] {
            assert!(signed(text.as_bytes()).is_err(), "{text}");
        }
    }
}
