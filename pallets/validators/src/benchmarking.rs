//! Benchmarks of every call and handler, with as many validators as there can be.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use assay_primitives::{AccountId32, Balance};
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Balanced, Inspect},
        EnsureOrigin, Get,
    },
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use pallet_authorship::EventHandler;
use sp_runtime::{traits::TrailingZeroInput, Perbill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

/// What the benchmarks need of a runtime besides its configuration.
pub trait BenchmarkHelper {
    /// Makes it so that this block skipped as many slots, and that it is known whose they were.
    fn skip_slots(count: u32);
}

/// Most validators that are measured.
const MOST: u32 = 100;

fn origin<T: Config>(outcome: Result<T::RuntimeOrigin, ()>) -> Result<T::RuntimeOrigin, BenchmarkError> {
    outcome.map_err(|()| BenchmarkError::Weightless)
}

fn validator(index: u32) -> AccountId32 {
    frame_benchmarking::account("validator", index, 0)
}

/// What is bonded.
fn amount<T: Config>() -> Balance {
    Pallet::<T>::minimum_bond().max(CurrencyOf::<T>::minimum_balance())
}

/// An account that can pay for bonds.
fn funded<T: Config>(index: u32) -> AccountId32 {
    let who = validator(index);
    let credit = CurrencyOf::<T>::issue(amount::<T>().saturating_mul(2));
    assert!(CurrencyOf::<T>::resolve(&who, credit).is_ok(), "a new account takes a deposit");
    who
}

/// An account with a bond and keys.
fn bonded<T: Config>(index: u32) -> AccountId32 {
    let who = funded::<T>(index);
    Pallet::<T>::do_bond(who.clone(), amount::<T>()).expect("can pay");
    let keys = T::Keys::decode(&mut TrailingZeroInput::zeroes()).expect("keys are public keys");
    pallet_session::NextKeys::<T>::insert(&who, keys);
    who
}

/// A set of so many, all of whom serve now, and of whom the first are to leave.
fn put_set<T: Config>(count: u32, leaving: u32) -> Vec<AccountId32> {
    let set: Vec<_> = (0..count).map(bonded::<T>).collect();
    let departures = set.iter().take(leaving as usize).cloned();
    let departures = departures.map(|who| Departure { who, cause: Cause::Wish }).collect();
    Set::<T>::put(BoundedVec::<_, T::MaxValidators>::truncate_from(set.clone()));
    Leaving::<T>::put(BoundedVec::<_, T::MaxValidators>::truncate_from(departures));
    pallet_session::Validators::<T>::put(&set);
    set
}

/// Goes to the first session in which what is unbonded now can be withdrawn.
fn wait<T: Config>() {
    pallet_session::CurrentIndex::<T>::mutate(|now| *now += T::UnbondingSessions::get() + 1);
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn bond() {
        let who = funded::<T>(0);
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), amount::<T>());
        assert_eq!(Pallet::<T>::bond_of(&who), amount::<T>());
    }

    #[benchmark]
    fn admit() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::AdmitOrigin::try_successful_origin())?;
        put_set::<T>(T::MaxValidators::get() - 1, 0);
        let who = bonded::<T>(T::MaxValidators::get());
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, who.clone());
        assert_eq!(Joining::<T>::get().into_inner(), [who]);
        Ok(())
    }

    #[benchmark]
    fn leave() {
        let most = T::MaxValidators::get();
        let who = put_set::<T>(most, most - 2).pop().expect("there are several");
        #[extrinsic_call]
        _(RawOrigin::Signed(who));
        assert_eq!(Leaving::<T>::get().len() as u32, most - 1);
    }

    #[benchmark]
    fn remove() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::RemoveOrigin::try_successful_origin())?;
        let most = T::MaxValidators::get();
        let who = put_set::<T>(most, most - 2).pop().expect("there are several");
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, who);
        assert_eq!(Leaving::<T>::get().len() as u32, most - 1);
        Ok(())
    }

    #[benchmark]
    fn unbond() {
        put_set::<T>(T::MaxValidators::get(), 0);
        let who = bonded::<T>(T::MaxValidators::get());
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));
        assert!(Bonds::<T>::get(who).expect("has a bond").unbonding.is_some());
    }

    #[benchmark]
    fn withdraw() {
        let who = bonded::<T>(0);
        Pallet::<T>::do_unbond(who.clone()).expect("is no validator");
        wait::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));
        assert!(!Bonds::<T>::contains_key(who));
    }

    #[benchmark]
    fn note_author(s: Linear<0, MAX_SKIPPED>) {
        put_set::<T>(T::MaxValidators::get(), 0);
        T::BenchmarkHelper::skip_slots(s);
        let author = validator(0);
        #[block]
        {
            <Pallet<T> as EventHandler<AccountId32, BlockNumberFor<T>>>::note_author(author.clone());
        }
        let tallies: Vec<_> = Tallies::<T>::iter_values().collect();
        assert_eq!(tallies.iter().map(|tally| tally.made).sum::<u32>(), 1);
        assert_eq!(tallies.iter().map(|tally| tally.missed).sum::<u32>(), s);
    }

    #[benchmark]
    fn on_offence(n: Linear<1, MOST>) {
        let offenders: Vec<OffenceDetails<AccountId32, (AccountId32, ())>> =
            put_set::<T>(n.min(T::MaxValidators::get()), 0)
                .into_iter()
                .map(|who| OffenceDetails { offender: (who, ()), reporters: Vec::new() })
                .collect();
        let fractions: Vec<_> = offenders.iter().map(|_| Perbill::from_percent(50)).collect();
        let session = Pallet::<T>::current_session();
        #[block]
        {
            Pallet::<T>::on_offence(&offenders, &fractions, session);
        }
        assert_eq!(Leaving::<T>::get().len(), offenders.len());
        assert!(Pallet::<T>::bond_of(&validator(0)) <= amount::<T>() / 2);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
