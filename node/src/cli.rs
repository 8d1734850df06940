//! The command line.

use sc_cli::{
    ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd, ImportBlocksCmd, KeySubcommand,
    PurgeChainCmd, RevertCmd, RunCmd,
};

/// The command line: a node runs unless there is a subcommand.
#[derive(Debug, clap::Parser)]
pub(crate) struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub(crate) subcommand: Option<Subcommand>,

    /// Where compiled runtimes are kept, if not in the folder `compiled` of the base path. The node runs what it finds there:
    /// nobody else should be able to write to it.
    #[arg(long, global = true, value_name = "FOLDER", env = "ASSAY_COMPILED")]
    pub(crate) compiled: Option<std::path::PathBuf>,

    /// How to run the node.
    #[command(flatten)]
    pub(crate) run: RunCmd,
}

/// What the node can do besides running.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub(crate) enum Subcommand {
    /// Makes, inspects and inserts keys.
    #[command(subcommand)]
    Key(KeySubcommand),

    /// Writes a chain spec: `dev`, `local`, `live` or a file, plain or raw.
    #[command(visible_alias = "build-spec")]
    ExportChainSpec(ExportChainSpecCmd),

    /// Checks blocks again.
    CheckBlock(CheckBlockCmd),

    /// Writes blocks to a file.
    ExportBlocks(ExportBlocksCmd),

    /// Writes the state of a block as a chain spec.
    ExportState(ExportStateCmd),

    /// Reads blocks from a file.
    ImportBlocks(ImportBlocksCmd),

    /// Removes the chain's database.
    PurgeChain(PurgeChainCmd),

    /// Takes back blocks that are not final.
    Revert(RevertCmd),

    /// Describes the chain's database.
    ChainInfo(ChainInfoCmd),

    /// Measures the runtime.
    #[cfg(feature = "benchmarks")]
    #[command(subcommand)]
    Benchmark(Benchmark),
}

/// What can be measured.
#[cfg(feature = "benchmarks")]
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub(crate) enum Benchmark {
    /// The calls of pallets: makes their weight files.
    Pallet(frame_benchmarking_cli::PalletCmd),
}
