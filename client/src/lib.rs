//! Typed access to an Assay chain.
//!
//! There is no generated code and no metadata file: calls, view functions and events are found by name in the metadata
//! that the node serves, and arguments and answers are the types of `assay-primitives`, which the runtime is built
//! from as well.
//!
//! | module | what lives there |
//! |---|---|
//! | [`chain`] | the connection, and the chain at a block: view functions, storage, events |
//! | [`heads`] | the best and the finalized block, followed across reorganisations and lost connections |
//! | [`call`] | calls by name |
//! | [`event`] | events, and why a call failed |
//! | [`submit`] | the submission queue of one account |
//! | [`error`] | what can go wrong |
#![forbid(unsafe_code)]

pub mod call;
pub mod chain;
pub mod error;
pub mod event;
pub mod heads;
mod queue;
pub mod submit;
mod trail;
mod views;

pub use call::{Call, SettleMode};
pub use chain::{At, Chain, Config};
pub use error::Error;
pub use event::{Event, Failure};
pub use heads::{Block, Heads};
pub use submit::{Depth, Inclusion, Options, Progress, Submitter, Ticket};
pub use subxt_signer::{sr25519::Keypair, SecretUri};
