//! What can be stopped in an emergency, and what never is.
//!
//! Half of the Technical Committee pauses a call, or has the chain enter safe mode. Neither stops what ends the emergency
//! or returns money to its payer: see [`Unstoppable`]. While settling is stopped, deliveries' clock stands still.

use super::governance::{Enacted, TechnicalHalf, HOURS};
use crate::*;
use frame_support::{
    parameter_types,
    traits::{CallMetadata, ConstU32, Contains, EitherOf, Get, GetCallMetadata},
};
use frame_system::{EnsureRoot, EnsureWithSuccess};
use pallet_tx_pause::RuntimeCallNameOf;

parameter_types! {
    /// How long safe mode lasts when it is entered, and how much longer each time that it is extended.
    pub const SafeModeDuration: BlockNumber = 4 * HOURS;
    /// Nobody enters or extends safe mode for a deposit.
    pub const NoDeposit: Option<Balance> = None;
    /// So there is none to release.
    pub const NoRelease: Option<BlockNumber> = None;
}

/// Half of the Technical Committee, or root.
type Guard = EitherOf<EnsureRoot<AccountId>, TechnicalHalf>;
/// The same, for as long as safe mode lasts.
type GuardForAWhile = EnsureWithSuccess<Guard, AccountId, SafeModeDuration>;

/// What neither a pause nor safe mode stops: the inherent and reports of equivocations; governance, what its members act
/// through, and what it turns; the keys of validators; and what returns money to its payer.
pub struct Unstoppable;

impl Unstoppable {
    /// The calls, by the names of pallets and, where not all of a pallet's go on, of calls.
    pub const CALLS: &'static [(&'static str, &'static [&'static str])] = &[
        ("Timestamp", &[]),
        ("Babe", &[]),
        ("Grandpa", &[]),
        ("Session", &[]),
        ("System", &["apply_authorized_upgrade"]),
        ("Council", &[]),
        ("CouncilMembership", &[]),
        ("TechnicalCommittee", &[]),
        ("TechnicalMembership", &[]),
        ("Decisions", &[]),
        ("Preimage", &[]),
        ("Scheduler", &[]),
        ("ConvictionVoting", &[]),
        ("Referenda", &[]),
        ("Whitelist", &[]),
        ("TxPause", &[]),
        ("SafeMode", &[]),
        ("Sudo", &[]),
        // What these make others do is filtered by itself.
        ("Utility", &[]),
        ("Multisig", &[]),
        ("Proxy", &[]),
        ("Parameters", &[]),
        ("AssetRate", &[]),
        ("Treasury", &["spend", "void_spend"]),
        ("Validators", &["admit", "remove"]),
        ("X402", &["refund", "list_asset", "delist_asset", "set_settings"]),
        ("Inference", &["refund_early", "set_tier", "set_settings", "set_minimum_bond"]),
        ("Circuits", &["add_srs", "withdraw_srs", "revoke", "set_limits", "set_ezkl_floor"]),
        (
            "Enclaves",
            &["add_root", "set_root_enabled", "set_kind", "set_product", "set_parameters", "revoke", "reinstate"],
        ),
    ];

    fn has(pallet: &[u8], call: &[u8]) -> bool {
        let listed = Self::CALLS.iter().find(|(name, _)| name.as_bytes() == pallet);
        listed.is_some_and(|(_, calls)| calls.is_empty() || calls.iter().any(|name| name.as_bytes() == call))
    }
}

impl Contains<RuntimeCallNameOf<Runtime>> for Unstoppable {
    fn contains((pallet, call): &RuntimeCallNameOf<Runtime>) -> bool {
        Self::has(pallet, call)
    }
}

impl Contains<RuntimeCall> for Unstoppable {
    fn contains(call: &RuntimeCall) -> bool {
        let CallMetadata { pallet_name, function_name } = call.get_call_metadata();
        Self::has(pallet_name.as_bytes(), function_name.as_bytes())
    }
}

impl pallet_tx_pause::Config for Runtime {
    type MaxNameLen = ConstU32<64>;
    type PauseOrigin = Guard;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type UnpauseOrigin = Enacted;
    type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
    type WhitelistedCalls = Unstoppable;
}

impl pallet_safe_mode::Config for Runtime {
    type Currency = Balances;
    type EnterDepositAmount = NoDeposit;
    type EnterDuration = SafeModeDuration;
    type ExtendDepositAmount = NoDeposit;
    type ExtendDuration = SafeModeDuration;
    type ForceDepositOrigin = EnsureRoot<AccountId>;
    type ForceEnterOrigin = GuardForAWhile;
    type ForceExitOrigin = Enacted;
    type ForceExtendOrigin = GuardForAWhile;
    type Notify = ();
    type ReleaseDelay = NoRelease;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
    type WhitelistedCalls = Unstoppable;
}

/// Whether a provider can settle in this block. It cannot in safe mode, or while the call is paused.
pub struct SettlingPossible;

impl Get<bool> for SettlingPossible {
    fn get() -> bool {
        !SafeMode::is_entered() && !TxPause::is_paused_unbound(b"Inference".to_vec(), b"settle".to_vec())
    }
}
