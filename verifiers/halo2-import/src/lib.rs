//! From a prover's files to what the chain's verifiers take. Runs off chain; what it makes is checked again on chain.
//!
//! | module | what lives there |
//! |---|---|
//! | [`ezkl`] | EZKL's files: a circuit, its layout, a proof with its instances |
//! | [`settings`] | EZKL's settings.json |
//! | [`vka`] | EZKL's verifying-key artefact |
//! | [`quantise`] | numbers as field elements and back |
//! | [`poseidon`] | the hash by which EZKL commits to inputs, weights and outputs |
//! | [`halo2_proofs`] | verifying keys of the crate `halo2_proofs` |

mod expression;
pub mod ezkl;
pub mod halo2_proofs;
pub mod poseidon;
pub mod quantise;
pub mod settings;
mod text;
pub mod vka;
