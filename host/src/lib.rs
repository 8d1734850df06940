//! Curve arithmetic that a node does natively for its runtime. Pure functions that trust nothing: every length, every
//! number and every point is checked, and natively and in wasm they answer the same.
//!
//! The modules [`bn254`], [`vesta`], [`p256`] and [`p384`] are what to use: natively they are the functions themselves, in a
//! runtime they are calls to the node.
//!
//! | module | what lives there |
//! |---|---|
//! | [`native`] | the functions: BN254 multi-scalar multiplication and pairing check; Vesta, for halo2_proofs; ECDSA over P-256 and P-384, for attestation |
//! | [`interface`] | the same as the node's host functions |
//! | `calls` | the same as a runtime calls them |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(substrate_runtime)]
mod calls;
#[cfg(substrate_runtime)]
pub use calls::{bn254, p256, p384, vesta};

#[cfg(any(feature = "std", substrate_runtime))]
pub mod interface;
pub mod native;
#[cfg(not(substrate_runtime))]
pub use native::{bn254, p256, p384, vesta};

/// Why an argument is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Error {
    /// A length that no list of items has, lists of different lengths, or more items than allowed.
    Length = 1,
    /// A coordinate or scalar that is not below its modulus.
    NonCanonical = 2,
    /// Coordinates of no point of the curve.
    NotOnCurve = 3,
    /// A point of the curve outside the group of prime order.
    NotInSubgroup = 4,
}

impl Error {
    /// The error as a number, for interfaces that carry nothing else; never zero.
    pub const fn code(self) -> u32 {
        self as u32
    }
}
