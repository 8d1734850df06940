//! # The Assay runtime
//!
//! The chain's state transition function. It holds no logic of its own: `pallets.rs` names the pallets, `configs/` sets
//! them up by topic, `apis.rs` answers the node, `genesis_config_presets.rs` says how a network begins.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]

extern crate alloc;

pub mod apis;
pub mod asset_rates;
pub mod configs;
pub mod development;
pub mod genesis_config_presets;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod pallets;
#[cfg(test)]
mod tests;

/// This runtime as wasm.
#[cfg(feature = "std")]
#[allow(missing_docs)]
pub mod wasm {
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

pub use assay_primitives::{AssetId, Balance, BlockNumber};
pub use pallets::*;

use alloc::borrow::Cow;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// A signature of an extrinsic. secp256k1 keys sign as Ethereum accounts do (`MultiSignature::Eth`).
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
    spec_version: 1,
    impl_version: 0,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};
