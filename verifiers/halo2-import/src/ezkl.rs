//! EZKL's files: vka.bytes, settings.json, proof.json. What cannot be trusted to bind a model is refused with the reason.

use crate::{
    settings::{visibility, Settings, Visibility},
    vka::{self, DecodeError},
};
use assay_halo2::{
    kzg::{Circuit, Limits, Srs},
    layout::{Layout, LayoutError, ParamBinding, Part},
};
use serde::Deserialize;

/// The releases of EZKL whose artefacts are known to decode rightly. EZKL calls the format experimental.
pub const KNOWN_RELEASES: [&str; 1] = ["23.0.5"];

/// Why files are refused.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No settings.
    #[error("settings.json: {0}")]
    Settings(serde_json::Error),
    /// No proof.
    #[error("proof.json: {0}")]
    Proof(String),
    /// The artefact's layout may differ between releases.
    #[error("EZKL {found} is not known; known releases: {}", KNOWN_RELEASES.join(", "))]
    UnknownRelease {
        /// The release that made the files.
        found: String,
    },
    /// A proof of any other model with the same architecture would be accepted.
    #[error(
        "param_visibility is private: a proof for other weights would be accepted. \
         Make the circuit with fixed, hashed or polycommit parameters"
    )]
    PrivateParams,
    /// A visibility that no layout has.
    #[error("{what} visibility {visibility} is not supported")]
    Visibility {
        /// Of what.
        what: &'static str,
        /// As the file has it.
        visibility: String,
    },
    /// The artefact gives no circuit.
    #[error(transparent)]
    Vka(#[from] DecodeError),
    /// Files that are not of one circuit.
    #[error("{what}: settings.json says {settings}, {other} says {found}")]
    Contradiction {
        /// What they disagree about.
        what: &'static str,
        /// What the settings say.
        settings: String,
        /// Which file disagrees.
        other: &'static str,
        /// What it says.
        found: String,
    },
    /// More than a layout can hold.
    #[error("no layout holds this: {0}")]
    TooLarge(&'static str),
    /// The layout does not go with the circuit.
    #[error("the layout is not the circuit's: {0:?}")]
    Layout(LayoutError),
}

/// A proof and its instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The proof.
    pub bytes: Vec<u8>,
    /// Its instances, big-endian.
    pub instances: Vec<[u8; 32]>,
}

/// Everything that the files give.
pub struct Import {
    /// The circuit.
    pub circuit: Circuit,
    /// What its instances mean, bound to the weights that the proof was made with.
    pub layout: Layout,
    /// The proof.
    pub proof: Proof,
    /// The reference string that the artefact was made with: to be compared with the pinned one, never used.
    pub srs: Srs,
}

/// Imports a circuit with a proof of it by the model's owner: hashed or committed weights are taken from the proof.
pub fn import(vka: &[u8], settings: &[u8], proof: &[u8], limits: &Limits) -> Result<Import, ImportError> {
    let settings = Settings::parse(settings)?;
    if !KNOWN_RELEASES.contains(&settings.version.as_str()) {
        return Err(ImportError::UnknownRelease { found: settings.version });
    }
    let proof_release = parse_proof_file(proof)?.version;
    agree("version", &settings.version, "proof.json", &proof_release)?;
    let proof = parse_proof(proof)?;
    let vka::Vka { circuit, srs } = vka::decode(vka, limits)?;
    let description = circuit.description();
    agree("k", settings.run_args.logrows, "vka.bytes", description.k)?;
    if let Some(rows) = settings.num_blinding_factors {
        agree("number of blinding factors", rows, "vka.bytes", description.blinding)?;
    }
    let layout = layout(&settings, &proof)?;
    agree("number of instances", layout.count(), "vka.bytes", usize::from(description.instances))?;
    agree("number of instances", layout.count(), "proof.json", proof.instances.len())?;
    layout.check(&circuit).map_err(ImportError::Layout)?;
    Ok(Import { circuit, layout, proof, srs })
}

fn agree<T: PartialEq + ToString>(
    what: &'static str,
    settings: T,
    other: &'static str,
    found: T,
) -> Result<(), ImportError> {
    if settings == found {
        return Ok(());
    }
    Err(ImportError::Contradiction { what, settings: settings.to_string(), other, found: found.to_string() })
}

#[derive(Deserialize)]
struct ProofFile {
    instances: Vec<Vec<String>>,
    hex_proof: String,
    version: String,
}

fn parse_proof_file(file: &[u8]) -> Result<ProofFile, ImportError> {
    serde_json::from_slice(file).map_err(|error| ImportError::Proof(error.to_string()))
}

/// Reads proof.json. Its instances are little-endian.
pub fn parse_proof(file: &[u8]) -> Result<Proof, ImportError> {
    let file = parse_proof_file(file)?;
    let error = |what: hex::FromHexError| ImportError::Proof(what.to_string());
    let digits = file.hex_proof.strip_prefix("0x").unwrap_or(&file.hex_proof);
    let bytes = hex::decode(digits).map_err(error)?;
    let [column] = file.instances.as_slice() else {
        return Err(ImportError::Proof("not one instance column".into()));
    };
    let instances = column.iter().map(|digits| {
        let mut instance = [0; 32];
        hex::decode_to_slice(digits, &mut instance).map_err(error)?;
        instance.reverse();
        Ok(instance)
    });
    Ok(Proof { bytes, instances: instances.collect::<Result<_, ImportError>>()? })
}

/// The layout that the settings describe, for the weights of this proof.
fn layout(settings: &Settings, proof: &Proof) -> Result<Layout, ImportError> {
    let args = &settings.run_args;
    let seen = [
        visibility("input", &args.input_visibility)?,
        visibility("param", &args.param_visibility)?,
        visibility("output", &args.output_visibility)?,
    ];
    let [inputs, params, outputs] = seen;
    if params == Visibility::Private {
        return Err(ImportError::PrivateParams);
    }
    let hashes = seen.iter().filter(|seen| **seen == Visibility::Hashed).count();
    let declared = settings.module_sizes.poseidon.1.iter().sum::<usize>();
    agree("number of hashes", declared, "its visibility", hashes)?;
    let commitments = usize::from(params == Visibility::Committed);
    agree("number of commitments", settings.module_sizes.polycommit.len(), "its visibility", commitments)?;

    let mut shapes = settings.model_instance_shapes.as_slice();
    let inputs = part("input", inputs, settings.model_input_scales.len(), &mut shapes)?;
    let outputs = part("output", outputs, settings.model_output_scales.len(), &mut shapes)?;
    agree("number of instance shapes", 0, "its visibility", shapes.len())?;
    let params = match params {
        Visibility::Fixed => ParamBinding::Fixed,
        Visibility::Hashed => {
            // The weights' hash follows the inputs'.
            let index = usize::from(inputs == Part::Hash);
            let hash = proof.instances.get(index).ok_or_else(|| ImportError::Proof("too few instances".into()))?;
            ParamBinding::Hash(*hash)
        }
        Visibility::Committed => {
            let commitment = proof.bytes.first_chunk().ok_or_else(|| ImportError::Proof("too short".into()))?;
            ParamBinding::Commit(*commitment)
        }
        Visibility::Public | Visibility::Private => {
            return Err(ImportError::Visibility { what: "param", visibility: args.param_visibility.to_string() })
        }
    };
    let version = settings.release().ok_or(ImportError::UnknownRelease { found: settings.version.clone() })?;
    let input_scales = settings.model_input_scales.clone();
    let output_scales = settings.model_output_scales.clone();
    Ok(Layout { version, inputs, params, outputs, input_scales, output_scales })
}

/// How inputs or outputs stand among the instances; takes their shapes if they stand there as they are.
fn part(what: &'static str, seen: Visibility, tensors: usize, shapes: &mut &[Vec<usize>]) -> Result<Part, ImportError> {
    match seen {
        Visibility::Hashed => Ok(Part::Hash),
        Visibility::Private | Visibility::Fixed => Ok(Part::Absent),
        Visibility::Committed => Err(ImportError::Visibility { what, visibility: "polycommit".into() }),
        Visibility::Public => {
            let (own, rest) = shapes.split_at_checked(tensors).ok_or(ImportError::Contradiction {
                what: "number of instance shapes",
                settings: shapes.len().to_string(),
                other: "its list of scales",
                found: tensors.to_string(),
            })?;
            *shapes = rest;
            let elements = |shape: &Vec<usize>| shape.iter().try_fold(1usize, |size, side| size.checked_mul(*side));
            let count = own.iter().try_fold(0usize, |sum, shape| sum.checked_add(elements(shape)?));
            let count = count.and_then(|count| u16::try_from(count).ok());
            count.map(Part::Raw).ok_or(ImportError::TooLarge("more than 65,535 raw elements"))
        }
    }
}
