//! Weights measured for this runtime by `make weights`, one generated file a pallet. The SDK's pallets bring their own.

pub mod pallet_circuits;
pub mod pallet_decisions;
pub mod pallet_enclaves;
pub mod pallet_inference;
pub mod pallet_tier_stats;
pub mod pallet_validators;
pub mod pallet_x402;
