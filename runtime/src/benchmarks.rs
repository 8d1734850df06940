//! The benchmarks of the runtime's pallets, and what some of them must be told about it.

use crate::*;
use alloc::{string::String, vec::Vec};
use assay_primitives::{
    address::{asset_address, asset_from_address},
    id::{model_id, payment_id},
    signer::{Consent, Signer},
    views::Token,
    Authorization, ModelId, Offer, PaymentId, Permit2Contracts, TokenDomain, H256, U256,
};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::{
    traits::{fungible::NativeOrWithId, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys},
    BoundedVec,
};

frame_benchmarking::define_benchmarks!(
    [frame_system, SystemBench::<Runtime>]
    [frame_system_extensions, SystemExtensionsBench::<Runtime>]
    [pallet_asset_rate, AssetRate]
    [pallet_assets, Assets]
    [pallet_balances, Balances]
    [pallet_circuits, Circuits]
    [pallet_decisions, Decisions]
    [pallet_enclaves, Enclaves]
    [pallet_inference, Inference]
    [pallet_multisig, Multisig]
    [pallet_proxy, Proxy]
    [pallet_sudo, Sudo]
    [pallet_tier_stats, TierStats]
    [pallet_timestamp, Timestamp]
    [pallet_utility, Utility]
    [pallet_validators, Validators]
    [pallet_x402, X402]
);

use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};

impl frame_system_benchmarking::Config for Runtime {}

/// Which benchmarks there are, and what they may touch.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
    let mut list = Vec::<BenchmarkList>::new();
    list_benchmarks!(list, extra);
    (list, AllPalletsWithSystem::storage_info())
}

/// Runs one of them.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
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

/// The treasury spends the asset that the development preset has.
pub struct Spends;

impl pallet_treasury::ArgumentsFactory<NativeOrWithId<AssetId>, AccountId> for Spends {
    fn create_asset_kind(_: u32) -> NativeOrWithId<AssetId> {
        NativeOrWithId::WithId(genesis_config_presets::TEST_USD)
    }

    fn create_beneficiary(seed: [u8; 32]) -> AccountId {
        seed.into()
    }
}

/// Slots without blocks.
pub struct Slots;

impl pallet_validators::benchmarking::BenchmarkHelper for Slots {
    fn skip_slots(count: u32) {
        System::set_block_number(System::block_number().max(2));
        // All of them are of one session.
        pallet_network::SessionSlots::<Runtime>::put(pallet_network::MAX_SESSION_SLOTS);
        pallet_babe::CurrentSlot::<Runtime>::put(Babe::current_epoch_start() + u64::from(count));
        pallet_babe::Lateness::<Runtime>::put(count);
    }
}

/// Payers, providers and a clock for the benchmarks of inferences and their money.
pub struct Inferences;

impl pallet_x402::benchmarking::BenchmarkHelper for Inferences {
    fn set_time(seconds: u64) {
        pallet_timestamp::Now::<Runtime>::put(seconds * 1_000);
    }
}

impl pallet_inference::benchmarking::BenchmarkHelper for Inferences {
    fn payable_asset() -> AssetId {
        genesis_config_presets::TEST_USD
    }

    fn fund(who: &AccountId, asset: AssetId, amount: Balance) {
        use frame_support::traits::{fungible, fungibles};
        <Balances as fungible::Mutate<_>>::set_balance(who, 1_000_000 * configs::money::ASY);
        <Assets as fungibles::Mutate<_>>::set_balance(asset, who, amount);
    }

    fn authorize(payer: &Signer, offer: &Offer, nonce: u32) -> Authorization {
        let domain = domain(offer.asset);
        let chain = configs::inference::Chain::get();
        let consent = Consent {
            chain_id: chain.chain_id,
            token: asset_address(offer.asset),
            to: offer.address(&chain),
            value: offer.total().unwrap_or_default().into(),
            valid_after: 0,
            valid_before: Timestamp::get() / 1_000 + 3_600,
            nonce: H256(U256::from(nonce).to_big_endian()),
        };
        // One second after 1970, if it is 1970: a window begins strictly before it is used.
        pallet_timestamp::Now::<Runtime>::mutate(|now| *now = (*now).max(1_000));
        payer.eip3009(&domain, consent)
    }

    fn expire_nonces(count: u32) {
        pallet_x402::benchmarking::fill_book::<Runtime>(count);
    }

    fn payment_id(authorization: &Authorization) -> PaymentId {
        let asset = asset_from_address(authorization.token()).unwrap_or_default();
        let digest = authorization.digest(&domain(asset), &Permit2Contracts::X402);
        payment_id(authorization.payer(), digest)
    }
}

impl pallet_circuits::benchmarking::BenchmarkHelper for Inferences {
    fn model(owner: &AccountId) -> ModelId {
        <Balances as frame_support::traits::fungible::Mutate<_>>::set_balance(owner, 1_000_000 * configs::money::ASY);
        let name = BoundedVec::truncate_from(b"model".to_vec());
        let registered = Inference::register_model(
            RuntimeOrigin::signed(owner.clone()),
            name.clone(),
            H256::zero(),
            Default::default(),
        );
        registered.unwrap_or_else(|error| panic!("a model is registered: {error:?}"));
        model_id(owner, H256::zero(), &name)
    }
}

impl pallet_enclaves::benchmarking::BenchmarkHelper for Inferences {
    fn model(owner: &AccountId) -> ModelId {
        <Self as pallet_circuits::benchmarking::BenchmarkHelper>::model(owner)
    }

    fn fund(account: &AccountId) {
        let plenty = 1_000_000 * configs::money::ASY;
        <Balances as frame_support::traits::fungible::Mutate<_>>::set_balance(account, plenty);
    }

    fn set_time(seconds: u64) {
        pallet_timestamp::Now::<Runtime>::put(seconds * 1_000);
    }
}

fn domain(asset: AssetId) -> TokenDomain {
    let Token { name, version, .. } = X402::token(asset).unwrap_or_else(|| panic!("asset {asset} is payable"));
    TokenDomain { name, version }
}
