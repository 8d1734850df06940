//! What the hooks weigh.

use frame_support::weights::Weight;

/// Weights of the pallet's hooks, each at its worst case.
pub trait WeightInfo {
    /// Forgetting rows in `on_idle`.
    fn forget_day() -> Weight;
}

/// Nominal weights, for runtimes in tests.
impl WeightInfo for () {
    fn forget_day() -> Weight {
        Weight::from_parts(1, 0)
    }
}
