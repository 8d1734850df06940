//! The facilitator's program.

use assay_facilitator::{Config, Server};
use clap::Parser;
use tokio::signal::unix::{signal, SignalKind};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {},
            _ = terminate.recv() => {},
        }
    };
    tokio::pin!(stop);
    let server = tokio::select! {
        server = Server::bind(Config::parse()) => server?,
        () = &mut stop => return Ok(()),
    };
    tracing::info!(address = %server.address()?, "listening");
    server.run(stop).await;
    Ok(())
}
