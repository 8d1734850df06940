//! The JSON-RPC methods that the service does not bring by itself.

use crate::service::{Backend, Client, Pool, SelectChain};
use assay_runtime::{opaque::Block, AccountId, BlockNumber, Hash, Nonce};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use std::{error::Error, sync::Arc};
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the methods look into.
pub(crate) struct Sources {
    /// The chain.
    pub(crate) client: Arc<Client>,
    /// The transaction pool.
    pub(crate) pool: Arc<Pool>,
    /// The best chain.
    pub(crate) select_chain: SelectChain,
    /// The chain spec.
    pub(crate) chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
    /// The node's keys.
    pub(crate) keystore: KeystorePtr,
    /// BABE's epochs.
    pub(crate) babe: BabeWorkerHandle<Block>,
    /// The rounds that GRANDPA is voting in.
    pub(crate) voter_state: SharedVoterState,
    /// Who votes.
    pub(crate) authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// Finality as it happens.
    pub(crate) justifications: GrandpaJustificationStream<Block>,
    /// Finality that can be proven.
    pub(crate) finality_proofs: Arc<FinalityProofProvider<Backend, Block>>,
}

/// Makes the methods.
pub(crate) fn create(
    sources: &Sources,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn Error + Send + Sync>> {
    let Sources { client, pool, babe, .. } = sources;
    let mut module = RpcModule::new(());
    module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(System::new(client.clone(), pool.clone())))?;
    module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
    module.merge(
        Babe::new(client.clone(), babe.clone(), sources.keystore.clone(), sources.select_chain.clone()).into_rpc(),
    )?;
    module.merge(
        Grandpa::new(
            executor,
            sources.authority_set.clone(),
            sources.voter_state.clone(),
            sources.justifications.clone(),
            sources.finality_proofs.clone(),
        )
        .into_rpc(),
    )?;
    module.merge(
        SyncState::new(sources.chain_spec.cloned_box(), client.clone(), sources.authority_set.clone(), babe.clone())?
            .into_rpc(),
    )?;
    Ok(module)
}
