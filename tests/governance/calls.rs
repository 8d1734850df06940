//! The calls that are decided, each made in one place: strangers try the same ones.

use assay_client::Call;
use assay_halo2::{Srs, Version, TEST_SRS};
use assay_primitives::{AccountId32, Balance, Tier, TierStatus, H256};
use assay_tee_sim::{cert::Cert, key::Key};
use assay_tests::{address, TUSD};
use codec::Compact;
use pallet_enclaves::types::{Authority, Parameters, PlatformFlags, RootId, Statuses, Target, TcbStatus};
use pallet_x402::types::Settings;
use sp_crypto_hashing::sha2_256;
use sp_runtime::Permill;

/// What the treasury spends: a quarter of the Test USD that it begins with.
pub(crate) const SPENT: Balance = 250_000;
/// The least version of EZKL at first.
pub(crate) const FIRST_FLOOR: Version = Version { major: 23, minor: 0, patch: 0 };
/// A higher one: above that of the vectors.
pub(crate) const HIGHER_FLOOR: Version = Version { major: 24, minor: 0, patch: 0 };

/// The string that halo2 verifiers on Ethereum carry: it comes from a ceremony.
pub(crate) fn ceremony() -> Srs {
    let minus_tau_g2 = hex::decode(concat!(
        "186282957db913abd99f91db59fe69922e95040603ef44c0bd7aa3adeef8f5ac",
        "17944351223333f260ddc3b4af45191b856689eda9eab5cbcddbbe570ce860d2",
        "06d971ff4a7467c3ec596ed6efc674572e32fd6f52b721f97e35b0b3d3546753",
        "06ecdb9f9567f59ed2eee36e1e1d58797fd13cc97fafc2910f5e8a12f202fa9a",
    ));
    let minus_tau_g2 = minus_tau_g2.ok().and_then(|bytes| bytes.try_into().ok()).expect("128 bytes");
    Srs { g2: TEST_SRS.g2, minus_tau_g2 }
}

pub(crate) fn add_srs() -> Call {
    Call::new("Circuits", "add_srs").arg(&ceremony()).arg(&false)
}

pub(crate) fn withdraw_srs() -> Call {
    Call::new("Circuits", "withdraw_srs").arg(&ceremony().id())
}

pub(crate) fn set_ezkl_floor(floor: Version) -> Call {
    Call::new("Circuits", "set_ezkl_floor").arg(&floor)
}

/// A root as a vendor might change to it, and its id.
pub(crate) fn next_root() -> (Vec<u8>, RootId) {
    let certificate = Cert::root("A vendor's next root", Key::p384("a vendor's next root")).der();
    let id = H256(sha2_256(&certificate));
    (certificate, id)
}

pub(crate) fn add_root() -> Call {
    let none: Option<Vec<u8>> = None;
    Call::new("Enclaves", "add_root").arg(&Authority::Nitro).arg(&next_root().0).arg(&none).arg(&false)
}

pub(crate) fn set_root_enabled(enabled: bool) -> Call {
    Call::new("Enclaves", "set_root_enabled").arg(&next_root().1).arg(&enabled)
}

/// What every session must be: as at first, but one more status is accepted.
pub(crate) fn parameters() -> Parameters {
    use TcbStatus::*;
    Parameters {
        min_evaluation_number: 0,
        statuses: Statuses::truncate_from(vec![UpToDate, Unrated, SwHardeningNeeded, ConfigurationNeeded]),
        denied_advisories: Default::default(),
        flags: PlatformFlags::ALL,
        nonce_blocks: 100,
        max_session_seconds: 30 * 24 * 3_600,
        max_evidence_age: 300,
    }
}

pub(crate) fn set_parameters() -> Call {
    Call::new("Enclaves", "set_parameters").arg(&parameters())
}

/// A measurement.
pub(crate) fn program() -> Target {
    Target::Program(vec![0xab; 48].try_into().expect("as long as they are"))
}

pub(crate) fn revoke() -> Call {
    Call::new("Enclaves", "revoke").arg(&program())
}

pub(crate) fn reinstate() -> Call {
    Call::new("Enclaves", "reinstate").arg(&program())
}

pub(crate) fn set_tier(status: TierStatus) -> Call {
    Call::new("Inference", "set_tier").arg(&Tier::Signed).arg(&status)
}

/// Sets the protocol's fee, and leaves the other settings as they are at first.
pub(crate) fn set_fee(percent: u32) -> Call {
    let settings = Settings { fee: Permill::from_percent(percent), ..Settings::default() };
    Call::new("X402", "set_settings").arg(&settings)
}

/// Pauses reserving, or allows it again.
pub(crate) fn reserving(name: &str) -> Call {
    Call::new("TxPause", name).arg(&(b"Inference".to_vec(), b"reserve".to_vec()))
}

pub(crate) fn safe_mode(name: &str) -> Call {
    Call::new("SafeMode", name)
}

/// Sets the enactment delay.
pub(crate) fn set_delay(blocks: u32) -> Call {
    // The first parameter of the first group.
    Call::new("Parameters", "set_parameter").arg(&(0u8, 0u8, Some(blocks)))
}

pub(crate) fn spend(to: &AccountId32) -> Call {
    let (asset, now) = ((1u8, TUSD), None::<u32>);
    Call::new("Treasury", "spend").arg(&asset).arg(&Compact(SPENT)).arg(&address(to)).arg(&now)
}

pub(crate) fn admit(who: &AccountId32) -> Call {
    Call::new("Validators", "admit").arg(who)
}
