//! Field elements as bytes: 32, big-endian, canonical. Both dialects' scalar fields fit.

use ark_ff::{BigInt, PrimeField};

/// A prime field of four 64-bit limbs.
pub trait Field256: PrimeField<BigInt = BigInt<4>> {}
impl<F: PrimeField<BigInt = BigInt<4>>> Field256 for F {}

/// The element, or `None` if the number is not below the modulus.
pub fn from_be<F: Field256>(bytes: &[u8; 32]) -> Option<F> {
    let mut limbs = [0u64; 4];
    for (limb, word) in limbs.iter_mut().zip(bytes.rchunks_exact(8)) {
        *limb = word.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    }
    F::from_bigint(BigInt::new(limbs))
}

/// The element's canonical bytes.
pub fn to_be<F: Field256>(element: &F) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (word, limb) in bytes.rchunks_exact_mut(8).zip(element.into_bigint().0) {
        word.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}
