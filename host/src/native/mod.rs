//! The functions themselves, in plain Rust.

pub mod bn254;
mod ecdsa;
mod fixed_base;
pub mod vesta;

pub use ecdsa::{p256, p384};
