//! The functions themselves, in plain Rust.

pub mod bn254;
mod fixed_base;
pub mod p256;
pub mod p384;
pub mod vesta;
