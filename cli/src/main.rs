//! The command line of Assay.
//!
//! Every registering command is idempotent: what is there already is left as it is, and its id is returned. What a
//! command prints is one JSON value, shown as indented text unless `--json` asks for JSON itself.
#![forbid(unsafe_code)]

mod args;
mod circuit;
mod enclave;
mod register;
mod session;
mod show;
mod stats;
mod validator;

use crate::{
    args::{Hash, Key, TierName},
    session::Session,
};
use anyhow::Result;
use assay_primitives::{AccountId32, AssetId, Balance};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Register providers, models and services on an Assay chain, and see what is there.
#[derive(Parser)]
#[command(name = "assay", version)]
struct Cli {
    /// The node's WebSocket address.
    #[arg(long, global = true, env = "ASSAY_URL", default_value = "ws://127.0.0.1:9944")]
    url: String,
    /// The key that signs transactions: a phrase or a development key with derivations.
    #[arg(long, global = true, env = "ASSAY_SURI", default_value = "//Bob", hide_env_values = true)]
    suri: String,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The chain's terms and payable tokens.
    Chain,
    /// The provider behind an account.
    #[command(subcommand)]
    Provider(Provider),
    /// The keys that a provider signs receipts with.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Models.
    #[command(subcommand)]
    Model(Model),
    /// Circuits of tier Proven.
    #[command(subcommand)]
    Circuit(circuit::Command),
    /// Enclaves of tier Attested.
    #[command(subcommand)]
    Enclave(enclave::Command),
    /// A provider's readiness to run a model at one tier.
    #[command(subcommand)]
    Service(Service),
    /// What payers pay for.
    #[command(subcommand)]
    Offer(Offer),
    /// What became of a payment.
    Payment {
        /// Its id.
        payment: Hash,
    },
    /// A captured receipt.
    Receipt {
        /// The payment's id.
        payment: Hash,
        /// The leg of its offer, from 0.
        leg: u32,
    },
    /// Session keys and bonds of validators.
    #[command(subcommand)]
    Validator(validator::Command),
    /// Inferences and captured amounts by day and tier.
    Stats {
        /// How many days, up to today.
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
    },
}

#[derive(Subcommand)]
enum Provider {
    /// Become a provider.
    Register {
        /// A receipt key: `secp256k1:0x` and an address, `ed25519:0x` or `sr25519:0x` and a public key. Repeatable.
        #[arg(long = "key", required = true)]
        keys: Vec<Key>,
    },
    /// Bring the bond in an asset up to an amount.
    Bond {
        /// The asset's id.
        #[arg(long)]
        asset: AssetId,
        /// The whole bond, in the asset's smallest unit.
        #[arg(long)]
        amount: Balance,
    },
    /// Begin to withdraw the bond in an asset.
    Unbond {
        /// The asset's id.
        #[arg(long)]
        asset: AssetId,
    },
    /// Withdraw the bond in an asset once its retention has passed.
    Withdraw {
        /// The asset's id.
        #[arg(long)]
        asset: AssetId,
    },
    /// A provider's keys, bonds and standing.
    Show {
        /// Its account.
        account: AccountId32,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Add a key. It is good at once.
    Add {
        /// The key.
        key: Key,
    },
    /// Retire a key: it stays good for payments that are reserved already.
    Retire {
        /// The key.
        key: Key,
    },
    /// Revoke a key that got out: it is good for nothing any more.
    Revoke {
        /// The key.
        key: Key,
    },
}

#[derive(Subcommand)]
enum Model {
    /// Register a model by the keccak256 of its file.
    Register {
        /// What it is called.
        #[arg(long)]
        name: String,
        /// The file, for example ONNX.
        #[arg(long)]
        file: PathBuf,
        /// Where the file can be fetched.
        #[arg(long, default_value = "")]
        link: String,
    },
    /// Remove a model that no service runs.
    Remove {
        /// Its id.
        model: Hash,
    },
}

#[derive(Subcommand)]
enum Service {
    /// Register a service of the signing provider.
    Register {
        /// The model's id.
        #[arg(long)]
        model: Hash,
        /// The tier of assurance.
        #[arg(long)]
        tier: TierName,
        /// What evidence is checked against: a policy or a circuit; nothing at tier signed.
        #[arg(long)]
        anchor: Option<Hash>,
        /// The asset's id.
        #[arg(long)]
        asset: AssetId,
        /// Least price of an inference, in the asset's smallest unit.
        #[arg(long)]
        price: Balance,
        /// The account that is paid; the provider's own if there is none.
        #[arg(long)]
        payout: Option<AccountId32>,
    },
    /// Change a service. A price or payout that is not named stays as it is.
    Update {
        /// Its id.
        service: Hash,
        /// Least price of an inference, in the asset's smallest unit.
        #[arg(long)]
        price: Option<Balance>,
        /// The account that is paid.
        #[arg(long)]
        payout: Option<AccountId32>,
        /// Whether it is to take new payments.
        #[arg(long, action = clap::ArgAction::Set)]
        active: bool,
    },
    /// Remove a service that has long been inactive.
    Remove {
        /// Its id.
        service: Hash,
    },
    /// A service's terms.
    Show {
        /// Its id.
        service: Hash,
    },
}

#[derive(Subcommand)]
enum Offer {
    /// The address whose payment means an offer.
    Address {
        /// The offer as JSON, as a server quotes it in `extra.offer`.
        file: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("assay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command. Returns what it prints.
async fn run(Cli { url, suri, json, command }: Cli) -> Result<String> {
    let printed = |value: &serde_json::Value| if json { format!("{value:#}\n") } else { show::text(value) };
    let command = match command {
        Command::Circuit(command) => match circuit::offline(command)? {
            Ok(value) => return Ok(printed(&value)),
            Err(online) => Command::Circuit(online),
        },
        Command::Enclave(command) => match enclave::offline(command)? {
            Ok(value) => return Ok(printed(&value)),
            Err(online) => Command::Enclave(online),
        },
        other => other,
    };
    let session = Session::open(&url, &suri).await?;
    let value = match command {
        Command::Chain => show::chain(&session).await?,
        Command::Provider(command) => match command {
            Provider::Register { keys } => register::provider(&session, keys).await?,
            Provider::Bond { asset, amount } => register::bond(&session, asset, amount).await?,
            Provider::Unbond { asset } => session.submit("unbond", |call| call.arg(&asset)).await?,
            Provider::Withdraw { asset } => session.submit("withdraw_bond", |call| call.arg(&asset)).await?,
            Provider::Show { account } => show::provider(&session, &account).await?,
        },
        Command::Key(command) => match command {
            KeyCommand::Add { key } => register::key(&session, key).await?,
            KeyCommand::Retire { key } => session.submit("retire_key", |call| call.arg(&key.0)).await?,
            KeyCommand::Revoke { key } => session.submit("revoke_key", |call| call.arg(&key.0)).await?,
        },
        Command::Model(command) => match command {
            Model::Register { name, file, link } => register::model(&session, &name, &file, &link).await?,
            Model::Remove { model } => session.submit("remove_model", |call| call.arg(&model.0)).await?,
        },
        Command::Circuit(command) => circuit::online(&session, command).await?,
        Command::Enclave(command) => enclave::online(&session, command).await?,
        Command::Service(command) => match command {
            Service::Register { model, tier, anchor, asset, price, payout } => {
                let anchor = anchor.unwrap_or_default();
                register::service(&session, model.0, tier.0, anchor.0, asset, price, payout).await?
            }
            Service::Update { service, price, payout, active } => {
                register::update(&session, service.0, price, active, payout).await?
            }
            Service::Remove { service } => session.submit("remove_service", |call| call.arg(&service.0)).await?,
            Service::Show { service } => show::service(&session, service.0).await?,
        },
        Command::Offer(Offer::Address { file }) => show::offer_address(&session, &file).await?,
        Command::Payment { payment } => show::payment(&session, payment.0).await?,
        Command::Receipt { payment, leg } => show::receipt(&session, payment.0, leg).await?,
        Command::Validator(command) => validator::run(&session, command).await?,
        Command::Stats { days } => {
            let stats = stats::Stats::read(&session, days).await?;
            if !json {
                return Ok(stats.to_string());
            }
            stats.json()
        }
    };
    Ok(printed(&value))
}
