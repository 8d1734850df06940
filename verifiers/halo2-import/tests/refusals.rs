//! Files that must be refused, and with which words.

use assay_halo2::kzg::Limits;
use assay_halo2_import::{
    ezkl::{import, ImportError},
    vka::DecodeError,
};
use serde_json::{json, Value};
use std::path::PathBuf;

struct Files {
    vka: Vec<u8>,
    settings: Value,
    proof: Value,
}

fn files(name: &str) -> Files {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../halo2/vectors/ezkl").join(name);
    let read = |part: &str| std::fs::read(directory.join(part)).unwrap();
    Files {
        vka: read("vka.bytes"),
        settings: serde_json::from_slice(&read("settings.json")).unwrap(),
        proof: serde_json::from_slice(&read("proof.json")).unwrap(),
    }
}

/// The refusal of files that a change was made to.
fn refusal(name: &str, change: impl FnOnce(&mut Files)) -> ImportError {
    let mut files = files(name);
    change(&mut files);
    let Files { vka, settings, proof } = files;
    let Err(error) = import(&vka, settings.to_string().as_bytes(), proof.to_string().as_bytes(), &Limits::default())
    else {
        panic!("{name}: accepted")
    };
    error
}

#[test]
fn private_weights_are_refused_with_the_way_out() {
    let error = refusal("swap_privparam", |_| ());
    assert!(matches!(error, ImportError::PrivateParams));
    assert!(error.to_string().contains("fixed, hashed or polycommit"));
    // Whatever the key: the settings alone decide.
    let error = refusal("logreg_small", |files| files.settings["run_args"]["param_visibility"] = json!("Private"));
    assert!(matches!(error, ImportError::PrivateParams));
}

#[test]
fn unknown_releases_are_refused_and_the_known_are_named() {
    for version in ["23.0.4", "24.0.0", "", "23.0.5-rc1", "unknown"] {
        let error = refusal("logreg_small", |files| files.settings["version"] = json!(version));
        assert!(matches!(error, ImportError::UnknownRelease { .. }), "{version}");
        assert!(error.to_string().contains("known releases: 23.0.5"));
    }
    let error = refusal("logreg_small", |files| files.proof["version"] = json!("22.2.1"));
    assert!(matches!(error, ImportError::Contradiction { what: "version", .. }));
}

#[test]
fn settings_that_contradict_the_key_are_refused() {
    let what = |change: fn(&mut Files)| match refusal("logreg_hashparam", change) {
        ImportError::Contradiction { what, .. } => what,
        other => panic!("{other}"),
    };
    assert_eq!(what(|files| files.settings["run_args"]["logrows"] = json!(14)), "k");
    assert_eq!(what(|files| files.settings["num_blinding_factors"] = json!(6)), "number of blinding factors");
    assert_eq!(what(|files| files.settings["model_instance_shapes"] = json!([[1, 2]])), "number of instances");
    assert_eq!(
        what(|files| files.settings["model_instance_shapes"] = json!([[1, 1], [1]])),
        "number of instance shapes"
    );
    assert_eq!(what(|files| files.settings["model_instance_shapes"] = json!([])), "number of instance shapes");
    assert_eq!(what(|files| files.settings["module_sizes"]["poseidon"] = json!([373, [1]])), "number of hashes");
    assert_eq!(what(|files| files.settings["module_sizes"]["polycommit"] = json!([5])), "number of commitments");
    // Weights said to be fixed in the circuit, to get rid of their instance.
    assert_eq!(what(|files| files.settings["run_args"]["param_visibility"] = json!("Fixed")), "number of hashes");
    assert_eq!(
        what(|files| {
            files.settings["run_args"]["param_visibility"] = json!("Fixed");
            files.settings["module_sizes"]["poseidon"] = json!([373, [1]]);
        }),
        "number of instances"
    );
}

#[test]
fn visibilities_that_bind_nothing_known_are_refused() {
    let hashed = |public, outlets| json!({"Hashed": {"hash_is_public": public, "outlets": outlets}});
    for (field, visibility) in [
        ("param_visibility", json!("Public")),
        ("param_visibility", json!("Encrypted")),
        ("param_visibility", hashed(false, json!([]))),
        ("param_visibility", hashed(true, json!([0]))),
        ("input_visibility", hashed(false, json!([]))),
        ("output_visibility", json!({"Encrypted": {}})),
        ("output_visibility", json!(null)),
    ] {
        let error = refusal("logreg_hashparam", |files| files.settings["run_args"][field] = visibility.clone());
        let expected = matches!(error, ImportError::Visibility { .. } | ImportError::Contradiction { .. });
        assert!(expected, "{field} {visibility}: {error}");
    }
}

#[test]
fn shapes_beyond_all_bounds_are_refused() {
    for shape in [json!([[65536], [1, 1]]), json!([[u64::MAX, u64::MAX], [1, 1]])] {
        let error = refusal("logreg_small", |files| files.settings["model_instance_shapes"] = shape);
        assert!(matches!(error, ImportError::TooLarge(_)), "{error}");
    }
}

#[test]
fn artefacts_that_do_not_decode_are_refused() {
    let changes: [fn(&mut Vec<u8>); 6] = [
        Vec::clear,
        |vka| vka.truncate(7),
        |vka| vka.truncate(8 + 32 * 40),
        |vka| vka.push(0),
        |vka| vka[0] ^= 1,
        |vka| vka.resize(1 << 20, 0),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let error = refusal("logreg_small", |files| change(&mut files.vka));
        assert!(matches!(error, ImportError::Vka(DecodeError::Vka(_))), "{index}: {error}");
    }
}

#[test]
fn no_mutated_artefact_gives_the_circuit_or_a_panic() {
    use assay_halo2_import::vka::decode;
    let good = files("mlp_hashin_hashparam").vka;
    let limits = Limits::default();
    let circuit = decode(&good, &limits).unwrap().circuit;
    let header_only_of_memory = |word: usize| [1, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 30].contains(&word);
    let (mut seed, mut changed, mut decoded) = (1u64, 0, 0);
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (at, flip) = ((seed >> 33) as usize % good.len(), (seed >> 25) as u8 | 1);
        let mut vka = good.clone();
        vka[at] ^= flip;
        changed += 1;
        if let Ok(other) = decode(&vka, &limits) {
            decoded += 1;
            let word = at.saturating_sub(8) / 32;
            // What is only the contract's memory layout, and the reference string, are no part of the circuit.
            let outside = header_only_of_memory(word) || (14..24).contains(&word) || other.circuit != circuit;
            let spent = other.circuit == circuit;
            assert!(outside || spent, "word {word}");
        }
    }
    assert!(decoded < changed, "some are refused");
}

#[test]
fn lookups_of_an_unknown_form_are_refused() {
    // The lookups' first word tells their form: anything above its low 16 bits is another argument.
    let error = refusal("logreg_small", |files| {
        let word = |index: usize| 8 + 32 * index;
        let offset = u16::from_be_bytes([files.vka[word(28) + 30], files.vka[word(28) + 31]]);
        let lookups = (usize::from(offset) - 0xa0) / 32;
        files.vka[word(lookups) + 29] = 1;
    });
    assert_eq!(error.to_string(), "the verifying-key artefact does not decode: lookups of an unknown form");
}

#[test]
fn proofs_of_proofs_are_refused() {
    let error = refusal("logreg_small", |files| files.vka[8 + 32 * 10 + 31] = 1);
    assert!(error.to_string().contains("accumulator"));
}

#[test]
fn broken_json_is_refused() {
    let error = refusal("logreg_small", |files| files.settings = json!({}));
    assert!(matches!(error, ImportError::Settings(_)));
    for (field, value) in [
        ("hex_proof", json!("0xzz")),
        ("hex_proof", json!(null)),
        ("instances", json!([])),
        ("instances", json!([["00"]])),
        ("instances", json!([[], []])),
    ] {
        let error = refusal("logreg_small", |files| files.proof[field] = value.clone());
        assert!(matches!(error, ImportError::Proof(_)), "{field} {value}: {error}");
    }
}
