//! Benchmarks of the hook at its worst case.

use crate::pallet::*;
use assay_primitives::Tier;
use frame_benchmarking::v2::*;

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn forget_day() {
        (0..FORGOTTEN_ROWS).for_each(|asset| Days::<T>::insert((0, Tier::Signed, asset), Row::default()));
        OldestDay::<T>::put(0);
        #[block]
        {
            Pallet::<T>::forget_day();
        }
    }
}
