//! Inferences and the money that pays for them.

use super::{
    consensus::SLOT_MILLISECS,
    emergency::SettlingPossible,
    governance::{Enacted, Narrowing},
    money::{deposit, TreasuryAccount},
};
use crate::*;
use assay_primitives::{ChainDomain, Permit2Contracts};
use frame_support::{
    parameter_types,
    traits::{fungible::HoldConsideration, ConstU32, ConstU64, LinearStoragePrice},
    PalletId,
};
use pallet_network::NetworkKind;
use sp_runtime::traits::AccountIdConversion;

parameter_types! {
    /// Who keeps money that could not be paid out: an account without a key.
    pub ClaimsAccount: AccountId = PalletId(*b"as/claim").into_account_truncating();
    /// Which chain this is, to those who sign typed data for it.
    pub Chain: ChainDomain = ChainDomain { chain_id: Network::chain_id(), genesis: Network::genesis_hash() };
    /// The Permit2 addresses that x402's clients sign for.
    pub const Permit2: Permit2Contracts = Permit2Contracts::X402;
    /// The deposit for a record.
    pub const RecordDeposit: Balance = deposit(1, 0);
    /// And for each byte of it.
    pub const ByteDeposit: Balance = deposit(0, 1);
    /// Why the native currency of a mapped account is on hold.
    pub const MappingReason: RuntimeHoldReason = RuntimeHoldReason::X402(pallet_x402::HoldReason::Mapping);
    /// Why the native currency of a provider or model owner is on hold.
    pub const DepositReason: RuntimeHoldReason = RuntimeHoldReason::Inference(pallet_inference::HoldReason::Deposit);
    /// Why the native currency of who registers or lists a circuit is on hold.
    pub const CircuitReason: RuntimeHoldReason = RuntimeHoldReason::Circuits(pallet_circuits::HoldReason::Deposit);
    /// Why the native currency of who registers a policy, a session or a chip key is on hold.
    pub const EnclaveReason: RuntimeHoldReason = RuntimeHoldReason::Enclaves(pallet_enclaves::HoldReason::Deposit);
    /// Whether this is a development network.
    pub IsDevelopment: bool = Network::kind() == NetworkKind::Dev;
}

/// Thirty days of 2-second blocks: no setting lets a payment stay open for longer.
const LONGEST_OPEN: BlockNumber = 1_296_000;

/// A deposit of native currency, by size, for a reason.
type Deposit<Reason> =
    HoldConsideration<AccountId, Balances, Reason, LinearStoragePrice<RecordDeposit, ByteDeposit, Balance>>;

impl pallet_x402::Config for Runtime {
    type Assets = Assets;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Inferences;
    type BlockSeconds = ConstU64<{ SLOT_MILLISECS / 1_000 }>;
    type Chain = Chain;
    type ClaimsAccount = ClaimsAccount;
    type DelistOrigin = Narrowing;
    type Holds = AssetsHolder;
    type ListOrigin = Enacted;
    type MappingDeposit = Deposit<MappingReason>;
    type Native = Balances;
    type Permit2 = Permit2;
    type RuntimeHoldReason = RuntimeHoldReason;
    type SettingsOrigin = Enacted;
    type SettlingPossible = SettlingPossible;
    type Time = Timestamp;
    type Treasury = TreasuryAccount;
    type WeightInfo = weights::pallet_x402::WeightInfo<Runtime>;
}

impl pallet_inference::Config for Runtime {
    type Attested = Enclaves;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Inferences;
    type Chain = Chain;
    type Deposit = Deposit<DepositReason>;
    type Holds = AssetsHolder;
    type OnSettled = TierStats;
    type Payments = X402;
    type Proven = Circuits;
    type RuntimeHoldReason = RuntimeHoldReason;
    type SettingsOrigin = Enacted;
    type TierHaltOrigin = Narrowing;
    type TierOpenOrigin = Enacted;
    type Treasury = TreasuryAccount;
    type WeightInfo = weights::pallet_inference::WeightInfo<Runtime>;
}

impl pallet_circuits::Config for Runtime {
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Inferences;
    type Deposit = Deposit<CircuitReason>;
    type FloorOrigin = Enacted;
    type IsDevelopment = IsDevelopment;
    type LimitsOrigin = Enacted;
    type Models = Inference;
    type RaiseFloorOrigin = Narrowing;
    type Retention = ConstU32<LONGEST_OPEN>;
    type RevokeOrigin = Narrowing;
    type RuntimeHoldReason = RuntimeHoldReason;
    type SrsOrigin = Enacted;
    type TightenLimitsOrigin = Narrowing;
    type WeightInfo = weights::pallet_circuits::WeightInfo<Runtime>;
    type WithdrawSrsOrigin = Narrowing;
}

impl pallet_enclaves::Config for Runtime {
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Inferences;
    type BlockSeconds = ConstU64<{ SLOT_MILLISECS / 1_000 }>;
    type Deposit = Deposit<EnclaveReason>;
    type DisableKindOrigin = Narrowing;
    type DisableRootOrigin = Narrowing;
    type IsDevelopment = IsDevelopment;
    type KindOrigin = Enacted;
    type Models = Inference;
    type ParametersOrigin = Enacted;
    type ReinstateOrigin = Enacted;
    type Retention = ConstU32<LONGEST_OPEN>;
    type RevokeOrigin = Narrowing;
    type RootOrigin = Enacted;
    type RuntimeHoldReason = RuntimeHoldReason;
    type TightenParametersOrigin = Narrowing;
    type Time = Timestamp;
    type WeightInfo = weights::pallet_enclaves::WeightInfo<Runtime>;
}

impl pallet_tier_stats::Config for Runtime {
    // Three years.
    type KeptDays = ConstU32<1_096>;
    type Time = Timestamp;
    type WeightInfo = weights::pallet_tier_stats::WeightInfo<Runtime>;
}
