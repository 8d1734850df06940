//! Benchmarks of a whole node.

mod proofs;
mod settlements;

use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Settlements per second.
    Settlements(settlements::Args),
    /// Proofs inside the node and natively.
    Proofs(proofs::Args),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let command = Command::parse();
    println!("cores: {}", std::thread::available_parallelism()?);
    match command {
        Command::Settlements(args) => settlements::run(args).await,
        Command::Proofs(args) => proofs::run(args).await,
    }
}
