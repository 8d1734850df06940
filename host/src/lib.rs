//! Curve arithmetic that the node does natively for the runtime: fully validating, no policy.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod fixed_base;
pub mod vesta;

/// What is wrong with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Error {
    /// A length that is not allowed, or lengths that do not match.
    Length = 1,
    /// A number is not below its modulus.
    NonCanonical = 2,
    /// A point is not on the curve.
    NotOnCurve = 3,
}
