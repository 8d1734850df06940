//! What a bare proof does not say: whose weights, which question, which answer.

mod common;

use assay_halo2::{
    kzg::{Error, Limits},
    layout::{Layout, LayoutError, ParamBinding, Part, Version},
};
use assay_halo2_import::{
    ezkl::{self, ImportError},
    poseidon,
    quantise::{dequantise, quantise},
    vka,
};
use common::*;
use sha3::{Digest, Keccak256};

/// A model's input file, quantised.
fn inputs(model: &str, scale: i8) -> Vec<[u8; 32]> {
    let file: serde_json::Value = serde_json::from_slice(&file(&format!("models/{model}.json"))).unwrap();
    let tensors = file["input_data"].as_array().unwrap();
    let numbers = tensors.iter().flat_map(|tensor| tensor.as_array().unwrap());
    numbers.map(|number| quantise(number.as_f64().unwrap(), scale).unwrap()).collect()
}

#[test]
fn a_buyer_computes_the_request_commitment_without_ezkl() {
    for (name, model) in [
        ("logreg_hashin", "logreg"),
        ("logreg_hashparam", "logreg"),
        ("mlp_hashin_hashparam", "mlp"),
        ("cnn_hashin_hashparam", "cnn"),
    ] {
        let import = vector(name);
        let hash = poseidon::hash(&inputs(model, import.layout.input_scales[0])).unwrap();
        assert_eq!(import.layout.inputs, Part::Hash);
        assert_eq!(import.layout.inputs.commitment(&[hash]), Ok(hash));
        assert_eq!(import.proof.instances[0], hash, "{name}");
    }
    for (name, scale) in [("logreg_small", 7), ("logreg_kzgparam", 7), ("logreg_k13", 4)] {
        let import = vector(name);
        assert_eq!(import.layout.inputs, Part::Raw(4));
        assert_eq!(import.layout.input_scales, [scale]);
        let inputs = inputs("logreg", scale);
        assert_eq!(import.proof.instances[..4], inputs, "{name}");
        let hash: [u8; 32] = Keccak256::digest(inputs.concat()).into();
        assert_eq!(import.layout.inputs.commitment(&inputs), Ok(hash));
    }
}

#[test]
fn the_verifier_assembles_the_instances_itself() {
    for name in PINNED {
        let import = vector(name);
        let all = &import.proof.instances;
        let inputs = if import.layout.inputs == Part::Hash { 1 } else { 4 };
        let params = usize::from(matches!(import.layout.params, ParamBinding::Hash(_)));
        let assembled = import.layout.instances(&all[..inputs], &all[inputs + params..]).unwrap();
        assert_eq!(&assembled, all, "{name}");
        assert_eq!(import.layout.instances(&all[..inputs - 1], &all[inputs + params..]), Err(LayoutError::Inputs));
        assert_eq!(import.layout.instances(&all[..inputs], &all[inputs + params + 1..]), Err(LayoutError::Outputs));
    }
}

#[test]
fn outputs_read_as_numbers() {
    let import = vector("mlp_hashin_hashparam");
    let outputs = import.proof.instances[2..].iter().map(|output| dequantise(output, import.layout.output_scales[0]));
    assert_eq!(outputs.collect::<Vec<_>>(), [Some(-0.0703125), Some(0.1484375), Some(0.1171875)]);
}

#[test]
fn another_answer_or_question_is_refused() {
    let import = vector("logreg_hashin");
    let [question, answer] = [import.proof.instances[0], import.proof.instances[1]];
    let other_answer = quantise(0.75, 7).unwrap();
    let other_question = poseidon::hash(&[quantise(0.75, 7).unwrap(); 4]).unwrap();
    for (inputs, outputs) in [(question, other_answer), (other_question, answer), (answer, question)] {
        let instances = import.layout.instances(&[inputs], &[outputs]).unwrap();
        let proof = ezkl::Proof { instances, ..import.proof.clone() };
        assert_eq!(verify(&import.circuit, &proof), Err(Error::Pairing));
    }
}

#[test]
fn a_model_swap_under_private_weights_is_refused_at_import_because_its_proof_verifies() {
    let [settings, vka] = ["settings.json", "vka.bytes"].map(|part| file(&format!("swap_privparam/{part}")));
    let circuit = vka::decode(&vka, &Limits::default()).unwrap().circuit;
    let swapped = proof("swap_privparam");
    assert_eq!(verify(&circuit, &swapped), Ok(()), "model B under model A's key");
    let refusal = ezkl::import(&vka, &settings, &file("swap_privparam/proof.json"), &Limits::default());
    assert!(matches!(refusal, Err(ImportError::PrivateParams)));
}

#[test]
fn a_model_swap_under_hashed_weights_is_refused_by_the_assembled_instances() {
    let owner = vector("logreg_hashparam");
    let swapped = proof("swap_hashparam");
    assert_eq!(verify(&owner.circuit, &swapped), Ok(()), "model B under model A's key, as a bare proof");
    // The chain takes the question and the answer from the receipt, but the weights' hash from the model.
    let instances = owner.layout.instances(&swapped.instances[..1], &swapped.instances[2..]).unwrap();
    assert_ne!(instances, swapped.instances);
    let assembled = ezkl::Proof { instances, ..swapped };
    assert_eq!(verify(&owner.circuit, &assembled), Err(Error::Pairing));
}

#[test]
fn a_model_swap_under_committed_weights_is_refused_by_the_first_commitment() {
    let owner = vector("logreg_kzgparam");
    assert_eq!(owner.layout.check_params(&owner.proof.bytes), Ok(()));
    let swapped = proof("swap_kzgparam");
    assert_eq!(verify(&owner.circuit, &swapped), Ok(()), "model B under model A's key, as a bare proof");
    assert_eq!(owner.layout.check_params(&swapped.bytes), Err(LayoutError::Params));
    // The right commitment in front of the wrong proof helps nobody.
    let mut patched = swapped;
    patched.bytes[..64].copy_from_slice(&owner.proof.bytes[..64]);
    assert_eq!(owner.layout.check_params(&patched.bytes), Ok(()));
    assert_eq!(verify(&owner.circuit, &patched), Err(Error::Pairing));
    assert_eq!(owner.layout.check_params(&[]), Err(LayoutError::Params));
}

#[test]
fn a_model_swap_under_fixed_weights_is_refused_by_the_key() {
    let (owner, other) = (vector("logreg_small"), vector("swap_fixedparam"));
    assert_eq!(owner.layout, other.layout, "nothing but the weights differs");
    assert_eq!(verify(&other.circuit, &other.proof), Ok(()));
    assert_eq!(verify(&owner.circuit, &other.proof), Err(Error::Pairing));
    assert_ne!(owner.circuit.id(), other.circuit.id());
}

#[test]
fn hashed_outputs_stand_where_the_layout_says() {
    for name in ["logreg_hashout", "logreg_hashboth"] {
        let import = vector(name);
        assert_eq!(import.layout.outputs, Part::Hash);
        assert_eq!(verify(&import.circuit, &import.proof), Ok(()), "{name}");
        // The same weights gave 72 / 128 wherever the output is raw.
        let answer = poseidon::hash(&[quantise(0.5625, 7).unwrap()]).unwrap();
        let question = inputs("logreg", 7);
        let question =
            if import.layout.inputs == Part::Hash { vec![poseidon::hash(&question).unwrap()] } else { question };
        assert_eq!(import.layout.instances(&question, &[answer]).unwrap(), import.proof.instances, "{name}");
    }
}

#[test]
fn what_a_proof_does_not_say_cannot_be_committed_to() {
    assert_eq!(Part::Absent.commitment(&[]), Err(LayoutError::Absent));
    assert_eq!(Part::Hash.commitment(&[]), Err(LayoutError::Instances));
    assert_eq!(Part::Hash.commitment(&[[0; 32]; 2]), Err(LayoutError::Instances));
    assert_eq!(Part::Raw(2).commitment(&[[0; 32]; 3]), Err(LayoutError::Instances));
}

#[test]
fn a_layout_of_another_circuit_is_refused() {
    let import = vector("logreg_small");
    let other: Layout = vector("logreg_hashin").layout;
    assert_eq!(other.check(&import.circuit), Err(LayoutError::Instances));
    let crowded = Layout { input_scales: vec![0; 17], ..import.layout };
    assert_eq!(crowded.check(&import.circuit), Err(LayoutError::Tensors));
}

#[test]
fn releases_compare_as_numbers() {
    let release = |major, minor, patch| Version { major, minor, patch };
    assert_eq!(vector("logreg_small").layout.version, release(23, 0, 5));
    assert!(release(9, 9, 9) < release(23, 0, 5) && release(23, 0, 5) < release(23, 0, 10));
}
