//! Enclaves of tier Attested: roots, collateral, policies and sessions.

mod collateral;
mod policy;
mod session;
mod simulate;
mod terms;

use crate::{
    args::{hex, Hash, Key},
    session::Session,
};
use anyhow::{Context, Result};
use assay_client::Call;
use assay_primitives::{attestation::session_binding, AccountId32, BlockNumber, H256};
use assay_tee::snp::Product;
use clap::Subcommand;
use codec::{Decode, Encode};
use serde_json::{json, Value};
use std::{
    fs,
    path::{Path, PathBuf},
};
use terms::{Blob, Fixed};

/// The pallet.
const PALLET: &str = "Enclaves";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make evidence that PROVES NOTHING, for development networks: everybody has the keys that sign it. Needs no node.
    Simulate(simulate::Simulate),
    /// The roots that the chain trusts.
    Roots,
    /// What vendors publish about their platforms.
    #[command(subcommand)]
    Collateral(Collateral),
    /// Which programs a model's owner trusts with the model.
    #[command(subcommand)]
    Policy(policy::Command),
    /// The 64 bytes that evidence has to bind, and the block that makes them fresh.
    Binding {
        /// The policy's id.
        #[arg(long)]
        policy: Hash,
        /// The provider's account.
        #[arg(long)]
        account: AccountId32,
        /// The enclave's receipt key.
        #[arg(long)]
        key: Key,
    },
    /// Keys that evidence binds to a measured program.
    #[command(subcommand)]
    Session(session::Command),
    /// Revoke something at once, or take that back. Where there is no sudo, the call is printed for who governs.
    Revoke {
        /// Take it back.
        #[arg(long)]
        reinstate: bool,
        #[command(subcommand)]
        target: Target,
    },
}

#[derive(Subcommand)]
pub(crate) enum Collateral {
    /// Submit all that is found in a folder; what is not newer than the chain's is skipped.
    Submit {
        /// The id of the root that it leads to.
        #[arg(long)]
        root: Hash,
        /// The folder: root-crl.der, pck-authority and pck-crl.der, tcb-signer, tcb-info.json and qe-identity.json as
        /// Intel's service answers, vcek.der. The certificates end in .der or .pem.
        #[arg(long)]
        dir: PathBuf,
    },
}

/// What can be revoked, encoded as the chain has it.
#[derive(Encode, Subcommand)]
pub(crate) enum Target {
    /// A session key, under every policy.
    Key { key: Key },
    /// A program: MRENCLAVE, MRTD, PCR0 or SNP measurement.
    Program { hash: Blob },
    /// A signer of SGX enclaves: MRSIGNER.
    Signer { hash: Fixed<32> },
    /// A machine: PPID, EC2 instance or CHIP_ID.
    Platform { id: Blob },
    /// An Intel platform family.
    Fmspc { fmspc: Fixed<6> },
    /// All that was attested under a root.
    Root { id: Hash },
}

/// Whose root it is.
#[derive(Decode)]
enum Authority {
    Intel,
    Nitro,
    Amd(Product),
}

impl Authority {
    fn name(&self) -> String {
        match self {
            Self::Intel => "intel".into(),
            Self::Nitro => "nitro".into(),
            Self::Amd(product) => format!("amd {product:?}").to_lowercase(),
        }
    }
}

/// Runs what needs no node; gives back what does.
pub(crate) fn offline(command: Command) -> Result<Result<Value, Command>> {
    match command {
        Command::Simulate(args) => simulate::simulate(&args).map(Ok),
        online => Ok(Err(online)),
    }
}

/// Runs what needs a node.
pub(crate) async fn online(session: &Session, command: Command) -> Result<Value> {
    match command {
        Command::Simulate(args) => simulate::simulate(&args),
        Command::Roots => roots(session).await,
        Command::Collateral(Collateral::Submit { root, dir }) => collateral::submit(session, root.0, &dir).await,
        Command::Policy(command) => policy::run(session, command).await,
        Command::Binding { policy, account, key } => binding(session, policy.0, &account, key).await,
        Command::Session(command) => session::run(session, command).await,
        Command::Revoke { reinstate, target } => revoke(session, reinstate, &target).await,
    }
}

async fn roots(session: &Session) -> Result<Value> {
    let roots: Vec<(H256, Authority, bool, bool)> = session.best().await?.view(PALLET, "roots", ()).await?;
    let roots = roots.iter().map(|(id, authority, enabled, simulated)| {
        json!({ "id": hex(id), "authority": authority.name(), "enabled": enabled, "simulated": simulated })
    });
    Ok(roots.collect())
}

/// A finalized block, so that no reorganisation takes it back.
async fn binding(session: &Session, policy: H256, account: &AccountId32, key: Key) -> Result<Value> {
    let at = session.finalized().await?;
    let (block, genesis) = (at.block(), at.chain_terms().await?.genesis);
    Ok(json!({
        "binding": hex(session_binding(genesis, policy, account, &key.0, block.hash)),
        "block": block.number,
        "hash": hex(block.hash),
        "genesis": hex(genesis),
    }))
}

async fn revoke(session: &Session, reinstate: bool, target: &Target) -> Result<Value> {
    let best = session.best().await?;
    let since: Option<BlockNumber> = best.storage(PALLET, "Revoked", vec![target.encode()]).await?;
    if since.is_some() != reinstate {
        return Ok(json!({ "status": "exists", "since": since }));
    }
    let call = Call::new(PALLET, if reinstate { "reinstate" } else { "revoke" }).arg(target);
    let sudo: Option<AccountId32> = best.storage("Sudo", "Key", vec![]).await?;
    if sudo.is_none() {
        return Ok(json!({ "status": "to be proposed to who governs", "call": hex(call.encode(best.metadata())?) }));
    }
    session.submit_to("Sudo", "sudo", |sudo| sudo.arg_call(call)).await
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}
