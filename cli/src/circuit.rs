//! Circuits of tier Proven: from a prover's own files to a registration, and what is committed to.

use crate::{
    args::{hex, Hash},
    session::Session,
};
use anyhow::{ensure, Context, Result};
use assay_halo2::{kzg::Srs, Circuit, Evidence, Layout, ParamBinding, Part, Registration, Source};
use assay_halo2_import::{ezkl, halo2_proofs, quantise::quantise};
use clap::{Args, Subcommand};
use codec::{Decode, DecodeAll, Encode};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Turn EZKL's files into a circuit file: a registration with one proof.
    FromEzkl(FromEzkl),
    /// Turn a key of the crate `halo2_proofs` into a circuit file.
    FromHalo2(FromHalo2),
    /// What a circuit file says. Needs no node.
    Inspect {
        /// The circuit file.
        file: PathBuf,
    },
    /// The commitment that a receipt at tier Proven carries for a request or a response. Needs no node.
    Commit(Commit),
    /// Turn a further proof by EZKL into a receipt's evidence. Needs no node.
    Evidence {
        /// The circuit file.
        #[arg(long)]
        circuit: PathBuf,
        /// EZKL's proof.json.
        #[arg(long)]
        proof: PathBuf,
    },
    /// Register a circuit file.
    Register {
        /// The circuit file.
        file: PathBuf,
    },
    /// Vouch that a circuit is the signer's model.
    List {
        /// The model's id.
        model: Hash,
        /// The circuit's id.
        circuit: Hash,
    },
    /// Take that back.
    EndListing {
        /// The model's id.
        model: Hash,
        /// The circuit's id.
        circuit: Hash,
    },
    /// Retire the signer's circuit: it takes no new payments.
    Retire {
        /// The circuit's id.
        circuit: Hash,
    },
}

#[derive(Args)]
pub(crate) struct FromEzkl {
    /// The reusable verifier's artefact, made by `ezkl create-evm-vka`.
    #[arg(long)]
    vka: PathBuf,
    /// settings.json
    #[arg(long)]
    settings: PathBuf,
    /// One proof.json of the model's owner.
    #[arg(long)]
    proof: PathBuf,
    /// Where the circuit file goes.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Args)]
pub(crate) struct FromHalo2 {
    /// The text of `format!("{:?}", verifying_key.pinned())`.
    #[arg(long)]
    key: PathBuf,
    /// One proof, as it is.
    #[arg(long)]
    proof: PathBuf,
    /// Its public instances: 32 bytes in big-endian hex a line. First the commitment of the parameters if there is one,
    /// then the inputs, then the outputs.
    #[arg(long)]
    instances: PathBuf,
    /// How many of them are inputs.
    #[arg(long)]
    inputs: u16,
    /// Whether the first one is a commitment of the model's parameters; else they are fixed in the circuit.
    #[arg(long)]
    params: bool,
    /// Where the circuit file goes.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Args)]
pub(crate) struct Commit {
    /// The circuit file.
    #[arg(long)]
    circuit: PathBuf,
    /// Numbers, as the model takes or gives them: a JSON list. They are quantised at the circuit's scale.
    #[arg(long, conflicts_with = "elements")]
    numbers: Option<String>,
    /// Field elements: a JSON list of 32-byte big-endian hex.
    #[arg(long)]
    elements: Option<String>,
    /// The outputs' commitment, not the inputs'.
    #[arg(long)]
    outputs: bool,
}

/// A circuit file.
#[derive(Serialize, Deserialize)]
struct File {
    /// The circuit's id.
    circuit: String,
    /// Its cost, encoded: what evidence begins with.
    cost: String,
    /// The encoded registration.
    registration: String,
    /// The encoded evidence of its first proof.
    evidence: String,
}

/// Runs what needs no node; gives back what does.
pub(crate) fn offline(command: Command) -> Result<Result<Value, Command>> {
    Ok(Ok(match command {
        Command::FromEzkl(args) => from_ezkl(&args)?,
        Command::FromHalo2(args) => from_halo2(&args)?,
        Command::Inspect { file } => inspect(&file)?,
        Command::Commit(args) => commit(&args)?,
        Command::Evidence { circuit, proof } => evidence(&circuit, &proof)?,
        online => return Ok(Err(online)),
    }))
}

/// Runs what needs a node.
pub(crate) async fn online(session: &Session, command: Command) -> Result<Value> {
    let pallet = "Circuits";
    match command {
        Command::Register { file } => {
            let (file, registration) = open(&file)?;
            let id = registration.id();
            let known: Option<()> = session.best().await?.storage(pallet, "Circuits", vec![id.to_vec()]).await?;
            if known.is_none() {
                let evidence = unhex(&file.evidence)?;
                session.submit_to(pallet, "register", |call| call.arg(&registration).arg(&evidence)).await?;
            }
            Ok(json!({ "id": hex(id), "status": if known.is_none() { "registered" } else { "exists" } }))
        }
        Command::List { model, circuit } => {
            let keys = vec![model.0.encode(), circuit.0.encode()];
            let listing: Option<Option<u32>> = session.best().await?.storage(pallet, "Listings", keys).await?;
            if listing == Some(None) {
                return Ok(json!({ "status": "exists" }));
            }
            session.submit_to(pallet, "list", |call| call.arg(&model.0).arg(&circuit.0)).await
        }
        Command::EndListing { model, circuit } => {
            session.submit_to(pallet, "end_listing", |call| call.arg(&model.0).arg(&circuit.0)).await
        }
        Command::Retire { circuit } => session.submit_to(pallet, "retire", |call| call.arg(&circuit.0)).await,
        offline => self::offline(offline)?.map_err(|_| anyhow::anyhow!("a command runs either with a node or without")),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    Ok(hex::decode(text.strip_prefix("0x").context("does not begin with 0x")?)?)
}

fn open(path: &Path) -> Result<(File, Registration)> {
    let file: File = serde_json::from_slice(&read(path)?).context("is no circuit file")?;
    let registration = Registration::decode_all(&mut &unhex(&file.registration)?[..])?;
    ensure!(file.circuit == hex(registration.id()), "the circuit file's id is not its registration's");
    Ok((file, registration))
}

fn write(out: &Path, registration: &Registration, evidence: &Evidence) -> Result<Value> {
    let file = File {
        circuit: hex(registration.id()),
        cost: hex(evidence.cost.encode()),
        registration: hex(registration.encode()),
        evidence: hex(evidence.encode()),
    };
    fs::write(out, serde_json::to_string_pretty(&file)?).with_context(|| format!("writing {}", out.display()))?;
    inspect(out)
}

fn from_ezkl(args: &FromEzkl) -> Result<Value> {
    let limits = Default::default();
    let imported = ezkl::import(&read(&args.vka)?, &read(&args.settings)?, &read(&args.proof)?, &limits)?;
    let registration = Registration {
        source: Source::Ezkl { srs: imported.srs.id() },
        layout: imported.layout.clone(),
        description: imported.circuit.encode(),
    };
    let circuit = Circuit::Kzg(imported.circuit);
    let evidence = evidence_of(&circuit, &imported.layout, &imported.proof.instances, imported.proof.bytes)?;
    verify(&circuit, Some(&imported.srs), &imported.layout, &evidence)?;
    write(&args.out, &registration, &evidence)
}

fn from_halo2(args: &FromHalo2) -> Result<Value> {
    let key = String::from_utf8(read(&args.key)?).context("the key's text")?;
    let instances = String::from_utf8(read(&args.instances)?).context("the instances' text")?;
    let instances: Vec<[u8; 32]> =
        instances.lines().map(|line| crate::args::bytes(&format!("0x{line}"))).collect::<Result<_>>()?;
    let circuit = halo2_proofs::circuit(&key, &[u16::try_from(instances.len())?])?;
    let params = if args.params {
        ParamBinding::Hash(*instances.first().context("there is no instance")?)
    } else {
        ParamBinding::Fixed
    };
    let outputs = instances.len().checked_sub(usize::from(args.inputs) + usize::from(args.params));
    let outputs = outputs.context("there are fewer instances than inputs")?.try_into()?;
    let layout = Layout::of_field_elements(Part::Raw(args.inputs), params, Part::Raw(outputs));
    let registration =
        Registration { source: Source::Halo2Proofs, layout: layout.clone(), description: circuit.encode() };
    let circuit = Circuit::Ipa(circuit);
    let evidence = evidence_of(&circuit, &layout, &instances, read(&args.proof)?)?;
    verify(&circuit, None, &layout, &evidence)?;
    write(&args.out, &registration, &evidence)
}

fn evidence_of(circuit: &Circuit, layout: &Layout, instances: &[[u8; 32]], proof: Vec<u8>) -> Result<Evidence> {
    let (inputs, outputs) = layout.split(instances).context("the proof's instances do not fit the layout")?;
    Ok(Evidence { cost: circuit.cost(), inputs, outputs, proof })
}

/// What does not verify here will not verify on chain.
fn verify(circuit: &Circuit, srs: Option<&Srs>, layout: &Layout, evidence: &Evidence) -> Result<()> {
    let instances =
        layout.instances(&evidence.inputs, &evidence.outputs).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let job = assay_halo2::Job { circuit, instances: &instances, proof: &evidence.proof };
    let verdict = assay_halo2::verify_batch(srs, &[job]).remove(0);
    verdict.map_err(|refusal| anyhow::anyhow!("the proof does not verify: {refusal:?}"))
}

fn evidence(circuit: &Path, proof: &Path) -> Result<Value> {
    let (_, registration) = open(circuit)?;
    let circuit = decode(&registration)?;
    let proof = ezkl::parse_proof(&read(proof)?)?;
    let evidence = evidence_of(&circuit, &registration.layout, &proof.instances, proof.bytes)?;
    Ok(json!({
        "request": hex(commitment(registration.layout.inputs, &evidence.inputs)?),
        "response": hex(commitment(registration.layout.outputs, &evidence.outputs)?),
        "material": hex(evidence.encode()),
    }))
}

fn decode(registration: &Registration) -> Result<Circuit> {
    Circuit::decode(registration.source.dialect(), &registration.description)
        .map_err(|_| anyhow::anyhow!("the description is no circuit"))
}

fn commitment(part: Part, elements: &[[u8; 32]]) -> Result<[u8; 32]> {
    part.commitment(elements).map_err(|error| anyhow::anyhow!("{error:?}: the circuit takes {part:?}"))
}

fn elements(list: &[String]) -> Result<Vec<[u8; 32]>> {
    list.iter().map(|text| crate::args::bytes(text)).collect()
}

fn commit(args: &Commit) -> Result<Value> {
    let (_, registration) = open(&args.circuit)?;
    let layout = &registration.layout;
    let (part, scales) =
        if args.outputs { (layout.outputs, &layout.output_scales) } else { (layout.inputs, &layout.input_scales) };
    let elements = match (&args.numbers, &args.elements) {
        (Some(numbers), _) => {
            let numbers: Vec<f64> = serde_json::from_str(numbers).context("--numbers is no list of numbers")?;
            ensure!(scales.len() == 1, "numbers are for models with one tensor: name the elements");
            let quantised = numbers.iter().map(|number| quantise(*number, scales[0]));
            let elements: Vec<[u8; 32]> =
                quantised.collect::<Option<_>>().context("a number is out of the circuit's range")?;
            match part {
                Part::Hash => vec![assay_halo2_import::poseidon::hash(&elements).context("no hash")?],
                _ => elements,
            }
        }
        (None, Some(list)) => elements(&serde_json::from_str::<Vec<String>>(list).context("--elements is no list")?)?,
        (None, None) => anyhow::bail!("name --numbers or --elements"),
    };
    let listed: Vec<String> = elements.iter().map(hex).collect();
    Ok(json!({ "commitment": hex(commitment(part, &elements)?), "elements": listed }))
}

fn inspect(path: &Path) -> Result<Value> {
    let (file, registration) = open(path)?;
    let circuit = decode(&registration)?;
    let cost = circuit.cost();
    let evidence = Evidence::decode(&mut &unhex(&file.evidence)?[..])?;
    let (source, srs) = match registration.source {
        Source::Ezkl { srs } => ("ezkl", Some(hex(srs))),
        Source::Halo2Proofs => ("halo2_proofs", None),
    };
    let layout = &registration.layout;
    Ok(json!({
        "circuit": file.circuit,
        "source": source,
        "srs": srs,
        "version": format!("{}.{}.{}", layout.version.major, layout.version.minor, layout.version.patch),
        "inputs": format!("{:?}", layout.inputs),
        "outputs": format!("{:?}", layout.outputs),
        "parameters": match layout.params {
            ParamBinding::Fixed => "fixed".into(),
            ParamBinding::Hash(hash) => format!("hash {}", hex(hash)),
            ParamBinding::Commit(point) => format!("commitment {}", hex(point)),
        },
        "description": registration.description.len(),
        "proof": cost.proof_len,
        "evidence": evidence.encoded_size(),
        "points": cost.points,
        "generators": cost.generators,
        "instances": cost.instances,
        "steps": cost.ops,
        "evaluations": cost.evaluations,
    }))
}
