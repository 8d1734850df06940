//! Benchmarks of every call, for blocks that have as many tasks as they take.

use crate::{enactment::BLOCKS_TRIED, pallet::*};
use alloc::boxed::Box;
use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::traits::Hash;

/// The longest call that is measured, in bytes.
const LONGEST: u32 = 1 << 20;

fn origin<T: Config>(outcome: Result<T::RuntimeOrigin, ()>) -> Result<T::RuntimeOrigin, BenchmarkError> {
    outcome.map_err(|()| BenchmarkError::Weightless)
}

/// A call of a little more than this many bytes, number `n`.
fn call<T: Config>(bytes: u32, n: u32) -> <T as Config>::RuntimeCall {
    let mut remark = n.to_le_bytes().to_vec();
    remark.resize(4 + bytes as usize, 0);
    frame_system::Call::<T>::remark { remark }.into()
}

fn id<T: Config>(call: &<T as Config>::RuntimeCall) -> H256 {
    T::Hashing::hash_of(call)
}

/// Decides until no block that is tried takes any more; returns the last decision.
fn fill<T: Config>() -> H256 {
    // Set-up is in block 0, the call in block 1.
    frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(1u32));
    let decided = (0..u32::MAX).map(|n| call::<T>(200, n)).map_while(|call| {
        let id = id::<T>(&call);
        Pallet::<T>::do_decide(call).is_ok().then_some(id)
    });
    decided.last().expect("a block takes one")
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn decide(b: Linear<0, LONGEST>) -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::DecideOrigin::try_successful_origin())?;
        let place = fill::<T>();
        Pallet::<T>::do_veto(place).expect("waits");
        let call = call::<T>(b, u32::MAX);
        let id = id::<T>(&call);
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Box::new(call));
        let soonest = frame_system::Pallet::<T>::block_number() + T::Delay::get().max(BlockNumberFor::<T>::from(1u32));
        assert_eq!(Pallet::<T>::pending(id), Some(soonest + (BLOCKS_TRIED - 1).into()));
        Ok(())
    }

    #[benchmark]
    fn veto() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::VetoOrigin::try_successful_origin())?;
        let last = fill::<T>();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, last);
        assert_eq!(Pallet::<T>::pending(last), None);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
