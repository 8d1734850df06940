//! A runtime with the scheduler and the preimages around this pallet. What is enacted manages preimages, so that what a
//! decision did can be seen.

use crate::pallet::Origin;
use codec::Encode;
use frame_support::{
    derive_impl, ord_parameter_types, parameter_types,
    traits::{EqualPrivilegeOnly, QueryPreimage},
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    BuildStorage, DispatchResult,
};

pub(crate) const COUNCIL: u64 = 1;
pub(crate) const COMMITTEE: u64 = 2;
pub(crate) const STRANGER: u64 = 3;
/// Blocks from a decision to its enactment, unless a test changes that.
pub(crate) const USUAL: u64 = 10;
/// The first block of tests.
pub(crate) const NOW: u64 = 1;
/// The scheduler's limit.
pub(crate) const TASKS_PER_BLOCK: u32 = 10;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeError,
        RuntimeEvent,
        RuntimeHoldReason,
        RuntimeOrigin,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(2)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(3)]
    pub type Decisions = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
}

impl pallet_preimage::Config for Test {
    type Consideration = ();
    type Currency = ();
    type ManagerOrigin = crate::EnsureEnacted;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
}

impl pallet_scheduler::Config for Test {
    type BlockNumberProvider = System;
    type MaxScheduledPerBlock = TasksPerBlock;
    type MaximumWeight = MaximumWeight;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type PalletsOrigin = OriginCaller;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type ScheduleOrigin = EnsureRoot<u64>;
    type WeightInfo = ();
}

ord_parameter_types! {
    pub const Council: u64 = COUNCIL;
    pub const Committee: u64 = COMMITTEE;
}

parameter_types! {
    pub const MaximumWeight: Weight = Weight::MAX;
    pub const TasksPerBlock: u32 = TASKS_PER_BLOCK;
    pub static Delay: u64 = USUAL;
}

impl crate::Config for Test {
    type DecideOrigin = EnsureSignedBy<Council, u64>;
    type Delay = Delay;
    type PalletsOrigin = OriginCaller;
    type Preimages = Preimage;
    type RuntimeCall = RuntimeCall;
    type Scheduler = Scheduler;
    type VetoOrigin = EnsureSignedBy<Committee, u64>;
    type WeightInfo = ();
}

pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis builds");
    let mut ext: sp_io::TestExternalities = storage.into();
    ext.execute_with(|| System::set_block_number(NOW));
    ext
}

pub(crate) fn run(test: impl FnOnce()) {
    Delay::set(USUAL);
    new_test_ext().execute_with(test);
}

pub(crate) fn go_to(block: u64) {
    System::run_to_block::<AllPalletsWithSystem>(block);
}

pub(crate) fn enacted() -> RuntimeOrigin {
    Origin::Enacted.into()
}

pub(crate) fn decide(call: &RuntimeCall) -> DispatchResult {
    Decisions::decide(RuntimeOrigin::signed(COUNCIL), Box::new(call.clone()))
}

pub(crate) fn veto(id: H256) -> DispatchResult {
    Decisions::veto(RuntimeOrigin::signed(COMMITTEE), id)
}

pub(crate) fn id(call: &RuntimeCall) -> H256 {
    BlakeTwo256::hash_of(call)
}

/// Something that preimages are requested of, number `n`.
pub(crate) fn wanted(n: u8) -> H256 {
    H256([n; 32])
}

/// A call that the scheduler keeps itself: it requests [`wanted`].
pub(crate) fn short(n: u8) -> RuntimeCall {
    RuntimeCall::Preimage(pallet_preimage::Call::request_preimage { hash: wanted(n) })
}

/// A call that is kept as a preimage: it notes a preimage of its own.
pub(crate) fn long(n: u8) -> RuntimeCall {
    RuntimeCall::Preimage(pallet_preimage::Call::note_preimage { bytes: vec![n; 200] })
}

/// Whether [`short`] was enacted.
pub(crate) fn short_is_done(n: u8) -> bool {
    Preimage::is_requested(&wanted(n))
}

/// Whether [`long`] was enacted.
pub(crate) fn long_is_done(n: u8) -> bool {
    Preimage::is_requested(&BlakeTwo256::hash(&[n; 200]))
}

/// How often the preimage of a call is requested; nothing if nobody knows of it.
pub(crate) fn requests(call: &RuntimeCall) -> Option<u32> {
    pallet_preimage::RequestStatusFor::<Test>::get(id(call)).map(|status| match status {
        pallet_preimage::RequestStatus::Requested { count, .. } => count,
        pallet_preimage::RequestStatus::Unrequested { .. } => 0,
    })
}

/// Whether the preimage of a call is kept.
pub(crate) fn is_kept(call: &RuntimeCall) -> bool {
    pallet_preimage::PreimageFor::<Test>::contains_key((id(call), call.encoded_size() as u32))
}

/// How the scheduler's tasks ended, in order.
pub(crate) fn results() -> Vec<DispatchResult> {
    let result = |record: frame_system::EventRecord<RuntimeEvent, H256>| match record.event {
        RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { result, .. }) => Some(result),
        _ => None,
    };
    System::events().into_iter().filter_map(result).collect()
}
