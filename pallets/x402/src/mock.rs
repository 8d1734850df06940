//! A runtime of real pallets around this one.

use crate as pallet_x402;
use crate::types::Settings;
use assay_primitives::{
    address::{asset_address, fallback_account},
    signer::{Consent, Signer},
    AccountId32, AssetId, Authorization, Balance, ChainDomain, Payments, Permit2Contracts, Terms, TokenDomain, H160,
    H256,
};
use frame_support::{
    derive_impl, ord_parameter_types,
    pallet_prelude::ConstU32,
    parameter_types,
    traits::{AsEnsureOriginWithArg, ConstU64, EitherOfDiverse, Hooks, VariantCountOf},
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned, EnsureSignedBy};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

pub(crate) const CHAIN_ID: u64 = 420_402;
pub(crate) const TUSD: AssetId = 1;
pub(crate) const FROZEN_LATER: AssetId = 2;
/// What every payer starts with.
pub(crate) const FUNDS: Balance = 1_000_000;
/// The chain's time at the first block, in seconds.
pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const GENESIS: H256 = H256([0x5A; 32]);

pub(crate) fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}
pub(crate) fn treasury() -> AccountId32 {
    account(0xF1)
}
pub(crate) fn claims_account() -> AccountId32 {
    account(0xF2)
}
/// Owner of the assets.
pub(crate) fn issuer() -> AccountId32 {
    account(0xF3)
}

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        Assets: pallet_assets,
        AssetsHolder: pallet_assets_holder,
        X402: pallet_x402,
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
    pub Chain: ChainDomain = ChainDomain { chain_id: CHAIN_ID, genesis: GENESIS };
    pub Permit2: Permit2Contracts = Permit2Contracts::X402;
    pub Treasury: AccountId32 = treasury();
    pub ClaimsAccount: AccountId32 = claims_account();
    pub static SettlingPossible: bool = true;
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
    type SettlingPossible = SettlingPossible;
    type BlockSeconds = ConstU64<2>;
    type Treasury = Treasury;
    type ClaimsAccount = ClaimsAccount;
    type MappingDeposit = ();
    type ListOrigin = EnsureRoot<AccountId32>;
    type DelistOrigin = EitherOfDiverse<EnsureRoot<AccountId32>, EnsureSignedBy<Guard, AccountId32>>;
    type SettingsOrigin = EnsureRoot<AccountId32>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Helper;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;
#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper for Helper {
    fn set_time(seconds: u64) {
        Timestamp::set_timestamp(seconds * 1_000);
    }
}

/// A payer with a wallet.
pub(crate) fn wallet(n: u8) -> Signer {
    Signer::from_word(&[n]).expect("a hash below the order")
}
pub(crate) fn wallet_account(n: u8) -> AccountId32 {
    fallback_account(wallet(n).address())
}

pub(crate) const PAYERS: u8 = 4;

pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis builds");
    let payers = || (0..PAYERS).map(wallet_account);
    let assets = [TUSD, FROZEN_LATER];
    pallet_balances::GenesisConfig::<Test> {
        balances: [issuer(), treasury(), account(1), account(2)].map(|who| (who, FUNDS)).to_vec(),
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    pallet_assets::GenesisConfig::<Test> {
        assets: assets.iter().map(|id| (*id, issuer(), true, 10)).collect(),
        metadata: vec![],
        accounts: assets
            .iter()
            .flat_map(|id| {
                payers().chain([treasury(), claims_account(), account(1), account(2)]).map(move |who| (*id, who, FUNDS))
            })
            .collect(),
        next_asset_id: None,
        reserves: vec![],
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    pallet_x402::GenesisConfig::<Test> {
        assets: vec![(TUSD, "Test USD".into(), 1), (FROZEN_LATER, "Other USD".into(), 1)],
        settings: Settings { fee: sp_runtime::Permill::from_percent(1), ..Default::default() },
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .expect("genesis builds");
    let mut ext = sp_io::TestExternalities::from(storage);
    ext.execute_with(|| {
        SettlingPossible::set(true);
        System::set_block_number(1);
        Timestamp::set_timestamp(START * 1000);
        Clock::on_initialize_tick();
    });
    ext
}

/// Runs a test, then checks what must always hold.
pub(crate) fn test(body: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        body();
        X402::do_try_state().expect("state is sane");
    });
}

struct Clock;
impl Clock {
    fn on_initialize_tick() {
        X402::on_initialize(System::block_number());
    }
}

/// Lets blocks of two seconds pass, with idle time at the end of each.
pub(crate) fn pass_blocks(blocks: u32) {
    pass_blocks_with_idle(blocks, Weight::from_parts(1_000, 0));
}

/// Lets blocks pass that leave this much idle weight.
pub(crate) fn pass_blocks_with_idle(blocks: u32, idle: Weight) {
    for _ in 0..blocks {
        X402::on_idle(System::block_number(), idle);
        System::set_block_number(System::block_number() + 1);
        Timestamp::set_timestamp(Timestamp::get() + 2_000);
        Clock::on_initialize_tick();
    }
}

pub(crate) fn domain(asset: AssetId) -> TokenDomain {
    X402::domain(asset, &<Test as crate::Config>::Chain::get()).expect("listed")
}

pub(crate) fn consent(to: H160, value: Balance, nonce: u64) -> Consent {
    Consent {
        chain_id: CHAIN_ID,
        token: asset_address(TUSD),
        to,
        value: value.into(),
        valid_after: 0,
        valid_before: X402::now() + 60,
        nonce: H256::from_low_u64_be(nonce),
    }
}

/// An EIP-3009 authorization over Test USD by payer `n`.
pub(crate) fn eip3009(n: u8, consent: Consent) -> Authorization {
    wallet(n).eip3009(&domain(TUSD), consent)
}
pub(crate) fn permit2(n: u8, consent: Consent) -> Authorization {
    wallet(n).permit2(&Permit2Contracts::X402, consent)
}

/// Terms of an offer at this address: 10 seconds to deliver, one leg that costs at least half.
pub(crate) fn terms(offer: H160, total: Balance) -> Terms {
    Terms { offer, asset: TUSD, total, delivery_seconds: 10, prices: vec![total / 2].try_into().expect("one leg") }
}

pub(crate) const OFFER: H160 = {
    let mut bytes = [7; 20];
    bytes[0] = 0xA5;
    bytes[1] = 0x5A;
    H160(bytes)
};

/// Reserves a payment by payer `n` against the offer.
pub(crate) fn reserve(n: u8, value: Balance, nonce: u64) -> H256 {
    let authorization = eip3009(n, consent(OFFER, value, nonce));
    <X402 as Payments>::reserve(&authorization, &terms(OFFER, value)).expect("reserves").id
}

pub(crate) fn balance(who: &AccountId32) -> Balance {
    Assets::balance(TUSD, who)
}

pub(crate) fn held(who: &AccountId32) -> Balance {
    use frame_support::traits::fungibles::InspectHold;
    AssetsHolder::total_balance_on_hold(TUSD, who)
}
