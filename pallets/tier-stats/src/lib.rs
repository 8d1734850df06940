//! # Tier statistics
//!
//! How are inferences distributed across the tiers, and do the workloads that need stronger guarantees grow? This
//! pallet counts, per day, tier and asset, what was captured. It is fed by [`OnSettled`] alone, so nothing but a
//! verified and paid receipt is counted, and anyone can recompute it from events. Payments in which payer and payee
//! are the same, as far as the chain can see, are counted apart.
//!
//! Days older than [`Config::KeptDays`] are forgotten, so that the state stays bounded.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod tests;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

/// The pallet's declarations.
#[frame_support::pallet]
pub mod pallet {
    use super::WeightInfo;
    use alloc::vec::Vec;
    use assay_primitives::{views::DayRow, AssetId, Balance, OnSettled, SettledLeg, Tier};
    use frame_support::{pallet_prelude::*, traits::UnixTime, weights::WeightMeter};
    use frame_system::pallet_prelude::*;
    use sp_runtime::SaturatedConversion;

    const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

    /// Most days that [`Pallet::daily`] answers at a time.
    pub const MAX_DAYS: u32 = 366;

    /// Version of the storage's layout.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of a runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// The chain's time.
        type Time: UnixTime;
        /// Days that are remembered.
        #[pallet::constant]
        type KeptDays: Get<u32>;
        /// Weights.
        type WeightInfo: WeightInfo;
    }

    /// One day's use of one tier in one asset.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
    pub struct Usage {
        /// Inferences.
        pub inferences: u64,
        /// What they cost, before the protocol's fee, in the asset's smallest unit.
        pub captured: Balance,
    }

    /// Use by others and by the provider itself.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
    pub struct Row {
        /// Paid by others.
        pub others: Usage,
        /// Payer and payee are the same, as far as the chain can see.
        pub own: Usage,
    }

    /// Use by day since 1970-01-01, tier and asset.
    #[pallet::storage]
    pub type Days<T: Config> = StorageNMap<
        _,
        (NMapKey<Twox64Concat, u32>, NMapKey<Twox64Concat, Tier>, NMapKey<Twox64Concat, AssetId>),
        Row,
        ValueQuery,
    >;

    /// The oldest day that may still have rows.
    #[pallet::storage]
    pub type OldestDay<T: Config> = StorageValue<_, u32>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
            let mut meter = WeightMeter::with_limit(limit);
            if meter.try_consume(T::WeightInfo::forget_day()).is_ok() {
                Self::forget_day();
            }
            meter.consumed()
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Use per day, tier and asset for up to [`MAX_DAYS`] days from `from` (days since 1970-01-01), oldest first.
        pub fn daily(from: u32, days: u32) -> Vec<DayRow> {
            let mut rows = Vec::new();
            for day in from..from.saturating_add(days.min(MAX_DAYS)) {
                let mut today: Vec<_> = Days::<T>::iter_prefix((day,)).collect();
                today.sort_by_key(|(key, _)| *key);
                rows.extend(today.into_iter().map(|((tier, asset), row)| DayRow {
                    day,
                    tier,
                    asset,
                    inferences: row.others.inferences,
                    captured: row.others.captured,
                    self_inferences: row.own.inferences,
                    self_captured: row.own.captured,
                }));
            }
            rows
        }
    }

    impl<T: Config> Pallet<T> {
        /// Today, in days since 1970-01-01.
        pub(crate) fn today() -> u32 {
            T::Time::now().as_secs().saturating_div(SECONDS_PER_DAY).saturated_into()
        }

        /// Forgets up to one day's worth of rows that are too old, a bounded number at a time.
        pub(crate) fn forget_day() {
            let Some(oldest) = OldestDay::<T>::get() else { return };
            if oldest >= Self::today().saturating_sub(T::KeptDays::get()) {
                return;
            }
            let cleared = Days::<T>::clear_prefix((oldest,), FORGOTTEN_ROWS, None);
            if cleared.maybe_cursor.is_none() {
                OldestDay::<T>::put(oldest.saturating_add(1));
            }
        }

        /// 1. No row is older than the oldest day.
        /// 2. Amounts are only where inferences are.
        #[cfg(any(feature = "try-runtime", test))]
        pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
            for ((day, _, _), row) in Days::<T>::iter() {
                ensure!(
                    OldestDay::<T>::get().is_some_and(|oldest| oldest <= day),
                    "a row is older than the oldest day"
                );
                for usage in [row.others, row.own] {
                    ensure!(usage.inferences > 0 || usage.captured == 0, "an amount without an inference");
                }
            }
            Ok(())
        }
    }

    /// Most rows that one block forgets.
    pub(crate) const FORGOTTEN_ROWS: u32 = 32;

    impl<T: Config> OnSettled for Pallet<T> {
        fn on_settled(leg: &SettledLeg) {
            let day = Self::today();
            if OldestDay::<T>::get().is_none() {
                OldestDay::<T>::put(day);
            }
            Days::<T>::mutate((day, leg.tier, leg.asset), |row| {
                let usage = if leg.self_paid { &mut row.own } else { &mut row.others };
                usage.inferences = usage.inferences.saturating_add(1);
                usage.captured = usage.captured.saturating_add(leg.receipt.amount);
            });
        }
    }
}
