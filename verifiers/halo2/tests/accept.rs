//! What must be accepted.

mod common;

use assay_halo2::kzg::{Circuit, Limits};
use common::*;

#[test]
fn every_vector_verifies_with_instances_that_the_layout_assembles() {
    for name in PINNED {
        let import = vector(name);
        assert_eq!(import.srs, pinned(), "{name} was made on the pinned reference string");
        verify(&import.circuit, &import.proof).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        import.layout.check(&import.circuit).unwrap();
        import.layout.check_params(&import.proof.bytes).unwrap();
    }
}

#[test]
fn the_largest_vector_verifies_on_its_own_reference_string() {
    let import = vector("logreg_k13");
    assert_ne!(import.srs, pinned());
    assert_eq!(verify_on(&import.srs, &import.circuit, &import.proof), Ok(()));
}

#[test]
fn a_circuit_survives_its_encoding() {
    for name in PINNED {
        let circuit = vector(name).circuit;
        let bytes = circuit.encode();
        let decoded = Circuit::decode(&bytes, &Limits::default()).unwrap();
        assert_eq!(decoded, circuit);
        assert_eq!(decoded.id(), circuit.id());
        assert_eq!(verify(&decoded, &vector(name).proof), Ok(()));
    }
}

#[test]
fn circuits_differ_by_id_unless_they_are_the_same() {
    let mut ids: Vec<_> = PINNED.map(|name| vector(name).circuit.id()).to_vec();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), PINNED.len());
    // The swapped proof was made with the very same key.
    assert_eq!(vector("swap_hashparam").circuit.id(), vector("logreg_hashparam").circuit.id());
}

#[test]
fn the_cost_is_known_before_the_proof() {
    // (name, bytes of a proof, points, values), as counted in EZKL's own artefacts and proofs.
    for (name, proof_len, values) in
        [("mlp_hashin_hashparam", 3840, 64), ("logreg_kzgparam", 3776, 60), ("logreg_k13", 7904, 115)]
    {
        let import = vector(name);
        let cost = import.circuit.cost();
        assert_eq!((cost.proof_len, cost.evaluations), (proof_len, values), "{name}");
        assert_eq!(import.proof.bytes.len(), proof_len as usize);
        assert_eq!(cost.instances as usize, import.proof.instances.len());
    }
    // 26 points of the proof, the opening's two, 17 fixed columns, 12 of the permutation, the generator.
    assert_eq!(vector("mlp_hashin_hashparam").circuit.cost().points, 26 + 2 + 17 + 12 + 1);
}
