//! What the calls weigh.

use frame_support::weights::Weight;

/// Weights of the pallet's calls and hooks, each at its worst case.
pub trait WeightInfo {
    /// `pay`.
    fn pay() -> Weight;
    /// `refund`.
    fn refund() -> Weight;
    /// `claim`.
    fn claim() -> Weight;
    /// `map_account` with `a` payable assets.
    fn map_account(a: u32) -> Weight;
    /// `list_asset`.
    fn list_asset() -> Weight;
    /// `delist_asset`.
    fn delist_asset() -> Weight;
    /// `set_settings`.
    fn set_settings() -> Weight;
    /// `on_initialize`.
    fn tick() -> Weight;
    /// Refund of `n` due payments in `on_idle`.
    fn sweep(n: u32) -> Weight;
    /// Removal of `n` expired nonces in `on_idle`.
    fn prune(n: u32) -> Weight;
}

/// Nominal weights, for runtimes in tests.
impl WeightInfo for () {
    fn pay() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn refund() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn claim() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn map_account(a: u32) -> Weight {
        Weight::from_parts(a.into(), 0)
    }
    fn list_asset() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn delist_asset() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_settings() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn tick() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn sweep(n: u32) -> Weight {
        Weight::from_parts(n.into(), 0)
    }
    fn prune(n: u32) -> Weight {
        Weight::from_parts(n.into(), 0)
    }
}
