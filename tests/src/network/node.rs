//! One node: its process, and questions to it, each of which it answers for itself.

use crate::{free_port, node, Process};
use anyhow::{ensure, Context};
use assay_primitives::H256;
use serde_json::{json, Value};
use sp_crypto_hashing::twox_128;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Longest wait for an answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(15);
/// Most keys, and values, asked for at once: the most that a node lists.
const PAGE: usize = 1_000;
/// Lines of a log that are shown.
const SHOWN_LINES: usize = 25;

/// A node.
pub struct Node {
    /// What it is called.
    pub name: String,
    /// Its WebSocket address.
    pub url: String,
    arguments: Vec<String>,
    log: PathBuf,
    process: Option<Process>,
    frozen: bool,
    http: reqwest::Client,
}

/// What the tests need of a block's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The block before it.
    pub parent: H256,
    /// Root of the state after it.
    pub state_root: H256,
}

impl Node {
    /// A node that was not started yet.
    pub(super) fn new(name: &str, port: u16, arguments: Vec<String>, log: PathBuf) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(ANSWER_LIMIT).build()?;
        let url = format!("ws://127.0.0.1:{port}");
        Ok(Self { name: name.into(), url, arguments, log, process: None, frozen: false, http })
    }

    /// Starts a node that makes and finalises blocks by itself, as Alice, on a chain that `--chain` names. What it keeps and
    /// prints is in the folder.
    pub fn alone(chain: &str, folder: &Path) -> anyhow::Result<Self> {
        let port = free_port();
        let mut arguments: Vec<String> =
            ["--alice", "--force-authoring", "--no-mdns", "--no-prometheus", "--no-telemetry"]
                .map(str::to_owned)
                .to_vec();
        for (option, value) in [
            ("--chain", chain.to_owned()),
            ("--base-path", folder.join("chain").to_string_lossy().into_owned()),
            ("--port", "0".to_owned()),
            ("--rpc-port", port.to_string()),
            ("--node-key", format!("{:064x}", 1)),
        ] {
            arguments.extend([option.to_owned(), value]);
        }
        let mut node = Self::new("the node", port, arguments, folder.join("node.log"))?;
        node.start()?;
        Ok(node)
    }

    /// Starts it, on what its database holds.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let mut command = node();
        self.process = Some(Process::start(command.args(&self.arguments), &self.log)?);
        self.frozen = false;
        Ok(())
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// It stands still until it is thawed: its connections stay, but it does nothing.
    pub fn freeze(&mut self) -> anyhow::Result<()> {
        self.signal("STOP")?;
        self.frozen = true;
        Ok(())
    }

    /// It goes on where it stood.
    pub fn thaw(&mut self) -> anyhow::Result<()> {
        self.signal("CONT")?;
        self.frozen = false;
        Ok(())
    }

    fn signal(&self, name: &str) -> anyhow::Result<()> {
        self.process.as_ref().with_context(|| format!("{} does not run", self.name))?.signal(name)
    }

    /// Whether it is neither killed nor frozen.
    pub fn runs(&self) -> bool {
        self.process.is_some() && !self.frozen
    }

    /// The whole answer to a question.
    pub async fn post(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        let question = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let url = self.url.replacen("ws", "http", 1);
        Ok(self.http.post(url).json(&question).send().await?.json().await?)
    }

    /// The result of a question that must have one.
    pub async fn ask(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        let mut answer = self.post(method, params).await?;
        ensure!(answer["error"].is_null(), "{}: {method}: {}", self.name, answer["error"]);
        Ok(answer["result"].take())
    }

    /// Height of its best block.
    pub async fn best(&self) -> anyhow::Result<u32> {
        number(&self.ask("chain_getHeader", json!([])).await?["number"])
    }

    /// Height of the last block that is final for it.
    pub async fn finalized(&self) -> anyhow::Result<u32> {
        let hash = self.ask("chain_getFinalizedHead", json!([])).await?;
        number(&self.ask("chain_getHeader", json!([hash])).await?["number"])
    }

    /// The block of this height on its best chain, if it has one.
    pub async fn hash(&self, number: u32) -> anyhow::Result<Option<H256>> {
        Ok(serde_json::from_value(self.ask("chain_getBlockHash", json!([number])).await?)?)
    }

    /// The header of a block that it must have.
    pub async fn header(&self, hash: H256) -> anyhow::Result<Header> {
        let header = self.ask("chain_getHeader", json!([hash])).await?;
        ensure!(!header.is_null(), "{} does not have block {hash:?}", self.name);
        Ok(Header {
            parent: serde_json::from_value(header["parentHash"].clone())?,
            state_root: serde_json::from_value(header["stateRoot"].clone())?,
        })
    }

    /// A storage map at a block: each entry's key, without the map's prefix, and its value.
    pub async fn entries(&self, pallet: &str, map: &str, at: H256) -> anyhow::Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let prefix = [twox_128(pallet.as_bytes()), twox_128(map.as_bytes())].concat();
        let mut keys: Vec<Value> = Vec::new();
        loop {
            let page = json!([to_hex(&prefix), PAGE, keys.last(), at]);
            let page: Vec<Value> = serde_json::from_value(self.ask("state_getKeysPaged", page).await?)?;
            let last = page.len() < PAGE;
            keys.extend(page);
            if last {
                break;
            }
        }
        let mut entries = Vec::with_capacity(keys.len());
        for keys in keys.chunks(PAGE) {
            let sets = self.ask("state_queryStorageAt", json!([keys, at])).await?;
            let changes = sets[0]["changes"].as_array().context("no values")?;
            ensure!(changes.len() == keys.len(), "{} keys have {} values", keys.len(), changes.len());
            for change in changes {
                let key = from_hex(&change[0])?.split_off(prefix.len());
                entries.push((key, from_hex(&change[1])?));
            }
        }
        Ok(entries)
    }

    /// All that it has printed.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(&self.log)?).into_owned())
    }

    /// The last that it has printed.
    pub fn log_end(&self) -> String {
        let log = self.log().unwrap_or_else(|error| error.to_string());
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
    }

    /// Its heads and the end of its log.
    pub async fn describe(&self) -> String {
        let state: String = match (self.process.is_some(), self.frozen) {
            (false, _) => "killed".into(),
            (true, true) => "frozen".into(),
            (true, false) => match (self.best().await, self.finalized().await) {
                (Ok(best), Ok(finalized)) => format!("best {best}, finalized {finalized}"),
                (Err(error), _) | (_, Err(error)) => format!("does not answer: {error:#}"),
            },
        };
        format!("--- {}: {state}\n{}", self.name, self.log_end())
    }
}

/// A number as nodes write it.
fn number(value: &Value) -> anyhow::Result<u32> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).context("no number")?;
    Ok(u32::from_str_radix(digits, 16)?)
}

/// Bytes as nodes write them.
pub fn to_hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// Bytes as nodes write them.
pub fn from_hex(value: &Value) -> anyhow::Result<Vec<u8>> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).context("no bytes")?;
    Ok(hex::decode(digits)?)
}
