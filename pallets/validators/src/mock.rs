//! A runtime with BABE, GRANDPA, sessions and offences as they are, in the order of the real one; and the ways of
//! validators, honest and not.

use crate::{pallet::HoldReason, types::SlotLeaders};
use assay_primitives::{AccountId32, Balance};
use core::ops::Range;
use frame_support::{
    assert_ok, derive_impl,
    dispatch::DispatchResultWithPostInfo,
    parameter_types,
    traits::{
        fungible::{Inspect, InspectHold},
        tokens::imbalance::ResolveTo,
        ConstU32, ConstU64, KeyOwnerProofSystem, OnFinalize, OnInitialize, VariantCountOf,
    },
};
use frame_system::EnsureRoot;
use pallet_session::{disabling::UpToLimitWithReEnablingDisablingStrategy, historical, SessionInterface};
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::{Pair, H256};
use sp_runtime::{
    generic::{Digest, DigestItem},
    testing::TestXt,
    traits::{BlakeTwo256, Convert, ConvertInto, Header as _, IdentityLookup, OpaqueKeys},
    BuildStorage, DispatchResult,
};
use sp_session::MembershipProof;
use sp_staking::SessionIndex;

/// A block's header.
type Header = sp_runtime::generic::Header<u64, BlakeTwo256>;

/// The validators of genesis are accounts 1 to this one.
pub(crate) const FOUNDERS: u8 = 4;
/// Others who have money.
pub(crate) const CANDIDATES: [u8; 5] = [11, 12, 13, 14, 15];
/// What everybody has, bond and all.
pub(crate) const ENDOWMENT: Balance = 1_000_000;
/// What is bonded.
pub(crate) const BOND: Balance = 1_600;
/// What is slashed of it for the offence of one of four: (3/4)^2.
pub(crate) const ONE_OF_FOUR: Balance = 900;
/// The least bond unless a test says otherwise.
pub(crate) const LEAST_BOND: Balance = 100;
/// Slots of a session.
pub(crate) const SESSION_SLOTS: u64 = 10;
/// The slot of the first block.
pub(crate) const FIRST_SLOT: u64 = 1_000;
/// Sessions of unbonding.
pub(crate) const UNBONDING: SessionIndex = 3;
/// Most validators.
pub(crate) const MOST: u32 = 8;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeError,
        RuntimeEvent,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeOrigin,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(10)]
    pub type Babe = pallet_babe;
    #[runtime::pallet_index(11)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(12)]
    pub type Offences = pallet_offences;
    #[runtime::pallet_index(13)]
    pub type Historical = pallet_session::historical;
    #[runtime::pallet_index(14)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(15)]
    pub type Grandpa = pallet_grandpa;
    #[runtime::pallet_index(16)]
    pub type Validators = crate;
    #[runtime::pallet_index(20)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(27)]
    pub type GenesisValidators = crate::genesis;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountData = pallet_balances::AccountData<Balance>;
    type AccountId = AccountId32;
    type Block = frame_system::mocking::MockBlock<Test>;
    type Lookup = IdentityLookup<AccountId32>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type Balance = Balance;
    type ExistentialDeposit = frame_support::traits::ConstU128<1>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

sp_runtime::impl_opaque_keys! {
    pub struct SessionKeys {
        pub babe: Babe,
        pub grandpa: Grandpa,
    }
}

parameter_types! {
    pub const ReportLongevity: u64 = UNBONDING as u64 * SESSION_SLOTS;
    pub TreasuryAccount: AccountId32 = account(0xff);
    pub static ChangesPerSession: u32 = 2;
    pub static MinimumBond: Balance = LEAST_BOND;
}

impl pallet_babe::Config for Test {
    type DisabledValidators = Session;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type EpochDuration = ConstU64<SESSION_SLOTS>;
    type EquivocationReportSystem = pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
    type ExpectedBlockTime = ConstU64<1>;
    type KeyOwnerProof = MembershipProof;
    type MaxAuthorities = ConstU32<MOST>;
    type MaxNominators = ConstU32<0>;
    type WeightInfo = ();
}

impl pallet_grandpa::Config for Test {
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
    type KeyOwnerProof = MembershipProof;
    type MaxAuthorities = ConstU32<MOST>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<{ UNBONDING as u64 + 2 }>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
}

impl pallet_authorship::Config for Test {
    type EventHandler = Validators;
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
}

impl pallet_session::Config for Test {
    type Currency = Balances;
    type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
    type KeyDeposit = ();
    type Keys = SessionKeys;
    type NextSessionRotation = Babe;
    type RuntimeEvent = RuntimeEvent;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type SessionManager = historical::NoteHistoricalRoot<Self, Validators>;
    type ShouldEndSession = Babe;
    type ValidatorId = AccountId32;
    type ValidatorIdOf = ConvertInto;
    type WeightInfo = ();
}

/// A validator is its account.
pub struct NoFurtherIdentification;
impl Convert<AccountId32, Option<()>> for NoFurtherIdentification {
    fn convert(_: AccountId32) -> Option<()> {
        Some(())
    }
}

impl historical::Config for Test {
    type FullIdentification = ();
    type FullIdentificationOf = NoFurtherIdentification;
    type RuntimeEvent = RuntimeEvent;
}

impl pallet_offences::Config for Test {
    type IdentificationTuple = historical::IdentificationTuple<Self>;
    type OnOffenceHandler = Validators;
    type RuntimeEvent = RuntimeEvent;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Test
where
    RuntimeCall: From<C>,
{
    type Extrinsic = TestXt<RuntimeCall, ()>;
    type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Test
where
    RuntimeCall: From<C>,
{
    fn create_bare(call: RuntimeCall) -> Self::Extrinsic {
        TestXt::new_bare(call)
    }
}

/// Slots go to the session's validators in turn.
pub struct InTurn;
impl SlotLeaders<AccountId32> for InTurn {
    fn skipped() -> Range<u64> {
        if System::block_number() <= 1 {
            return 0..0;
        }
        let now = *Babe::current_slot();
        now - Babe::lateness()..now
    }

    fn leader(slot: u64) -> Option<AccountId32> {
        let validators = Session::validators();
        let place = slot.checked_rem(validators.len() as u64)?;
        validators.get(place as usize).cloned()
    }
}

impl crate::Config for Test {
    type AdmitOrigin = EnsureRoot<AccountId32>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Helper;
    type ChangesPerSession = ChangesPerSession;
    type Currency = Balances;
    type MaxValidators = ConstU32<MOST>;
    type MinimumBond = MinimumBond;
    type RemoveOrigin = EnsureRoot<AccountId32>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Slashed = ResolveTo<TreasuryAccount, Balances>;
    type SlotLeader = InTurn;
    type UnbondingSessions = ConstU32<UNBONDING>;
    type WeightInfo = ();
}

impl crate::genesis::Config for Test {}

/// What benchmarks need.
#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;
#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper for Helper {
    fn skip_slots(count: u32) {
        System::set_block_number(2);
        pallet_babe::CurrentSlot::<Test>::put(sp_consensus_babe::Slot::from(FIRST_SLOT));
        pallet_babe::Lateness::<Test>::put(u64::from(count));
    }
}

pub(crate) fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

pub(crate) fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

/// The accounts of these numbers.
pub(crate) fn accounts(numbers: impl IntoIterator<Item = u8>) -> Vec<AccountId32> {
    numbers.into_iter().map(account).collect()
}

fn babe_pair(n: u8) -> sp_consensus_babe::AuthorityPair {
    sp_consensus_babe::AuthorityPair::from_seed(&[n; 32])
}

fn grandpa_pair(n: u8) -> sp_consensus_grandpa::AuthorityPair {
    sp_consensus_grandpa::AuthorityPair::from_seed(&[n; 32])
}

pub(crate) fn keys(n: u8) -> SessionKeys {
    SessionKeys { babe: babe_pair(n).public(), grandpa: grandpa_pair(n).public() }
}

/// A genesis with the founders as validators.
pub(crate) fn genesis() -> RuntimeGenesisConfig {
    let everybody = (1..=FOUNDERS).chain(CANDIDATES).map(account).chain([TreasuryAccount::get()]);
    let session_keys = |n| (account(n), account(n), keys(n));
    RuntimeGenesisConfig {
        session: pallet_session::GenesisConfig {
            keys: (1..=FOUNDERS).map(session_keys).collect(),
            ..Default::default()
        },
        balances: pallet_balances::GenesisConfig {
            balances: everybody.map(|who| (who, ENDOWMENT)).collect(),
            ..Default::default()
        },
        genesis_validators: crate::genesis::GenesisConfig {
            validators: (1..=FOUNDERS).map(|n| (account(n), BOND)).collect(),
            ..Default::default()
        },
        ..Default::default()
    }
}

/// The state after the genesis.
pub(crate) fn build(genesis: RuntimeGenesisConfig) -> sp_io::TestExternalities {
    genesis.build_storage().expect("genesis builds").into()
}

/// The chain after its first block.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let mut ext = build(genesis());
    ext.execute_with(|| make_block(FIRST_SLOT, 0));
    ext
}

/// Runs a test, and the pallet's own checks after it.
pub(crate) fn run(test: impl FnOnce()) {
    ChangesPerSession::set(2);
    MinimumBond::set(LEAST_BOND);
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(Validators::do_try_state());
    });
}

fn pre_digest(slot: u64, author: u32) -> Digest {
    let pre_digest = SecondaryPlainPreDigest { authority_index: author, slot: slot.into() };
    Digest { logs: vec![DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(pre_digest))] }
}

/// Makes the block of a slot, by the validator at that place of the session.
pub(crate) fn make_block(slot: u64, author: u32) {
    let parent = System::block_number();
    if parent > 0 {
        Grandpa::on_finalize(parent);
        Authorship::on_finalize(parent);
        Babe::on_finalize(parent);
    }
    let number = parent + 1;
    System::initialize(&number, &H256::zero(), &pre_digest(slot, author));
    Babe::on_initialize(number);
    Authorship::on_initialize(number);
    Session::on_initialize(number);
}

/// Makes the first block of the next session, by somebody who may, and none in between.
pub(crate) fn next_session() {
    let disabled = disabled();
    let author = Session::queued_keys().iter().position(|(who, _)| !disabled.contains(who));
    // Where nobody is left who is enabled, the change of the set enables them.
    make_block(*Babe::current_epoch_start() + SESSION_SLOTS, author.unwrap_or(0) as u32);
}

/// Makes the block of the next slot, by somebody who may, and who is not this validator unless it is alone. Nobody
/// reports itself: who is disabled makes no valid block.
pub(crate) fn block_of_another(n: u8) {
    let (validators, disabled) = (Session::validators(), disabled());
    let author = validators.iter().position(|who| *who != account(n) && !disabled.contains(who));
    make_block(*Babe::current_slot() + 1, author.unwrap_or(0) as u32);
}

/// Lets sessions pass.
pub(crate) fn pass(sessions: SessionIndex) {
    (0..sessions).for_each(|_| next_session());
}

/// Whom the session has, sorted.
pub(crate) fn serving() -> Vec<AccountId32> {
    let mut serving = Session::validators();
    serving.sort();
    serving
}

/// Those of the session who are disabled.
pub(crate) fn disabled() -> Vec<AccountId32> {
    let validators = Session::validators();
    Session::disabled_validators().into_iter().map(|place| validators[place as usize].clone()).collect()
}

/// The place of a validator in the session.
pub(crate) fn place(n: u8) -> u32 {
    Session::validator_id_to_index(&account(n)).expect("serves")
}

pub(crate) fn bond_of(n: u8) -> Balance {
    Balances::balance_on_hold(&HoldReason::Bond.into(), &account(n))
}

pub(crate) fn free_of(n: u8) -> Balance {
    Balances::balance(&account(n))
}

/// What the treasury got.
pub(crate) fn slashed() -> Balance {
    Balances::balance(&TreasuryAccount::get()) - ENDOWMENT
}

/// Registers session keys. That their owner has them is the session pallet's own business.
pub(crate) fn set_keys(n: u8) {
    assert_ok!(<Session as SessionInterface>::set_keys(&account(n), keys(n)));
}

/// Bonds, registers keys and is admitted.
pub(crate) fn admitted(n: u8) {
    assert_ok!(Validators::bond(signed(n), BOND));
    set_keys(n);
    assert_ok!(admit(n));
}

pub(crate) fn admit(n: u8) -> DispatchResult {
    Validators::admit(RuntimeOrigin::root(), account(n))
}

pub(crate) fn remove(n: u8) -> DispatchResult {
    Validators::remove(RuntimeOrigin::root(), account(n))
}

/// Is removed, which takes effect in time.
pub(crate) fn removed(n: u8) {
    assert_ok!(remove(n));
}

/// A proof that a validator's BABE key serves in this session.
pub(crate) fn babe_key_proof(n: u8) -> MembershipProof {
    Historical::prove((sp_consensus_babe::KEY_TYPE, babe_pair(n).public())).expect("a session has a proof")
}

/// A proof that a validator's GRANDPA key serves in this session.
pub(crate) fn grandpa_key_proof(n: u8) -> MembershipProof {
    Historical::prove((sp_consensus_grandpa::KEY_TYPE, grandpa_pair(n).public())).expect("a session has a proof")
}

/// Two blocks of one slot, both by this validator, from its place in the session.
pub(crate) fn babe_equivocation(n: u8, place: u32, slot: u64) -> sp_consensus_babe::EquivocationProof<Header> {
    let sealed = |state: u8| {
        let (number, root) = (System::block_number(), H256::repeat_byte(state));
        let mut header = Header::new(number, H256::zero(), root, H256::zero(), pre_digest(slot, place));
        let signature = babe_pair(n).sign(header.hash().as_ref());
        header.digest_mut().push(DigestItem::babe_seal(signature));
        header
    };
    sp_consensus_babe::EquivocationProof {
        offender: babe_pair(n).public(),
        slot: slot.into(),
        first_header: sealed(1),
        second_header: sealed(2),
    }
}

/// Reports that a validator equivocated with BABE in a slot.
pub(crate) fn report_babe(n: u8, place: u32, slot: u64, proof: MembershipProof) -> DispatchResult {
    let equivocation = Box::new(babe_equivocation(n, place, slot));
    without_info(Babe::report_equivocation_unsigned(RuntimeOrigin::none(), equivocation, proof))
}

/// A validator makes two blocks of a slot, and is reported in it.
pub(crate) fn equivocate(n: u8) -> DispatchResult {
    block_of_another(n);
    report_babe(n, place(n), *Babe::current_slot(), babe_key_proof(n))
}

/// A validator votes for two blocks in a round, and is reported at once.
pub(crate) fn equivocate_in_round(n: u8, round: u64) -> DispatchResult {
    block_of_another(n);
    report_grandpa(n, Grandpa::current_set_id(), round, grandpa_key_proof(n))
}

/// Reports that a validator voted for two blocks in a round.
pub(crate) fn report_grandpa(n: u8, set_id: u64, round: u64, key_proof: MembershipProof) -> DispatchResult {
    let vote = |target: u8| {
        let vote = finality_grandpa::Prevote { target_hash: H256::repeat_byte(target), target_number: 1 };
        let message = finality_grandpa::Message::Prevote(vote.clone());
        let payload = sp_consensus_grandpa::localized_payload(round, set_id, &message);
        (vote, grandpa_pair(n).sign(&payload))
    };
    let equivocation = finality_grandpa::Equivocation {
        round_number: round,
        identity: grandpa_pair(n).public(),
        first: vote(1),
        second: vote(2),
    };
    let proof = sp_consensus_grandpa::EquivocationProof::new(set_id, equivocation.into());
    without_info(Grandpa::report_equivocation_unsigned(RuntimeOrigin::none(), Box::new(proof), key_proof))
}

fn without_info(result: DispatchResultWithPostInfo) -> DispatchResult {
    result.map(|_| ()).map_err(|error| error.error)
}

/// This pallet's events, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
    let ours = |record: frame_system::EventRecord<RuntimeEvent, H256>| match record.event {
        RuntimeEvent::Validators(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(ours).collect()
}
