//! What the fuzz targets start from: one good circuit and proof of each dialect. See docs/fuzzing.md.

use assay_halo2::{ipa, kzg::Limits};
use assay_halo2_import::{
    ezkl::{import, Import},
    halo2_proofs,
};

/// The smallest vector of dialect KZG.
pub fn seed() -> Import {
    let vka = include_bytes!("../vectors/ezkl/logreg_small/vka.bytes");
    let settings = include_bytes!("../vectors/ezkl/logreg_small/settings.json");
    let proof = include_bytes!("../vectors/ezkl/logreg_small/proof.json");
    match import(vka, settings, proof, &Limits::default()) {
        Ok(import) => import,
        Err(error) => unreachable!("the vector is good: {error}"),
    }
}

/// A circuit of dialect IPA with one good proof.
pub struct Sample {
    /// The circuit.
    pub circuit: ipa::Circuit,
    /// The proof's public values.
    pub instances: Vec<[u8; 32]>,
    /// The proof.
    pub proof: Vec<u8>,
}

/// The worked classifier, of dialect IPA.
pub fn classifier() -> Sample {
    let instances: Vec<[u8; 32]> = include_str!("../vectors/classifier/instances.txt").lines().map(word).collect();
    let proof = include_bytes!("../vectors/classifier/proof.bin").to_vec();
    match halo2_proofs::circuit(include_str!("../vectors/classifier/key.txt"), &[instances.len() as u16]) {
        Ok(circuit) => Sample { circuit, instances, proof },
        Err(error) => unreachable!("the vector is good: {error}"),
    }
}

fn word(line: &str) -> [u8; 32] {
    let mut word = [0; 32];
    match hex::decode_to_slice(line, &mut word) {
        Ok(()) => word,
        Err(error) => unreachable!("the vector is good: {error}"),
    }
}

/// Applies edits to good bytes: each writes a byte at a place, counted from the end if that is beyond. Reaches much
/// deeper than random bytes.
pub fn edit(good: &[u8], edits: &[(u16, u8)]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (at, byte) in edits {
        let at = usize::from(*at) % bytes.len().max(1);
        if let Some(place) = bytes.get_mut(at) {
            *place = *byte;
        }
    }
    bytes
}
