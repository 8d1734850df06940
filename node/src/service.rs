//! The node's parts, and how they are put together.

use crate::{equivocation::Reporting, rpc};
use assay_runtime::{
    apis::RuntimeApi,
    configs::{consensus::SLOT_MILLISECS, system::MAX_BLOCK_LENGTH},
    opaque::Block,
    Hash,
};
use futures::{
    future::{ready, Ready},
    FutureExt,
};
use sc_client_api::{Backend as _, BlockBackend};
use sc_consensus_babe::{BabeLink, BabeParams, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::{GrandpaParams, LinkHalf, SharedVoterState};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_executor::{HeapAllocStrategy, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_network::NetworkBackend;
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{
    BuildNetworkParams, Configuration, Error, PartialComponents, SpawnTasksParams, TaskManager, WarpSyncConfig,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::{inherents::InherentDataProvider as Slot, SlotDuration};
use sp_timestamp::InherentDataProvider as Timestamp;
use std::{path::Path, sync::Arc, time::Duration};

/// What the runtime may call in the node beyond the SDK's host functions.
pub(crate) type HostFunctions = assay_host::interface::curves::HostFunctions;

/// Runs the runtime.
pub(crate) type Executor = sc_executor::WasmExecutor<(sp_io::SubstrateHostFunctions, HostFunctions)>;

/// The chain.
pub(crate) type Client = sc_service::TFullClient<Block, RuntimeApi, Executor>;

/// Where the chain is kept.
pub(crate) type Backend = sc_service::TFullBackend<Block>;

/// The longest chain is the best: every block weighs the same.
pub(crate) type SelectChain = sc_consensus::LongestChain<Backend, Block>;

/// Transactions that wait for a block.
pub(crate) type Pool = sc_transaction_pool::TransactionPoolHandle<Block, Client>;

type GrandpaBlockImport = sc_consensus_grandpa::GrandpaBlockImport<Backend, Block, Client, SelectChain>;
type BabeBlockImport =
    sc_consensus_babe::BabeBlockImport<Block, Client, GrandpaBlockImport, CreateInherents, SelectChain>;
type CreateInherents = fn(Hash, ()) -> Ready<Result<(Slot, Timestamp), Box<dyn std::error::Error + Send + Sync>>>;

/// The parts of the node that exist before the network does.
pub(crate) type Partial = PartialComponents<
    Client,
    Backend,
    SelectChain,
    sc_consensus::DefaultImportQueue<Block>,
    Pool,
    (Consensus, Option<Telemetry>),
>;

/// What connects the import of blocks with the making of them.
pub(crate) struct Consensus {
    block_import: Reporting<BabeBlockImport>,
    babe: BabeLink<Block>,
    babe_worker: BabeWorkerHandle<Block>,
    grandpa: LinkHalf<Block, Client, SelectChain>,
}

/// How many blocks may pass until a proof of finality is kept for others: about a minute.
const JUSTIFICATION_PERIOD: u32 = 32;

/// The part of a slot in which a block is made. The rest is for sending and checking it.
const PROPOSING_SHARE: f32 = 0.5;

/// How long a vote needs to reach everybody.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// The time and slot of a block that is made or checked now.
fn create_inherents(
    _parent: Hash,
    _: (),
) -> Ready<Result<(Slot, Timestamp), Box<dyn std::error::Error + Send + Sync>>> {
    let timestamp = Timestamp::from_system_time();
    let slot = Slot::from_timestamp_and_slot_duration(*timestamp, SlotDuration::from_millis(SLOT_MILLISECS));
    ready(Ok((slot, timestamp)))
}

/// What runs the runtime, and keeps what it compiled: a start takes a second then, not seven seconds of two cores.
fn executor(config: &Configuration, compiled: Option<&Path>) -> Executor {
    let heap = config
        .executor
        .default_heap_pages
        .and_then(|pages| u32::try_from(pages).ok())
        .map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |extra_pages| HeapAllocStrategy::Static { extra_pages });
    Executor::builder()
        .with_execution_method(config.executor.wasm_method)
        .with_onchain_heap_alloc_strategy(heap)
        .with_offchain_heap_alloc_strategy(heap)
        .with_max_runtime_instances(config.executor.max_runtime_instances)
        .with_runtime_cache_size(config.executor.runtime_cache_size)
        .with_cache_path(compiled.map_or_else(|| config.base_path.path().join("compiled"), Path::to_owned))
        .build()
}

/// Puts together what every subcommand that looks at the chain needs. Compiled runtimes are kept in the folder `compiled`.
pub(crate) fn new_partial(config: &Configuration, compiled: Option<&Path>) -> Result<Partial, Error> {
    let telemetry = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| -> Result<_, sc_telemetry::Error> {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok((worker, telemetry))
        })
        .transpose()?;

    let (client, backend, keystore_container, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
        config,
        telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
        executor(config, compiled),
        Vec::new(),
    )?;
    let client = Arc::new(client);

    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager.spawn_handle().spawn("telemetry", None, worker.run());
        telemetry
    });

    let select_chain = SelectChain::new(backend.clone());
    let pool = Arc::new(
        sc_transaction_pool::Builder::new(
            task_manager.spawn_essential_handle(),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(config.prometheus_registry())
        .build(),
    );

    let (grandpa_block_import, grandpa) = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        telemetry.as_ref().map(Telemetry::handle),
    )?;
    let (block_import, babe) = sc_consensus_babe::block_import(
        sc_consensus_babe::configuration(&*client)?,
        grandpa_block_import.clone(),
        client.clone(),
        create_inherents as CreateInherents,
        select_chain.clone(),
        OffchainTransactionPoolFactory::new(pool.clone()),
    )?;
    let block_import = Reporting::new(block_import, client.clone(), OffchainTransactionPoolFactory::new(pool.clone()));
    let (import_queue, babe_worker) = sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
        link: babe.clone(),
        block_import: block_import.clone(),
        justification_import: Some(Box::new(grandpa_block_import)),
        client: client.clone(),
        slot_duration: babe.config().slot_duration(),
        spawner: &task_manager.spawn_essential_handle(),
        registry: config.prometheus_registry(),
        telemetry: telemetry.as_ref().map(Telemetry::handle),
    })?;

    Ok(PartialComponents {
        client,
        backend,
        task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool: pool,
        other: (Consensus { block_import, babe, babe_worker, grandpa }, telemetry),
    })
}

/// Starts a node. Compiled runtimes are kept in the folder `compiled`.
pub(crate) fn new_full<N: NetworkBackend<Block, Hash>>(
    mut config: Configuration,
    compiled: Option<&Path>,
) -> Result<TaskManager, Error> {
    // Built once: whoever asks a preset for its genesis compiles the runtime anew.
    let genesis = config.chain_spec.build_storage().map_err(Error::Other)?;
    config.chain_spec.set_storage(genesis);

    let PartialComponents {
        client,
        backend,
        mut task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool: pool,
        other: (Consensus { block_import, babe, babe_worker, grandpa }, mut telemetry),
    } = new_partial(&config, compiled)?;

    // The generators of the inner-product argument take a second; no block should wait for them.
    task_manager.spawn_handle().spawn_blocking("generators", None, async {
        for k in 1..=assay_host::vesta::MAX_K {
            // Only a larger k is an error.
            let _ = assay_host::vesta::warm_up(k);
            // A node that is told to stop does not wait for the rest.
            tokio::task::yield_now().await;
        }
    });

    let registry = config.prometheus_registry().cloned();
    let keystore = keystore_container.keystore();
    let offchain_pool = OffchainTransactionPoolFactory::new(pool.clone());

    let mut net_config =
        sc_network::config::FullNetworkConfiguration::<Block, Hash, N>::new(&config.network, registry.clone());
    let metrics = N::register_notification_metrics(registry.as_ref());
    let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(
        &client.block_hash(0)?.expect("the client writes the genesis block before all else"),
        &config.chain_spec,
    );
    // Without a voter nobody would answer on its protocol, and peers would take that for a fault.
    let grandpa_notifications = (!config.disable_grandpa).then(|| {
        let (protocol, notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
            grandpa_protocol.clone(),
            metrics.clone(),
            net_config.peer_store_handle(),
        );
        net_config.add_notification_protocol(protocol);
        notifications
    });

    let warp_sync = sc_consensus_grandpa::warp_proof::NetworkProvider::new(
        backend.clone(),
        grandpa.shared_authority_set().clone(),
        Vec::new(),
    );
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
        sc_service::build_network(BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    if config.offchain_worker.enabled {
        let workers = OffchainWorkers::new(OffchainWorkerOptions {
            runtime_api_provider: client.clone(),
            keystore: Some(keystore.clone()),
            offchain_db: backend.offchain_storage(),
            transaction_pool: Some(offchain_pool.clone()),
            network_provider: Arc::new(network.clone()),
            is_validator: config.role.is_authority(),
            enable_http_requests: true,
            custom_extensions: |_| Vec::new(),
        })?;
        task_manager.spawn_handle().spawn(
            "offchain-workers-runner",
            "offchain-worker",
            workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
        );
    }

    let voter_state = SharedVoterState::empty();
    let rpc_sources = rpc::Sources {
        client: client.clone(),
        pool: pool.clone(),
        select_chain: select_chain.clone(),
        chain_spec: config.chain_spec.cloned_box(),
        keystore: keystore.clone(),
        babe: babe_worker,
        voter_state: voter_state.clone(),
        authority_set: grandpa.shared_authority_set().clone(),
        justifications: grandpa.justification_stream(),
        finality_proofs: sc_consensus_grandpa::FinalityProofProvider::new_for_service(
            backend.clone(),
            Some(grandpa.shared_authority_set().clone()),
        ),
    };

    let role = config.role;
    let name = config.network.node_name.clone();
    let force_authoring = config.force_authoring;

    sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client: client.clone(),
        backend,
        task_manager: &mut task_manager,
        keystore: keystore.clone(),
        transaction_pool: pool.clone(),
        rpc_builder: Box::new(move |executor| Ok(rpc::create(&rpc_sources, executor)?)),
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync_service.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;
    let telemetry = telemetry.as_ref().map(Telemetry::handle);

    if role.is_authority() {
        let mut proposers = sc_basic_authorship::ProposerFactory::new(
            task_manager.spawn_handle(),
            client.clone(),
            pool,
            registry.as_ref(),
            telemetry.clone(),
        );
        // Their own limit is 4 MiB: what the runtime admits beyond it would lie in the pools, and pay for nothing.
        proposers.set_default_block_size_limit(MAX_BLOCK_LENGTH as usize);
        let authoring = sc_consensus_babe::start_babe(BabeParams {
            keystore: keystore.clone(),
            client,
            select_chain,
            env: proposers,
            block_import,
            sync_oracle: sync_service.clone(),
            justification_sync_link: sync_service.clone(),
            create_inherent_data_providers: create_inherents as CreateInherents,
            force_authoring,
            backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
            babe_link: babe,
            block_proposal_slot_portion: SlotProportion::new(PROPOSING_SHARE),
            max_block_proposal_slot_portion: None,
            telemetry: telemetry.clone(),
        })?;
        task_manager.spawn_essential_handle().spawn_blocking("babe-proposer", Some("block-authoring"), authoring);
    }

    if let Some(notification_service) = grandpa_notifications {
        let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
            config: sc_consensus_grandpa::Config {
                gossip_duration: GOSSIP_DURATION,
                justification_generation_period: JUSTIFICATION_PERIOD,
                name: Some(name),
                observer_enabled: false,
                keystore: role.is_authority().then_some(keystore),
                local_role: role,
                telemetry: telemetry.clone(),
                protocol_name: grandpa_protocol,
            },
            link: grandpa,
            network,
            sync: Arc::new(sync_service),
            notification_service,
            // Payments wait for finality: votes go to the best block, without the lag of the default rules.
            voting_rule: (),
            prometheus_registry: registry,
            shared_voter_state: voter_state,
            telemetry,
            offchain_tx_pool_factory: offchain_pool,
        })?;
        task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
    }

    Ok(task_manager)
}
