//! Four validators as processes on loopback, for the preset `local`; nodes that join them; faults, and what must hold after
//! each.
//!
//! | module | what lives there |
//! |---|---|
//! | [`node`] | one node: its process, and questions to it |
//! | [`books`] | balances, holds and receipts: recomputed from events, and read from the state |
//! | [`audit`] | the two compared, on every node |
//! | [`traffic`] | honest payments |
//! | [`flood`] | wrong, failing and enormous transactions |
//! | [`faults`] | what is done to a network, and how long it takes to recover |
//! | [`drill`] | one fault after another beside honest payments, each with an audit |
//! | [`report`] | what was seen, as a table |
//! | [`dice`] | choices at random that can be repeated |

pub mod audit;
pub mod books;
pub mod dice;
pub mod drill;
pub mod faults;
pub mod flood;
pub mod node;
pub mod report;
pub mod traffic;

use crate::printed;
use anyhow::{bail, ensure, Context};
use futures::future::join_all;
use node::Node;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The validators of the preset `local`: the node has a flag for each.
pub const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// Longest that four nodes may take to start and finalise: each compiles the runtime first.
const START_LIMIT: Duration = Duration::from_secs(180);
/// Pause between two looks at the nodes.
const POLL: Duration = Duration::from_millis(250);
/// Blocks that a network has to finalise before it counts as started.
const FIRST_BLOCKS: u32 = 2;

/// A network.
pub struct Network {
    /// The validators, in the order of [`VALIDATORS`], then whoever joined.
    pub nodes: Vec<Node>,
    /// Where the validators listen for peers.
    addresses: Vec<String>,
    /// For peers and for questions, two a validator; then two for whoever joins, and two for a double.
    ports: Vec<u16>,
    joined: u32,
    spec: PathBuf,
    folder: tempfile::TempDir,
}

impl Network {
    /// Starts the validators and waits until they finalise.
    pub async fn start() -> anyhow::Result<Self> {
        let network = Self::launch()?;
        network.begin().await?;
        Ok(network)
    }

    /// Starts the validators.
    pub fn launch() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let spec = folder.path().join("local.json");
        // Built once: a node that reads the state of genesis starts in half the time of one that builds it.
        std::fs::write(&spec, printed(&["export-chain-spec", "--chain", "local", "--raw"])?)?;

        let ports = free_ports(2 * VALIDATORS.len() + 4)?;
        let mut addresses = Vec::new();
        for (at, name) in VALIDATORS.iter().enumerate() {
            // These keys are everybody's, as those of the validators are.
            let key = folder.path().join(format!("{name}.key"));
            std::fs::write(&key, format!("{:064x}", at + 1))?;
            let file = key.to_str().context("a path is text")?;
            let id = printed(&["key", "inspect-node-key", "--file", file])?;
            addresses.push(format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", ports[2 * at], id.trim()));
        }
        let mut network = Self { nodes: Vec::new(), addresses, ports, joined: 0, spec, folder };
        for (at, name) in VALIDATORS.iter().enumerate() {
            let key = network.folder.path().join(format!("{name}.key"));
            let role = [format!("--{name}"), "--node-key-file".into(), key.to_string_lossy().into_owned()];
            let node = network.node(name, 2 * at, &role)?;
            network.nodes.push(node);
        }
        Ok(network)
    }

    /// Waits until all nodes finalise.
    pub async fn begin(&self) -> anyhow::Result<()> {
        self.all_finalise(FIRST_BLOCKS, START_LIMIT).await.context("the nodes did not start")?;
        Ok(())
    }

    /// Starts a node, whose ports are these two.
    fn node(&self, name: &str, ports: usize, role: &[String]) -> anyhow::Result<Node> {
        let [peers, questions] = [self.ports[ports], self.ports[ports + 1]];
        let folder = self.folder.path();
        let mut arguments: Vec<String> = ["--no-mdns", "--no-prometheus", "--no-telemetry"].map(str::to_owned).to_vec();
        arguments.extend(role.iter().cloned());
        for (option, value) in [
            ("--chain", self.spec.to_string_lossy().into_owned()),
            ("--base-path", folder.join(name).to_string_lossy().into_owned()),
            ("--listen-addr", format!("/ip4/127.0.0.1/tcp/{peers}")),
            ("--rpc-port", questions.to_string()),
        ] {
            arguments.extend([option.to_owned(), value]);
        }
        for (at, address) in self.addresses.iter().enumerate() {
            if 2 * at != ports {
                arguments.extend(["--bootnodes".to_owned(), address.clone()]);
            }
        }
        let mut node = Node::new(name, questions, arguments, folder.join(format!("{name}.log")))?;
        node.start()?;
        Ok(node)
    }

    /// A full node joins with an empty database, by one of the node's ways to synchronise. There is one at a time.
    pub fn join(&mut self, sync: &str) -> anyhow::Result<&Node> {
        self.join_as(&["--sync", sync])
    }

    /// A node joins with an empty database, in a role of its own. There is one at a time.
    pub fn join_as(&mut self, role: &[&str]) -> anyhow::Result<&Node> {
        ensure!(self.nodes.len() == VALIDATORS.len(), "a node has joined already");
        self.joined += 1;
        let name = format!("newcomer-{}", self.joined);
        let key = format!("{:064x}", 0x100 + self.joined);
        let options: Vec<String> =
            ["--name", &name, "--node-key", &key].iter().chain(role).map(|option| (*option).to_owned()).collect();
        let node = self.node(&name, 2 * VALIDATORS.len(), &options)?;
        self.nodes.push(node);
        self.nodes.last().context("it was added")
    }

    /// A second node that works with a validator's keys. It is none of the network's: nothing waits for it, and it ends with
    /// its handle. There is one at a time.
    pub fn double(&self, validator: &str, options: &[&str]) -> anyhow::Result<Node> {
        let (flag, key) = (format!("--{validator}"), format!("{:064x}", 0x200));
        let role: Vec<String> =
            ["--node-key", &key, &flag].iter().chain(options).map(|option| (*option).to_owned()).collect();
        self.node(&format!("{validator}-again"), 2 * VALIDATORS.len() + 2, &role)
    }

    /// Whoever joined leaves again.
    pub fn dismiss(&mut self) {
        self.nodes.truncate(VALIDATORS.len());
    }

    /// The nodes that are neither killed nor frozen.
    pub fn running(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.runs())
    }

    /// A node that runs.
    pub fn any(&self) -> anyhow::Result<&Node> {
        self.running().next().context("no node runs")
    }

    /// The highest block that a running node has; 0 where none answers.
    pub async fn highest(&self) -> u32 {
        let heights = join_all(self.running().map(Node::best)).await;
        heights.into_iter().flatten().max().unwrap_or(0)
    }

    /// The highest block that is final for a running node; 0 where none answers.
    pub async fn finalized(&self) -> u32 {
        let heights = join_all(self.running().map(Node::finalized)).await;
        heights.into_iter().flatten().max().unwrap_or(0)
    }

    /// Waits until a block of this height is final for every running node. Returns how long that took.
    pub async fn all_finalise(&self, number: u32, limit: Duration) -> anyhow::Result<Duration> {
        let what = format!("block {number} final for all");
        self.until(&what, limit, async || self.is_final_for_all(number).await).await
    }

    /// Waits until a running node has a block of this height. Returns how long that took.
    pub async fn reaches(&self, number: u32, limit: Duration) -> anyhow::Result<Duration> {
        self.until(&format!("block {number}"), limit, async || anyhow::Ok(self.highest().await >= number)).await
    }

    async fn is_final_for_all(&self, number: u32) -> anyhow::Result<bool> {
        for height in join_all(self.running().map(Node::finalized)).await {
            if height? < number {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits until something holds; what cannot be asked counts as not yet. Shows all nodes where it takes too long.
    async fn until(
        &self,
        what: &str,
        limit: Duration,
        mut holds: impl AsyncFnMut() -> anyhow::Result<bool>,
    ) -> anyhow::Result<Duration> {
        let start = Instant::now();
        loop {
            let answer = holds().await;
            if matches!(answer, Ok(true)) {
                return Ok(start.elapsed());
            }
            if start.elapsed() > limit {
                let why = answer.err().map(|error| format!(" ({error:#})")).unwrap_or_default();
                bail!("{what}: not within {} s{why}\n{}", limit.as_secs(), self.describe().await);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Heads and ends of the logs of all nodes.
    pub async fn describe(&self) -> String {
        let nodes = self.nodes.iter().map(Node::describe);
        join_all(nodes).await.join("\n")
    }

    /// Fails where a node's own code panicked. The runtime may: it does so on bytes that are no transaction.
    pub fn ensure_no_panics(&self) -> anyhow::Result<()> {
        for node in &self.nodes {
            ensure!(
                !node.log()?.contains("This is a bug. Please report it"),
                "{} panicked:\n{}",
                node.name,
                node.log_end()
            );
        }
        Ok(())
    }

    /// Keeps logs and databases when all this ends. Returns where they are.
    pub fn keep(&mut self) -> &Path {
        self.folder.disable_cleanup(true);
        self.folder.path()
    }
}

/// Ports that nobody listens on, below those that systems take for outgoing connections: a node that was killed finds
/// its own free when it comes back.
fn free_ports(count: usize) -> anyhow::Result<Vec<u16>> {
    let first = 20_000 + (std::process::id() % 100) as u16 * 100;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports: Vec<u16> = (first..first + 2_000).filter(free).take(count).collect();
    ensure!(ports.len() == count, "there are no {count} free ports from {first} on");
    Ok(ports)
}
