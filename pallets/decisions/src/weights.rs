//! What the pallet's calls weigh.

use frame_support::weights::Weight;

/// Weights, measured by the benchmarks of this pallet.
pub trait WeightInfo {
    /// See `decide`: a call of `b` bytes.
    fn decide(b: u32) -> Weight;
    /// See `veto`.
    fn veto() -> Weight;
}

/// Nominal weights for tests, which count calls and do not measure them.
impl WeightInfo for () {
    fn decide(b: u32) -> Weight {
        Weight::from_parts(1_000 + u64::from(b), 0)
    }
    fn veto() -> Weight {
        Weight::from_parts(1, 0)
    }
}
