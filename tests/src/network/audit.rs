//! Audits: the events of every finalized block, entered into books, against the state of every node.

use super::{
    books::{Books, Kept},
    Network,
};
use anyhow::{ensure, Context};
use assay_client::{Block, Chain};
use std::time::Duration;

/// Longest wait for the slowest node to finalise what another has finalized.
const CATCH_UP_LIMIT: Duration = Duration::from_secs(120);
/// Longest wait for a node to take a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(60);

/// An audit that goes on from where it was.
pub struct Audit {
    /// What all events up to now add up to.
    pub books: Books,
    /// The last block that was audited.
    pub at: Block,
}

impl Audit {
    /// Opens the books on the state of genesis.
    pub async fn open(network: &Network) -> anyhow::Result<Self> {
        let node = network.any()?;
        let chain = connect(&node.url).await?;
        let at = Block { number: 0, hash: chain.genesis() };
        let best = chain.best().await?;
        let [treasury, claims] = [best.constant("X402", "Treasury")?, best.constant("X402", "ClaimsAccount")?];
        let books = Books::open(Kept::read(node, at.hash).await?.state, treasury, claims);
        Ok(Self { books, at })
    }

    /// Enters all that has become final since, and compares with every running node: its hash and its state root of the
    /// last of these blocks, and its own state there. Fails too where a block that was audited has been taken back.
    pub async fn check(&mut self, network: &Network) -> anyhow::Result<()> {
        let last = network.finalized().await;
        network.all_finalise(last, CATCH_UP_LIMIT).await?;
        let node = network.any()?;
        let chain = connect(&node.url).await?;
        for number in self.at.number + 1..=last {
            let hash = node.hash(number).await?.context("a finalized block is missing")?;
            let parent = node.header(hash).await?.parent;
            ensure!(parent == self.at.hash, "block {} was final, and is no longer on the chain", self.at.number);
            let block = Block { number, hash };
            for event in chain.at(block).await?.events().await? {
                self.books.enter(number, &event)?;
            }
            self.at = block;
        }

        let root = node.header(self.at.hash).await?.state_root;
        for node in network.running() {
            let name = &node.name;
            let hash = node.hash(self.at.number).await?;
            ensure!(hash == Some(self.at.hash), "{name} has another block {}: {hash:?}", self.at.number);
            let header = node.header(self.at.hash).await?;
            ensure!(header.state_root == root, "{name} has another state root: {:?}", header.state_root);
            let kept = Kept::read(node, self.at.hash).await?;
            self.books.compare(&kept).with_context(|| format!("{name}'s state after block {}", self.at.number))?;
        }
        network.ensure_no_panics()
    }
}

async fn connect(url: &str) -> anyhow::Result<Chain> {
    Ok(tokio::time::timeout(CONNECT_LIMIT, Chain::connect(url)).await.context("no connection")??)
}
