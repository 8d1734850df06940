//! Turns provers' artefacts into circuits, layouts and proofs that the verifiers take. Off chain.
//!
//! | module | what lives there |
//! |---|---|
//! | [`halo2_proofs`] | verifying keys of halo2_proofs |

mod expression;
pub mod halo2_proofs;
mod text;
