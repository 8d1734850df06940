//! What accounts can do together or for each other.

use super::money::deposit;
use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;

parameter_types! {
    /// The deposit for a pending multisig operation: its hash, opener, deposit and time point.
    pub const MultisigDepositBase: Balance = deposit(1, 88);
    /// And for each approval.
    pub const MultisigDepositFactor: Balance = deposit(0, 32);
    /// The deposit for an account's list of proxies.
    pub const ProxyDepositBase: Balance = deposit(1, 8);
    /// And for each of them: account, type and delay.
    pub const ProxyDepositFactor: Balance = deposit(0, 37);
    /// The deposit for a proxy's list of announcements.
    pub const AnnouncementDepositBase: Balance = deposit(1, 8);
    /// And for each of them: account, call hash and block number.
    pub const AnnouncementDepositFactor: Balance = deposit(0, 68);
}

impl pallet_utility::Config for Runtime {
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_multisig::Config for Runtime {
    type BlockNumberProvider = System;
    type Currency = Balances;
    type DepositBase = MultisigDepositBase;
    type DepositFactor = MultisigDepositFactor;
    type MaxSignatories = ConstU32<100>;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do in the name of another account.
#[derive(
    Clone,
    Copy,
    Debug,
    Decode,
    DecodeWithMemTracking,
    Default,
    Encode,
    Eq,
    MaxEncodedLen,
    Ord,
    PartialEq,
    PartialOrd,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Change the session keys: a validator's account can stay offline.
    #[codec(index = 1)]
    SessionKeys,
    /// Propose, vote and close: the account of a member or a voter can stay offline.
    #[codec(index = 2)]
    Governance,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::SessionKeys => matches!(call, RuntimeCall::Session(_)),
            Self::Governance => matches!(
                call,
                RuntimeCall::Council(_)
                    | RuntimeCall::TechnicalCommittee(_)
                    | RuntimeCall::Preimage(_)
                    | RuntimeCall::ConvictionVoting(_)
                    | RuntimeCall::Referenda(_)
                    | RuntimeCall::Whitelist(_)
            ),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        self == &Self::Any || self == other
    }
}

impl pallet_proxy::Config for Runtime {
    type AnnouncementDepositBase = AnnouncementDepositBase;
    type AnnouncementDepositFactor = AnnouncementDepositFactor;
    type BlockNumberProvider = System;
    type CallHasher = sp_runtime::traits::BlakeTwo256;
    type Currency = Balances;
    type MaxPending = ConstU32<32>;
    type MaxProxies = ConstU32<32>;
    type ProxyDepositBase = ProxyDepositBase;
    type ProxyDepositFactor = ProxyDepositFactor;
    type ProxyType = ProxyType;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}

// Without a key, which only the development preset sets, sudo is inert.
impl pallet_sudo::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
