//! # x402 pallet
//!
//! Money. A payer's standard x402 signature is an *authorization*. It either pays a plain address at once
//! ([`Pallet::pay`]), or it pays an *offer address*: then the money is held on the payer's own account until a
//! settlement captures it or it is refunded. What an offer means is not known here: the settling pallet comes in
//! through [`Payments`](assay_primitives::Payments).
//!
//! | module | what lives there |
//! |---|---|
//! | [`types`] | what is stored |
//! | `authorize` | checks of an authorization against the chain |
//! | `book` | the replay book: nonces and their pruning |
//! | `hold` | reserve, capture, refund, and the sweep of what was not delivered |
//! | `payout` | moving money, and claims for what could not be moved |
//! | `mapping` | plain payments and native accounts behind 20-byte addresses |
//!
//! Deadlines are counted by [`Clock`], which ticks in blocks in which settling is possible, so that neither a stall
//! nor a pause eats a provider's delivery time.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod authorize;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod book;
mod hold;
mod mapping;
mod payout;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use weights::WeightInfo;

/// The pallet's declarations.
#[frame_support::pallet]
pub mod pallet {
    use super::{types::*, WeightInfo};
    use alloc::vec::Vec;
    use assay_primitives::{
        address::asset_address,
        views::{ChainTerms, PaymentStatus, Token},
        AccountId32, AssetId, Authorization, Balance, BlockNumber, ChainDomain, PaymentId, Permit2Contracts, H160,
        H256,
    };
    use assay_support::{Calendar, Page};
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, fungibles, Consideration, Footprint, UnixTime},
    };
    use frame_system::pallet_prelude::*;
    use sp_runtime::{traits::One, Permill};

    /// Most assets that can be payable at a time: `map_account` looks at each.
    pub const MAX_PAYABLE_ASSETS: u32 = 32;

    /// Version of the storage's layout.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of a runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId32> {
        /// The assets that pay.
        type Assets: fungibles::Mutate<AccountId32, AssetId = AssetId, Balance = Balance>;
        /// Holds on them.
        type Holds: fungibles::MutateHold<
            AccountId32,
            AssetId = AssetId,
            Balance = Balance,
            Reason = Self::RuntimeHoldReason,
        >;
        /// The native currency, which `map_account` brings over too.
        type Native: fungible::Mutate<AccountId32>;
        /// Reasons for holds of the whole runtime.
        type RuntimeHoldReason: From<HoldReason>;
        /// The chain's time.
        type Time: UnixTime;
        /// Chain id and genesis hash.
        type Chain: Get<ChainDomain>;
        /// The Permit2 addresses that clients sign for.
        type Permit2: Get<Permit2Contracts>;
        /// Whether settling is possible in this block: if not, the clock of deadlines stands still.
        type SettlingPossible: Get<bool>;
        /// Seconds between blocks, to turn delivery times into clock ticks.
        #[pallet::constant]
        type BlockSeconds: Get<u64>;
        /// Who earns the fees.
        #[pallet::constant]
        type Treasury: Get<AccountId32>;
        /// Who keeps money that could not be paid out, until it is claimed.
        #[pallet::constant]
        type ClaimsAccount: Get<AccountId32>;
        /// Price of a mapping's storage.
        type MappingDeposit: Consideration<AccountId32, Footprint>;
        /// Who makes assets payable.
        type ListOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who makes them no longer payable.
        type DelistOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who changes settings.
        type SettingsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Weights.
        type WeightInfo: WeightInfo;
        /// What benchmarks need besides.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::benchmarking::BenchmarkHelper;
    }

    /// Why money is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// An open payment.
        #[codec(index = 0)]
        Payment,
        /// Deposit for a mapped account.
        #[codec(index = 1)]
        Mapping,
    }

    /// Assets that payers may pay with.
    #[pallet::storage]
    pub type PayableAssets<T: Config> = CountedStorageMap<_, Twox64Concat, AssetId, Payable>;

    /// What governance turned.
    #[pallet::storage]
    pub type CurrentSettings<T: Config> = StorageValue<_, Settings, ValueQuery>;

    /// Used nonces, by [`Authorization::nonce_key`].
    #[pallet::storage]
    pub type Nonces<T: Config> = StorageMap<_, Identity, H256, NonceUse>;

    /// Nonces to forget, by slot of time and page.
    #[pallet::storage]
    pub type NoncePages<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, u32, Page, ValueQuery>;

    /// Number of pages of each slot in [`NoncePages`].
    #[pallet::storage]
    pub type NoncePageCounts<T: Config> = StorageMap<_, Twox64Concat, u32, u32, ValueQuery>;

    /// Oldest slot in [`NoncePages`].
    #[pallet::storage]
    pub type OldestNonceSlot<T: Config> = StorageValue<_, u32>;

    /// Reserved payments.
    #[pallet::storage]
    pub type ReservedPayments<T: Config> = StorageMap<_, Identity, PaymentId, Payment>;

    /// Payments to look at when their deadline has passed, by deadline and page.
    #[pallet::storage]
    pub type DuePages<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, u32, Page, ValueQuery>;

    /// Number of pages of each deadline in [`DuePages`].
    #[pallet::storage]
    pub type DuePageCounts<T: Config> = StorageMap<_, Twox64Concat, u32, u32, ValueQuery>;

    /// Oldest deadline in [`DuePages`].
    #[pallet::storage]
    pub type OldestDue<T: Config> = StorageValue<_, u32>;

    /// Blocks so far in which settling was possible.
    #[pallet::storage]
    pub type Clock<T: Config> = StorageValue<_, BlockNumber, ValueQuery>;

    /// Payouts that could not be made, by owner and asset. The money is on the claims account.
    #[pallet::storage]
    pub type Claims<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId32, Twox64Concat, AssetId, Balance, ValueQuery>;

    /// Native accounts behind addresses, each with the ticket of its deposit.
    #[pallet::storage]
    pub type Mapped<T: Config> = StorageMap<_, Twox64Concat, H160, (AccountId32, T::MappingDeposit)>;

    pub(crate) type NonceCalendar<T> = Calendar<NoncePages<T>, NoncePageCounts<T>, OldestNonceSlot<T>>;
    pub(crate) type DueCalendar<T> = Calendar<DuePages<T>, DuePageCounts<T>, OldestDue<T>>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A plain payment was made.
        Paid {
            /// Its id.
            payment: PaymentId,
            /// Who paid.
            payer: H160,
            /// The address that was signed for.
            recipient: H160,
            /// The account behind it.
            account: AccountId32,
            /// The asset.
            asset: AssetId,
            /// How much, in the asset's smallest unit.
            value: Balance,
        },
        /// A payment's money was put on hold.
        Reserved {
            /// Its id.
            payment: PaymentId,
            /// Who pays.
            payer: H160,
            /// The offer's address.
            offer: H160,
            /// The asset.
            asset: AssetId,
            /// How much is on hold.
            value: Balance,
            /// The last clock value at which it can be captured.
            deadline: BlockNumber,
            /// The protocol's share of what will be captured.
            fee: Permill,
        },
        /// A payment's money went to those who earned it.
        Captured {
            /// Its id.
            payment: PaymentId,
            /// Who paid.
            payer: H160,
            /// The asset.
            asset: AssetId,
            /// How much the payer paid, fees included.
            paid: Balance,
            /// How much of that went to the treasury.
            fee: Balance,
            /// How much of the signed value the payer kept.
            kept: Balance,
        },
        /// A payment's money was released to its payer.
        Refunded {
            /// Its id.
            payment: PaymentId,
            /// Who got it back.
            payer: H160,
            /// The asset.
            asset: AssetId,
            /// How much.
            value: Balance,
        },
        /// A due refund could not be made now, for example because the asset is frozen; it is tried again.
        RefundDelayed {
            /// The payment.
            payment: PaymentId,
            /// Why.
            error: DispatchError,
        },
        /// A payout could not be made and stays as a claim.
        ClaimAdded {
            /// Who may claim.
            owner: AccountId32,
            /// The asset.
            asset: AssetId,
            /// How much was added.
            amount: Balance,
        },
        /// A claim was paid.
        ClaimPaid {
            /// Whose claim.
            owner: AccountId32,
            /// Who was paid.
            to: AccountId32,
            /// The asset.
            asset: AssetId,
            /// How much.
            amount: Balance,
        },
        /// A native account took its address.
        AccountMapped {
            /// The account.
            account: AccountId32,
            /// Its address.
            address: H160,
        },
        /// An asset became payable, or its domain changed.
        AssetListed {
            /// The asset.
            asset: AssetId,
            /// Name in its EIP-712 domain.
            name: TokenName,
            /// First part of the domain's version.
            revision: u8,
        },
        /// An asset is no longer payable; open payments in it go on.
        AssetDelisted {
            /// The asset.
            asset: AssetId,
        },
        /// Settings changed.
        SettingsChanged {
            /// What holds from now on.
            settings: Settings,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The asset is not payable here.
        UnknownAsset,
        /// The authorization was made for another chain id.
        WrongChain,
        /// The authorization pays in another token.
        WrongToken,
        /// The Permit2 message lets another contract spend than x402's.
        WrongSpender,
        /// The value is more than 2^128 - 1.
        ValueTooLarge,
        /// The authorization is not valid yet.
        NotYetValid,
        /// The authorization is no longer valid.
        Expired,
        /// The end of the authorization lies further ahead than nonces are remembered.
        ValidTooLong,
        /// The signature's v is none of 0, 1, 27, 28.
        BadRecoveryId,
        /// The signature's s lies in the upper half of the order.
        HighS,
        /// The bytes are no signature at all.
        BadSignature,
        /// The signature was made by another key than the payer's, or over other contents.
        WrongSigner,
        /// The nonce was used before.
        NonceUsed,
        /// The payer cannot spend this much. The asset's minimum balance has to stay.
        InsufficientBalance,
        /// The authorization pays another address than the offer's.
        WrongRecipient,
        /// The authorization pays another value than the sum of the offer's legs.
        WrongValue,
        /// The address belongs to an offer: the money could only be moved by a settlement that shows the offer.
        OfferAddress,
        /// The offer's delivery time is not within the governed bounds.
        DeliveryTimeOutOfBounds,
        /// No reserved payment has this id.
        UnknownPayment,
        /// The payment was captured before.
        AlreadyCaptured,
        /// The payment was refunded before.
        AlreadyRefunded,
        /// The delivery time has passed: the payment can only be refunded.
        DeadlinePassed,
        /// The delivery time has not passed: the payment cannot be refunded yet.
        DeadlineNotPassed,
        /// More would be paid out than was signed for.
        Overspent,
        /// There is nothing to claim.
        NothingToClaim,
        /// This account is an address's own account and needs no mapping.
        IsFallbackAccount,
        /// This account has its address already.
        AlreadyMapped,
        /// Treasury and claims account must be able to receive an asset before it is listed.
        CannotReceive,
        /// A setting lies outside its bounds.
        SettingOutOfBounds,
        /// The asset does not exist.
        NoSuchAsset,
        /// No more assets can be payable at a time.
        TooManyAssets,
    }

    /// Payable assets and settings at genesis.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Payable assets: id, name and revision of the EIP-712 domain.
        pub assets: Vec<(AssetId, alloc::string::String, u8)>,
        /// Settings.
        pub settings: Settings,
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(self.settings.is_sane(), "x402: a setting lies outside its bounds");
            CurrentSettings::<T>::put(self.settings);
            for (asset, name, revision) in &self.assets {
                let name = TokenName::try_from(name.clone().into_bytes()).expect("x402: a token's name is too long");
                PayableAssets::<T>::insert(asset, Payable { name, revision: *revision });
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            if T::SettlingPossible::get() {
                Clock::<T>::mutate(|clock| *clock = clock.saturating_add(One::one()));
            }
            T::WeightInfo::tick()
        }

        fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
            Self::sweep_within(limit)
        }

        /// Every call fits a block at its worst.
        fn integrity_test() {
            let limits = T::BlockWeights::get();
            let most = limits.get(DispatchClass::Normal).max_extrinsic.unwrap_or(limits.max_block);
            for (call, weight) in [
                ("pay", T::WeightInfo::pay()),
                ("refund", T::WeightInfo::refund()),
                ("map_account", T::WeightInfo::map_account(MAX_PAYABLE_ASSETS)),
            ] {
                assert!(weight.all_lte(most), "x402: {call} cannot fit a block: {weight:?} of {most:?}");
            }
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Makes a plain x402 payment: moves the signed value from the payer to the signed address.
        ///
        /// Origin: any signed account, which pays only the fee of the transaction; who submits decides nothing.
        /// Refused where the address is an offer's, or the authorization fails any check.
        /// Emits `Paid`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::pay())]
        pub fn pay(origin: OriginFor<T>, authorization: Authorization) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_pay(&authorization)
        }

        /// Releases an open payment's money to its payer once the delivery time has passed.
        ///
        /// Origin: any signed account. The chain does this by itself where it has time left in a block.
        /// Errors: `UnknownPayment`, `AlreadyCaptured`, `AlreadyRefunded`, `DeadlineNotPassed`, and the asset's own
        /// where it is frozen: then nothing changes and the call can be made again.
        /// Emits `Refunded`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::refund())]
        pub fn refund(origin: OriginFor<T>, payment: PaymentId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_refund(payment, false)
        }

        /// Pays what could not be paid to the caller's payout account, to any account that can receive it.
        ///
        /// Origin: the signed account that earned it. Errors: `NothingToClaim`, and the asset's own.
        /// Emits `ClaimPaid`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::claim())]
        pub fn claim(origin: OriginFor<T>, asset: AssetId, to: AccountId32) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_claim(owner, asset, to)
        }

        /// Ties the caller's native account to its address (the last 20 bytes of the account's keccak256), so that
        /// wallets can pay it, and brings over what was paid to that address before, in every payable asset and in the
        /// native currency.
        ///
        /// Origin: a signed native account; holds a deposit. Errors: `IsFallbackAccount`, `AlreadyMapped`.
        /// Emits `AccountMapped`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::map_account(MAX_PAYABLE_ASSETS))]
        pub fn map_account(origin: OriginFor<T>) -> DispatchResultWithPostInfo {
            let account = ensure_signed(origin)?;
            let assets = Self::do_map_account(account)?;
            Ok(Some(T::WeightInfo::map_account(assets)).into())
        }

        /// Makes an asset payable, or changes the name or revision of its EIP-712 domain, which makes every
        /// authorization signed for the old domain invalid.
        ///
        /// Origin: `ListOrigin`. Errors: `NoSuchAsset`; `CannotReceive` where treasury or claims account could not be
        /// paid in it. Emits `AssetListed`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::list_asset())]
        pub fn list_asset(origin: OriginFor<T>, asset: AssetId, name: TokenName, revision: u8) -> DispatchResult {
            T::ListOrigin::ensure_origin(origin)?;
            Self::do_list_asset(asset, name, revision)
        }

        /// Makes an asset no longer payable. Open payments in it can still be captured and refunded.
        ///
        /// Origin: `DelistOrigin`. Errors: `UnknownAsset`. Emits `AssetDelisted`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::delist_asset())]
        pub fn delist_asset(origin: OriginFor<T>, asset: AssetId) -> DispatchResult {
            T::DelistOrigin::ensure_origin(origin)?;
            PayableAssets::<T>::take(asset).ok_or(Error::<T>::UnknownAsset)?;
            Self::deposit_event(Event::AssetDelisted { asset });
            Ok(())
        }

        /// Changes the settings, all at once. Payments reserved before keep their fee and deadline.
        ///
        /// Origin: `SettingsOrigin`. Errors: `SettingOutOfBounds`. Emits `SettingsChanged`.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::set_settings())]
        pub fn set_settings(origin: OriginFor<T>, settings: Settings) -> DispatchResult {
            T::SettingsOrigin::ensure_origin(origin)?;
            ensure!(settings.is_sane(), Error::<T>::SettingOutOfBounds);
            CurrentSettings::<T>::put(settings);
            Self::deposit_event(Event::SettingsChanged { settings });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Chain id, genesis hash, fee, bounds on times, and the clock.
        pub fn chain_terms() -> ChainTerms {
            let ChainDomain { chain_id, genesis } = T::Chain::get();
            let Settings { fee, horizon, min_delivery, max_delivery, .. } = CurrentSettings::<T>::get();
            ChainTerms { chain_id, genesis, fee, horizon, min_delivery, max_delivery, clock: Clock::<T>::get() }
        }

        /// A payable asset as wallets see it; nothing if it is not payable.
        pub fn token(asset: AssetId) -> Option<Token> {
            let domain = Self::domain(asset, &T::Chain::get()).ok()?;
            Some(Token { asset, address: asset_address(asset), name: domain.name, version: domain.version })
        }

        /// What became of an authorization, for as long as its nonce is remembered.
        pub fn authorization_status(authorization: Authorization) -> PaymentStatus {
            Self::status_of(&authorization)
        }

        /// What an account may claim in an asset.
        pub fn claimable(owner: AccountId32, asset: AssetId) -> Balance {
            Claims::<T>::get(owner, asset)
        }

        /// The account behind a 20-byte address.
        pub fn account_behind(address: H160) -> AccountId32 {
            <Self as assay_primitives::Payments>::account_of(address)
        }
    }
}
