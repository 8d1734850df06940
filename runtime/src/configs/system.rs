//! The ground: blocks, their limits, time.

use super::consensus::SLOT_MILLISECS;
use crate::*;
use assay_primitives::address::{account_address, is_fallback, is_offer_address};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU64, Contains, InsideBoth},
    weights::{
        constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
        Weight,
    },
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;

/// The part of a block that is for everybody's extrinsics; the rest is kept for operational ones.
pub const NORMAL_SHARE: Perbill = Perbill::from_percent(85);

/// A third of a slot executes the block: making it, sending it and checking it must all fit.
const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(660 * WEIGHT_REF_TIME_PER_MILLIS, u64::MAX);

/// The greatest length of a block in bytes.
pub const MAX_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

/// Which calls may be made, alone or within others: not those that strand money, nor those that are stopped in an
/// emergency. Root may make all.
pub type CallFilter = InsideBoth<NothingToOffers, InsideBoth<TxPause, SafeMode>>;

/// Refuses transfers to an offer's address: only a settlement that shows the offer could move the money on.
pub struct NothingToOffers;

impl Contains<RuntimeCall> for NothingToOffers {
    fn contains(call: &RuntimeCall) -> bool {
        use pallet_assets::Call as Asset;
        use pallet_balances::Call as Native;
        let recipient = match call {
            RuntimeCall::Assets(
                Asset::transfer { target, .. }
                | Asset::transfer_keep_alive { target, .. }
                | Asset::transfer_approved { destination: target, .. }
                | Asset::transfer_all { dest: target, .. }
                | Asset::force_transfer { dest: target, .. }
                | Asset::mint { beneficiary: target, .. },
            ) => target,
            RuntimeCall::Balances(
                Native::transfer_allow_death { dest, .. }
                | Native::transfer_keep_alive { dest, .. }
                | Native::transfer_all { dest, .. }
                | Native::force_transfer { dest, .. },
            ) => dest,
            _ => return true,
        };
        match recipient {
            Address::Id(account) => !(is_fallback(account) && is_offer_address(account_address(account))),
            _ => true,
        }
    }
}

parameter_types! {
    /// How far back a mortal extrinsic may begin: a little over two hours.
    pub const BlockHashCount: BlockNumber = 4096;
    /// The runtime's version.
    pub const Version: RuntimeVersion = VERSION;
    /// The address prefix of generic Substrate chains.
    pub const SS58Prefix: u8 = 42;
    /// What fits a block by weight.
    pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(MAX_BLOCK_WEIGHT, NORMAL_SHARE);
    /// What fits a block by length.
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(MAX_BLOCK_LENGTH)
        .modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |max| *max = NORMAL_SHARE * *max)
        .build();
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type AccountData = pallet_balances::AccountData<Balance>;
    type AccountId = AccountId;
    type BaseCallFilter = CallFilter;
    type Block = Block;
    type BlockHashCount = BlockHashCount;
    type BlockLength = RuntimeBlockLength;
    type BlockWeights = RuntimeBlockWeights;
    type DbWeight = ParityDbWeight;
    type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
    type Nonce = Nonce;
    type SS58Prefix = SS58Prefix;
    type SingleBlockMigrations = migrations::Migrations;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
    type Version = Version;
}

impl pallet_timestamp::Config for Runtime {
    type MinimumPeriod = ConstU64<{ SLOT_MILLISECS / 2 }>;
    type Moment = u64;
    type OnTimestampSet = Babe;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}
