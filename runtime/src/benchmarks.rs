//! The benchmarks of the runtime's pallets, and what some of them must be told about it.

use crate::*;
use alloc::{string::String, vec::Vec};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

frame_benchmarking::define_benchmarks!(
    [frame_system, SystemBench::<Runtime>]
    [frame_system_extensions, SystemExtensionsBench::<Runtime>]
    [pallet_asset_rate, AssetRate]
    [pallet_assets, Assets]
    [pallet_balances, Balances]
    [pallet_multisig, Multisig]
    [pallet_proxy, Proxy]
    [pallet_sudo, Sudo]
    [pallet_timestamp, Timestamp]
    [pallet_utility, Utility]
);

use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};

impl frame_system_benchmarking::Config for Runtime {}

/// Which benchmarks there are, and what they may touch.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
    use frame_benchmarking::Benchmarking;
    let mut list = Vec::<BenchmarkList>::new();
    list_benchmarks!(list, extra);
    (list, AllPalletsWithSystem::storage_info())
}

/// Runs one of them.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
    use frame_benchmarking::Benchmarking;
    let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
    let mut batches = Vec::<BenchmarkBatch>::new();
    let params = (&config, &whitelist);
    add_benchmarks!(params, batches);
    Ok(batches)
}

/// Fees are paid in the asset that the development preset has.
pub struct FeeAsset;

impl pallet_asset_tx_payment::BenchmarkHelperTrait<AccountId, AssetId, AssetId> for FeeAsset {
    fn create_asset_id_parameter(_: u32) -> (AssetId, AssetId) {
        (genesis_config_presets::TEST_USD, genesis_config_presets::TEST_USD)
    }

    fn setup_balances_and_pool(asset: AssetId, account: AccountId) {
        use frame_support::traits::{fungible, fungibles};
        let plenty = configs::money::ASY;
        <Balances as fungible::Mutate<_>>::set_balance(&account, plenty);
        <Assets as fungibles::Mutate<_>>::set_balance(asset, &account, plenty);
    }
}
