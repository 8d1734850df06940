//! What the calls weigh.

use frame_support::weights::Weight;

/// Weights of the pallet's calls and hooks, each at its worst case.
pub trait WeightInfo {
    /// `register_provider` with `k` keys.
    fn register_provider(k: u32) -> Weight;
    /// `deregister_provider`.
    fn deregister_provider() -> Weight;
    /// `add_key`.
    fn add_key() -> Weight;
    /// `retire_key` and `revoke_key`.
    fn change_key() -> Weight;
    /// `remove_key`.
    fn remove_key() -> Weight;
    /// `bond`.
    fn bond() -> Weight;
    /// `unbond`.
    fn unbond() -> Weight;
    /// `withdraw_bond`.
    fn withdraw_bond() -> Weight;
    /// `register_model`.
    fn register_model() -> Weight;
    /// `remove_model`.
    fn remove_model() -> Weight;
    /// `register_service`.
    fn register_service() -> Weight;
    /// `update_service`.
    fn update_service() -> Weight;
    /// `remove_service`.
    fn remove_service() -> Weight;
    /// `reserve` of an offer with `l` legs.
    fn reserve(l: u32) -> Weight;
    /// `settle` of no settlement.
    fn settle_nothing() -> Weight;
    /// A settlement of `l` legs by an authorization that was not reserved, without its evidence.
    fn settle_direct(l: u32) -> Weight;
    /// A settlement of `l` legs of a reserved payment, without its evidence.
    fn settle_reserved(l: u32) -> Weight;
    /// `n` settlements of one leg and of the same service, by authorizations that were not reserved.
    fn settle_direct_again(n: u32) -> Weight;
    /// `n` settlements of one leg and of the same service, of reserved payments.
    fn settle_reserved_again(n: u32) -> Weight;
    /// A settlement of `l` legs of the same service.
    fn settle_legs_again(l: u32) -> Weight;
    /// A disclosure of `b` bytes.
    fn disclose(b: u32) -> Weight;
    /// One receipt's evidence at tier Signed.
    fn verify_signed() -> Weight;
    /// `refund_early` of an offer with `l` legs.
    fn refund_early(l: u32) -> Weight;
    /// `report_equivocation`.
    fn report_equivocation() -> Weight;
    /// `set_tier`.
    fn set_tier() -> Weight;
    /// `set_settings`.
    fn set_settings() -> Weight;
    /// `set_minimum_bond`.
    fn set_minimum_bond() -> Weight;
    /// Removal of `n` forgotten payments in `on_idle`.
    fn prune(n: u32) -> Weight;
}

/// Nominal weights, for runtimes in tests.
impl WeightInfo for () {
    fn register_provider(k: u32) -> Weight {
        Weight::from_parts(k.into(), 0)
    }
    fn deregister_provider() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn add_key() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn change_key() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_key() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn bond() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn unbond() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn withdraw_bond() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn register_model() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_model() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn register_service() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn update_service() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_service() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn reserve(l: u32) -> Weight {
        Weight::from_parts(l.into(), 0)
    }
    fn settle_nothing() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn settle_direct(l: u32) -> Weight {
        Weight::from_parts(l.into(), 0)
    }
    fn settle_reserved(l: u32) -> Weight {
        Weight::from_parts(l.into(), 0)
    }
    fn settle_direct_again(n: u32) -> Weight {
        Weight::from_parts(n.into(), 0)
    }
    fn settle_reserved_again(n: u32) -> Weight {
        Weight::from_parts(n.into(), 0)
    }
    fn settle_legs_again(l: u32) -> Weight {
        Weight::from_parts(l.into(), 0)
    }
    fn disclose(b: u32) -> Weight {
        Weight::from_parts(b.into(), 0)
    }
    fn verify_signed() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn refund_early(l: u32) -> Weight {
        Weight::from_parts(l.into(), 0)
    }
    fn report_equivocation() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_tier() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_settings() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_minimum_bond() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn prune(n: u32) -> Weight {
        Weight::from_parts(n.into(), 0)
    }
}
