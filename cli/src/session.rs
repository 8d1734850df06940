//! A connection to a chain, with a key that signs.

use anyhow::{anyhow, Context, Result};
use assay_client::{At, Call, Chain, Failure, Keypair, Options, SecretUri, Submitter};
use assay_primitives::AccountId32;
use serde_json::{json, Value};
use std::time::Duration;

/// How long a node may take to be found.
const CONNECT: Duration = Duration::from_secs(20);

/// A connection, and who uses it.
pub(crate) struct Session {
    chain: Chain,
    signer: Keypair,
}

impl Session {
    /// Connects to a node.
    pub(crate) async fn open(url: &str, suri: &str) -> Result<Self> {
        let signer = Keypair::from_uri(&suri.parse::<SecretUri>()?)?;
        let chain = tokio::time::timeout(CONNECT, Chain::connect(url))
            .await
            .map_err(|_| anyhow!("no node answers at {url}"))?
            .with_context(|| format!("connecting to {url}"))?;
        Ok(Self { chain, signer })
    }

    /// The chain at its best block.
    pub(crate) async fn best(&self) -> Result<At> {
        Ok(self.chain.best().await?)
    }

    /// The chain at its last finalized block.
    pub(crate) async fn finalized(&self) -> Result<At> {
        Ok(self.chain.finalized().await?)
    }

    /// The account that signs.
    pub(crate) fn account(&self) -> AccountId32 {
        AccountId32::new(self.signer.public_key().0)
    }

    /// Submits a call of the pallet Inference and waits until it is in a block.
    pub(crate) async fn submit(&self, call: &str, args: impl FnOnce(Call) -> Call) -> Result<Value> {
        self.submit_to("Inference", call, args).await
    }

    /// Submits a call of any pallet and waits until it is in a block.
    pub(crate) async fn submit_to(&self, pallet: &str, call: &str, args: impl FnOnce(Call) -> Call) -> Result<Value> {
        self.try_submit(args(Call::new(pallet, call))).await?.with_context(|| format!("{call} was refused"))
    }

    /// Submits a call and waits until it is in a block. The inner error is why the runtime refused it.
    pub(crate) async fn try_submit(&self, call: Call) -> Result<Result<Value, Failure>> {
        let submitter = Submitter::start(self.chain.clone(), self.signer.clone(), Options::default());
        let inclusion = submitter.submit(call)?.in_block().await?;
        Ok(inclusion.result.map(|_| json!({ "status": "done", "block": inclusion.block.number })))
    }
}
