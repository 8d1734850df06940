//! Sessions: keys that evidence binds to a measured program.

use super::{
    read,
    terms::{Blob, Fixed, Named, PlatformFlags},
    PALLET,
};
use crate::{
    args::{hex, Hash, Key},
    session::Session,
};
use anyhow::Result;
use assay_primitives::{AccountId32, BlockNumber, H256};
use assay_tee::{snp::Product, Kind, Measurements, TcbStatus};
use clap::{Args, Subcommand};
use codec::{Decode, Encode};
use serde_json::{json, Value};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Register the key of the signer's enclave, or renew it by the same call with fresh evidence.
    Register(Register),
    /// What a session is good for.
    Show(Which),
    /// End the signer's session: its key is good for payments only that were reserved before.
    End(Which),
    /// Remove a session that has long been over: its deposit goes back.
    Remove(Which),
}

#[derive(Args)]
pub(crate) struct Which {
    /// The policy's id.
    #[arg(long)]
    policy: Hash,
    /// The enclave's receipt key.
    #[arg(long)]
    key: Key,
}

#[derive(Args)]
pub(crate) struct Register {
    #[command(flatten)]
    which: Which,
    /// What the enclave is: Sgx, Tdx, Nitro or Snp.
    #[arg(long)]
    kind: Named<Kind>,
    /// The id of the root that the evidence leads to.
    #[arg(long)]
    root: Hash,
    /// The quote, document or report.
    #[arg(long)]
    evidence: PathBuf,
    /// The block that the evidence binds, as `assay enclave binding` said.
    #[arg(long)]
    block: BlockNumber,
}

/// Evidence, encoded as the chain has it.
#[derive(Encode)]
enum Evidence {
    Dcap { root: H256, quote: Vec<u8> },
    Nitro { root: H256, document: Vec<u8> },
    Snp { root: H256, report: Vec<u8> },
}

/// A session, as the chain's view has it.
#[derive(Decode)]
struct View {
    provider: AccountId32,
    facts: Facts,
    registered: BlockNumber,
    expires: u64,
    ended: Option<BlockNumber>,
    good: bool,
}

#[derive(Decode)]
struct Facts {
    kind: Kind,
    measured: Measurements,
    platform: Blob,
    fmspc: Option<Fixed<6>>,
    product: Option<Product>,
    tcb: TcbStatus,
    advisories: Vec<String>,
    evaluation_number: Option<u32>,
    flags: PlatformFlags,
    root: H256,
    _certified: Certified,
}

/// Numbers of certificates, which say nothing to people.
#[derive(Decode)]
enum Certified {
    Intel { _numbers: ([u8; 32], [u8; 20], [u8; 20]) },
    Nitro,
    Amd { _signer: [u8; 20] },
}

/// Runs one.
pub(crate) async fn run(session: &Session, command: Command) -> Result<Value> {
    match command {
        Command::Register(Register { which, kind, root, evidence, block }) => {
            let (root, bytes) = (root.0, read(&evidence)?);
            let evidence = match kind.0 {
                Kind::Sgx | Kind::Tdx => Evidence::Dcap { root, quote: bytes },
                Kind::Nitro => Evidence::Nitro { root, document: bytes },
                Kind::Snp => Evidence::Snp { root, report: bytes },
            };
            let Which { policy, key } = &which;
            session
                .submit_to(PALLET, "register_session", |call| {
                    call.arg(&policy.0).arg(&key.0).arg(&evidence).arg(&block)
                })
                .await?;
            show(session, &which).await
        }
        Command::Show(which) => show(session, &which).await,
        Command::End(which) => close(session, "end_session", &which).await,
        Command::Remove(which) => close(session, "remove_session", &which).await,
    }
}

async fn close(session: &Session, call: &str, Which { policy, key }: &Which) -> Result<Value> {
    session.submit_to(PALLET, call, |call| call.arg(&policy.0).arg(&key.0)).await
}

async fn show(session: &Session, Which { policy, key }: &Which) -> Result<Value> {
    let best = session.best().await?;
    let Some(view): Option<View> = best.view(PALLET, "session", (policy.0, key.0)).await? else {
        return Ok(json!({ "policy": hex(policy.0), "key": key.to_string(), "status": "none" }));
    };
    let View { provider, facts, registered, expires, ended, good } = view;
    let status = match ended {
        Some(_) => "ended",
        None if best.time().await? / 1000 > expires => "expired",
        None if good => "good",
        None => "refused: governance, the policy or a revocation list does not let it be",
    };
    Ok(json!({
        "policy": hex(policy.0),
        "key": key.to_string(),
        "status": status,
        "provider": provider.to_string(),
        "registered": registered,
        "expires": expires,
        "ended": ended,
        "kind": format!("{:?}", facts.kind).to_lowercase(),
        "program": program(&facts.measured),
        "platform": facts.platform,
        "fmspc": facts.fmspc,
        "product": facts.product.map(|product| format!("{product:?}")),
        "tcb": Named(facts.tcb),
        "advisories": facts.advisories,
        "evaluationNumber": facts.evaluation_number,
        "flags": facts.flags,
        "root": hex(facts.root),
    }))
}

/// The hash that a program is revoked by.
fn program(measured: &Measurements) -> Option<String> {
    match measured {
        Measurements::Sgx { mr_enclave, .. } => Some(hex(mr_enclave)),
        Measurements::Tdx { mr_td, .. } => Some(hex(mr_td)),
        Measurements::Nitro { .. } => measured.pcr(0).map(hex),
        Measurements::Snp { measurement, .. } => Some(hex(measurement)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pallet_enclaves::types;

    #[test]
    fn the_chain_reads_evidence_as_it_is_written() {
        let root = H256([1; 32]);
        let bytes = || vec![2; 5];
        for (evidence, expected) in [
            (
                Evidence::Dcap { root, quote: bytes() },
                types::SessionEvidence::Dcap { root, quote: bytes().try_into().unwrap() },
            ),
            (
                Evidence::Nitro { root, document: bytes() },
                types::SessionEvidence::Nitro { root, document: bytes().try_into().unwrap() },
            ),
            (
                Evidence::Snp { root, report: bytes() },
                types::SessionEvidence::Snp { root, report: bytes().try_into().unwrap() },
            ),
        ] {
            assert_eq!(evidence.encode(), expected.encode());
        }
    }
}
