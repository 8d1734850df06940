//! What the pallet's calls and handlers weigh.

use frame_support::weights::Weight;

/// Weights, measured by the benchmarks of this pallet. A session's change is not among them: its block counts as full.
pub trait WeightInfo {
    /// See `bond`.
    fn bond() -> Weight;
    /// See `admit`.
    fn admit() -> Weight;
    /// See `leave`.
    fn leave() -> Weight;
    /// See `remove`.
    fn remove() -> Weight;
    /// See `unbond`.
    fn unbond() -> Weight;
    /// See `withdraw`.
    fn withdraw() -> Weight;
    /// Counting a block, and `s` slots without one before it.
    fn note_author(s: u32) -> Weight;
    /// Punishing `n` validators for one offence.
    fn on_offence(n: u32) -> Weight;
}

/// Nominal weights for tests, which count calls and do not measure them.
impl WeightInfo for () {
    fn bond() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn admit() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn leave() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn unbond() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn withdraw() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn note_author(s: u32) -> Weight {
        Weight::from_parts(1 + u64::from(s), 0)
    }
    fn on_offence(n: u32) -> Weight {
        Weight::from_parts(1_000 * u64::from(n), 0)
    }
}
