//! Does what the command line says.

use crate::{
    chain_spec,
    cli::{Cli, Subcommand},
    service,
};
use assay_runtime::opaque::Block;
use sc_cli::SubstrateCli;
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_service::PartialComponents;

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Assay Node".into()
    }

    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "The Assay authors".into()
    }

    fn support_url() -> String {
        concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(Box::new(chain_spec::load(id)?))
    }
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();
    let compiled = cli.compiled.as_deref();

    match &cli.subcommand {
        None => cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
            match config.network.network_backend {
                NetworkBackendType::Litep2p => service::new_full::<Litep2pNetworkBackend>(config, compiled),
                NetworkBackendType::Libp2p => service::new_full::<NetworkWorker<_, _>>(config, compiled),
            }
            .map_err(sc_cli::Error::Service)
        }),
        Some(Subcommand::Key(cmd)) => cmd.run(&cli),
        Some(Subcommand::ExportChainSpec(cmd)) => {
            // Why the runtime refuses a genesis, it says in its log.
            sc_cli::LoggerBuilder::new("error").init()?;
            cmd.run(cli.load_spec(&cmd.chain)?)
        }
        Some(Subcommand::CheckBlock(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents { client, task_manager, import_queue, .. } = service::new_partial(&config, compiled)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Some(Subcommand::ExportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents { client, task_manager, .. } = service::new_partial(&config, compiled)?;
            Ok((cmd.run(client, config.database), task_manager))
        }),
        Some(Subcommand::ExportState(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents { client, task_manager, .. } = service::new_partial(&config, compiled)?;
            Ok((cmd.run(client, config.chain_spec), task_manager))
        }),
        Some(Subcommand::ImportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents { client, task_manager, import_queue, .. } = service::new_partial(&config, compiled)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Some(Subcommand::PurgeChain(cmd)) => cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.database)),
        Some(Subcommand::Revert(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents { client, task_manager, backend, .. } = service::new_partial(&config, compiled)?;
            let revert_consensus = Box::new(|client: std::sync::Arc<service::Client>, backend, blocks| {
                sc_consensus_babe::revert(client.clone(), backend, blocks)?;
                sc_consensus_grandpa::revert(client, blocks)?;
                Ok(())
            });
            Ok((cmd.run(client, backend, Some(revert_consensus)), task_manager))
        }),
        Some(Subcommand::ChainInfo(cmd)) => cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config)),
        #[cfg(feature = "benchmarks")]
        Some(Subcommand::Benchmark(crate::cli::Benchmark::Pallet(cmd))) => cli.create_runner(cmd)?.sync_run(|config| {
            cmd.run_with_spec::<sp_runtime::traits::HashingFor<Block>, service::HostFunctions>(Some(config.chain_spec))
        }),
    }
}
