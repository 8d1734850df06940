//! What the facilitator is told.

use anyhow::Context;
use assay_client::{Keypair, SecretUri};
use assay_primitives::{AccountId32, AssetId, Balance};
use std::{net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

/// The x402 facilitator of an Assay chain.
#[derive(Clone, clap::Parser)]
#[command(name = "assay-facilitator", version)]
pub struct Config {
    /// Address to listen on.
    #[arg(long, env = "ASSAY_LISTEN", default_value = "127.0.0.1:4020")]
    pub listen: SocketAddr,
    /// WebSocket address of a node.
    #[arg(long, env = "ASSAY_NODE", default_value = "ws://127.0.0.1:9944")]
    pub node: String,
    /// The key that signs transactions and pays their fees, as a secret URI (sr25519). Better given by the environment
    /// or by --suri-file than on the command line.
    #[arg(long, env = "ASSAY_FACILITATOR_SURI", hide_env_values = true, conflicts_with = "suri_file")]
    pub suri: Option<String>,
    /// A file that holds the secret URI.
    #[arg(long, env = "ASSAY_FACILITATOR_SURI_FILE")]
    pub suri_file: Option<PathBuf>,
    /// Pay fees in this asset instead of the native token.
    #[arg(long)]
    pub fee_asset: Option<AssetId>,
    /// Reserves that a provider may have open: its account and the number. Can be given several times.
    #[arg(long, value_name = "ACCOUNT=N")]
    pub credit: Vec<ProviderCredit>,
    /// Reserves that every other provider may have open.
    #[arg(long, default_value_t = 0)]
    pub default_credit: u32,
    /// Seconds until a provider that does not deliver gets one unit of credit back.
    #[arg(long, default_value_t = 600)]
    pub credit_refill: u64,
    /// A payment of at least this amount, in its asset's smallest unit, is valid only once its reserve is final.
    #[arg(long, value_name = "AMOUNT")]
    pub finalize_above: Option<Balance>,
    /// Seconds that must be left for delivery when a payment is called valid; at most half of the offer's time.
    #[arg(long, default_value_t = 10)]
    pub delivery_left: u64,
    /// Seconds that /settle waits for receipts.
    #[arg(long, default_value_t = 15)]
    pub receipts_wait: u64,
    /// Seconds that a request waits for a block, or for finality.
    #[arg(long, default_value_t = 30)]
    pub block_wait: u64,
    /// Most payments whose receipts are kept.
    #[arg(long, default_value_t = 10_000)]
    pub max_pending: usize,
    /// Most requests at a time.
    #[arg(long, default_value_t = 1024)]
    pub max_requests: usize,
    /// Most transactions that may wait to be sent.
    #[arg(long, default_value_t = 4096)]
    pub max_queue: usize,
}

impl Config {
    /// The key that signs transactions.
    pub fn key(&self) -> anyhow::Result<Keypair> {
        let suri = match (&self.suri, &self.suri_file) {
            (Some(suri), _) => suri.clone(),
            (None, Some(file)) => std::fs::read_to_string(file).context("cannot read the key file")?,
            (None, None) => anyhow::bail!("a key is needed: --suri, --suri-file or ASSAY_FACILITATOR_SURI"),
        };
        // Errors of the parser may quote what they parse, so they are not shown.
        let suri = SecretUri::from_str(suri.trim()).ok().context("the key is no secret URI")?;
        Keypair::from_uri(&suri).ok().context("the secret URI makes no key")
    }

    pub(crate) fn receipts_wait(&self) -> Duration {
        Duration::from_secs(self.receipts_wait)
    }

    pub(crate) fn block_wait(&self) -> Duration {
        Duration::from_secs(self.block_wait)
    }
}

/// A provider and its credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCredit {
    /// The provider.
    pub provider: AccountId32,
    /// Reserves that it may have open.
    pub size: u32,
}

impl FromStr for ProviderCredit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (provider, size) = text.split_once('=').ok_or("expected ACCOUNT=N")?;
        let provider = AccountId32::from_str(provider).map_err(|error| format!("no account: {error}"))?;
        Ok(Self { provider, size: size.parse().map_err(|error| format!("no number: {error}"))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    #[test]
    fn credit_is_an_account_and_a_number() {
        let credit = ProviderCredit::from_str(&format!("{ALICE}=7")).unwrap();
        assert_eq!((credit.provider.to_string().as_str(), credit.size), (ALICE, 7));
        assert!(ProviderCredit::from_str(ALICE).is_err());
        assert!(ProviderCredit::from_str("5Nobody=7").is_err());
        assert!(ProviderCredit::from_str(&format!("{ALICE}=-1")).is_err());
    }

    #[test]
    fn a_key_is_needed_and_never_shown() {
        let config = |args: &[&str]| Config::parse_from([&["assay-facilitator"], args].concat());
        let key = config(&["--suri", "//Alice"]).key().unwrap();
        assert_eq!(AccountId32::new(key.public_key().0).to_string(), ALICE);
        let error = config(&["--suri", "very secret but no key"]).key().map(drop).unwrap_err();
        assert!(!format!("{error:?}").contains("secret but"));
    }
}
