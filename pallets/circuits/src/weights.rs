//! What the pallet's calls and checks weigh.

use frame_support::weights::Weight;

/// Weights, measured by the benchmarks of this pallet.
pub trait WeightInfo {
    /// See `add_srs`.
    fn add_srs() -> Weight;
    /// See `withdraw_srs`.
    fn withdraw_srs() -> Weight;
    /// See `register`, without the proof.
    fn register() -> Weight;
    /// See `retire`.
    fn retire() -> Weight;
    /// See `revoke`.
    fn revoke() -> Weight;
    /// See `remove`.
    fn remove() -> Weight;
    /// See `list`.
    fn list() -> Weight;
    /// See `end_listing`.
    fn end_listing() -> Weight;
    /// See `remove_listing`.
    fn remove_listing() -> Weight;
    /// See `set_limits`.
    fn set_limits() -> Weight;
    /// See `set_ezkl_floor`.
    fn set_ezkl_floor() -> Weight;
    /// Whether a service may be anchored to a circuit.
    fn check_anchor() -> Weight;
    /// The pairing check that ends a verification, or a whole batch of them, in dialect KZG.
    fn pairing() -> Weight;
    /// One proof of dialect KZG, alone, from storage to verdict: `p` points, `o` steps, `e` evaluations, `i` instances.
    fn verify_kzg(p: u32, o: u32, e: u32, i: u32) -> Weight;
    /// One proof of dialect IPA, alone: `g` generators besides.
    fn verify_ipa(g: u32, p: u32, o: u32, e: u32, i: u32) -> Weight;
}

/// Nominal weights for tests, which count calls and do not measure them.
impl WeightInfo for () {
    fn add_srs() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn withdraw_srs() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn register() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn retire() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn revoke() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn list() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn end_listing() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_listing() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_limits() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_ezkl_floor() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn check_anchor() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn pairing() -> Weight {
        Weight::from_parts(100, 0)
    }
    fn verify_kzg(p: u32, o: u32, e: u32, i: u32) -> Weight {
        Weight::from_parts(1_000 + u64::from(p) + u64::from(o) + u64::from(e) + u64::from(i), 0)
    }
    fn verify_ipa(g: u32, p: u32, o: u32, e: u32, i: u32) -> Weight {
        Self::verify_kzg(p, o, e, i).saturating_add(Weight::from_parts(g.into(), 0))
    }
}
