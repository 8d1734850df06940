//! What the fuzz targets start from: one good circuit and proof. See docs/fuzzing.md.

use assay_halo2::kzg::Limits;
use assay_halo2_import::ezkl::{import, Import};

/// The smallest vector.
pub fn seed() -> Import {
    let vka = include_bytes!("../vectors/ezkl/logreg_small/vka.bytes");
    let settings = include_bytes!("../vectors/ezkl/logreg_small/settings.json");
    let proof = include_bytes!("../vectors/ezkl/logreg_small/proof.json");
    match import(vka, settings, proof, &Limits::default()) {
        Ok(import) => import,
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
