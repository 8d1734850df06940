//! Benchmarks of a whole node.

mod blocks;
mod evidence;
mod proofs;
mod settlements;
mod wasm;

use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Settlements per second.
    Settlements(settlements::Args),
    /// Blocks full of the dearest evidence: the time they take against the weight they are charged.
    Blocks(blocks::Args),
    /// Attestation evidence inside the node and natively, and against its weight.
    Evidence(evidence::Args),
    /// Proofs inside the node and natively.
    Proofs(proofs::Args),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let command = Command::parse();
    println!("cores: {}", std::thread::available_parallelism()?);
    match command {
        Command::Settlements(args) => settlements::run(args).await,
        Command::Blocks(args) => blocks::run(args).await,
        Command::Evidence(args) => evidence::run(args).await,
        Command::Proofs(args) => proofs::run(args).await,
    }
}
