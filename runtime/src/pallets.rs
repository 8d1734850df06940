//! The pallets. Indices are part of the encoding of every call and never change; each topic has ten of them.

// The macro makes public items of its own.
#![allow(missing_docs)]

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

    // 30 to 39: accounts.
    #[runtime::pallet_index(30)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(31)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(32)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(39)]
    pub type Sudo = pallet_sudo;

    // 50 to 59: inferences.
    #[runtime::pallet_index(50)]
    pub type X402 = pallet_x402;
    #[runtime::pallet_index(53)]
    pub type Inference = pallet_inference;
    #[runtime::pallet_index(54)]
    pub type TierStats = pallet_tier_stats;

    // 60: who this chain is. Last, because its genesis checks what all the others built.
    #[runtime::pallet_index(60)]
    pub type Network = pallet_network;
}
