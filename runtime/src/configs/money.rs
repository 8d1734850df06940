//! Money: the native token, assets, and fees in either.

use super::{
    fees::{AssetFees, NativeFees},
    governance::Enacted,
    parameters,
};
use crate::*;
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU8, Get, VariantCountOf},
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, ConstantMultiplier, WeightToFee},
    PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use pallet_asset_tx_payment::FungiblesAdapter;
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
    traits::{AccountIdConversion, Bounded},
    FixedPointNumber, Perquintill,
};

/// One ASY, the native token: 12 decimals.
pub const ASY: Balance = 1_000_000_000_000;
/// A thousandth of it.
pub const MILLI_ASY: Balance = ASY / 1_000;
/// A millionth of it.
pub const MICRO_ASY: Balance = ASY / 1_000_000;

/// The least native balance with which an account exists.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_ASY;

/// The deposit for keeping `items` records of `bytes` bytes altogether in the state.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
    items as Balance * 10 * MILLI_ASY + bytes as Balance * 100 * MICRO_ASY
}

parameter_types! {
    /// What the treasury's account is made of.
    pub const TreasuryId: PalletId = PalletId(*b"py/trsry");
    /// Where fees and slashes go: an account without a key, spent by governance.
    pub TreasuryAccount: AccountId = TreasuryId::get().into_account_truncating();

    /// The deposit for an account that holds an insufficient asset.
    pub const AssetAccountDeposit: Balance = deposit(1, 16);
    /// The deposit for an approval.
    pub const AssetApprovalDeposit: Balance = deposit(1, 32);
    /// The deposit for an asset's metadata.
    pub const AssetMetadataDeposit: Balance = deposit(1, 0);
    /// And for each byte of it.
    pub const AssetMetadataByteDeposit: Balance = deposit(0, 1);

    /// Fees rise when normal extrinsics fill more than a quarter of the blocks.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    /// How fast they rise.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(25, 1_000_000);
    /// They never fall below this multiple of the base fee.
    pub MinimumMultiplier: Multiplier = parameters::dynamic_params::fees::LeastMultiplier::get().into();
    /// There is no other limit.
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_balances::Config for Runtime {
    type AccountStore = System;
    type Balance = Balance;
    type DoneSlashHandler = ();
    type DustRemoval = ResolveTo<TreasuryAccount, Balances>;
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type ReserveIdentifier = [u8; 8];
    type RuntimeEvent = RuntimeEvent;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

/// A second of execution costs one ASY.
pub struct SecondCostsOneAsy;

impl WeightToFee for SecondCostsOneAsy {
    type Balance = Balance;

    fn weight_to_fee(weight: &frame_support::weights::Weight) -> Balance {
        Balance::from(weight.ref_time()).saturating_mul(ASY) / Balance::from(WEIGHT_REF_TIME_PER_SECOND)
    }
}

impl pallet_transaction_payment::Config for Runtime {
    type FeeMultiplierUpdate =
        TargetedFeeAdjustment<Runtime, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<MICRO_ASY>>;
    type OnChargeTransaction = FungibleAdapter<Balances, NativeFees>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
    type WeightToFee = SecondCostsOneAsy;
}

impl pallet_assets::Config for Runtime {
    type ApprovalDeposit = AssetApprovalDeposit;
    type AssetAccountDeposit = AssetAccountDeposit;
    // Root creates assets, so there is nothing to deposit.
    type AssetDeposit = ConstU128<0>;
    type AssetId = AssetId;
    type AssetIdAllocator = ();
    type AssetIdParameter = codec::Compact<AssetId>;
    type Balance = Balance;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type CallbackHandle = ();
    type CreateOrigin = AsEnsureOriginWithArg<EnsureRootWithSuccess<AccountId, TreasuryAccount>>;
    type Currency = Balances;
    type Extra = ();
    type ForceOrigin = EnsureRoot<AccountId>;
    type Freezer = ();
    type Holder = AssetsHolder;
    type MetadataDepositBase = AssetMetadataDeposit;
    type MetadataDepositPerByte = AssetMetadataByteDeposit;
    type RemoveItemsLimit = ConstU32<100>;
    type ReserveData = ();
    type RuntimeEvent = RuntimeEvent;
    type StringLimit = ConstU32<50>;
    type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
}

impl pallet_assets_holder::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_asset_rate::Config for Runtime {
    type AssetKind = AssetId;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type CreateOrigin = Enacted;
    type Currency = Balances;
    type RemoveOrigin = Enacted;
    type RuntimeEvent = RuntimeEvent;
    type UpdateOrigin = Enacted;
    type WeightInfo = pallet_asset_rate::weights::SubstrateWeight<Runtime>;
}

impl asset_rates::Config for Runtime {}

impl pallet_asset_tx_payment::Config for Runtime {
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::FeeAsset;
    type Fungibles = Assets;
    // An asset without a governed rate pays no fees.
    type OnChargeAssetTransaction = FungiblesAdapter<AssetRate, AssetFees>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_asset_tx_payment::weights::SubstrateWeight<Runtime>;
}
