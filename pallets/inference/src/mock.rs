//! A runtime of real pallets around this one, and the ways of a provider and a payer.

use crate as pallet_inference;
use crate::{
    pallet::{Error, HoldReason},
    types::{Settings, SettleMode},
};
use assay_primitives::{
    address::{asset_address, fallback_account},
    id::{commitment, model_id, service_id},
    signer::{Consent, Signer},
    AccountId32, AssetId, Authorization, Balance, ChainDomain, Claim, Delivery, Evidence, Leg, Offer, OnSettled,
    PaymentId, PaymentRef, Permit2Contracts, Receipt, ServiceId, SettledLeg, Settlement, Tier, TokenDomain, Verdicts,
    Verifier, H256,
};
use frame_support::{
    assert_ok, derive_impl, ensure, ord_parameter_types,
    pallet_prelude::ConstU32,
    parameter_types,
    traits::{AsEnsureOriginWithArg, ConstBool, ConstU64, EitherOfDiverse, Hooks, VariantCountOf},
    weights::Weight,
    BoundedVec,
};
use frame_system::{EnsureRoot, EnsureSigned, EnsureSignedBy};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Permill};

pub(crate) const CHAIN: ChainDomain = ChainDomain { chain_id: 420_402, genesis: H256([0x5A; 32]) };
pub(crate) const TUSD: AssetId = 1;
pub(crate) const OTHER: AssetId = 2;
pub(crate) const FUNDS: Balance = 1_000_000;
pub(crate) const MINIMUM_BOND: Balance = 10_000;
pub(crate) const PRICE: Balance = 100;
/// Blocks for which receipts are kept here.
pub(crate) const RETENTION: u32 = 200;

pub(crate) fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}
pub(crate) fn treasury() -> AccountId32 {
    account(0xF1)
}
/// Owner of the assets.
pub(crate) fn issuer() -> AccountId32 {
    account(0xF3)
}
/// The providers, by account; their receipt keys have the same number.
pub(crate) const PROVIDER: u8 = 1;
pub(crate) const RIVAL: u8 = 2;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        Assets: pallet_assets,
        AssetsHolder: pallet_assets_holder,
        X402: pallet_x402,
        Inference: pallet_inference,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = frame_support::traits::ConstU128<1>;
    type AccountStore = System;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
    type Balance = Balance;
    type Currency = Balances;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId32>>;
    type ForceOrigin = EnsureRoot<AccountId32>;
    type Holder = AssetsHolder;
    type RemoveItemsLimit = ConstU32<10>;
}

impl pallet_assets_holder::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeEvent = RuntimeEvent;
}

parameter_types! {
    pub const Chain: ChainDomain = CHAIN;
    pub const Permit2: Permit2Contracts = Permit2Contracts::X402;
    pub Treasury: AccountId32 = treasury();
    pub ClaimsAccount: AccountId32 = account(0xF2);
    pub const DepositReason: RuntimeHoldReason = RuntimeHoldReason::Inference(HoldReason::Deposit);
    pub static SettledLegs: Vec<(Receipt, Tier, bool)> = Vec::new();
}

ord_parameter_types! {
    /// Who may only take away.
    pub const Guard: AccountId32 = AccountId32::new([0xF9; 32]);
}

impl pallet_x402::Config for Test {
    type Assets = Assets;
    type Holds = AssetsHolder;
    type Native = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Time = Timestamp;
    type Chain = Chain;
    type Permit2 = Permit2;
    type SettlingPossible = ConstBool<true>;
    type BlockSeconds = ConstU64<2>;
    type Treasury = Treasury;
    type ClaimsAccount = ClaimsAccount;
    type MappingDeposit = ();
    type ListOrigin = EnsureRoot<AccountId32>;
    type DelistOrigin = EnsureRoot<AccountId32>;
    type SettingsOrigin = EnsureRoot<AccountId32>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Helper;
}

/// Notes what it is told.
pub struct Recorder;
impl OnSettled for Recorder {
    fn on_settled(leg: &SettledLeg) {
        SettledLegs::mutate(|legs| legs.push((leg.receipt.clone(), leg.tier, leg.self_paid)));
    }
}

/// A second tier for these tests: the material must be a secp256k1 signature of the receipt by the anchor's address. It
/// stands where tier Attested will, to show that all tiers go one way; the runtime has none of it.
pub struct CoSigned;
impl Verifier for CoSigned {
    fn check_anchor(_: &AccountId32, _: H256, anchor: H256) -> DispatchResult {
        ensure!(!anchor.is_zero(), DispatchError::CannotLookup);
        Ok(())
    }
    fn anchor_weight() -> Weight {
        Weight::from_parts(10, 0)
    }
    fn weight(_: &Evidence) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn verify(claims: &[Claim]) -> Verdicts {
        let judge = |claim: &Claim| {
            let signature: [u8; 65] =
                claim.evidence.material.to_vec().try_into().map_err(|_| DispatchError::Corruption)?;
            let signer =
                assay_primitives::receipt::recover(&signature, claim.digest).map_err(|_| DispatchError::BadOrigin)?;
            ensure!(H256::from(signer) == claim.anchor, DispatchError::BadOrigin);
            Ok(())
        };
        Verdicts { each: claims.iter().map(judge).collect(), unused: Weight::zero() }
    }
}

impl pallet_inference::Config for Test {
    type Payments = X402;
    type Holds = AssetsHolder;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Deposit = frame_support::traits::fungible::HoldConsideration<
        AccountId32,
        Balances,
        DepositReason,
        frame_support::traits::LinearStoragePrice<BaseDeposit, ByteDeposit, Balance>,
    >;
    type Attested = CoSigned;
    type Proven = ();
    type OnSettled = Recorder;
    type Chain = Chain;
    type Treasury = Treasury;
    type TierOpenOrigin = EnsureRoot<AccountId32>;
    type TierHaltOrigin = EitherOfDiverse<EnsureRoot<AccountId32>, EnsureSignedBy<Guard, AccountId32>>;
    type SettingsOrigin = EnsureRoot<AccountId32>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Helper;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;
#[cfg(feature = "runtime-benchmarks")]
impl pallet_x402::benchmarking::BenchmarkHelper for Helper {
    fn set_time(seconds: u64) {
        Timestamp::set_timestamp(seconds * 1_000);
    }
}
#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper for Helper {
    fn payable_asset() -> AssetId {
        TUSD
    }
    fn fund(who: &AccountId32, asset: AssetId, amount: Balance) {
        use frame_support::traits::{fungible, fungibles};
        <Balances as fungible::Mutate<_>>::set_balance(who, amount);
        <Assets as fungibles::Mutate<_>>::set_balance(asset, who, amount);
    }
    fn authorize(payer: &Signer, offer: &Offer, nonce: u32) -> Authorization {
        sign(payer, offer, nonce.into())
    }
    fn expire_nonces(count: u32) {
        pallet_x402::benchmarking::fill_book::<Test>(count);
    }
    fn payment_id(authorization: &Authorization) -> PaymentId {
        id_of(authorization)
    }
}

parameter_types! {
    pub const BaseDeposit: Balance = 100;
    pub const ByteDeposit: Balance = 1;
}

/// A key by number: payers and providers have different ones.
pub(crate) fn payer(n: u8) -> Signer {
    Signer::from_word(&[b'p', n]).expect("a hash below the order")
}
pub(crate) fn receipt_signer(n: u8) -> Signer {
    Signer::from_word(&[b'r', n]).expect("a hash below the order")
}
pub(crate) fn payer_account(n: u8) -> AccountId32 {
    fallback_account(payer(n).address())
}
pub(crate) fn model() -> H256 {
    model_id(&account(PROVIDER), H256::repeat_byte(7), b"iris")
}
pub(crate) fn signed_service(provider: u8) -> ServiceId {
    service_id(&account(provider), model(), Tier::Signed, H256::zero(), TUSD)
}
pub(crate) fn anchor() -> H256 {
    receipt_signer(99).address().into()
}
pub(crate) fn cosigned_service() -> ServiceId {
    service_id(&account(PROVIDER), model(), Tier::Attested, anchor(), TUSD)
}
pub(crate) fn origin(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

/// A chain with two bonded providers: both serve the model Signed, the first also at the second tier.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis builds");
    let funded = || {
        [account(PROVIDER), account(RIVAL), account(3), treasury(), account(0xF2)]
            .into_iter()
            .chain((0..4).map(payer_account))
    };
    pallet_balances::GenesisConfig::<Test> {
        balances: funded().map(|who| (who, FUNDS)).collect(),
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    pallet_assets::GenesisConfig::<Test> {
        assets: vec![(TUSD, issuer(), true, 1), (OTHER, issuer(), true, 1)],
        metadata: vec![],
        accounts: [TUSD, OTHER].iter().flat_map(|id| funded().map(move |who| (*id, who, FUNDS))).collect(),
        next_asset_id: None,
        reserves: vec![],
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    pallet_x402::GenesisConfig::<Test> {
        assets: vec![(TUSD, "Test USD".into(), 1), (OTHER, "Other USD".into(), 1)],
        settings: pallet_x402::types::Settings { fee: Permill::from_percent(1), ..Default::default() },
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    pallet_inference::GenesisConfig::<Test> {
        minimum_bonds: vec![(TUSD, MINIMUM_BOND), (OTHER, MINIMUM_BOND)],
        settings: Settings { retention: RETENTION, slash_multiple: 10 },
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    let mut ext = sp_io::TestExternalities::from(storage);
    ext.execute_with(|| {
        SettledLegs::set(Vec::new());
        System::set_block_number(1);
        Timestamp::set_timestamp(1_800_000_000_000);
        for n in [PROVIDER, RIVAL] {
            let keys = BoundedVec::truncate_from(vec![receipt_signer(n).receipt_key()]);
            assert_ok!(Inference::register_provider(origin(n), keys));
            assert_ok!(Inference::bond(origin(n), TUSD, MINIMUM_BOND));
        }
        let name = BoundedVec::truncate_from(b"iris".to_vec());
        assert_ok!(Inference::register_model(origin(PROVIDER), name, H256::repeat_byte(7), Default::default()));
        for n in [PROVIDER, RIVAL] {
            assert_ok!(Inference::register_service(origin(n), model(), Tier::Signed, H256::zero(), TUSD, PRICE, None));
        }
        assert_ok!(Inference::register_service(origin(PROVIDER), model(), Tier::Attested, anchor(), TUSD, PRICE, None));
    });
    ext
}

/// Runs a test, then checks what must always hold.
pub(crate) fn test(body: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        body();
        Inference::do_try_state().expect("state is sane");
    });
}

/// Lets blocks of two seconds pass, with idle time at the end of each.
pub(crate) fn pass_blocks(blocks: u32) {
    for _ in 0..blocks {
        let idle = Weight::from_parts(1_000, 0);
        X402::on_idle(System::block_number(), idle);
        Inference::on_idle(System::block_number(), idle);
        System::set_block_number(System::block_number() + 1);
        Timestamp::set_timestamp(Timestamp::get() + 2_000);
        X402::on_initialize(System::block_number());
    }
}

pub(crate) fn request() -> H256 {
    commitment(&[1; 32], b"what flower is this?")
}
pub(crate) fn response() -> H256 {
    commitment(&[2; 32], b"setosa")
}

pub(crate) fn leg(service: ServiceId) -> Leg {
    Leg { service, max_amount: 2 * PRICE, request: request(), disclose: false }
}

/// An offer of 20 seconds.
pub(crate) fn offer(legs: impl IntoIterator<Item = Leg>) -> Offer {
    Offer { asset: TUSD, delivery_seconds: 20, legs: BoundedVec::truncate_from(legs.into_iter().collect()) }
}

/// Payer `n`'s wallet signs for an offer.
pub(crate) fn authorize(n: u8, offer: &Offer, nonce: u64) -> Authorization {
    sign(&payer(n), offer, nonce)
}

fn sign(payer: &Signer, offer: &Offer, nonce: u64) -> Authorization {
    let domain = TokenDomain::new(b"Test USD", 1, CHAIN.genesis);
    payer.eip3009(
        &domain,
        Consent {
            chain_id: CHAIN.chain_id,
            token: asset_address(offer.asset),
            to: offer.address(&CHAIN),
            value: offer.total().unwrap_or(0).into(),
            valid_after: 0,
            valid_before: 1_800_000_000 + 3_600,
            nonce: H256::from_low_u64_be(nonce),
        },
    )
}

/// The id that an authorization's payment will have.
pub(crate) fn id_of(authorization: &Authorization) -> PaymentId {
    let domain = TokenDomain::new(b"Test USD", 1, CHAIN.genesis);
    let digest = authorization.digest(&domain, &Permit2Contracts::X402);
    assay_primitives::id::payment_id(authorization.payer(), digest)
}

/// What a provider hands in for a leg, signed by `signer`.
pub(crate) fn deliver(signer: &Signer, receipt: &Receipt) -> Delivery {
    Delivery {
        request: receipt.request,
        response: receipt.response,
        amount: receipt.amount,
        issued_at: receipt.issued_at,
        evidence: Evidence {
            signature: signer.sign_receipt(receipt.digest(&CHAIN)),
            material: Default::default(),
            disclosure: None,
        },
    }
}

pub(crate) fn receipt(payment: PaymentId, leg: u32, service: ServiceId) -> Receipt {
    Receipt { payment, leg, service, request: request(), response: response(), amount: PRICE, issued_at: 7 }
}

/// A settlement as honest providers make it: each leg signed by its service's provider.
pub(crate) fn settlement(payment: PaymentRef, id: PaymentId, offer: &Offer) -> Settlement {
    let deliveries = (0u32..)
        .zip(&offer.legs)
        .map(|(index, leg)| {
            let rival = leg.service == signed_service(RIVAL);
            let signer = receipt_signer(if rival { RIVAL } else { PROVIDER });
            let receipt = receipt(id, index, leg.service);
            let mut delivery = deliver(&signer, &receipt);
            if leg.service == cosigned_service() {
                let material = receipt_signer(99).sign(receipt.digest(&CHAIN)).to_vec();
                delivery.evidence.material = BoundedVec::truncate_from(material);
            }
            delivery
        })
        .collect();
    Settlement { payment, offer: offer.clone(), deliveries: BoundedVec::truncate_from(deliveries) }
}

/// Payer `n` pays for this offer and everybody is honest: the settlement of an authorization.
pub(crate) fn direct(n: u8, offer: &Offer, nonce: u64) -> Settlement {
    let authorization = authorize(n, offer, nonce);
    let id = id_of(&authorization);
    settlement(PaymentRef::Authorization(authorization), id, offer)
}

/// Reserves payer `n`'s payment for an offer.
pub(crate) fn reserve(n: u8, offer: &Offer, nonce: u64) -> PaymentId {
    let authorization = authorize(n, offer, nonce);
    assert_ok!(Inference::reserve(origin(3), authorization.clone(), offer.clone()));
    id_of(&authorization)
}

/// Settles all or nothing, as a dispatch does: an error leaves nothing behind.
pub(crate) fn settle(settlements: &[Settlement]) -> DispatchResult {
    settle_as(settlements, SettleMode::AllOrNothing)
}
pub(crate) fn settle_as(settlements: &[Settlement], mode: SettleMode) -> DispatchResult {
    frame_support::storage::with_storage_layer(|| {
        Inference::settle(origin(3), BoundedVec::truncate_from(settlements.to_vec()), mode)
            .map(drop)
            .map_err(|error| error.error)
    })
}

pub(crate) fn refused(error: Error<Test>) -> DispatchResult {
    Err(error.into())
}

pub(crate) fn balance(who: &AccountId32) -> Balance {
    Assets::balance(TUSD, who)
}
pub(crate) fn held(who: &AccountId32) -> Balance {
    use frame_support::traits::fungibles::InspectHold;
    AssetsHolder::total_balance_on_hold(TUSD, who)
}
