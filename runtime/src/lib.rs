//! # The Assay runtime
//!
//! The chain's state transition function. It holds no logic of its own: `configs/` sets up the pallets by topic, `apis.rs` answers the node, `genesis_config_presets.rs` says how a network begins.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]
// The runtime's macro makes public items of its own.
#![allow(missing_docs)]

extern crate alloc;

pub mod apis;
pub mod asset_rates;
pub mod configs;
pub mod development;
pub mod enclave_roots;
pub mod genesis_config_presets;
pub mod migrations;
pub mod origins;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[cfg(test)]
mod tests;

/// This runtime as wasm.
#[cfg(feature = "std")]
#[allow(missing_docs)]
pub mod wasm {
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

pub use assay_primitives::{AssetId, Balance, BlockNumber};

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// A signature of an extrinsic. `MultiSignature::Eth` stands for an account made of the *compressed* key, which is not
/// the fallback account of the key's Ethereum address: `pallet_x402` ties an account to an address.
pub type Signature = MultiSignature;
/// An account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How extrinsics name accounts.
pub type Address = MultiAddress<AccountId, ()>;
/// How many extrinsics an account has sent.
pub type Nonce = u32;
/// A hash as this chain makes them.
pub type Hash = sp_core::H256;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// What is checked and charged around every extrinsic's call.
pub type TxExtension = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_asset_tx_payment::ChargeAssetTxPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);
/// An extrinsic as it arrives.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// Runs blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// The types that the node needs: it looks into headers, never into extrinsics.
pub mod opaque {
    use super::*;
    use alloc::vec::Vec;
    use sp_runtime::OpaqueExtrinsic;

    pub use super::Header;

    /// A block whose extrinsics are bytes.
    pub type Block = generic::Block<Header, OpaqueExtrinsic>;

    sp_runtime::impl_opaque_keys! {
        /// The keys that a validator works with.
        pub struct SessionKeys {
            /// Makes blocks.
            pub babe: Babe,
            /// Finalises them.
            pub grandpa: Grandpa,
        }
    }
}

/// The version of this runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("assay"),
    impl_name: Cow::Borrowed("assay"),
    authoring_version: 1,
    spec_version: 2,
    impl_version: 0,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// The pallets. Indices are part of the encoding of every call and never change; each topic has ten of them.
#[frame_support::runtime]
mod runtime {
    /// The Assay runtime.
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
    pub struct Runtime;

    // 0 to 9: the ground.
    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;

    // 10 to 19: consensus.
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
    pub type Validators = pallet_validators;

    // 20 to 29: money.
    #[runtime::pallet_index(20)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(21)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(22)]
    pub type Assets = pallet_assets;
    #[runtime::pallet_index(23)]
    pub type AssetsHolder = pallet_assets_holder;
    #[runtime::pallet_index(24)]
    pub type AssetRate = pallet_asset_rate;
    #[runtime::pallet_index(25)]
    pub type AssetTxPayment = pallet_asset_tx_payment;
    #[runtime::pallet_index(26)]
    pub type GenesisAssetRate = crate::asset_rates;
    // Their bonds need balances.
    #[runtime::pallet_index(27)]
    pub type GenesisValidators = pallet_validators::genesis;

    // 30 to 39: accounts.
    #[runtime::pallet_index(30)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(31)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(32)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(39)]
    pub type Sudo = pallet_sudo;

    // 40 to 49, and 70 to 79: governance. Safe mode ends before money's clock is asked whether it ticks.
    #[runtime::pallet_index(40)]
    pub type Council = pallet_collective<Instance1>;
    #[runtime::pallet_index(41)]
    pub type CouncilMembership = pallet_membership<Instance1>;
    #[runtime::pallet_index(42)]
    pub type TechnicalCommittee = pallet_collective<Instance2>;
    #[runtime::pallet_index(43)]
    pub type TechnicalMembership = pallet_membership<Instance2>;
    #[runtime::pallet_index(44)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(45)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(46)]
    pub type Parameters = pallet_parameters;
    #[runtime::pallet_index(47)]
    pub type Treasury = pallet_treasury;
    #[runtime::pallet_index(48)]
    pub type TxPause = pallet_tx_pause;
    #[runtime::pallet_index(49)]
    pub type SafeMode = pallet_safe_mode;

    // 50 to 59: inferences.
    #[runtime::pallet_index(50)]
    pub type X402 = pallet_x402;
    #[runtime::pallet_index(51)]
    pub type Circuits = pallet_circuits;
    #[runtime::pallet_index(52)]
    pub type Enclaves = pallet_enclaves;
    #[runtime::pallet_index(53)]
    pub type Inference = pallet_inference;
    #[runtime::pallet_index(54)]
    pub type TierStats = pallet_tier_stats;

    // 60: who this chain is. After all that has a genesis, because its own checks what they built.
    #[runtime::pallet_index(60)]
    pub type Network = pallet_network;

    // 70 to 79: governance, which has no genesis here.
    #[runtime::pallet_index(70)]
    pub type ConvictionVoting = pallet_conviction_voting;
    #[runtime::pallet_index(71)]
    pub type Referenda = pallet_referenda;
    #[runtime::pallet_index(72)]
    pub type Whitelist = pallet_whitelist;
    #[runtime::pallet_index(73)]
    pub type Decisions = pallet_decisions;
    #[runtime::pallet_index(74)]
    pub type Origins = crate::origins;
}
