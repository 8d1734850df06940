//! Who makes blocks and who finalises them: BABE, GRANDPA, sessions, offences.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64},
};
use frame_system::offchain::{CreateBare, CreateTransactionBase};
use pallet_session::historical;
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_runtime::traits::{Convert, ConvertInto, OpaqueKeys};
use sp_staking::SessionIndex;

use super::money::deposit;

/// The length of a slot, and so the time between blocks.
pub const SLOT_MILLISECS: u64 = 2_000;

/// Sessions, which are BABE's epochs, last ten minutes.
pub const SESSION_SLOTS: u32 = 10 * 60 * 1_000 / SLOT_MILLISECS as u32;

/// An offence can be reported for a week.
const REPORTABLE_SESSIONS: SessionIndex = 7 * 24 * 6;

/// One author a slot: no slot goes to a lottery (c = 0), so each goes to its secondary author, which proves by VRF
/// that it drew the randomness of its block fairly.
pub const EPOCH_CONFIG: BabeEpochConfiguration =
    BabeEpochConfiguration { c: (0, 1), allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots };

/// The greatest number of validators.
type MaxAuthorities = ConstU32<100>;

parameter_types! {
    /// How long an equivocation can be reported, in blocks.
    pub const ReportLongevity: u64 = REPORTABLE_SESSIONS as u64 * SESSION_SLOTS as u64;
    /// What it costs to have session keys on chain: one record of both keys, and one for each key's owner.
    pub const SessionKeyDeposit: Balance = deposit(3, 3 * 64);
}

impl pallet_babe::Config for Runtime {
    type DisabledValidators = Session;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type EpochDuration = ConstU64<{ SESSION_SLOTS as u64 }>;
    type EquivocationReportSystem = pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
    type ExpectedBlockTime = ConstU64<SLOT_MILLISECS>;
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
    type KeyOwnerProof = sp_session::MembershipProof;
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<{ REPORTABLE_SESSIONS as u64 }>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
}

impl pallet_authorship::Config for Runtime {
    type EventHandler = ();
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
}

impl pallet_session::Config for Runtime {
    type Currency = Balances;
    type DisablingStrategy = ();
    type KeyDeposit = SessionKeyDeposit;
    type Keys = opaque::SessionKeys;
    type NextSessionRotation = Babe;
    type RuntimeEvent = RuntimeEvent;
    type SessionHandler = <opaque::SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type SessionManager = historical::NoteHistoricalRoot<Self, GenesisValidators>;
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
    type OnOffenceHandler = ();
    type RuntimeEvent = RuntimeEvent;
}

/// A validator is its account.
pub struct NoFurtherIdentification;

impl Convert<AccountId, Option<()>> for NoFurtherIdentification {
    fn convert(_: AccountId) -> Option<()> {
        Some(())
    }
}

/// The validators are those of genesis.
pub struct GenesisValidators;

impl pallet_session::SessionManager<AccountId> for GenesisValidators {
    fn new_session(_: SessionIndex) -> Option<Vec<AccountId>> {
        None
    }

    fn start_session(_: SessionIndex) {}

    fn end_session(index: SessionIndex) {
        Historical::prune_up_to(index.saturating_sub(REPORTABLE_SESSIONS));
    }
}

impl historical::SessionManager<AccountId, ()> for GenesisValidators {
    fn new_session(_: SessionIndex) -> Option<Vec<(AccountId, ())>> {
        None
    }

    /// Those that genesis gave keys to. Naming them here, rather than leaving it to pallet-session, is what gives
    /// historical sessions their first root.
    fn new_session_genesis(_: SessionIndex) -> Option<Vec<(AccountId, ())>> {
        Some(pallet_session::NextKeys::<Runtime>::iter_keys().map(|validator| (validator, ())).collect())
    }

    fn start_session(_: SessionIndex) {}

    fn end_session(index: SessionIndex) {
        <Self as pallet_session::SessionManager<_>>::end_session(index)
    }
}

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
