//! The rates at which assets pay fees from the first block on: pallet-asset-rate has no genesis of its own.

pub use pallet::*;

/// A pallet that is nothing but a genesis.
#[frame_support::pallet]
pub mod pallet {
    use crate::AssetId;
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use pallet_asset_rate::ConversionRateToNative;
    use sp_runtime::FixedU128;

    /// See the module's documentation.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Assets are those of this runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config + pallet_asset_rate::Config<AssetKind = AssetId> {}

    /// The first rates.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// For each asset, how much of the smallest native unit its smallest unit is worth.
        pub rates: Vec<(AssetId, FixedU128)>,
        /// Names the runtime.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            for (asset, rate) in &self.rates {
                ConversionRateToNative::<T>::insert(asset, rate);
            }
        }
    }
}
