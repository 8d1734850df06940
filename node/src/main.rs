//! # The Assay node
//!
//! Runs the chain: BABE makes blocks, GRANDPA finalises them, ParityDB keeps them, JSON-RPC tells of them. The chain's
//! rules are all in the runtime.

mod chain_spec;
mod cli;
mod command;
mod equivocation;
mod rpc;
mod service;

fn main() -> sc_cli::Result<()> {
    command::run()
}
