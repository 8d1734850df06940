//! Verifying halo2 proofs: pure functions from bytes to a verdict.
//!
//! | module | what lives there |
//! |---|---|
//! | [`program`] | polynomial expressions as a straight-line program |
//! | [`field`] | field elements as bytes |
//! | [`ipa`] | proofs of halo2_proofs: IPA on Pasta, BLAKE2b |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod field;
pub mod ipa;
pub mod program;
