//! Verifying halo2 proofs of inference: pure functions from bytes to a verdict. Whatever comes in is bounded and checked
//! before it costs anything, and nothing that comes in can make them panic.
//!
//! | module | what lives there |
//! |---|---|
//! | [`kzg`] | the dialect of EZKL: KZG on BN254, SHPLONK, Keccak transcript |
//! | [`ipa`] | the dialect of halo2_proofs: inner-product argument on Pasta, BLAKE2b transcript |
//! | [`circuit`] | a circuit of either dialect, and its cost |
//! | `verify` | proofs of both dialects together |
//! | [`layout`] | what a circuit's instances mean, and how they are assembled |
//! | `registration`, `evidence` | what a model's owner and a provider hand in |
//! | `srs` | reference strings |
//! | [`program`] | polynomial expressions as a straight-line program |
//! | [`field`] | field elements as bytes |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod circuit;
mod evidence;
pub mod field;
pub mod ipa;
pub mod kzg;
pub mod layout;
pub mod program;
mod registration;
mod srs;
mod verify;

pub use circuit::{Circuit, Cost, Dialect, NoCircuit};
pub use evidence::Evidence;
pub use kzg::Srs;
pub use layout::{Layout, LayoutError, ParamBinding, Part, Version};
pub use registration::{Registration, Source};
pub use srs::{BadSrs, TEST_SRS};
pub use verify::{verify_batch, Job, Refusal};
