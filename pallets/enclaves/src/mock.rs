//! A runtime of real pallets around this one, the simulated vendors, and the ways of a model's owner and a provider.

use crate as pallet_enclaves;
use crate::{
    pallet::{Error, HoldReason},
    types::*,
};
use assay_primitives::{
    attestation::session_binding, signer::Signer, AccountId32, Balance, Claim, Evidence as Delivered, ModelId,
    ModelOwners, Receipt, Verifier, H256,
};
use assay_tee_sim::{dcap, Dcap, Nitro, Snp};
use codec::Encode;
use frame_support::{
    assert_ok, derive_impl, ord_parameter_types, parameter_types,
    traits::{EitherOfDiverse, UnixTime, VariantCountOf},
    weights::Weight,
    BoundedVec,
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use sp_io::hashing::sha2_256;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult};
use std::sync::LazyLock;

pub(crate) const OWNER: u8 = 1;
pub(crate) const STRANGER: u8 = 2;
pub(crate) const PROVIDER: u8 = 3;
pub(crate) const OTHER_PROVIDER: u8 = 4;
/// The model of account [`OWNER`].
pub(crate) const MODEL: ModelId = H256([0xA1; 32]);
/// Another model of the same owner.
pub(crate) const OTHER_MODEL: ModelId = H256([0xA2; 32]);
pub(crate) const RETENTION: u32 = 100;
/// Seconds that a session lasts by [`terms`].
pub(crate) const SECONDS: u64 = 3_600;
/// 2026-06-01, when tests begin, in block [`BLOCK`].
pub(crate) const NOW: u64 = 1_780_272_000;
pub(crate) const BLOCK: u32 = 200;
/// Every byte of the hash of the program that policies accept.
pub(crate) const PROGRAM: u8 = 0xab;
pub(crate) const KINDS: [Kind; 4] = [Kind::Sgx, Kind::Tdx, Kind::Nitro, Kind::Snp];

pub(crate) fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        EnclavesPallet: pallet_enclaves,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type BlockHashCount = frame_support::traits::ConstU32<4096>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = frame_support::traits::ConstU128<1>;
    type AccountStore = System;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

parameter_types! {
    pub const DepositReason: RuntimeHoldReason = RuntimeHoldReason::EnclavesPallet(HoldReason::Deposit);
    pub const RecordDeposit: Balance = 100;
    pub const ByteDeposit: Balance = 1;
    pub const Retention: u32 = RETENTION;
    pub static IsDevelopment: bool = true;
    pub static UnixNow: u64 = NOW;
    pub static ModelOwner: AccountId32 = account(OWNER);
}

/// The clock.
pub struct Clock;
impl UnixTime for Clock {
    fn now() -> core::time::Duration {
        core::time::Duration::from_secs(UnixNow::get())
    }
}

/// The two models.
pub struct Models;
impl ModelOwners for Models {
    fn owner_of(model: ModelId) -> Option<AccountId32> {
        [MODEL, OTHER_MODEL].contains(&model).then(ModelOwner::get)
    }
}

ord_parameter_types! {
    /// Who may only take away.
    pub const Guard: AccountId32 = AccountId32::new([0xF9; 32]);
}
type RootOrGuard = EitherOfDiverse<EnsureRoot<AccountId32>, EnsureSignedBy<Guard, AccountId32>>;

impl pallet_enclaves::Config for Test {
    type Models = Models;
    type IsDevelopment = IsDevelopment;
    type Time = Clock;
    type BlockSeconds = frame_support::traits::ConstU64<2>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Deposit = frame_support::traits::fungible::HoldConsideration<
        AccountId32,
        Balances,
        DepositReason,
        frame_support::traits::LinearStoragePrice<RecordDeposit, ByteDeposit, Balance>,
    >;
    type Retention = Retention;
    type RootOrigin = EnsureRoot<AccountId32>;
    type DisableRootOrigin = RootOrGuard;
    type KindOrigin = EnsureRoot<AccountId32>;
    type DisableKindOrigin = RootOrGuard;
    type ParametersOrigin = EnsureRoot<AccountId32>;
    type TightenParametersOrigin = RootOrGuard;
    type RevokeOrigin = RootOrGuard;
    type ReinstateOrigin = EnsureRoot<AccountId32>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Helper;
}

/// What benchmarks need.
#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;
#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper for Helper {
    fn model(owner: &AccountId32) -> ModelId {
        fund(owner);
        ModelOwner::set(owner.clone());
        MODEL
    }
    fn fund(account: &AccountId32) {
        fund(account);
    }
    fn set_time(seconds: u64) {
        UnixNow::set(seconds);
    }
}
#[cfg(feature = "runtime-benchmarks")]
fn fund(account: &AccountId32) {
    let _ = <Balances as frame_support::traits::fungible::Mutate<_>>::set_balance(account, 10_000_000);
}

/// The simulated certificates: Intel's, AWS's, AMD's ARK and ASK. Signing them takes a while.
pub(crate) static SIMULATED: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    [dcap::root(), assay_tee_sim::nitro::root(), assay_tee_sim::snp::ark(), assay_tee_sim::snp::ask()]
});

pub(crate) fn root_of(kind: Kind) -> RootId {
    let [intel, nitro, ark, _] = &*SIMULATED;
    let der = match kind {
        Kind::Sgx | Kind::Tdx => intel,
        Kind::Nitro => nitro,
        Kind::Snp => ark,
    };
    H256(sha2_256(der))
}

/// A development chain that trusts the simulated roots.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let balances = [OWNER, STRANGER, PROVIDER, OTHER_PROVIDER].map(|who| (account(who), 10_000_000)).to_vec();
    let [intel, nitro, ark, ask] = SIMULATED.clone().map(sp_core::Bytes);
    let roots = vec![
        (Authority::Intel, intel, None, true),
        (Authority::Nitro, nitro, None, true),
        (Authority::Amd(Product::Genoa), ark, Some(ask), true),
    ];
    UnixNow::set(NOW);
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        enclaves_pallet: pallet_enclaves::GenesisConfig { roots, ..Default::default() },
        ..Default::default()
    };
    let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("genesis builds").into();
    ext.execute_with(|| {
        System::set_block_number(1);
        advance_blocks(BLOCK - 1);
    });
    ext
}

/// Runs a test on a chain that knows no collateral, and the pallet's own checks after it.
pub(crate) fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(EnclavesPallet::do_try_state());
    });
}

/// The same on a chain that knows the collateral of every simulated vendor.
pub(crate) fn run_ready(test: impl FnOnce()) {
    run(|| {
        for kind in [Kind::Sgx, Kind::Tdx] {
            provision(kind, &any_dcap(kind).build());
        }
        provision_chip(&Snp::new([0; 48], [0; 64], NOW).build());
        test();
    });
}

pub(crate) fn hash_of(block: u32) -> H256 {
    H256::from_low_u64_be(u64::from(block) + 1_000)
}

fn advance_blocks(blocks: u32) {
    let (from, to) = (System::block_number(), System::block_number() + blocks);
    for block in from.max(to.saturating_sub(500))..to {
        frame_system::BlockHash::<Test>::insert(block, hash_of(block));
    }
    System::set_block_number(to);
}

/// So many blocks go by, two seconds each.
pub(crate) fn advance(blocks: u32) {
    advance_blocks(blocks);
    UnixNow::mutate(|now| *now += 2 * u64::from(blocks));
}

/// Time goes on up to this second, in as many blocks as fit.
pub(crate) fn advance_to(second: u64) {
    advance(((second - UnixNow::get()) / 2) as u32);
    UnixNow::set(second);
}

pub(crate) fn origin(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub(crate) fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

pub(crate) fn held(who: u8) -> Balance {
    use frame_support::traits::fungible::InspectHold;
    Balances::total_balance_on_hold(&account(who))
}

pub(crate) fn der(bytes: &[u8]) -> Der {
    BoundedVec::truncate_from(bytes.to_vec())
}

/// Some world of this kind of Intel's, for its collateral.
pub(crate) fn any_dcap(kind: Kind) -> Dcap {
    match kind {
        Kind::Sgx => Dcap::sgx([0; 32], [0; 64], UnixNow::get()),
        _ => Dcap::tdx([0; 48], [0; 64], UnixNow::get()),
    }
}

pub(crate) fn submit_root_crl(evidence: &dcap::Evidence) -> DispatchResult {
    let list = BoundedVec::truncate_from(evidence.root_crl.clone());
    EnclavesPallet::submit_root_crl(origin(STRANGER), root_of(Kind::Sgx), list)
}

pub(crate) fn submit_pck_crl(evidence: &dcap::Evidence) -> DispatchResult {
    let list = BoundedVec::truncate_from(evidence.pck_crl.clone());
    EnclavesPallet::submit_pck_crl(origin(STRANGER), root_of(Kind::Sgx), der(&evidence.authority), list)
}

pub(crate) fn submit_tcb_info(kind: Kind, evidence: &dcap::Evidence) -> DispatchResult {
    let (json, signature) = evidence.tcb_info.clone();
    let (json, signer) = (BoundedVec::truncate_from(json), der(&evidence.signer));
    EnclavesPallet::submit_tcb_info(origin(STRANGER), root_of(Kind::Sgx), kind, json, signature, signer)
}

pub(crate) fn submit_qe_identity(kind: Kind, evidence: &dcap::Evidence) -> DispatchResult {
    let (json, signature) = evidence.qe_identity.clone();
    let (json, signer) = (BoundedVec::truncate_from(json), der(&evidence.signer));
    EnclavesPallet::submit_qe_identity(origin(STRANGER), root_of(Kind::Sgx), kind, json, signature, signer)
}

pub(crate) fn submit_amd_crl(evidence: &assay_tee_sim::snp::Evidence) -> DispatchResult {
    let list = BoundedVec::truncate_from(evidence.crl.clone());
    EnclavesPallet::submit_root_crl(origin(STRANGER), root_of(Kind::Snp), list)
}

pub(crate) fn submit_chip_key(evidence: &assay_tee_sim::snp::Evidence) -> DispatchResult {
    EnclavesPallet::submit_chip_key(origin(STRANGER), root_of(Kind::Snp), der(&evidence.vcek))
}

/// Hands in all that a quote of this kind needs; the lists may be there from another kind.
pub(crate) fn provision(kind: Kind, evidence: &dcap::Evidence) {
    let there = refused(Error::NotNewer);
    for list in [submit_root_crl(evidence), submit_pck_crl(evidence)] {
        assert!(list.is_ok() || list == there, "{list:?}");
    }
    assert_ok!(submit_tcb_info(kind, evidence));
    assert_ok!(submit_qe_identity(kind, evidence));
}

/// Hands in all that a report needs.
pub(crate) fn provision_chip(evidence: &assay_tee_sim::snp::Evidence) {
    assert_ok!(submit_amd_crl(evidence));
    assert_ok!(submit_chip_key(evidence));
}

/// The program that policies accept.
pub(crate) fn measured(kind: Kind) -> Measured {
    match kind {
        Kind::Sgx => Measured::Sgx { mr_enclave: [PROGRAM; 32] },
        Kind::Tdx => {
            Measured::Tdx { mr_td: [PROGRAM; 48], rtmr: [Some([0x10; 48]), Some([0x20; 48]), Some([0x30; 48]), None] }
        }
        Kind::Nitro => {
            let pcrs = vec![(0, [PROGRAM; 48]), (1, [1; 48]), (2, [2; 48])];
            Measured::Nitro { pcrs: BoundedVec::truncate_from(pcrs) }
        }
        Kind::Snp => Measured::Snp {
            measurement: [PROGRAM; 48],
            max_vmpl: 0,
            policy_mask: 0,
            policy: 0,
            min_tcb: [9, 0, 0, 0, 0, 0, 21, 0],
        },
    }
}

/// What the owner of [`MODEL`] asks.
pub(crate) fn terms(kind: Kind) -> Terms {
    Terms {
        model: MODEL,
        version: 1,
        measured: BoundedVec::truncate_from(vec![measured(kind)]),
        statuses: BoundedVec::truncate_from(vec![TcbStatus::UpToDate, TcbStatus::Unrated]),
        denied_advisories: BoundedVec::new(),
        platform_flags: PlatformFlags::ALL,
        platforms: None,
        max_evidence_age: 300,
        session_seconds: SECONDS,
        not_before: 0,
        sunset: None,
    }
}

/// Makes a policy.
pub(crate) fn policy(terms: Terms) -> PolicyId {
    let id = terms.id();
    assert_ok!(EnclavesPallet::create_policy(origin(OWNER), terms));
    id
}

/// The key that an enclave made.
pub(crate) fn enclave_key() -> Signer {
    Signer::from_word(b"enclave").expect("a key")
}

/// The same, as sessions name it.
pub(crate) fn key() -> ReceiptKey {
    enclave_key().receipt_key()
}

/// What an enclave is told to bind.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) kind: Kind,
    pub(crate) genesis: H256,
    pub(crate) policy: PolicyId,
    pub(crate) account: AccountId32,
    pub(crate) key: ReceiptKey,
    pub(crate) block: u32,
}

impl Ask {
    /// What [`PROVIDER`]'s enclave binds for this policy now.
    pub(crate) fn new(kind: Kind, policy: PolicyId) -> Self {
        let genesis = frame_system::BlockHash::<Test>::get(0);
        let block = System::block_number() - 1;
        Self { kind, genesis, policy, account: account(PROVIDER), key: key(), block }
    }

    pub(crate) fn binding(&self) -> [u8; 64] {
        session_binding(self.genesis, self.policy, &self.account, &self.key, hash_of(self.block))
    }

    /// The world of Intel's in which it is bound.
    pub(crate) fn dcap(&self) -> Dcap {
        match self.kind {
            Kind::Sgx => Dcap::sgx([PROGRAM; 32], self.binding(), UnixNow::get()),
            _ => Dcap::tdx([PROGRAM; 48], self.binding(), UnixNow::get()),
        }
    }

    /// The world of AWS's in which it is bound.
    pub(crate) fn nitro(&self) -> Nitro {
        let mut world = Nitro::new([PROGRAM; 48], self.binding(), UnixNow::get());
        world.public_key = Some(self.key.encode());
        world.nonce = Some(hash_of(self.block).as_bytes().to_vec());
        world
    }

    /// The world of AMD's in which it is bound.
    pub(crate) fn snp(&self) -> Snp {
        Snp::new([PROGRAM; 48], self.binding(), UnixNow::get())
    }

    pub(crate) fn evidence(&self) -> SessionEvidence {
        match self.kind {
            Kind::Sgx | Kind::Tdx => quote(&self.dcap()),
            Kind::Nitro => document(&self.nitro()),
            Kind::Snp => report(&self.snp()),
        }
    }
}

pub(crate) fn quote(world: &Dcap) -> SessionEvidence {
    SessionEvidence::Dcap { root: root_of(Kind::Sgx), quote: BoundedVec::truncate_from(world.build().quote) }
}

pub(crate) fn document(world: &Nitro) -> SessionEvidence {
    SessionEvidence::Nitro { root: root_of(Kind::Nitro), document: BoundedVec::truncate_from(world.build().document) }
}

pub(crate) fn report(world: &Snp) -> SessionEvidence {
    SessionEvidence::Snp { root: root_of(Kind::Snp), report: BoundedVec::truncate_from(world.build().report) }
}

/// Registers what an honest enclave binds.
pub(crate) fn register(ask: &Ask) -> DispatchResult {
    register_with(ask, ask.evidence())
}

/// Registers with other evidence than the honest one.
pub(crate) fn register_with(ask: &Ask, evidence: SessionEvidence) -> DispatchResult {
    let who = RuntimeOrigin::signed(ask.account.clone());
    EnclavesPallet::register_session(who, ask.policy, ask.key, evidence, ask.block)
}

/// A policy of this kind with a session of [`PROVIDER`]'s.
pub(crate) fn registered(kind: Kind) -> PolicyId {
    let policy = policy(terms(kind));
    assert_ok!(register(&Ask::new(kind, policy)));
    policy
}

/// A receipt at tier Attested, as it comes to the verifier.
#[derive(Clone)]
pub(crate) struct Attested {
    pub(crate) provider: u8,
    pub(crate) model: ModelId,
    pub(crate) policy: PolicyId,
    pub(crate) reserved_at: u32,
    pub(crate) signer: Signer,
    /// What is signed.
    pub(crate) signed: H256,
    pub(crate) material: Vec<u8>,
}

/// The digest of the receipt that is judged.
pub(crate) const DIGEST: H256 = H256([7; 32]);

/// What an honest provider claims for a payment that is captured without a reserve.
pub(crate) fn attested(policy: PolicyId) -> Attested {
    Attested {
        provider: PROVIDER,
        model: MODEL,
        policy,
        reserved_at: System::block_number(),
        signer: enclave_key(),
        signed: DIGEST,
        material: Vec::new(),
    }
}

/// Judges claims in one call.
pub(crate) fn judge_all(all: &[Attested]) -> (Vec<DispatchResult>, Weight) {
    let zero = H256::zero();
    let receipt =
        Receipt { payment: zero, leg: 0, service: zero, request: zero, response: zero, amount: 1, issued_at: 0 };
    let parts: Vec<(AccountId32, Delivered)> = all
        .iter()
        .map(|attested| {
            let signature = attested.signer.sign_receipt(attested.signed);
            let material = BoundedVec::truncate_from(attested.material.clone());
            (account(attested.provider), Delivered { signature, material, disclosure: None })
        })
        .collect();
    let claims: Vec<Claim> = all
        .iter()
        .zip(&parts)
        .map(|(attested, (provider, evidence))| Claim {
            provider,
            model: attested.model,
            anchor: attested.policy,
            receipt: &receipt,
            digest: DIGEST,
            evidence,
            reserved_at: attested.reserved_at,
        })
        .collect();
    let verdicts = EnclavesPallet::verify(&claims);
    (verdicts.each, verdicts.unused)
}

pub(crate) fn judge(attested: &Attested) -> DispatchResult {
    let (mut each, _) = judge_all(core::slice::from_ref(attested));
    each.remove(0)
}

pub(crate) fn refused(error: Error<Test>) -> DispatchResult {
    Err(DispatchError::from(error))
}
