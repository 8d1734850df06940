//! Who decides, and how decisions are carried out.
//!
//! - The **Council** decides what widens trust or moves money: two thirds of it have a call made by `Enacted`, after a delay
//!   in which two thirds of the Technical Committee may veto it.
//! - The **Technical Committee** takes trust away: half of it does so at once. It can give none.
//! - **Root** acts only when both agree, or by referendum.

use super::{
    consensus::SLOT_MILLISECS,
    money::{deposit, ASY},
    parameters,
    system::RuntimeBlockWeights,
    tracks::Tracks,
};
use crate::*;
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration, ActiveIssuanceOf, ConstU128, ConstU32, EitherOf, EqualPrivilegeOnly, Get,
        LinearStoragePrice, NeverEnsureOrigin,
    },
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_collective::EnsureProportionAtLeast;
use sp_runtime::Perbill;

/// Blocks in a minute.
pub const MINUTES: BlockNumber = (60_000 / SLOT_MILLISECS) as BlockNumber;
/// Blocks in an hour.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks in a day.
pub const DAYS: BlockNumber = 24 * HOURS;

/// The Council, to pallets of which there are two.
pub type CouncilInstance = pallet_collective::Instance1;
/// The Technical Committee, to pallets of which there are two.
pub type TechnicalInstance = pallet_collective::Instance2;

/// Two thirds of the Council.
pub type CouncilTwoThirds = EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>;
/// Three quarters of the Council.
pub type CouncilThreeQuarters = EnsureProportionAtLeast<AccountId, CouncilInstance, 3, 4>;
/// Half of the Technical Committee.
pub type TechnicalHalf = EnsureProportionAtLeast<AccountId, TechnicalInstance, 1, 2>;
/// Two thirds of the Technical Committee.
pub type TechnicalTwoThirds = EnsureProportionAtLeast<AccountId, TechnicalInstance, 2, 3>;

/// What widens trust or moves money: root, or a decision of the Council that nobody vetoed.
pub type Enacted = EitherOf<EnsureRoot<AccountId>, pallet_decisions::EnsureEnacted>;
/// What takes trust away: those, or half of the Technical Committee at once.
pub type Narrowing = EitherOf<Enacted, TechnicalHalf>;
/// What stops other decisions: root, or two thirds of the Technical Committee.
pub type Veto = EitherOf<EnsureRoot<AccountId>, TechnicalTwoThirds>;

/// The greatest number of members of either body.
pub type MaxMembers = ConstU32<20>;
/// The greatest number of motions that either body has open.
type MaxMotions = ConstU32<50>;

parameter_types! {
    /// A motion that is not closed by then is decided by the votes that it has.
    pub const MotionDuration: BlockNumber = 7 * DAYS;
    /// The dearest call that a motion may make.
    pub MaxMotionWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
    /// Blocks between a decision and its enactment.
    pub EnactmentDelay: BlockNumber = parameters::dynamic_params::governance::EnactmentDelay::get().into();
    /// The most that scheduled calls take of a block.
    pub MaxScheduledWeight: Weight = Perbill::from_percent(80) * RuntimeBlockWeights::get().max_block;
    /// Why the native currency of who notes a preimage is on hold.
    pub const PreimageReason: RuntimeHoldReason = RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
    /// The deposit for a preimage: its status and itself.
    pub const PreimageDeposit: Balance = deposit(2, 64);
    /// And for each byte of it.
    pub const PreimageByteDeposit: Balance = deposit(0, 1);
    /// How long tokens that voted with the least conviction stay locked.
    pub const VoteLocking: BlockNumber = 7 * DAYS;
    /// A referendum without a decision deposit goes after so many blocks.
    pub const UndecidingTimeout: BlockNumber = 14 * DAYS;
    /// What the Council dispatched waits so long for the Technical Committee to whitelist it.
    pub const WhitelistingTimeout: BlockNumber = 7 * DAYS;
}

/// Who does not vote did not agree, whoever else voted how.
pub struct SilenceIsNo;

impl pallet_collective::DefaultVote for SilenceIsNo {
    fn default_vote(_: Option<bool>, _: u32, _: u32, _: u32) -> bool {
        false
    }
}

/// A body: its motions, and its members.
macro_rules! body {
    ($collective:ident, $instance:ty) => {
        impl pallet_collective::Config<$instance> for Runtime {
            type Consideration = ();
            type DefaultVote = SilenceIsNo;
            type DisapproveOrigin = EnsureRoot<AccountId>;
            type KillOrigin = EnsureRoot<AccountId>;
            type MaxMembers = MaxMembers;
            type MaxProposalWeight = MaxMotionWeight;
            type MaxProposals = MaxMotions;
            type MotionDuration = MotionDuration;
            type Proposal = RuntimeCall;
            type RuntimeEvent = RuntimeEvent;
            type RuntimeOrigin = RuntimeOrigin;
            // Members change through the pallet that keeps them.
            type SetMembersOrigin = NeverEnsureOrigin<()>;
            type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
        }

        impl pallet_membership::Config<$instance> for Runtime {
            type AddOrigin = Enacted;
            type MaxMembers = MaxMembers;
            type MembershipChanged = $collective;
            type MembershipInitialized = $collective;
            // Nobody's vote counts for others.
            type PrimeOrigin = NeverEnsureOrigin<()>;
            type RemoveOrigin = Enacted;
            type ResetOrigin = Enacted;
            type RuntimeEvent = RuntimeEvent;
            type SwapOrigin = Enacted;
            type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
        }
    };
}

body!(Council, CouncilInstance);
body!(TechnicalCommittee, TechnicalInstance);

impl pallet_decisions::Config for Runtime {
    type DecideOrigin = CouncilTwoThirds;
    type Delay = EnactmentDelay;
    type PalletsOrigin = OriginCaller;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type Scheduler = Scheduler;
    type VetoOrigin = Veto;
    type WeightInfo = weights::pallet_decisions::WeightInfo<Runtime>;
}

impl pallet_preimage::Config for Runtime {
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageReason,
        LinearStoragePrice<PreimageDeposit, PreimageByteDeposit, Balance>,
    >;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
}

impl pallet_scheduler::Config for Runtime {
    type BlockNumberProvider = System;
    type MaxScheduledPerBlock = ConstU32<50>;
    type MaximumWeight = MaxScheduledWeight;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type PalletsOrigin = OriginCaller;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
}

impl pallet_conviction_voting::Config for Runtime {
    type BlockNumberProvider = System;
    type Currency = Balances;
    // What the treasury has, votes for nobody.
    type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
    type MaxVotes = ConstU32<128>;
    type Polls = Referenda;
    type RuntimeEvent = RuntimeEvent;
    type VoteLockingPeriod = VoteLocking;
    type VotingHooks = ();
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
}

impl pallet_referenda::Config for Runtime {
    type AlarmInterval = ConstU32<1>;
    type BlockNumberProvider = System;
    // Whoever could cancel referenda could keep its seats for ever.
    type CancelOrigin = EnsureRoot<AccountId>;
    type Currency = Balances;
    type KillOrigin = EnsureRoot<AccountId>;
    type MaxQueued = ConstU32<20>;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type Scheduler = Scheduler;
    type Slash = Treasury;
    type SubmissionDeposit = ConstU128<{ 10 * ASY }>;
    type SubmitOrigin = EnsureSigned<AccountId>;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    type Tracks = Tracks;
    type UndecidingTimeout = UndecidingTimeout;
    type Votes = pallet_conviction_voting::VotesOf<Runtime>;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
}

impl pallet_whitelist::Config for Runtime {
    type BlockNumberProvider = System;
    type DeferredDispatchExpiration = WhitelistingTimeout;
    type DispatchWhitelistedOrigin =
        EitherOf<EnsureRoot<AccountId>, EitherOf<CouncilThreeQuarters, origins::EnsureWhitelistedCaller>>;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_whitelist::weights::SubstrateWeight<Runtime>;
    type WhitelistOrigin = Veto;
}

impl origins::Config for Runtime {}
