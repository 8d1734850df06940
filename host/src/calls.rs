//! What runs in a runtime: the same functions under the same names, done by the node.

use crate::{interface::curves, Error};

fn done(code: u32) -> Result<(), Error> {
    match code {
        0 => Ok(()),
        2 => Err(Error::NonCanonical),
        3 => Err(Error::NotOnCurve),
        4 => Err(Error::NotInSubgroup),
        _ => Err(Error::Length),
    }
}

/// BN254: see [`native::bn254`](crate::native::bn254).
pub mod bn254 {
    use super::*;
    pub use crate::native::bn254::{G1_BYTES, G2_BYTES, MAX_MSM, MAX_PAIRS, SCALAR_BYTES};

    /// See [`native::bn254::msm`](crate::native::bn254::msm).
    pub fn msm(points: &[u8], scalars: &[u8]) -> Result<[u8; G1_BYTES], Error> {
        let mut sum = [0; G1_BYTES];
        done(curves::bn254_msm(points, scalars, &mut sum)).map(|()| sum)
    }

    /// See [`native::bn254::pairing_check`](crate::native::bn254::pairing_check).
    pub fn pairing_check(pairs: &[u8]) -> Result<bool, Error> {
        let mut holds = [0];
        done(curves::bn254_pairing_check(pairs, &mut holds)).map(|()| holds == [1])
    }
}

/// Vesta: see [`native::vesta`](crate::native::vesta).
pub mod vesta {
    use super::*;
    pub use crate::native::vesta::{Point, MAX_K, MAX_POINTS};
    use alloc::{vec, vec::Vec};

    /// See [`native::vesta::msm`](crate::native::vesta::msm).
    pub fn msm(points: &[u8], scalars: &[u8]) -> Result<Point, Error> {
        let mut sum = [0; 64];
        done(curves::vesta_msm(points, scalars, &mut sum)).map(|()| sum)
    }

    /// See [`native::vesta::generators_msm`](crate::native::vesta::generators_msm).
    pub fn generators_msm(k: u32, g_scalars: &[u8], points: &[u8], scalars: &[u8]) -> Result<Point, Error> {
        let mut sum = [0; 64];
        done(curves::vesta_generators_msm(k, g_scalars, points, scalars, &mut sum)).map(|()| sum)
    }

    /// See [`native::vesta::commit_rows`](crate::native::vesta::commit_rows).
    pub fn commit_rows(k: u32, scalars: &[u8]) -> Result<Point, Error> {
        let mut commitment = [0; 64];
        done(curves::vesta_commit_rows(k, scalars, &mut commitment)).map(|()| commitment)
    }

    /// See [`native::vesta::decompress`](crate::native::vesta::decompress).
    pub fn decompress(points: &[u8]) -> Result<Vec<u8>, Error> {
        if points.len() > MAX_POINTS * 32 {
            return Err(Error::Length);
        }
        let mut decoded = vec![0; points.len() * 2];
        done(curves::vesta_decompress(points, &mut decoded)).map(|()| decoded)
    }
}

/// ECDSA over P-256: see [`native::p256`](crate::native::p256).
pub mod p256 {
    use super::*;
    pub use crate::native::p256::{PREHASH, PUBLIC_KEY, SIGNATURE};

    /// See [`native::p256::verify`](crate::native::p256::verify).
    pub fn verify(public_key_sec1: &[u8], prehash: &[u8], signature_fixed: &[u8]) -> bool {
        curves::p256_verify(public_key_sec1, prehash, signature_fixed)
    }
}

/// ECDSA over P-384: see [`native::p384`](crate::native::p384).
pub mod p384 {
    use super::*;
    pub use crate::native::p384::{PREHASH, PUBLIC_KEY, SIGNATURE};

    /// See [`native::p384::verify`](crate::native::p384::verify).
    pub fn verify(public_key_sec1: &[u8], prehash: &[u8], signature_fixed: &[u8]) -> bool {
        curves::p384_verify(public_key_sec1, prehash, signature_fixed)
    }
}
