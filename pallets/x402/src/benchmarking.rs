//! Benchmarks of every call and hook at its worst case: full books, first use of every record.

use crate::{
    book::PRUNED_PER_USE,
    pallet::*,
    types::{Settings, TokenName},
};
use assay_primitives::{
    address::{account_address, asset_address, fallback_account, offer_address},
    signer::{Consent, Signer},
    AccountId32, AssetId, Authorization, Balance, PaymentId, Payments, PerLeg, Terms, H160, H256, U256,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect as _, Mutate as _},
        fungibles::{Create, Mutate},
        Consideration, EnsureOrigin, Footprint, Get, Hooks,
    },
    BoundedVec,
};
use frame_system::RawOrigin;

const FUNDS: Balance = 1_000_000_000_000;
const ASSET: AssetId = 500_000;

/// What the benchmarks need of a runtime besides its configuration.
pub trait BenchmarkHelper {
    /// Lets the chain's time be this many seconds.
    fn set_time(seconds: u64);
}

fn account(n: u32) -> AccountId32 {
    frame_benchmarking::account("assay", n, 0)
}

fn wallet(n: u32) -> Signer {
    Signer::from_word(&n.to_be_bytes()).expect("a hash below the order")
}

/// Makes an asset payable whose names are as long as they can be.
fn list<T: Config<Assets: Create<AccountId32>>>(asset: AssetId) {
    let _ = T::Assets::create(asset, account(0), true, 1);
    for who in [T::Treasury::get(), T::ClaimsAccount::get()] {
        T::Assets::mint_into(asset, &who, FUNDS).expect("mints");
    }
    Pallet::<T>::do_list_asset(asset, BoundedVec::truncate_from([b'n'; 64].to_vec()), 1).expect("lists");
}

fn fund<T: Config>(asset: AssetId, who: &AccountId32) {
    T::Assets::mint_into(asset, who, FUNDS).expect("mints");
}

fn authorize<T: Config>(n: u32, to: H160, value: Balance) -> Authorization {
    let consent = Consent {
        chain_id: T::Chain::get().chain_id,
        token: asset_address(ASSET),
        to,
        value: value.into(),
        valid_after: 0,
        valid_before: Pallet::<T>::now() + 3_600,
        nonce: word(n),
    };
    wallet(n).eip3009(&Pallet::<T>::domain(ASSET, &T::Chain::get()).expect("listed"), consent)
}

/// Reserves payer `n`'s payment.
fn reserve<T: Config>(n: u32) -> PaymentId {
    fund::<T>(ASSET, &fallback_account(wallet(n).address()));
    let offer = offer_address(H256::repeat_byte(1));
    let settings = CurrentSettings::<T>::get();
    let terms = Terms {
        offer,
        asset: ASSET,
        total: 1_000,
        delivery_seconds: settings.min_delivery,
        prices: PerLeg::truncate_from([1; 16].to_vec()),
    };
    <Pallet<T> as Payments>::reserve(&authorize::<T>(n, offer, 1_000), &terms).expect("reserves").id
}

/// Lets all deadlines and nonces so far pass.
fn pass_time<T: Config>() {
    let Settings { max_delivery, horizon, .. } = CurrentSettings::<T>::get();
    Clock::<T>::mutate(|clock| *clock += max_delivery as u32);
    T::BenchmarkHelper::set_time(Pallet::<T>::now() + 2 * horizon);
}

/// Uses nonces whose time has passed when the benchmark begins, so that each of so many uses removes as many as it can.
pub fn fill_book<T: Config>(uses: u32) {
    for n in 0..uses.saturating_mul(PRUNED_PER_USE) {
        let expires = Pallet::<T>::now();
        Pallet::<T>::use_nonce(word(u32::MAX - n), word(n), expires, false).ok();
    }
    pass_time::<T>();
}

/// A number as 32 bytes.
fn word(n: u32) -> H256 {
    H256(U256::from(n).to_big_endian())
}

#[benchmarks(where T: Config<Assets: Create<AccountId32>>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn pay() {
        T::BenchmarkHelper::set_time(1_000_000);
        list::<T>(ASSET);
        fill_book::<T>(1);
        let to = account_address(&account(7));
        fund::<T>(ASSET, &fallback_account(wallet(9).address()));
        let authorization = authorize::<T>(9, to, 1_000);
        #[extrinsic_call]
        _(RawOrigin::Signed(account(1)), authorization.clone());
        assert!(Nonces::<T>::contains_key(authorization.nonce_key()));
    }

    #[benchmark]
    fn refund() {
        T::BenchmarkHelper::set_time(1_000_000);
        list::<T>(ASSET);
        let id = reserve::<T>(1);
        Clock::<T>::put(u32::MAX);
        #[extrinsic_call]
        _(RawOrigin::Signed(account(1)), id);
    }

    #[benchmark]
    fn claim() {
        list::<T>(ASSET);
        Claims::<T>::insert(account(1), ASSET, 1_000);
        #[extrinsic_call]
        _(RawOrigin::Signed(account(1)), ASSET, account(2));
        assert_eq!(Claims::<T>::get(account(1), ASSET), 0);
    }

    #[benchmark]
    fn map_account(a: Linear<1, { MAX_PAYABLE_ASSETS }>) {
        let _ = PayableAssets::<T>::clear(u32::MAX, None);
        let who = account(1);
        let fallback = fallback_account(account_address(&who));
        for asset in 0..a {
            list::<T>(ASSET + asset);
            fund::<T>(ASSET + asset, &fallback);
        }
        for endowed in [&who, &fallback] {
            T::Native::mint_into(endowed, T::Native::minimum_balance()).ok();
        }
        T::MappingDeposit::ensure_successful(&who, Footprint::from_mel::<(AccountId32, T::MappingDeposit)>());
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));
        assert!(Mapped::<T>::contains_key(account_address(&who)));
    }

    #[benchmark]
    fn list_asset() -> Result<(), BenchmarkError> {
        list::<T>(ASSET);
        let origin = T::ListOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, ASSET, TokenName::truncate_from([b'm'; 64].to_vec()), 2);
        Ok(())
    }

    #[benchmark]
    fn delist_asset() -> Result<(), BenchmarkError> {
        list::<T>(ASSET);
        let origin = T::DelistOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, ASSET);
        assert!(!PayableAssets::<T>::contains_key(ASSET));
        Ok(())
    }

    #[benchmark]
    fn set_settings() -> Result<(), BenchmarkError> {
        let origin = T::SettingsOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Settings::default());
        Ok(())
    }

    #[benchmark]
    fn tick() {
        #[block]
        {
            Pallet::<T>::on_initialize(1u32.into());
        }
        assert_eq!(Clock::<T>::get(), 1);
    }

    #[benchmark]
    fn sweep(n: Linear<0, 64>) {
        T::BenchmarkHelper::set_time(1_000_000);
        list::<T>(ASSET);
        (0..n).for_each(|n| {
            reserve::<T>(n);
        });
        Clock::<T>::put(u32::MAX);
        #[block]
        {
            Pallet::<T>::sweep(n);
        }
    }

    #[benchmark]
    fn prune(n: Linear<0, 64>) {
        T::BenchmarkHelper::set_time(1_000_000);
        list::<T>(ASSET);
        // Closed payments are forgotten with their nonces.
        for payment in (0..n).map(reserve::<T>) {
            Pallet::<T>::do_refund(payment, true).expect("refunds");
        }
        pass_time::<T>();
        #[block]
        {
            Pallet::<T>::prune(n);
        }
        assert_eq!(Nonces::<T>::iter().count(), 0);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
