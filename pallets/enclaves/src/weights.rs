//! What the pallet's calls and checks weigh.

use frame_support::weights::Weight;

/// Weights, measured by the benchmarks of this pallet.
pub trait WeightInfo {
    /// See `add_root`.
    fn add_root() -> Weight;
    /// See `set_root_enabled`.
    fn set_root_enabled() -> Weight;
    /// See `set_kind`.
    fn set_kind() -> Weight;
    /// See `set_product`.
    fn set_product() -> Weight;
    /// See `set_parameters`.
    fn set_parameters() -> Weight;
    /// See `revoke`.
    fn revoke() -> Weight;
    /// See `reinstate`.
    fn reinstate() -> Weight;
    /// See `submit_root_crl`: a list of `b` bytes.
    fn submit_root_crl(b: u32) -> Weight;
    /// See `submit_pck_crl`: a list of `b` bytes.
    fn submit_pck_crl(b: u32) -> Weight;
    /// See `submit_tcb_info`: a document of `b` bytes.
    fn submit_tcb_info(b: u32) -> Weight;
    /// See `submit_qe_identity`: a document of `b` bytes.
    fn submit_qe_identity(b: u32) -> Weight;
    /// See `submit_chip_key`.
    fn submit_chip_key() -> Weight;
    /// See `create_policy`.
    fn create_policy() -> Weight;
    /// See `narrow_policy`.
    fn narrow_policy() -> Weight;
    /// See `end_policy`.
    fn end_policy() -> Weight;
    /// See `remove_policy`.
    fn remove_policy() -> Weight;
    /// See `register_session`, with a quote of an SGX enclave.
    fn register_sgx() -> Weight;
    /// See `register_session`, with a quote of a TDX trust domain.
    fn register_tdx() -> Weight;
    /// See `register_session`, with a Nitro document under as many authorities as AWS sends.
    fn register_nitro() -> Weight;
    /// See `register_session`, with an SNP report.
    fn register_snp() -> Weight;
    /// See `end_session`.
    fn end_session() -> Weight;
    /// See `remove_session`.
    fn remove_session() -> Weight;
    /// See `remove_chip_key`.
    fn remove_chip_key() -> Weight;
    /// Whether a service may be anchored to a policy.
    fn check_anchor() -> Weight;
    /// One receipt, from storage to verdict, whose session was looked at in this epoch.
    fn verify_session() -> Weight;
    /// Looking at a session's facts again.
    fn reappraise() -> Weight;
}

/// Nominal weights for tests, which count calls and do not measure them.
impl WeightInfo for () {
    fn add_root() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_root_enabled() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_kind() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_product() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn set_parameters() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn revoke() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn reinstate() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn submit_root_crl(b: u32) -> Weight {
        Weight::from_parts(1_000 + u64::from(b), 0)
    }
    fn submit_pck_crl(b: u32) -> Weight {
        Weight::from_parts(1_000 + u64::from(b), 0)
    }
    fn submit_tcb_info(b: u32) -> Weight {
        Weight::from_parts(1_000 + u64::from(b), 0)
    }
    fn submit_qe_identity(b: u32) -> Weight {
        Weight::from_parts(1_000 + u64::from(b), 0)
    }
    fn submit_chip_key() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn create_policy() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn narrow_policy() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn end_policy() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_policy() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn register_sgx() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_tdx() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_nitro() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_snp() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn end_session() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_session() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn remove_chip_key() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn check_anchor() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn verify_session() -> Weight {
        Weight::from_parts(100, 0)
    }
    fn reappraise() -> Weight {
        Weight::from_parts(10, 0)
    }
}
