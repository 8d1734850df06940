//! The x402 facilitator of an Assay chain.
//!
//! Official x402 servers verify a payment, serve, then settle. Here that is hold-first with no change to any server:
//! `/verify` of an offer address *reserves* the money, and answers valid only when it is held; `/receipts` takes what
//! the provider signed; `/settle` captures. The chain is the only record: the process can be killed at any moment,
//! nothing is lost and nothing is paid twice.
//!
//! | module | what lives there |
//! |---|---|
//! | [`http`] | the endpoints, and a server with limits |
//! | [`wire`] | what travels over HTTP |
//! | [`verify`] | `/verify`: checks, and the reserve |
//! | [`settle`] | `/settle`: capture, or a plain payment |
//! | [`receipts`] | `/receipts`: receipts kept until every leg has one |
//! | [`credit`] | how much of its fees the facilitator risks for each provider |
//! | [`errors`] | refusals in the words of x402 SDKs |
//! | [`flights`] | work that is done once, however many ask for it |
//! | [`state`] | what the endpoints share |
//! | [`metrics`] | counters |
//! | [`config`] | options |
#![forbid(unsafe_code)]

pub mod config;
pub mod credit;
pub mod errors;
pub mod flights;
pub mod http;
pub mod metrics;
pub mod receipts;
pub mod settle;
pub mod state;
pub mod verify;
pub mod wire;

use anyhow::Context;
use std::{future::Future, net::SocketAddr};
use tokio::net::TcpListener;

pub use config::Config;
pub use state::Facilitator;

/// Most connections for each request that may be worked on: most connections are idle.
const CONNECTIONS_PER_REQUEST: usize = 4;

/// A facilitator that is ready to serve.
pub struct Server {
    listener: TcpListener,
    router: axum::Router,
    max_connections: usize,
}

impl Server {
    /// Connects to the node and opens the address.
    pub async fn bind(config: Config) -> anyhow::Result<Self> {
        let (listen, max_requests) = (config.listen, config.max_requests);
        let facilitator = Facilitator::new(config).await?;
        let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        let max_connections = max_requests.saturating_mul(CONNECTIONS_PER_REQUEST);
        Ok(Self { listener, router: http::router(facilitator), max_connections })
    }

    /// The address that it listens on.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves until told to stop.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        http::serve(self.listener, self.router, self.max_connections, stop).await;
    }
}
