//! The best and the finalized block.

use crate::{chain::Rpc, Error};
use assay_primitives::{BlockNumber, H256};
use codec::Encode;
use std::{
    convert::Infallible,
    time::{Duration, Instant},
};
use subxt::config::substrate::SubstrateHeader;
use tokio::sync::watch;

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    /// Its number.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: H256,
}

/// Where the chain stands, as far as the node tells.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    /// The best block.
    pub best: Block,
    /// The last finalized block.
    pub finalized: Block,
    /// When the best block was heard of.
    pub heard: Instant,
    /// Whether the node is being heard.
    pub connected: bool,
}

impl From<&SubstrateHeader<H256>> for Block {
    fn from(header: &SubstrateHeader<H256>) -> Self {
        let hash = H256(sp_crypto_hashing::blake2_256(&header.encode()));
        // The chain's block numbers are 32 bits wide.
        Self { number: header.number as BlockNumber, hash }
    }
}

/// Silence after which the subscriptions are made anew: they can get lost without a word.
const SILENCE: Duration = Duration::from_secs(20);
/// Pause before the subscriptions are made anew.
const PAUSE: Duration = Duration::from_millis(500);

/// Where the chain stands now.
pub(crate) async fn now(rpc: &Rpc) -> Result<Heads, Error> {
    let best = rpc.chain_get_header(None).await?.ok_or_else(|| Error::node("no best block"))?;
    let hash = rpc.chain_get_finalized_head().await?;
    let finalized = rpc.chain_get_header(Some(hash)).await?.ok_or_else(|| Error::node("no finalized block"))?;
    Ok(Heads { best: (&best).into(), finalized: (&finalized).into(), heard: Instant::now(), connected: true })
}

/// Follows the chain until nobody listens any more.
pub(crate) async fn follow(rpc: Rpc, heads: watch::Sender<Heads>) {
    loop {
        tokio::select! {
            () = heads.closed() => return,
            Err(error) = listen(&rpc, &heads) => tracing::warn!(%error, "lost sight of the chain"),
        }
        heads.send_modify(|heads| heads.connected = false);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(rpc: &Rpc, heads: &watch::Sender<Heads>) -> Result<Infallible, Error> {
    let mut best = rpc.chain_subscribe_new_heads().await?;
    let mut finalized = rpc.chain_subscribe_finalized_heads().await?;
    let ended = || Error::node("the subscription ended");
    loop {
        tokio::select! {
            header = best.next() => {
                let header = header.ok_or_else(ended)??;
                heads.send_modify(|heads| {
                    *heads = Heads { best: (&header).into(), heard: Instant::now(), connected: true, ..*heads };
                });
            },
            header = finalized.next() => {
                let header = header.ok_or_else(ended)??;
                heads.send_modify(|heads| heads.finalized = (&header).into());
            },
            () = tokio::time::sleep(SILENCE) => return Err(Error::node("no block for too long")),
        }
    }
}
