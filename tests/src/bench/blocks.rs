//! Blocks full of the dearest evidence, right and wrong: the time that executing them takes, against the weight that they
//! were charged. A chain whose blocks take longer than they weigh can be stopped by whoever fills them.
//!
//! A block that the node made is executed again, on its parent's state, by the runtime's own `execute_block`.

use crate::proofs::{median, well_formed};
use anyhow::{ensure, Context};
use assay_client::{Block, Call, Inclusion, Options, SettleMode, Submitter};
use assay_halo2::{
    ipa, kzg,
    program::{Op, Program},
    Circuit, Evidence, Layout, ParamBinding, Part, Registration, Source, Version, TEST_SRS,
};
use assay_primitives::{PaymentRef, Settlement};
use assay_tests::{
    scale::{Raw, Weight},
    shop::{proof, Shop},
    *,
};
use codec::{Compact, Encode};
use serde_json::{json, Value};
use std::{collections::BTreeSet, time::Instant};

/// How much of what.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often each block is executed; the median counts.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Proofs for each kind of block: more than fit.
    #[arg(long, default_value_t = 256)]
    proofs: usize,
    /// Settlements at tier Signed for each kind of block: more than fit.
    #[arg(long, default_value_t = 4_000)]
    settlements: u32,
}

struct Bench {
    shop: Shop,
    args: Args,
    /// Payers so far, each of one payment.
    payers: u32,
    /// Blocks that took longer than they weigh.
    above: Vec<String>,
}

/// Measures, and prints a table.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let shop = Shop::open("cnn_hashin_hashparam").await?;
    let mut bench = Bench { shop, args, payers: 0, above: vec![] };
    let titles = ["extrinsics", "executed, ms", "charged, ms", "share"];
    println!("{:>46} {}", "a block full of", titles.map(|title| format!("{title:>13}")).join(" "));

    for size in [1, 64] {
        let calls = bench.signed(size).await?;
        bench.measure(&format!("Signed settlements, {size} in a transaction"), calls).await?;
    }
    let right = proof(&bench.shop.vector)?;
    let wrong = Evidence { proof: well_formed(&bench.shop.vector, 1), ..right.clone() };
    for (what, evidence) in [("right", &right), ("wrong", &wrong)] {
        for size in [1, 8] {
            let calls = bench.settlements(evidence, size).await?;
            bench.measure(&format!("{what} proofs, {size} in a transaction"), calls).await?;
        }
    }
    for (what, (registration, evidence)) in [("KZG", largest_kzg()?), ("IPA, k = 11", largest_ipa()?)] {
        let call = Call::new("Circuits", "register").arg(&registration).arg(&evidence.encode());
        bench.measure(&format!("wrong proofs of a largest circuit, {what}"), vec![call; bench.args.proofs]).await?;
    }
    ensure!(bench.above.is_empty(), "these took longer than they weigh: {:?}", bench.above);
    Ok(())
}

impl Bench {
    /// Transactions of so many settlements at tier Signed each, by payers of their own.
    async fn signed(&mut self, size: usize) -> anyhow::Result<Vec<Call>> {
        let world = &self.shop.world;
        let first = self.payers;
        self.payers += self.args.settlements;
        let buyers: Vec<_> = (first..self.payers).map(payer).collect();
        world.fund(&buyers, 1_000_000).await?;
        let offer = world.offer(60);
        let settlements: Vec<Settlement> = buyers.iter().map(|buyer| world.direct(buyer, &offer, 1)).collect();
        Ok(settlements.chunks(size).map(|some| Call::settle(some, SettleMode::AllOrNothing)).collect())
    }

    /// Transactions of so many settlements each, of a signed and a proven leg, by payers of their own.
    async fn settlements(&mut self, evidence: &Evidence, size: usize) -> anyhow::Result<Vec<Call>> {
        let Self { shop, args, payers, .. } = self;
        let world = &shop.world;
        let first = *payers;
        *payers += args.proofs as u32;
        let buyers: Vec<_> = (first..*payers).map(payer).collect();
        world.fund(&buyers, 1_000_000).await?;
        let offer = shop.offer()?;
        let settlements = buyers.iter().map(|buyer| {
            let authorization = world.authorize_offer(buyer, &offer, 1);
            let id = world.payment_id(&authorization);
            shop.settlement(PaymentRef::Authorization(authorization), id, evidence)
        });
        let settlements = settlements.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(settlements.chunks(size).map(|some| Call::settle(some, SettleMode::Independent)).collect())
    }

    async fn measure(&mut self, what: &str, calls: Vec<Call>) -> anyhow::Result<()> {
        let world = &self.shop.world;
        let options = Options { queue: 100_000, ..Default::default() };
        let submitter = Submitter::start(world.chain.clone(), keypair("//Alice"), options);
        let Filled { extrinsics, executed, charged } = fill(world, &submitter, calls, self.args.rounds).await?;
        println!("{what:>46} {extrinsics:>13} {executed:>13.0} {charged:>13.0} {:>12.0}%", 100.0 * executed / charged);
        if executed > charged {
            self.above.push(what.into());
        }
        Ok(())
    }
}

/// The fullest block that calls filled; times in milliseconds.
pub(crate) struct Filled {
    /// Extrinsics, inherents among them.
    pub(crate) extrinsics: usize,
    /// The time that executing it takes.
    pub(crate) executed: f64,
    /// The weight that it was charged.
    pub(crate) charged: f64,
}

/// Submits calls and executes the fullest of the blocks that hold them again, so many times; the median counts.
pub(crate) async fn fill(
    world: &World,
    submitter: &Submitter,
    calls: Vec<Call>,
    rounds: usize,
) -> anyhow::Result<Filled> {
    let chain = &world.chain;
    let tickets = calls.into_iter().map(|call| submitter.submit(call)).collect::<Result<Vec<_>, _>>()?;
    let mut blocks = BTreeSet::new();
    for mut ticket in tickets {
        let Inclusion { block, .. } = ticket.in_block().await?;
        blocks.insert(block.number);
    }
    let mut fullest: Option<(f64, Block)> = None;
    for number in blocks {
        let block = chain.block(number).await?.context("the block is there")?;
        let weights: [Weight; 3] =
            chain.at(block).await?.storage("System", "BlockWeight", vec![]).await?.context("blocks weigh")?;
        let charged = weights.iter().map(|Weight(time)| *time as f64).sum::<f64>() / 1e9;
        if fullest.is_none_or(|(most, _)| charged > most) {
            fullest = Some((charged, block));
        }
    }
    let (charged, block) = fullest.context("there are blocks")?;
    let (bytes, extrinsics) = bytes(&world.url, block).await?;
    let parent = chain.block(block.number - 1).await?.context("a parent")?;
    let parent = chain.at(parent).await?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        parent.ask("Core_execute_block", Raw(&bytes)).await?;
        times.push(start.elapsed());
    }
    Ok(Filled { extrinsics, executed: median(times), charged })
}

/// A block as `execute_block` takes it, without its author's seal; and how many extrinsics it has.
async fn bytes(url: &str, block: Block) -> anyhow::Result<(Vec<u8>, usize)> {
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": "chain_getBlock", "params": [block.hash]});
    let url = url.replacen("ws", "http", 1);
    let answer: Value = reqwest::Client::new().post(url).json(&request).send().await?.json().await?;
    let block = &answer["result"]["block"];
    let hex = |value: &Value| -> anyhow::Result<Vec<u8>> {
        let text = value.as_str().and_then(|text| text.strip_prefix("0x")).context("not hex")?;
        Ok(hex::decode(text)?)
    };
    let header = &block["header"];
    let number = header["number"].as_str().and_then(|text| text.strip_prefix("0x")).context("no number")?;
    let logs = header["digest"]["logs"].as_array().context("no digest")?;
    let (_seal, logs) = logs.split_last().context("a block is sealed")?;
    let extrinsics = block["extrinsics"].as_array().context("no extrinsics")?;

    let mut bytes = hex(&header["parentHash"])?;
    Compact(u32::from_str_radix(number, 16)?).encode_to(&mut bytes);
    bytes.extend(hex(&header["stateRoot"])?);
    bytes.extend(hex(&header["extrinsicsRoot"])?);
    for list in [logs, extrinsics] {
        Compact(u32::try_from(list.len())?).encode_to(&mut bytes);
        for item in list {
            bytes.extend(hex(item)?);
        }
    }
    Ok((bytes, extrinsics.len()))
}

/// Multiplications of the first advice query with itself, so many, and the last product for a gate.
fn program(steps: u16) -> Program {
    let products = (1..steps).map(|_| Op::Mul(0, 0));
    Program { constants: vec![], ops: [Op::Advice(0)].into_iter().chain(products).collect(), outputs: vec![steps - 1] }
}

/// A multiple of G1's generator.
fn multiple(number: u64) -> [u8; 64] {
    let generator = [&[0; 31][..], &[1], &[0; 31], &[2]].concat();
    let factor = [&[0; 24][..], &number.to_be_bytes()].concat();
    assay_host::bn254::msm(&generator, &factor).expect("a point and a number")
}

fn layout(instances: u16) -> Layout {
    Layout {
        version: Version { major: 23, minor: 0, patch: 5 },
        inputs: Part::Raw(instances),
        params: ParamBinding::Fixed,
        outputs: Part::Raw(0),
        input_scales: Default::default(),
        output_scales: Default::default(),
    }
}

/// As large as a proof's length and a description's size allow; the proof is well formed and wrong.
fn largest_kzg() -> anyhow::Result<(Registration, Evidence)> {
    const COLUMNS: u16 = 100;
    let description = kzg::Description {
        digest: [1; 32],
        k: 15,
        degree: 3,
        blinding: 5,
        instances: 128,
        phases: vec![kzg::Phase { advice: COLUMNS, challenges: 0 }],
        advice_queries: (0..150)
            .map(|at| kzg::Query { column: at % COLUMNS, rotation: (at / COLUMNS) as i8 })
            .collect(),
        fixed_queries: vec![],
        program: program(6_000),
        gates: 1,
        lookups: vec![],
        permutation: vec![],
        fixed: vec![],
        sigma: vec![],
    };
    let circuit = kzg::Circuit::new(description, &kzg::Limits::default()).ok().context("within the limits")?;
    let description = circuit.encode();
    let cost = Circuit::Kzg(circuit).cost();
    let scalars = cost.evaluations as usize;
    let before = (cost.proof_len as usize - 32 * scalars) / 64 - 2;
    // Equal points are merged before they are multiplied.
    let points = |numbers: std::ops::Range<u64>| numbers.flat_map(multiple).collect::<Vec<u8>>();
    let one = [&[0; 31][..], &[1]].concat();
    let proof = [points(1..before as u64 + 1), one.repeat(scalars), points(1_001..1_003)].concat();
    let registration = Registration { source: Source::Ezkl { srs: TEST_SRS.id() }, layout: layout(128), description };
    Ok((registration, Evidence { cost, inputs: vec![[0; 32]; 128], outputs: vec![], proof }))
}

/// The same in dialect IPA, with the most rows.
fn largest_ipa() -> anyhow::Result<(Registration, Evidence)> {
    const COLUMNS: u16 = 60;
    let circuit = ipa::Circuit {
        k: 11,
        digest: [1; 32],
        minimum_degree: 0,
        advice_columns: COLUMNS,
        instance_rows: vec![60],
        advice_queries: (0..100)
            .map(|at| ipa::Query { column: at % COLUMNS, rotation: (at / COLUMNS) as i16 })
            .collect(),
        instance_queries: vec![ipa::Query { column: 0, rotation: 0 }],
        fixed_queries: vec![],
        program: program(6_000),
        lookups: vec![],
        permutation: vec![],
        fixed_commitments: vec![],
        permutation_commitments: vec![],
    };
    let description = circuit.encode();
    let cost = Circuit::Ipa(circuit).cost();
    // x = 1 is on Vesta, and as a scalar it is one.
    let proof = [&[1][..], &[0; 31]].concat().repeat(cost.proof_len as usize / 32);
    let registration = Registration { source: Source::Halo2Proofs, layout: layout(60), description };
    Ok((registration, Evidence { cost, inputs: vec![[0; 32]; 60], outputs: vec![], proof }))
}
