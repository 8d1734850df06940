//! The connection, and the chain at a block.

use crate::{
    call::Scale,
    heads::{self, Block, Heads},
    Error, Event, Failure,
};
use assay_primitives::H256;
use codec::{Decode, Encode};
use sp_runtime::DispatchError;
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use subxt::{
    backend::LegacyBackend,
    client::OnlineClientAtBlockImpl,
    config::RpcConfigFor,
    ext::frame_decode,
    rpcs::{
        client::{reconnecting_rpc_client::ExponentialBackoff, ReconnectingRpcClient, RpcClient},
        LegacyRpcMethods,
    },
    tx::TransactionsClient,
    Metadata, OnlineClient, OnlineClientAtBlock,
};
use tokio::sync::watch;

/// The chain's types, as subxt names them.
pub type Config = subxt::SubstrateConfig;
pub(crate) type Rpc = LegacyRpcMethods<RpcConfigFor<Config>>;

/// Longest wait for one answer of the node.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest pause between attempts to connect.
const RECONNECT_PAUSE: Duration = Duration::from_secs(3);
/// Longest time for which a question that fell into a gap of the connection is asked again.
const GAP_PATIENCE: Duration = Duration::from_secs(10);
/// Pause before it is asked again.
const GAP_PAUSE: Duration = Duration::from_millis(100);
/// Most keys of a storage map that are listed.
const MAX_KEYS: u32 = 1000;

/// A connection to a chain. Clones share it. It heals by itself when the node goes away and comes back; questions that
/// are asked meanwhile wait for that, so whoever cannot wait sets a limit.
#[derive(Clone)]
pub struct Chain(Arc<Inner>);

struct Inner {
    client: OnlineClient<Config>,
    rpc: Rpc,
    heads: watch::Receiver<Heads>,
    best: Mutex<Option<At>>,
}

impl Chain {
    /// Connects to a node's WebSocket address. Tries again until the node is there and has a block: at genesis a chain
    /// does not know its own genesis hash.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let connection = ReconnectingRpcClient::builder()
            .request_timeout(ANSWER_TIMEOUT)
            .retry_policy(ExponentialBackoff::from_millis(50).max_delay(RECONNECT_PAUSE))
            .build(url)
            .await
            .map_err(Error::node)?;
        let connection = RpcClient::new(connection);
        let rpc = Rpc::new(connection.clone());
        let backend = LegacyBackend::builder().build(connection);
        let client =
            OnlineClient::from_backend_with_config(Config::new(), Arc::new(backend)).await.map_err(Error::node)?;
        let (sender, mut heads) = watch::channel(heads::now(&rpc).await?);
        tokio::spawn(heads::follow(rpc.clone(), sender));
        heads.wait_for(|heads| heads.best.number > 0).await.map_err(Error::node)?;
        Ok(Self(Arc::new(Inner { client, rpc, heads, best: Mutex::new(None) })))
    }

    /// Hash of block 0.
    pub fn genesis(&self) -> H256 {
        self.0.client.genesis_hash()
    }

    /// Where the chain stands, now and in future.
    pub fn heads(&self) -> watch::Receiver<Heads> {
        self.0.heads.clone()
    }

    /// The chain at its best block.
    pub async fn best(&self) -> Result<At, Error> {
        let block = self.0.heads.borrow().best;
        // A poisoned cache is as good as any: it is only read where it fits.
        let known = self.0.best.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(at) = known.filter(|at| at.block == block) {
            return Ok(at);
        }
        let at = self.at(block).await?;
        *self.0.best.lock().unwrap_or_else(PoisonError::into_inner) = Some(at.clone());
        Ok(at)
    }

    /// The chain at its last finalized block.
    pub async fn finalized(&self) -> Result<At, Error> {
        let block = self.0.heads.borrow().finalized;
        self.at(block).await
    }

    /// The chain at a block.
    pub async fn at(&self, block: Block) -> Result<At, Error> {
        // This waits for a lost connection by itself.
        let client = self.0.client.at_block_hash_and_number(block.hash, block.number.into()).await;
        Ok(At { block, client: Arc::new(client.map_err(Error::node)?), rpc: self.0.rpc.clone() })
    }

    /// The block with this number on the best chain.
    pub async fn block(&self, number: u32) -> Result<Option<Block>, Error> {
        let hash = across_gaps(|| self.0.rpc.chain_get_block_hash(Some(u64::from(number).into()))).await?;
        Ok(hash.map(|hash| Block { number, hash }))
    }

    pub(crate) fn rpc(&self) -> &Rpc {
        &self.0.rpc
    }
}

/// The chain at a block.
#[derive(Clone)]
pub struct At {
    block: Block,
    client: Arc<OnlineClientAtBlock<Config>>,
    rpc: Rpc,
}

impl At {
    /// The block.
    pub fn block(&self) -> Block {
        self.block
    }

    /// The runtime's metadata.
    pub fn metadata(&self) -> &Metadata {
        self.client.metadata_ref()
    }

    /// Asks a view function. `args` is a tuple of its arguments.
    pub async fn view<R: Decode>(&self, pallet: &str, function: &str, args: impl Encode) -> Result<R, Error> {
        let id = self
            .metadata()
            .pallet_by_name(pallet)
            .and_then(|pallet| pallet.view_function_by_name(function).map(|function| *function.query_id()))
            .ok_or_else(|| Error::Unknown(format!("view function {pallet}.{function}")))?;
        let answer = self.ask("RuntimeViewFunction_execute_view_function", (id, args.encode())).await?;
        // The error carries an id; its index alone tells what it is.
        match Result::<Vec<u8>, u8>::decode(&mut &answer[..]) {
            Ok(Ok(value)) => R::decode(&mut &value[..]).map_err(|error| Error::decode(function, error)),
            Ok(Err(_)) => Err(Error::Unknown(format!("view function {pallet}.{function} with these arguments"))),
            Err(error) => Err(Error::decode(function, error)),
        }
    }

    /// Calls a runtime API. `args` is a tuple of its arguments; the answer is encoded.
    pub async fn ask(&self, method: &str, args: impl Encode) -> Result<Vec<u8>, Error> {
        let args = args.encode();
        across_gaps(|| self.rpc.state_call(method, Some(&args), Some(self.block.hash))).await
    }

    /// A constant of a pallet.
    pub fn constant<V: Decode>(&self, pallet: &str, name: &str) -> Result<V, Error> {
        let constant = self
            .metadata()
            .pallet_by_name(pallet)
            .and_then(|pallet| pallet.constant_by_name(name))
            .ok_or_else(|| Error::Unknown(format!("constant {pallet}.{name}")))?;
        V::decode(&mut constant.value()).map_err(|error| Error::decode(name, error))
    }

    /// A value of the state. `keys` are encoded, one for each of the map's keys.
    pub async fn storage<V: Decode>(&self, pallet: &str, entry: &str, keys: Vec<Vec<u8>>) -> Result<Option<V>, Error> {
        let keys: Vec<Scale> = keys.into_iter().map(Scale).collect();
        let metadata = self.metadata();
        let key = frame_decode::storage::encode_storage_key(pallet, entry, keys, metadata, metadata.types())
            .map_err(|error| Error::Unknown(format!("storage {pallet}.{entry}: {error}")))?;
        let value = across_gaps(|| self.rpc.state_get_storage(&key, Some(self.block.hash))).await?;
        value.map(|value| V::decode(&mut &value[..]).map_err(|error| Error::decode(entry, error))).transpose()
    }

    /// The first thousand raw keys of a map.
    pub async fn storage_keys(&self, pallet: &str, entry: &str) -> Result<Vec<Vec<u8>>, Error> {
        let prefix = frame_decode::storage::encode_storage_key_prefix(pallet, entry);
        across_gaps(|| self.rpc.state_get_keys_paged(&prefix, MAX_KEYS, None, Some(self.block.hash))).await
    }

    /// The block's events.
    pub async fn events(&self) -> Result<Vec<Event>, Error> {
        let events = self.client.events().fetch().await.map_err(Error::node)?;
        events
            .iter()
            .map(|event| {
                let event = event.map_err(|error| Error::decode("event", error))?;
                Ok(Event::new(&event, self.client.metadata()))
            })
            .collect()
    }

    /// The names and the documentation behind a dispatch error.
    pub fn explain(&self, error: &DispatchError) -> Failure {
        Failure::new(error, self.metadata())
    }

    pub(crate) fn transactions(&self) -> TransactionsClient<Config, OnlineClientAtBlockImpl<Config>> {
        self.client.transactions()
    }
}

/// Asks again what fell into a gap of the connection.
async fn across_gaps<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, subxt::rpcs::Error>>,
{
    let start = Instant::now();
    loop {
        match ask().await {
            Err(error) if error.is_disconnected_will_reconnect() && start.elapsed() < GAP_PATIENCE => {
                tokio::time::sleep(GAP_PAUSE).await;
            }
            outcome => return Ok(outcome?),
        }
    }
}
