//! Who makes blocks and who finalises them: BABE, GRANDPA, sessions, validators and their offences.

use super::{
    governance::Enacted,
    key_owners::KeyOwners,
    money::{deposit, TreasuryAccount},
    parameters,
    slots::{BabeSlots, BlockAuthor},
};
use crate::*;
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstU32, ConstU64, Get},
};
use frame_system::offchain::{CreateBare, CreateTransactionBase};
use pallet_network::NetworkKind;
use pallet_session::{disabling::UpToLimitWithReEnablingDisablingStrategy, historical};
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_runtime::traits::{Convert, ConvertInto, OpaqueKeys};
use sp_staking::SessionIndex;

/// The length of a slot, and so the time between blocks.
pub const SLOT_MILLISECS: u64 = 2_000;

/// How many slots sessions, which are BABE's epochs, last on a network of this kind: ten minutes where value is at stake, a
/// minute on networks for tests.
pub const fn session_slots(kind: NetworkKind) -> u32 {
    let minutes = match kind {
        NetworkKind::Live => 10,
        NetworkKind::Dev | NetworkKind::Local => 1,
    };
    minutes * 60 * 1_000 / SLOT_MILLISECS as u32
}

/// For so many sessions an offence can be reported, and a bond is kept after it answered for a validator: a week where
/// value is at stake.
pub const REPORTABLE_SESSIONS: SessionIndex = 7 * 24 * 6;

/// One author a slot: no slot goes to a lottery (c = 0), so each goes to its secondary author, which proves by VRF
/// that it drew the randomness of its block fairly.
pub const EPOCH_CONFIG: BabeEpochConfiguration =
    BabeEpochConfiguration { c: (0, 1), allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots };

/// The greatest number of validators.
type MaxAuthorities = ConstU32<100>;

parameter_types! {
    /// How many slots a session lasts: fixed at genesis.
    pub EpochDuration: u64 = Network::session_slots().into();
    /// How long an equivocation can be reported, in blocks.
    pub ReportLongevity: u64 = u64::from(REPORTABLE_SESSIONS) * EpochDuration::get();
    /// What it costs to have session keys on chain: one record of both keys, and one for each key's owner.
    pub const SessionKeyDeposit: Balance = deposit(3, 3 * 64);
    /// The least bond with which a validator is admitted.
    pub MinimumBond: Balance = parameters::dynamic_params::validators::MinimumBond::get().into();
    /// How many validators come at most in a session, and how many go.
    pub ChangesPerSession: u32 = parameters::dynamic_params::validators::ChangesPerSession::get().into();
}

impl pallet_babe::Config for Runtime {
    type DisabledValidators = Session;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type EpochDuration = EpochDuration;
    type EquivocationReportSystem = pallet_babe::EquivocationReportSystem<Self, Offences, KeyOwners, ReportLongevity>;
    type ExpectedBlockTime = ConstU64<SLOT_MILLISECS>;
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, KeyOwners, ReportLongevity>;
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    // A report needs the entry of the set before as well, and the set may change every session.
    type MaxSetIdSessionEntries = ConstU64<{ REPORTABLE_SESSIONS as u64 + 4 }>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
}

impl pallet_authorship::Config for Runtime {
    type EventHandler = Validators;
    type FindAuthor = BlockAuthor;
}

impl pallet_session::Config for Runtime {
    type Currency = Balances;
    // At most a third, and never the only one.
    type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
    type KeyDeposit = SessionKeyDeposit;
    type Keys = opaque::SessionKeys;
    type NextSessionRotation = Babe;
    type RuntimeEvent = RuntimeEvent;
    type SessionHandler = <opaque::SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type SessionManager = historical::NoteHistoricalRoot<Self, Validators>;
    type ShouldEndSession = Babe;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl historical::Config for Runtime {
    type FullIdentification = ();
    type FullIdentificationOf = NoFurtherIdentification;
    type RuntimeEvent = RuntimeEvent;
}

impl pallet_offences::Config for Runtime {
    type IdentificationTuple = historical::IdentificationTuple<Self>;
    type OnOffenceHandler = Validators;
    type RuntimeEvent = RuntimeEvent;
}

/// A validator is its account.
pub struct NoFurtherIdentification;

impl Convert<AccountId, Option<()>> for NoFurtherIdentification {
    fn convert(_: AccountId) -> Option<()> {
        Some(())
    }
}

impl pallet_validators::Config for Runtime {
    type AdmitOrigin = Enacted;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Slots;
    type ChangesPerSession = ChangesPerSession;
    type Currency = Balances;
    type MaxValidators = MaxAuthorities;
    type MinimumBond = MinimumBond;
    type RemoveOrigin = Enacted;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Slashed = ResolveTo<TreasuryAccount, Balances>;
    type SlotLeader = BabeSlots;
    type UnbondingSessions = ConstU32<REPORTABLE_SESSIONS>;
    type WeightInfo = weights::pallet_validators::WeightInfo<Runtime>;
}

impl pallet_validators::genesis::Config for Runtime {}

impl<C> CreateTransactionBase<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

/// Validators report equivocations by extrinsics without a signature.
impl<C> CreateBare<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
        UncheckedExtrinsic::new_bare(call)
    }
}
