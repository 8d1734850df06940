//! Policies: which programs a model's owner trusts with the model.

use super::{
    read,
    terms::{Blob, Flag, Measured, Named, Terms},
    PALLET,
};
use crate::{
    args::{hex, Hash},
    session::Session,
};
use anyhow::{Context, Result};
use assay_primitives::{eip712::keccak, AccountId32, BlockNumber, H256};
use assay_tee::TcbStatus;
use clap::Subcommand;
use codec::{Decode, Encode};
use serde_json::{json, Value};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a policy for the signer's model.
    Create {
        /// The model's id.
        #[arg(long)]
        model: Hash,
        /// The terms as JSON: docs/attested.md has an example.
        #[arg(long)]
        terms: PathBuf,
    },
    /// A policy's terms as they are now.
    Show {
        /// Its id.
        policy: Hash,
    },
    /// Take something away from the signer's policy; nothing can be added.
    Narrow {
        /// Its id.
        policy: Hash,
        #[command(subcommand)]
        narrowing: Narrowing,
    },
    /// End the signer's policy: it takes no new payments and no new sessions.
    End {
        /// Its id.
        policy: Hash,
    },
    /// Remove the signer's policy once it has long been ended and has no sessions.
    Remove {
        /// Its id.
        policy: Hash,
    },
}

/// What takes something away from a policy, encoded as the chain has it.
#[derive(Encode, Subcommand)]
pub(crate) enum Narrowing {
    /// Accept this program no more.
    Measured {
        /// As the terms name it, in JSON.
        program: Measured,
    },
    /// This TCB status is good enough no more.
    Status { status: Named<TcbStatus> },
    /// Deny an advisory, for example INTEL-SA-00615.
    DenyAdvisory { advisory: String },
    /// Allow no platform that has this: Dynamic, CachedKeys or Smt.
    ForbidFlag { flag: Named<Flag> },
    /// Deny a machine: PPID, EC2 instance or CHIP_ID.
    DenyPlatform { platform: Blob },
    /// Let sessions last at most so many seconds.
    SessionSeconds { seconds: u64 },
    /// The last unix second.
    Sunset { at: u64 },
    /// Most seconds between evidence and its registration.
    EvidenceAge { seconds: u32 },
}

/// A policy, as the chain's view has it.
#[derive(Decode)]
struct View {
    owner: AccountId32,
    model: H256,
    terms: Terms,
    denied_platforms: Vec<Blob>,
    ended: Option<BlockNumber>,
    sessions: u32,
}

/// Runs one.
pub(crate) async fn run(session: &Session, command: Command) -> Result<Value> {
    match command {
        Command::Create { model, terms } => {
            let terms = Terms::read(&read(&terms)?)?;
            // On chain, terms begin with their model.
            let terms = (model.0, terms);
            let id = keccak(&[&b"assay/policy"[..], &terms.encode()].concat());
            let known = view(session, id).await?.is_some();
            if !known {
                session.submit_to(PALLET, "create_policy", |call| call.arg(&terms)).await?;
            }
            Ok(json!({ "id": hex(id), "status": if known { "exists" } else { "registered" } }))
        }
        Command::Show { policy } => show(session, policy.0).await,
        Command::Narrow { policy, narrowing } => {
            session.submit_to(PALLET, "narrow_policy", |call| call.arg(&policy.0).arg(&narrowing)).await
        }
        Command::End { policy } => session.submit_to(PALLET, "end_policy", |call| call.arg(&policy.0)).await,
        Command::Remove { policy } => session.submit_to(PALLET, "remove_policy", |call| call.arg(&policy.0)).await,
    }
}

async fn view(session: &Session, id: H256) -> Result<Option<View>> {
    Ok(session.best().await?.view(PALLET, "policy", (id,)).await?)
}

async fn show(session: &Session, id: H256) -> Result<Value> {
    let policy = view(session, id).await?.context("there is no such policy")?;
    Ok(json!({
        "id": hex(id),
        "owner": policy.owner.to_string(),
        "model": hex(policy.model),
        "terms": policy.terms,
        "deniedPlatforms": policy.denied_platforms,
        "ended": policy.ended,
        "sessions": policy.sessions,
    }))
}
