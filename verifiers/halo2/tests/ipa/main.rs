//! The IPA dialect against halo2_proofs itself, and against attacks.

mod attacks;
mod batches;
mod circuits;
mod descriptions;
mod differential;
mod sample;
