//! # Inference pallet
//!
//! Providers, models, services, settlement and receipts: the only place where money and verdict meet. Money comes
//! through [`Payments`](assay_primitives::Payments), verdicts through [`Verifier`](assay_primitives::Verifier), and
//! whoever keeps record listens through [`OnSettled`](assay_primitives::OnSettled).
//!
//! | module | what lives there |
//! |---|---|
//! | [`types`] | what is stored |
//! | `providers` | providers, receipt keys, bonds |
//! | `models` | models and services |
//! | [`tiers`] | from a tier to its verifier; the verifier of tier Signed |
//! | `settle` | settlement in one pass |
//! | `equivocation` | two receipts for one leg, and what it costs |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod equivocation;
mod models;
mod providers;
mod settle;
pub mod tiers;
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
        views::{KeyState, PaymentStatus, ProviderView, ReceiptView, ServiceView},
        AccountId32, AssetId, Authorization, Balance, ChainDomain, Disclosure, ModelId, Offer, OnSettled, PaymentId,
        Payments, Receipt, ReceiptKey, ServiceId, Settlement, Tier, TierStatus, Verifier, H160, H256, MAX_LEGS,
    };
    use assay_support::{Calendar, Page};
    use frame_support::{
        dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo},
        pallet_prelude::*,
        traits::{fungibles, Consideration, Footprint},
    };
    use frame_system::pallet_prelude::*;

    /// Version of the storage's layout.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of a runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId32> {
        /// Money.
        type Payments: Payments;
        /// Holds on the assets that bonds are made of.
        type Holds: fungibles::MutateHold<
            AccountId32,
            AssetId = AssetId,
            Balance = Balance,
            Reason = Self::RuntimeHoldReason,
        >;
        /// Reasons for holds of the whole runtime.
        type RuntimeHoldReason: From<HoldReason>;
        /// Price of storage.
        type Deposit: Consideration<AccountId32, Footprint>;
        /// The verifier of tier Attested.
        type Attested: Verifier;
        /// The verifier of tier Proven.
        type Proven: Verifier;
        /// Who keeps record of captured legs.
        type OnSettled: OnSettled;
        /// Chain id and genesis hash.
        type Chain: Get<ChainDomain>;
        /// Who gets what is slashed and not the payer's.
        #[pallet::constant]
        type Treasury: Get<AccountId32>;
        /// Who lets a tier do more.
        type TierOpenOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who closes and halts tiers.
        type TierHaltOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who changes settings and minimum bonds.
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
        /// A provider's bond.
        #[codec(index = 0)]
        Bond,
        /// Deposit for what a provider or model owner stores.
        #[codec(index = 1)]
        Deposit,
    }

    /// Providers.
    #[pallet::storage]
    pub type Providers<T: Config> = StorageMap<_, Blake2_128Concat, AccountId32, Provider<T::Deposit>>;

    /// Receipt keys of providers.
    #[pallet::storage]
    pub type ReceiptKeys<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId32, Blake2_128Concat, ReceiptKey, KeyRecord>;

    /// Bonds of providers by asset.
    #[pallet::storage]
    pub type Bonds<T: Config> = StorageDoubleMap<_, Blake2_128Concat, AccountId32, Twox64Concat, AssetId, Bond>;

    /// Least bond that a provider needs to be paid in an asset. An asset without one serves no inference.
    #[pallet::storage]
    pub type MinimumBonds<T: Config> = StorageMap<_, Twox64Concat, AssetId, Balance>;

    /// Models.
    #[pallet::storage]
    pub type Models<T: Config> = StorageMap<_, Identity, ModelId, Model<T::Deposit>>;

    /// Services.
    #[pallet::storage]
    pub type Services<T: Config> = StorageMap<_, Identity, ServiceId, Service<T::Deposit>>;

    /// What governance allows at each tier.
    #[pallet::storage]
    pub type TierSwitches<T: Config> = StorageMap<_, Twox64Concat, Tier, TierStatus, ValueQuery>;

    /// What governance turned.
    #[pallet::storage]
    pub type CurrentSettings<T: Config> = StorageValue<_, Settings, ValueQuery>;

    /// Captured payments with their receipts, for the time of retention.
    #[pallet::storage]
    pub type CapturedPayments<T: Config> = StorageMap<_, Identity, PaymentId, CapturedPayment>;

    /// Captured payments to forget, by slot of blocks and page.
    #[pallet::storage]
    pub type CapturedPages<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, u32, Page, ValueQuery>;

    /// Number of pages of each slot in [`CapturedPages`].
    #[pallet::storage]
    pub type CapturedPageCounts<T: Config> = StorageMap<_, Twox64Concat, u32, u32, ValueQuery>;

    /// Oldest slot in [`CapturedPages`].
    #[pallet::storage]
    pub type OldestCaptured<T: Config> = StorageValue<_, u32>;

    pub(crate) type CapturedCalendar<T> = Calendar<CapturedPages<T>, CapturedPageCounts<T>, OldestCaptured<T>>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A provider registered.
        ProviderRegistered {
            /// Its account.
            provider: AccountId32,
            /// Its receipt keys.
            keys: Vec<ReceiptKey>,
        },
        /// A provider left.
        ProviderDeregistered {
            /// Its account.
            provider: AccountId32,
        },
        /// A provider has a new receipt key.
        KeyAdded {
            /// The provider.
            provider: AccountId32,
            /// The key.
            key: ReceiptKey,
        },
        /// A receipt key was retired or revoked.
        KeyChanged {
            /// The provider.
            provider: AccountId32,
            /// The key.
            key: ReceiptKey,
            /// Its standing now.
            state: KeyState,
        },
        /// A receipt key that was retired or revoked long ago was removed.
        KeyRemoved {
            /// The provider.
            provider: AccountId32,
            /// The key.
            key: ReceiptKey,
        },
        /// A provider put up a bond.
        Bonded {
            /// The provider.
            provider: AccountId32,
            /// The asset.
            asset: AssetId,
            /// How much was added.
            amount: Balance,
            /// The whole bond now.
            total: Balance,
        },
        /// A provider began to withdraw its bond: its services in that asset take no new payments.
        Unbonding {
            /// The provider.
            provider: AccountId32,
            /// The asset.
            asset: AssetId,
        },
        /// A bond was released.
        BondWithdrawn {
            /// The provider.
            provider: AccountId32,
            /// The asset.
            asset: AssetId,
            /// How much.
            amount: Balance,
        },
        /// A model was registered.
        ModelRegistered {
            /// Its id.
            model: ModelId,
            /// Who registered it.
            owner: AccountId32,
            /// What it is called.
            name: ModelName,
            /// keccak256 of its content.
            content: H256,
            /// Where it can be fetched.
            link: ModelLink,
        },
        /// A model was removed.
        ModelRemoved {
            /// Its id.
            model: ModelId,
        },
        /// A service was registered.
        ServiceRegistered {
            /// Its id.
            service: ServiceId,
            /// Who answers.
            provider: AccountId32,
            /// The model that answers.
            model: ModelId,
            /// At which tier.
            tier: Tier,
            /// What evidence is checked against.
            anchor: H256,
            /// In which asset it is paid.
            asset: AssetId,
            /// Least price of an inference.
            price: Balance,
            /// The account that is paid.
            payout: AccountId32,
        },
        /// A service changed; reserved payments keep the price that they were reserved at.
        ServiceUpdated {
            /// Its id.
            service: ServiceId,
            /// Least price of an inference.
            price: Balance,
            /// Whether it takes new payments.
            active: bool,
            /// The account that is paid.
            payout: AccountId32,
        },
        /// A service was removed.
        ServiceRemoved {
            /// Its id.
            service: ServiceId,
        },
        /// A receipt was verified at its service's tier, and paid.
        ReceiptSettled {
            /// The receipt.
            receipt: Receipt,
            /// Who paid.
            payer: H160,
            /// Who earned.
            provider: AccountId32,
            /// The model that answered.
            model: ModelId,
            /// At which tier.
            tier: Tier,
            /// In which asset.
            asset: AssetId,
            /// The protocol's share of the receipt's amount.
            fee: Balance,
        },
        /// A response was put on chain, as its leg asked.
        Disclosed {
            /// The payment.
            payment: PaymentId,
            /// The leg.
            leg: u32,
            /// The response and the salt of its commitment.
            disclosure: Disclosure,
        },
        /// All legs of a payment were captured.
        Settled {
            /// The payment.
            payment: PaymentId,
            /// Who paid.
            payer: H160,
            /// The offer's address.
            offer: H160,
            /// In which asset.
            asset: AssetId,
            /// How many legs.
            legs: u32,
        },
        /// A settlement of an independent batch failed; the others stand.
        SettlementFailed {
            /// Its place in the call.
            index: u32,
            /// Its payment, if it came that far.
            payment: Option<PaymentId>,
            /// Why.
            error: DispatchError,
        },
        /// A provider signed two responses for one request of one payment.
        Equivocated {
            /// The payment.
            payment: PaymentId,
            /// The leg.
            leg: u32,
            /// The provider, now barred.
            provider: AccountId32,
            /// The response that was not captured.
            response: H256,
            /// How much of its bond it lost.
            slashed: Balance,
            /// How much of that went to the payer.
            to_payer: Balance,
        },
        /// A tier was switched.
        TierSwitched {
            /// The tier.
            tier: Tier,
            /// What is allowed at it now.
            status: TierStatus,
        },
        /// Settings changed.
        SettingsChanged {
            /// What holds from now on.
            settings: Settings,
        },
        /// The least bond in an asset changed.
        MinimumBondChanged {
            /// The asset.
            asset: AssetId,
            /// The least bond; nothing if the asset serves no more inferences.
            minimum: Option<Balance>,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is a provider already.
        AlreadyProvider,
        /// The account is no provider.
        UnknownProvider,
        /// The provider equivocated and may earn nothing any more.
        ProviderBarred,
        /// A provider needs a receipt key.
        NoKeys,
        /// The provider has as many keys as it can have; remove old ones first.
        TooManyKeys,
        /// The provider has this key already.
        KeyExists,
        /// The provider does not have, or at the time of the reserve did not have, this receipt key.
        UnknownReceiptKey,
        /// The receipt key was retired before the payment was reserved, or revoked.
        KeyNotActive,
        /// The receipt key is still active.
        KeyActive,
        /// The provider still has services.
        HasServices,
        /// The provider still has bonds.
        HasBonds,
        /// No bond is defined in this asset: it serves no inference.
        AssetHasNoBond,
        /// A bond of nothing.
        NothingToBond,
        /// The provider has no bond in this asset.
        NoBond,
        /// The bond is being withdrawn already.
        AlreadyUnbonding,
        /// Unbond first.
        NotUnbonding,
        /// The retention has not passed yet.
        TooEarly,
        /// A model needs a name.
        NoName,
        /// The model is registered already.
        ModelExists,
        /// No model has this id.
        UnknownModel,
        /// Only its owner may do this.
        NotOwner,
        /// The provider's bond in this asset is missing, too small, or being withdrawn.
        NotBonded,
        /// A service at tier Signed has the zero anchor.
        AnchorNotZero,
        /// The payout account cannot receive the asset.
        PayoutCannotReceive,
        /// The service is registered already.
        ServiceExists,
        /// No service has this id.
        UnknownService,
        /// The service takes no new payments.
        ServiceInactive,
        /// The service is still active.
        ServiceActive,
        /// The tier takes no new payments.
        TierClosed,
        /// The tier captures nothing now; its open payments can be refunded.
        TierHalted,
        /// The offer has no legs, or their sum overflows.
        BadOffer,
        /// The service is paid in another asset than the offer's.
        WrongAsset,
        /// The service's price is more than the leg may cost.
        PriceAboveMaximum,
        /// At this tier a leg must name its request.
        RequestRequired,
        /// The settlement has not exactly one delivery a leg.
        LegMissing,
        /// The offer is not the one that the payer signed for.
        OfferMismatch,
        /// No payment with this id is open.
        UnknownPayment,
        /// The receipt's amount is less than the service's price at the reserve.
        AmountBelowPrice,
        /// The receipt's amount is more than the leg may cost.
        AmountAboveMaximum,
        /// The receipt answers another request than the leg's.
        WrongRequest,
        /// The leg asks for the response, and the evidence does not carry it.
        DisclosureMissing,
        /// The evidence carries a response that the leg does not ask for.
        DisclosureNotAsked,
        /// The disclosed response is not what the receipt commits to.
        WrongDisclosure,
        /// Tier Signed has no material besides the signature.
        UnexpectedMaterial,
        /// The bytes are no signature over the receipt.
        BadReceiptSignature,
        /// The payment can be refunded early only by one of its providers, or where it cannot be captured.
        NotRefundableYet,
        /// The chain does not know, or no longer knows, this receipt.
        UnknownReceipt,
        /// The other receipt names the same response.
        NoEquivocation,
        /// This equivocation was reported before.
        AlreadyReported,
        /// A setting lies outside its bounds.
        SettingOutOfBounds,
    }

    /// Least bonds and settings at genesis.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Least bonds by asset.
        pub minimum_bonds: Vec<(AssetId, Balance)>,
        /// Settings.
        pub settings: Settings,
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(self.settings.is_sane(), "inference: a setting lies outside its bounds");
            CurrentSettings::<T>::put(self.settings);
            for (asset, minimum) in &self.minimum_bonds {
                assert!(*minimum > 0, "inference: a least bond of nothing");
                MinimumBonds::<T>::insert(asset, minimum);
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
            Self::prune_within(limit)
        }

        /// Every call fits a block at its worst: a batch of settlements as long as its first one fits.
        fn integrity_test() {
            let limits = T::BlockWeights::get();
            let most = limits.get(DispatchClass::Normal).max_extrinsic.unwrap_or(limits.max_block);
            for (call, weight) in [
                ("register_provider", T::WeightInfo::register_provider(MAX_KEYS)),
                ("deregister_provider", T::WeightInfo::deregister_provider()),
                ("reserve", T::WeightInfo::reserve(MAX_LEGS).saturating_add(Self::anchor_weights(MAX_LEGS))),
                ("settle", Self::heaviest_settlement()),
                ("refund_early", T::WeightInfo::refund_early(MAX_LEGS)),
                ("report_equivocation", T::WeightInfo::report_equivocation()),
            ] {
                assert!(weight.all_lte(most), "inference: {call} cannot fit a block: {weight:?} of {most:?}");
            }
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Makes the caller a provider with these receipt keys.
        ///
        /// Origin: signed; holds a deposit. Errors: `AlreadyProvider`, `NoKeys`, `KeyExists` where one is named twice.
        /// Emits `ProviderRegistered`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_provider(keys.len() as u32))]
        pub fn register_provider(
            origin: OriginFor<T>,
            keys: BoundedVec<ReceiptKey, ConstU32<MAX_KEYS>>,
        ) -> DispatchResult {
            Self::do_register_provider(ensure_signed(origin)?, keys.into_inner())
        }

        /// Makes the caller no provider any more and releases its deposit.
        ///
        /// Origin: the provider. Errors: `UnknownProvider`, `HasServices`, `HasBonds`.
        /// Emits `ProviderDeregistered`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::deregister_provider())]
        pub fn deregister_provider(origin: OriginFor<T>) -> DispatchResult {
            Self::do_deregister_provider(ensure_signed(origin)?)
        }

        /// Adds a receipt key to the caller's. Good at once, also for payments that were reserved before.
        ///
        /// Origin: the provider. Errors: `UnknownProvider`, `KeyExists`, `TooManyKeys`. Emits `KeyAdded`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::add_key())]
        pub fn add_key(origin: OriginFor<T>, key: ReceiptKey) -> DispatchResult {
            Self::do_add_key(ensure_signed(origin)?, key)
        }

        /// Retires a receipt key: it stays good for payments that were reserved before this block.
        ///
        /// Origin: the provider. Errors: `UnknownReceiptKey`, `KeyNotActive`. Emits `KeyChanged`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::change_key())]
        pub fn retire_key(origin: OriginFor<T>, key: ReceiptKey) -> DispatchResult {
            Self::do_change_key(ensure_signed(origin)?, key, false)
        }

        /// Revokes a receipt key: it is good for nothing from now on. For a key that got out.
        ///
        /// Origin: the provider. Errors: `UnknownReceiptKey`, `KeyNotActive`. Emits `KeyChanged`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::change_key())]
        pub fn revoke_key(origin: OriginFor<T>, key: ReceiptKey) -> DispatchResult {
            Self::do_change_key(ensure_signed(origin)?, key, true)
        }

        /// Removes a receipt key that was retired or revoked longer ago than twice the retention.
        ///
        /// Origin: the provider. Errors: `UnknownReceiptKey`, `KeyActive`, `TooEarly`. Emits `KeyRemoved`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::remove_key())]
        pub fn remove_key(origin: OriginFor<T>, key: ReceiptKey) -> DispatchResult {
            Self::do_remove_key(ensure_signed(origin)?, key)
        }

        /// Adds to the caller's bond in an asset; the money stays on hold on the caller's own account. Ends an unbonding.
        ///
        /// Origin: the provider. Errors: `UnknownProvider`, `AssetHasNoBond`, `NothingToBond`, and the asset's own.
        /// Emits `Bonded`.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::bond())]
        pub fn bond(origin: OriginFor<T>, asset: AssetId, amount: Balance) -> DispatchResult {
            Self::do_bond(ensure_signed(origin)?, asset, amount)
        }

        /// Begins to withdraw the caller's bond in an asset: its services in that asset take no new payments.
        ///
        /// Origin: the provider. Errors: `NoBond`, `AlreadyUnbonding`. Emits `Unbonding`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::unbond())]
        pub fn unbond(origin: OriginFor<T>, asset: AssetId) -> DispatchResult {
            Self::do_unbond(ensure_signed(origin)?, asset)
        }

        /// Releases a bond, once the retention has passed since `unbond` and since the last capture.
        ///
        /// Origin: the provider. Errors: `NoBond`, `NotUnbonding`, `TooEarly`. Emits `BondWithdrawn`.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::withdraw_bond())]
        pub fn withdraw_bond(origin: OriginFor<T>, asset: AssetId) -> DispatchResult {
            Self::do_withdraw_bond(ensure_signed(origin)?, asset)
        }

        /// Registers a model by the keccak256 of its content.
        ///
        /// Origin: signed; holds a deposit. Errors: `NoName`, `ModelExists`. Emits `ModelRegistered`.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::register_model())]
        pub fn register_model(origin: OriginFor<T>, name: ModelName, content: H256, link: ModelLink) -> DispatchResult {
            Self::do_register_model(ensure_signed(origin)?, name, content, link)
        }

        /// Removes a model that no service runs, and releases its deposit.
        ///
        /// Origin: the model's owner. Errors: `UnknownModel`, `NotOwner`, `HasServices`. Emits `ModelRemoved`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::remove_model())]
        pub fn remove_model(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            Self::do_remove_model(ensure_signed(origin)?, model)
        }

        /// Registers the caller's readiness to run a model at one tier. The id is the hash of provider, model, tier,
        /// anchor and asset. Pays to `payout`, or to the caller.
        ///
        /// Origin: a bonded provider; holds a deposit. Errors: `UnknownProvider`, `ProviderBarred`, `NotBonded`,
        /// `UnknownModel`, `AnchorNotZero` or the tier's own, `PayoutCannotReceive`, `ServiceExists`.
        /// Emits `ServiceRegistered`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::register_service().saturating_add(Pallet::<T>::anchor_weights(1)))]
        pub fn register_service(
            origin: OriginFor<T>,
            model: ModelId,
            tier: Tier,
            anchor: H256,
            asset: AssetId,
            price: Balance,
            payout: Option<AccountId32>,
        ) -> DispatchResult {
            let provider = ensure_signed(origin)?;
            let payout = payout.unwrap_or_else(|| provider.clone());
            Self::do_register_service(provider, model, tier, anchor, asset, price, payout)
        }

        /// Changes a service's price, whether it takes new payments, and the account that is paid.
        ///
        /// Origin: the service's provider. Errors: `UnknownService`, `NotOwner`, `PayoutCannotReceive`.
        /// Emits `ServiceUpdated`.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::update_service())]
        pub fn update_service(
            origin: OriginFor<T>,
            service: ServiceId,
            price: Balance,
            active: bool,
            payout: AccountId32,
        ) -> DispatchResult {
            Self::do_update_service(ensure_signed(origin)?, service, price, active, payout)
        }

        /// Removes a service once it has been inactive, and its provider's last capture in this asset lies back, for longer
        /// than the retention; releases its deposit. Open
        /// payments that name it can then only be refunded.
        ///
        /// Origin: the service's provider. Errors: `UnknownService`, `NotOwner`, `ServiceActive`, `TooEarly`.
        /// Emits `ServiceRemoved`.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::remove_service())]
        pub fn remove_service(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
            Self::do_remove_service(ensure_signed(origin)?, service)
        }

        /// Puts the money of an authorization on hold for an offer: the preimage of the address that the payer signed.
        /// Fixes block, fee rate and the services' prices for the capture.
        ///
        /// Origin: any signed account. Errors: those of the authorization (pallet x402), `BadOffer`, `UnknownService`,
        /// `WrongAsset`, `TierClosed`, `TierHalted`, `ServiceInactive`, `ProviderBarred`, `NotBonded`,
        /// `PriceAboveMaximum`, `RequestRequired`. Emits x402's `Reserved`.
        #[pallet::call_index(14)]
        #[pallet::weight({
            let legs = offer.legs.len() as u32;
            T::WeightInfo::reserve(legs).saturating_add(Pallet::<T>::anchor_weights(legs))
        })]
        pub fn reserve(origin: OriginFor<T>, authorization: Authorization, offer: Offer) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_reserve(&authorization, &offer)
        }

        /// Captures payments whose receipts are all verified at their services' tiers. A payment that was not reserved
        /// is made on the spot. Weight is charged for all evidence that the call declares; evidence that was not
        /// looked at is refunded, evidence that failed is not.
        ///
        /// Origin: any signed account. Errors: in mode `AllOrNothing` that of the first settlement that fails; in mode
        /// `Independent` none, each failure is an event. Emits `ReceiptSettled` a leg, `Disclosed` where asked,
        /// `Settled` a payment, `SettlementFailed`.
        #[pallet::call_index(15)]
        #[pallet::weight(Pallet::<T>::settle_weight(settlements))]
        pub fn settle(
            origin: OriginFor<T>,
            settlements: BoundedVec<Settlement, ConstU32<MAX_SETTLEMENTS>>,
            mode: SettleMode,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let charged = Self::settle_weight(&settlements);
            match Self::do_settle(&settlements, mode) {
                Ok(unused) => Ok(Some(charged.saturating_sub(unused)).into()),
                Err(failure) => Err(DispatchErrorWithPostInfo {
                    post_info: Some(charged.saturating_sub(failure.unused)).into(),
                    error: failure.error,
                }),
            }
        }

        /// Refunds an open payment before its time: by anybody where a leg's tier is halted or its provider barred, by a
        /// leg's provider at any time.
        ///
        /// Origin: signed. Errors: `UnknownPayment`, `OfferMismatch`, `NotRefundableYet`. Emits x402's `Refunded`.
        #[pallet::call_index(16)]
        #[pallet::weight(T::WeightInfo::refund_early(offer.legs.len() as u32))]
        pub fn refund_early(origin: OriginFor<T>, payment: PaymentId, offer: Offer) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_refund_early(&who, payment, &offer)
        }

        /// Reports that a provider signed another response for a captured receipt's payment, leg and request. Costs the
        /// provider up to the governed multiple of the captured amount; bars it for good.
        ///
        /// Origin: any signed account. Errors: `UnknownReceipt`, `AlreadyReported`, `NoEquivocation`,
        /// `BadReceiptSignature`, `UnknownReceiptKey`. Emits `Equivocated`.
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::report_equivocation())]
        pub fn report_equivocation(
            origin: OriginFor<T>,
            payment: PaymentId,
            leg: u32,
            other: Equivocation,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_report(payment, leg, &other)
        }

        /// Opens, closes or halts a tier.
        ///
        /// Origin: `TierOpenOrigin` where that allows more than now, else `TierHaltOrigin`. Emits `TierSwitched`.
        #[pallet::call_index(18)]
        #[pallet::weight(T::WeightInfo::set_tier())]
        pub fn set_tier(origin: OriginFor<T>, tier: Tier, status: TierStatus) -> DispatchResult {
            if status < TierSwitches::<T>::get(tier) {
                T::TierOpenOrigin::ensure_origin(origin)?;
            } else {
                T::TierHaltOrigin::ensure_origin(origin)?;
            }
            TierSwitches::<T>::insert(tier, status);
            Self::deposit_event(Event::TierSwitched { tier, status });
            Ok(())
        }

        /// Changes the settings, all at once.
        ///
        /// Origin: `SettingsOrigin`. Errors: `SettingOutOfBounds`. Emits `SettingsChanged`.
        #[pallet::call_index(19)]
        #[pallet::weight(T::WeightInfo::set_settings())]
        pub fn set_settings(origin: OriginFor<T>, settings: Settings) -> DispatchResult {
            T::SettingsOrigin::ensure_origin(origin)?;
            ensure!(settings.is_sane(), Error::<T>::SettingOutOfBounds);
            CurrentSettings::<T>::put(settings);
            Self::deposit_event(Event::SettingsChanged { settings });
            Ok(())
        }

        /// Sets the least bond in an asset, above nothing, or makes the asset serve no more inferences.
        ///
        /// Origin: `SettingsOrigin`. Errors: `SettingOutOfBounds`. Emits `MinimumBondChanged`.
        #[pallet::call_index(20)]
        #[pallet::weight(T::WeightInfo::set_minimum_bond())]
        pub fn set_minimum_bond(origin: OriginFor<T>, asset: AssetId, minimum: Option<Balance>) -> DispatchResult {
            T::SettingsOrigin::ensure_origin(origin)?;
            ensure!(minimum != Some(0), Error::<T>::SettingOutOfBounds);
            MinimumBonds::<T>::set(asset, minimum);
            Self::deposit_event(Event::MinimumBondChanged { asset, minimum });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The address whose payment means this offer.
        pub fn quote(offer: Offer) -> H160 {
            offer.address(&T::Chain::get())
        }

        /// What became of a payment against an offer, for as long as the chain remembers it.
        pub fn payment_status(payment: PaymentId) -> PaymentStatus {
            match CapturedPayments::<T>::get(payment) {
                Some(captured) => PaymentStatus::Captured { at: captured.at },
                None => T::Payments::status(payment),
            }
        }

        /// A captured receipt, for the time of retention.
        pub fn receipt(payment: PaymentId, leg: u32) -> Option<ReceiptView> {
            Self::receipt_view(payment, leg)
        }

        /// A service.
        pub fn service(id: ServiceId) -> Option<ServiceView> {
            Self::service_view(id)
        }

        /// A provider.
        pub fn provider(account: AccountId32) -> Option<ProviderView> {
            Self::provider_view(account)
        }

        /// What settling this would answer now, changing nothing.
        pub fn dry_run(settlement: Settlement) -> Result<(), DispatchError> {
            Self::try_settle(settlement)
        }
    }
}
