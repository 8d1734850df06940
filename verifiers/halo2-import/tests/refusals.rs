//! Files that must be refused, and with which words.

use assay_halo2::kzg::{verify, Circuit, Job, Limits};
use assay_halo2_import::{
    ezkl::{import, parse_proof, ImportError},
    vka::{decode, DecodeError, Vka},
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
fn a_mutated_artefact_gives_no_other_circuit_that_the_proof_verifies_under() {
    let good = files("mlp_hashin_hashparam");
    let limits = Limits::default();
    let Vka { circuit, srs } = decode(&good.vka, &limits).unwrap();
    let proof = parse_proof(good.proof.to_string().as_bytes()).unwrap();
    let (mut seed, mut refused, mut same, mut other) = (1u64, 0, 0, 0);
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (at, flip) = ((seed >> 33) as usize % good.vka.len(), (seed >> 25) as u8 | 1);
        let mut vka = good.vka.clone();
        vka[at] ^= flip;
        match decode(&vka, &limits) {
            Err(_) => refused += 1,
            // The reference string, and what only the contract's memory is about, are no part of the circuit.
            Ok(mutated) if mutated.circuit == circuit => same += 1,
            Ok(mutated) => {
                other += 1;
                assert_eq!(Circuit::decode(&mutated.circuit.encode(), &limits).as_ref(), Ok(&mutated.circuit));
                // Programs may differ where an unused selector hides it: see tests/mutations.rs of the verifier.
                if other % 8 == 0 && mutated.circuit.description().program == circuit.description().program {
                    let job = Job { circuit: &mutated.circuit, instances: &proof.instances, proof: &proof.bytes };
                    assert!(verify(&srs, &job).is_err(), "byte {at}");
                }
            }
        }
    }
    assert!(refused > 1000 && same > 1000 && other > 1000, "{refused} refused, {same} the same, {other} other");
}

#[test]
fn an_artefact_with_more_values_than_memory_is_refused() {
    for byte in 0..32 {
        let error = refusal("logreg_small", |files| files.vka[8 + 32 * 3 + byte] |= 0x80);
        assert!(matches!(error, ImportError::Vka(DecodeError::Vka(_))), "{byte}: {error}");
    }
}

#[test]
fn an_artefact_with_a_set_of_no_rotations_is_refused() {
    // Wherever the sizes stand: with a byte zeroed, it is refused or decodes, and takes no memory without end.
    let good = files("logreg_small").vka;
    let refusals = (0..good.len()).filter_map(|at| {
        let mut vka = good.clone();
        vka[at] = 0;
        decode(&vka, &Limits::default()).err().map(|error| error.to_string())
    });
    let refused = refusals.filter(|error| error.ends_with("a set without rotations")).count();
    assert!(refused > 0);
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
