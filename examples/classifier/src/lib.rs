//! A worked circuit for tier Proven: a quantised linear classifier whose weights stay private. The proof shows that the
//! model behind a public commitment gives a public input a public class.
//!
//! | module | what lives there |
//! |---|---|
//! | [`model`] | the model in plain numbers, its commitment and its public instances |
//! | [`circuit`] | the same in constraints |
//! | [`prove`] | keys, proving, and halo2's own verification |

pub mod circuit;
pub mod model;
pub mod prove;

pub use circuit::Classifier;
pub use model::Model;
pub use prove::{Keys, Proved};
