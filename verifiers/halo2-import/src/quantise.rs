//! Numbers as field elements, as EZKL's fixed-point arithmetic has them.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use assay_halo2::field;

/// `round(value * 2^scale)` mod the field's order, halves away from zero, big-endian. `None` if that is no number or not
/// below 2^63 in size.
pub fn quantise(value: f64, scale: i8) -> Option<[u8; 32]> {
    let scaled = (value * f64::from(scale).exp2()).round();
    if scaled.is_nan() || scaled.abs() >= 2f64.powi(63) {
        return None;
    }
    let magnitude = Fr::from(scaled.abs() as u64);
    Some(field::to_be(&if scaled < 0.0 { -magnitude } else { magnitude }))
}

/// The number that a field element stands for. `None` if it is not canonical or not below 2^63 in size.
pub fn dequantise(element: &[u8; 32], scale: i8) -> Option<f64> {
    let element: Fr = field::from_be(element)?;
    let signed = |number: Fr, sign: f64| {
        let number = number.into_bigint();
        (number.num_bits() < 64).then(|| sign * number.0[0] as f64 * (-f64::from(scale)).exp2())
    };
    signed(element, 1.0).or_else(|| signed(-element, -1.0))
}
