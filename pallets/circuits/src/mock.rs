//! A runtime of real pallets around this one, the vectors, and the ways of a model's owner and a provider.

use crate as pallet_circuits;
use crate::{
    pallet::{Error, HoldReason},
    types::{CircuitId, Registration, Source},
};
use assay_halo2::{Circuit as Description, Evidence, Layout, ParamBinding, Part, TEST_SRS};
use assay_halo2_import::ezkl::{import, Import};
use assay_primitives::{
    AccountId32, Balance, Claim, Evidence as Delivered, ModelId, ModelOwners, Receipt, ReceiptSignature, Verifier, H256,
};
use codec::Encode;
use frame_support::{
    assert_ok, derive_impl, ord_parameter_types, parameter_types,
    traits::{EitherOfDiverse, VariantCountOf},
    weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
    BoundedVec,
};
use frame_system::{limits::BlockWeights, EnsureRoot, EnsureSignedBy};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill};

pub(crate) const OWNER: u8 = 1;
pub(crate) const STRANGER: u8 = 2;
/// The model of account [`OWNER`].
pub(crate) const MODEL: ModelId = H256([0xA1; 32]);
/// Another model of the same owner.
pub(crate) const OTHER_MODEL: ModelId = H256([0xA2; 32]);
pub(crate) const RETENTION: u32 = 100;

pub(crate) fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        CircuitsPallet: pallet_circuits,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountData = pallet_balances::AccountData<Balance>;
    type BlockWeights = BlockLimits;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = frame_support::traits::ConstU128<1>;
    type AccountStore = System;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

parameter_types! {
    /// Blocks that hold what is allowed by default many times, and not everything.
    pub BlockLimits: BlockWeights = BlockWeights::with_sensible_defaults(
        Weight::from_parts(10 * WEIGHT_REF_TIME_PER_MILLIS, u64::MAX),
        Perbill::from_percent(85),
    );
    pub const DepositReason: RuntimeHoldReason = RuntimeHoldReason::CircuitsPallet(HoldReason::Deposit);
    pub const RecordDeposit: Balance = 100;
    pub const ByteDeposit: Balance = 1;
    pub const Retention: u32 = RETENTION;
    pub static IsDevelopment: bool = true;
    pub static ModelGone: bool = false;
}

/// The two models.
pub struct Models;
impl ModelOwners for Models {
    fn owner_of(model: ModelId) -> Option<AccountId32> {
        (!ModelGone::get() && [MODEL, OTHER_MODEL].contains(&model)).then(|| account(OWNER))
    }
}

ord_parameter_types! {
    /// Who may only take away.
    pub const Guard: AccountId32 = AccountId32::new([0xF9; 32]);
}
type RootOrGuard = EitherOfDiverse<EnsureRoot<AccountId32>, EnsureSignedBy<Guard, AccountId32>>;

impl pallet_circuits::Config for Test {
    type Models = Models;
    type IsDevelopment = IsDevelopment;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Deposit = frame_support::traits::fungible::HoldConsideration<
        AccountId32,
        Balances,
        DepositReason,
        frame_support::traits::LinearStoragePrice<RecordDeposit, ByteDeposit, Balance>,
    >;
    type Retention = Retention;
    type SrsOrigin = EnsureRoot<AccountId32>;
    type WithdrawSrsOrigin = RootOrGuard;
    type LimitsOrigin = EnsureRoot<AccountId32>;
    type TightenLimitsOrigin = RootOrGuard;
    type FloorOrigin = EnsureRoot<AccountId32>;
    type RaiseFloorOrigin = RootOrGuard;
    type RevokeOrigin = RootOrGuard;
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
        let _ = <Balances as frame_support::traits::Currency<_>>::deposit_creating(owner, 10_000_000);
        MODEL
    }
}

/// A development chain with the test string.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let balances = [OWNER, STRANGER].map(|who| (account(who), 10_000_000)).to_vec();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        circuits_pallet: pallet_circuits::GenesisConfig { unsafe_test_srs: true, ..Default::default() },
        ..Default::default()
    };
    let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("genesis builds").into();
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs a test, and the pallet's own checks after it.
pub(crate) fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(CircuitsPallet::do_try_state());
    });
}

/// Something that EZKL made.
pub(crate) fn vector(name: &str) -> Import {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verifiers/halo2/vectors/ezkl").join(name);
    let read = |file| std::fs::read(folder.join(file)).expect("the vectors are there");
    import(&read("vka.bytes"), &read("settings.json"), &read("proof.json"), &Default::default()).expect("imports")
}

/// The worked circuit of `examples/classifier` with one proof, as `halo2_proofs` made them.
pub(crate) fn classifier() -> (Registration, Evidence) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verifiers/halo2/vectors/classifier");
    let read = |file| std::fs::read(folder.join(file)).expect("the vectors are there");
    let text = |file| String::from_utf8(read(file)).expect("is text");
    let instances: Vec<[u8; 32]> = text("instances.txt")
        .lines()
        .map(|line| {
            let mut bytes = [0; 32];
            for (byte, digits) in bytes.iter_mut().zip(line.as_bytes().chunks(2)) {
                *byte = u8::from_str_radix(core::str::from_utf8(digits).unwrap(), 16).unwrap();
            }
            bytes
        })
        .collect();
    let circuit = assay_halo2_import::halo2_proofs::circuit(&text("key.txt"), &[instances.len() as u16]).unwrap();
    // The commitment of the weights, 16 features, the class.
    let layout = Layout::of_field_elements(Part::Raw(16), ParamBinding::Hash(instances[0]), Part::Raw(1));
    let (inputs, outputs) = layout.split(&instances).expect("the instances fit");
    let description = circuit.encode();
    let cost = Description::Ipa(circuit).cost();
    let registration = Registration { source: Source::Halo2Proofs, layout, description };
    (registration, Evidence { cost, inputs, outputs, proof: read("proof.bin") })
}

/// The vector as it is registered.
pub(crate) fn registration(vector: &Import) -> Registration {
    Registration {
        source: Source::Ezkl { srs: TEST_SRS.id() },
        layout: vector.layout.clone(),
        description: vector.circuit.encode(),
    }
}

/// The vector's own proof with what it is about.
pub(crate) fn evidence(vector: &Import) -> Evidence {
    let (inputs, outputs) = vector.layout.split(&vector.proof.instances).expect("the proof's instances fit its layout");
    let cost = Description::Kzg(vector.circuit.clone()).cost();
    Evidence { cost, inputs, outputs, proof: vector.proof.bytes.clone() }
}

pub(crate) fn origin(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub(crate) fn register_with(registration: Registration, evidence: &Evidence) -> DispatchResult {
    CircuitsPallet::register(origin(OWNER), registration, BoundedVec::truncate_from(evidence.encode()))
}

/// Registers a vector and lists it on [`MODEL`].
pub(crate) fn listed(vector: &Import) -> CircuitId {
    let registration = registration(vector);
    let id = H256(registration.id());
    assert_ok!(register_with(registration, &evidence(vector)));
    assert_ok!(CircuitsPallet::list(origin(OWNER), MODEL, id));
    id
}

/// A receipt at tier Proven, as it comes to the verifier.
#[derive(Clone)]
pub(crate) struct Proven {
    pub(crate) model: ModelId,
    pub(crate) circuit: CircuitId,
    pub(crate) reserved_at: u32,
    pub(crate) request: H256,
    pub(crate) response: H256,
    pub(crate) evidence: Evidence,
}

/// What an honest provider of the vector's inference claims.
pub(crate) fn proven(vector: &Import, circuit: CircuitId) -> Proven {
    proven_by(&vector.layout, evidence(vector), circuit)
}
pub(crate) fn proven_by(layout: &Layout, evidence: Evidence, circuit: CircuitId) -> Proven {
    let commit = |part: Part, elements: &[[u8; 32]]| H256(part.commitment(elements).expect("commits"));
    let request = commit(layout.inputs, &evidence.inputs);
    let response = commit(layout.outputs, &evidence.outputs);
    Proven { model: MODEL, circuit, reserved_at: System::block_number(), request, response, evidence }
}

/// Judges claims in one call.
pub(crate) fn judge_all(all: &[Proven]) -> (Vec<DispatchResult>, Weight) {
    let provider = account(STRANGER);
    let parts: Vec<(Receipt, Delivered)> = all
        .iter()
        .map(|proven| {
            let Proven { request, response, .. } = *proven;
            let (payment, service) = (H256::zero(), H256::zero());
            let receipt = Receipt { payment, leg: 0, service, request, response, amount: 1, issued_at: 0 };
            let signature = ReceiptSignature::Secp256k1([0; 65]);
            let material = BoundedVec::truncate_from(proven.evidence.encode());
            (receipt, Delivered { signature, material, disclosure: None })
        })
        .collect();
    let claims: Vec<Claim> = all
        .iter()
        .zip(&parts)
        .map(|(proven, (receipt, evidence))| Claim {
            provider: &provider,
            model: proven.model,
            anchor: proven.circuit,
            receipt,
            digest: H256::zero(),
            evidence,
            reserved_at: proven.reserved_at,
        })
        .collect();
    let verdicts = CircuitsPallet::verify(&claims);
    (verdicts.each, verdicts.unused)
}

pub(crate) fn judge(proven: &Proven) -> DispatchResult {
    let (mut each, _) = judge_all(core::slice::from_ref(proven));
    each.remove(0)
}

pub(crate) fn refused(error: Error<Test>) -> DispatchResult {
    Err(DispatchError::from(error))
}
