//! What can go wrong between a program and the chain.

/// Why something could not be asked of, or told to, the chain. That a call was refused by the runtime is no error in
/// this sense: see [`Failure`](crate::Failure).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The node did not answer, or with an error.
    #[error("node: {0}")]
    Node(String),
    /// The runtime has no pallet, call, view function or storage of this name.
    #[error("the runtime has no {0}")]
    Unknown(String),
    /// What the node sent is not what was expected.
    #[error("cannot decode {0}")]
    Decode(String),
    /// The submission queue is full.
    #[error("the submission queue is full")]
    QueueFull,
    /// The node refuses the transaction, for example because its fees cannot be paid.
    #[error("transaction refused: {0}")]
    Refused(String),
    /// The connection was lost for so long that a transaction's fate is unknown: ask the chain for its effect.
    #[error("the transaction was lost from sight")]
    LostFromSight,
    /// The submission queue has stopped.
    #[error("the submission queue has stopped")]
    Stopped,
}

impl Error {
    pub(crate) fn node(error: impl std::fmt::Display) -> Self {
        Self::Node(error.to_string())
    }

    pub(crate) fn decode(what: &str, error: impl std::fmt::Display) -> Self {
        Self::Decode(format!("{what}: {error}"))
    }
}

impl From<subxt::rpcs::Error> for Error {
    fn from(error: subxt::rpcs::Error) -> Self {
        Self::node(error)
    }
}
