//! EZKL's settings.json: what of it matters.

use super::ezkl::ImportError;
use assay_halo2::layout::Version;
use serde::Deserialize;
use serde_json::Value;

/// The file.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    /// What the circuit was made with.
    pub run_args: RunArgs,
    /// Shapes of the raw inputs, then of the raw outputs.
    pub model_instance_shapes: Vec<Vec<usize>>,
    /// The scale of each input.
    pub model_input_scales: Vec<i8>,
    /// The scale of each output.
    pub model_output_scales: Vec<i8>,
    /// What hashes and commitments take.
    pub module_sizes: ModuleSizes,
    /// Rows of randomness, if not the usual number.
    pub num_blinding_factors: Option<u8>,
    /// The release of EZKL.
    pub version: String,
}

/// What the circuit was made with.
#[derive(Clone, Debug, Deserialize)]
pub struct RunArgs {
    /// k.
    pub logrows: u8,
    /// Who sees the inputs.
    pub input_visibility: Value,
    /// Who sees the outputs.
    pub output_visibility: Value,
    /// Who sees the weights.
    pub param_visibility: Value,
}

/// What hashes and commitments take.
#[derive(Clone, Debug, Deserialize)]
pub struct ModuleSizes {
    /// Sizes of what is committed to.
    pub polycommit: Vec<usize>,
    /// Rows, and numbers of hashes.
    pub poseidon: (usize, Vec<usize>),
}

/// Who sees a thing, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// An instance each.
    Public,
    /// Nobody.
    Private,
    /// Constants of the circuit.
    Fixed,
    /// An instance that is the hash.
    Hashed,
    /// A commitment of the proof.
    Committed,
}

impl Settings {
    /// Reads the file.
    pub fn parse(file: &[u8]) -> Result<Self, ImportError> {
        serde_json::from_slice(file).map_err(ImportError::Settings)
    }

    /// The release of EZKL, as numbers.
    pub fn release(&self) -> Option<Version> {
        let mut numbers = self.version.split('.').map(str::parse);
        let release =
            Version { major: numbers.next()?.ok()?, minor: numbers.next()?.ok()?, patch: numbers.next()?.ok()? };
        numbers.next().is_none().then_some(release)
    }
}

/// A visibility as the file writes it; `what` is for the message.
pub(crate) fn visibility(what: &'static str, value: &Value) -> Result<Visibility, ImportError> {
    let unsupported = || ImportError::Visibility { what, visibility: value.to_string() };
    match value {
        Value::String(name) => match name.as_str() {
            "Public" => Ok(Visibility::Public),
            "Private" => Ok(Visibility::Private),
            "Fixed" => Ok(Visibility::Fixed),
            "KZGCommit" => Ok(Visibility::Committed),
            _ => Err(unsupported()),
        },
        // The hash must be an instance, and of the whole thing.
        Value::Object(fields) => match fields.get("Hashed") {
            Some(hashed)
                if hashed.get("hash_is_public") == Some(&Value::Bool(true))
                    && hashed.get("outlets").and_then(Value::as_array).is_some_and(Vec::is_empty) =>
            {
                Ok(Visibility::Hashed)
            }
            _ => Err(unsupported()),
        },
        _ => Err(unsupported()),
    }
}
