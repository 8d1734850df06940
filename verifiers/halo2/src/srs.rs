//! Reference strings: their ids, what makes one good, and the one that is known to be unsafe.

use crate::kzg::Srs;
use assay_host::bn254::{pairing_check, G1_BYTES};
use sha3::{Digest, Keccak256};

/// The test string of k = 15 of this repository's vectors and examples. **Unsafe**: anybody may know its secret.
pub const TEST_SRS: Srs = split(include_bytes!("../vectors/ezkl/unsafe_srs_g2.bin"));

const fn split(bytes: &[u8; 256]) -> Srs {
    let (mut g2, mut minus_tau_g2) = ([0; 128], [0; 128]);
    let mut at = 0;
    while at < 128 {
        g2[at] = bytes[at];
        minus_tau_g2[at] = bytes[at + 128];
        at += 1;
    }
    Srs { g2, minus_tau_g2 }
}

/// The points are not two of prime order, or show a secret of 0, 1 or -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSrs;

/// The generator of G1, (1, 2), and its opposite.
const ONE: [u8; G1_BYTES] = {
    let mut point = [0; G1_BYTES];
    point[31] = 1;
    point[63] = 2;
    point
};

impl Srs {
    /// keccak256 of both points.
    pub fn id(&self) -> [u8; 32] {
        Keccak256::new().chain_update(self.g2).chain_update(self.minus_tau_g2).finalize().into()
    }

    /// Whether the points are two points of prime order with a secret that does not show.
    pub fn check(&self) -> Result<(), BadSrs> {
        if self.g2 == [0; 128] || self.minus_tau_g2 == [0; 128] {
            return Err(BadSrs);
        }
        // e(1, g2) e(1, -tau g2) is one if tau is 1; all points are decoded and checked on the way.
        let pairs = [&ONE[..], &self.g2, &ONE, &self.minus_tau_g2].concat();
        match pairing_check(&pairs) {
            Ok(false) if self.g2 != self.minus_tau_g2 => Ok(()),
            _ => Err(BadSrs),
        }
    }
}
