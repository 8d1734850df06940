//! # Circuits pallet
//!
//! Tier Proven. Anybody registers a circuit with one valid proof of it; a model's owner lists the circuits that are its
//! model; a service anchors to a listed circuit. An inference is proven when a halo2 proof of that circuit holds for
//! public instances that this pallet puts together itself from the receipt's request and response.
//!
//! | module | what lives there |
//! |---|---|
//! | [`types`] | what is stored |
//! | `registry` | reference strings, limits, circuits and their listing on models |
//! | `judge` | from evidence to a verdict |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod judge;
mod registry;
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
    use assay_halo2::{Cost, Dialect, Srs, Version};
    use assay_primitives::{AccountId32, BlockNumber, ModelId, ModelOwners, H256};
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint},
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
        /// Who owns which model.
        type Models: ModelOwners;
        /// Whether this is a development network: only there may a reference string be unsafe.
        type IsDevelopment: Get<bool>;
        /// Reasons for holds of the whole runtime.
        type RuntimeHoldReason: From<HoldReason>;
        /// Price of storage.
        type Deposit: Consideration<AccountId32, Footprint>;
        /// Blocks after which nothing can refer to a retired circuit or an ended listing any more: the longest that a
        /// payment can stay open.
        #[pallet::constant]
        type Retention: Get<BlockNumber>;
        /// Who adds reference strings.
        type SrsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who withdraws them.
        type WithdrawSrsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who lets proofs be more.
        type LimitsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who lets them be less.
        type TightenLimitsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who lowers the least version of EZKL.
        type FloorOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who raises it.
        type RaiseFloorOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who revokes a circuit.
        type RevokeOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Weights.
        type WeightInfo: WeightInfo;
        /// What benchmarks need besides.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::benchmarking::BenchmarkHelper;
    }

    /// Why money is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Deposit for a circuit or a listing.
        #[codec(index = 0)]
        Deposit,
    }

    /// Structured reference strings by the keccak256 of their points.
    #[pallet::storage]
    pub type ReferenceStrings<T: Config> = StorageMap<_, Identity, SrsId, SrsRecord>;

    /// Circuits.
    #[pallet::storage]
    pub type Circuits<T: Config> = StorageMap<_, Identity, CircuitId, Circuit<T::Deposit>>;

    /// The circuits' verifying descriptions, in their canonical encoding.
    #[pallet::storage]
    pub type Descriptions<T: Config> = StorageMap<_, Identity, CircuitId, BoundedVec<u8, ConstU32<MAX_DESCRIPTION>>>;

    /// Which circuits a model's owner vouches for.
    #[pallet::storage]
    pub type Listings<T: Config> = StorageDoubleMap<_, Identity, ModelId, Identity, CircuitId, Listing<T::Deposit>>;

    /// What proofs of each dialect may be.
    #[pallet::storage]
    pub type Limits<T: Config> = StorageMap<_, Twox64Concat, Dialect, DialectLimits, ValueQuery, DefaultLimits>;

    /// What proofs may be unless governance said otherwise: room above every EZKL circuit measured (k = 12 to 15), and
    /// for the inner-product argument k = 11, because its multiplication has 2^k points.
    #[pallet::type_value]
    pub fn DefaultLimits() -> DialectLimits {
        let most = Cost {
            proof_len: 12_288,
            points: 512,
            generators: (1 << 11) + 2,
            instances: 128,
            ops: 8_192,
            evaluations: 512,
        };
        DialectLimits { enabled: true, most }
    }

    /// Circuits made by an older EZKL count for nothing.
    #[pallet::storage]
    pub type EzklFloor<T: Config> = StorageValue<_, Version, ValueQuery, DefaultFloor>;

    /// The oldest version whose circuits were tried here: the floor is never lower.
    #[pallet::type_value]
    pub fn DefaultFloor() -> Version {
        Version { major: 23, minor: 0, patch: 0 }
    }

    /// Reference strings that the chain starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether the test string of k = 15 is there: see [`assay_halo2::TEST_SRS`].
        pub unsafe_test_srs: bool,
        /// Names the runtime.
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if self.unsafe_test_srs {
                if let Err(why) = Pallet::<T>::do_add_srs(assay_halo2::TEST_SRS, true) {
                    panic!("this genesis is refused: the unsafe test string: {why:?}");
                }
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A reference string was added.
        SrsAdded {
            /// keccak256 of its points.
            srs: SrsId,
            /// Whether somebody may know its secret.
            unsafe_for_tests: bool,
        },
        /// A reference string was withdrawn: no proof over it counts any more.
        SrsWithdrawn {
            /// Its id.
            srs: SrsId,
        },
        /// A circuit was registered, with one valid proof of it.
        CircuitRegistered {
            /// Its id.
            circuit: CircuitId,
            /// Who registered it.
            owner: AccountId32,
            /// What made it.
            source: Source,
        },
        /// A circuit takes no new payments.
        CircuitRetired {
            /// Its id.
            circuit: CircuitId,
        },
        /// A circuit counts for nothing any more.
        CircuitRevoked {
            /// Its id.
            circuit: CircuitId,
        },
        /// A retired or revoked circuit was removed.
        CircuitRemoved {
            /// Its id.
            circuit: CircuitId,
        },
        /// A model's owner vouched for a circuit.
        CircuitListed {
            /// The model.
            model: ModelId,
            /// The circuit.
            circuit: CircuitId,
        },
        /// A model's owner vouches for a circuit no more: it takes no new payments for this model.
        ListingEnded {
            /// The model.
            model: ModelId,
            /// The circuit.
            circuit: CircuitId,
        },
        /// An ended listing was removed.
        ListingRemoved {
            /// The model.
            model: ModelId,
            /// The circuit.
            circuit: CircuitId,
        },
        /// Proofs of a dialect have other limits.
        LimitsChanged {
            /// The dialect.
            dialect: Dialect,
            /// What holds from now on.
            limits: DialectLimits,
        },
        /// EZKL's least version changed.
        EzklFloorChanged {
            /// Circuits of older ones count for nothing.
            floor: Version,
        },
    }

    /// Why a call, or a receipt at tier Proven, was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// A reference string that somebody may know the secret of, on a network that is not for development.
        UnsafeSrs,
        /// The reference string's points are no points of order r, or its secret is 0 or 1.
        BadSrs,
        /// This reference string exists already.
        SrsExists,
        /// There is no such reference string.
        UnknownSrs,
        /// The reference string was withdrawn.
        SrsWithdrawn,
        /// The description does not decode, is not canonical or contradicts itself.
        BadDescription,
        /// The layout does not fit the description.
        BadLayout,
        /// The circuit is of another dialect than its source makes.
        WrongDialect,
        /// Proofs of this dialect do not count now.
        DialectDisabled,
        /// The circuit exceeds the limits of its dialect.
        CircuitTooLarge,
        /// The circuit was made by an EZKL older than the floor.
        EzklTooOld,
        /// This circuit exists already.
        CircuitExists,
        /// There is no such circuit.
        UnknownCircuit,
        /// Only the circuit's or the model's owner may do this.
        NotOwner,
        /// There is no such model.
        UnknownModel,
        /// The circuit is retired.
        CircuitRetired,
        /// The circuit was revoked.
        CircuitRevoked,
        /// The circuit is still in use: retire it first.
        CircuitInUse,
        /// A model lists or listed this circuit.
        CircuitListed,
        /// Payments that refer to it may still be open.
        TooEarly,
        /// The model's owner does not vouch for this circuit.
        NotListed,
        /// The model's owner vouches for this circuit already.
        AlreadyListed,
        /// The evidence does not decode.
        BadEvidence,
        /// The evidence declares another cost than its circuit has: its weight would be wrong.
        WrongCost,
        /// The proof has another length than its circuit's proofs.
        WrongProofLength,
        /// The inputs are not what the receipt's request commits to.
        WrongInputs,
        /// The outputs are not what the receipt's response commits to.
        WrongOutputs,
        /// The proof is of other parameters than the registered ones: of another model.
        WrongParameters,
        /// The proof does not decode: a point off the curve or at infinity, or a number above the modulus.
        MalformedProof,
        /// The proof does not hold for this circuit, these inputs and outputs.
        InvalidProof,
        /// The limits let proofs be more than fits a block, or the floor is below the oldest version that was tried.
        OutOfBounds,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(Self::fits_a_block(&DefaultLimits::get().most), "circuits: the dearest proof cannot fit a block");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Adds a reference string: \[1\]G2 and \[tau\]G2, as x1 x2 y1 y2, big-endian.
        ///
        /// Origin: `SrsOrigin`. Errors: `UnsafeSrs`, `BadSrs`, `SrsExists`. Emits `SrsAdded`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::add_srs())]
        pub fn add_srs(origin: OriginFor<T>, points: Srs, unsafe_for_tests: bool) -> DispatchResult {
            T::SrsOrigin::ensure_origin(origin)?;
            Self::do_add_srs(points, unsafe_for_tests)
        }

        /// Withdraws a reference string: proofs over it count for nothing, those of open payments too. For a string
        /// whose secret got out.
        ///
        /// Origin: `WithdrawSrsOrigin`. Errors: `UnknownSrs`, `SrsWithdrawn`. Emits `SrsWithdrawn`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::withdraw_srs())]
        pub fn withdraw_srs(origin: OriginFor<T>, srs: SrsId) -> DispatchResult {
            T::WithdrawSrsOrigin::ensure_origin(origin)?;
            Self::do_withdraw_srs(srs)
        }

        /// Registers a circuit with one proof of it, for whatever inputs and outputs the evidence brings.
        ///
        /// Origin: signed; holds a deposit. Errors: `BadDescription`, `BadLayout`, `WrongDialect`, `DialectDisabled`,
        /// `CircuitTooLarge`, `EzklTooOld`, `UnknownSrs`, `SrsWithdrawn`, `CircuitExists`, and those of a proof.
        /// Emits `CircuitRegistered`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::register().saturating_add(Pallet::<T>::declared_weight(evidence)))]
        pub fn register(
            origin: OriginFor<T>,
            registration: Registration,
            evidence: BoundedVec<u8, ConstU32<MAX_EVIDENCE>>,
        ) -> DispatchResult {
            Self::do_register(ensure_signed(origin)?, registration, &evidence)
        }

        /// Retires a circuit: it takes no new payments, open ones can still be earned.
        ///
        /// Origin: the circuit's owner. Errors: `UnknownCircuit`, `NotOwner`, `CircuitRetired`. Emits `CircuitRetired`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::retire())]
        pub fn retire(origin: OriginFor<T>, circuit: CircuitId) -> DispatchResult {
            Self::do_retire(ensure_signed(origin)?, circuit)
        }

        /// Revokes a circuit: its proofs count for nothing from now on. For one that was found unsound.
        ///
        /// Origin: `RevokeOrigin`. Errors: `UnknownCircuit`, `CircuitRevoked`. Emits `CircuitRevoked`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::revoke())]
        pub fn revoke(origin: OriginFor<T>, circuit: CircuitId) -> DispatchResult {
            T::RevokeOrigin::ensure_origin(origin)?;
            Self::do_revoke(circuit)
        }

        /// Removes a circuit that was retired longer ago than a payment can stay open, and releases its deposit.
        ///
        /// Origin: the circuit's owner. Errors: `UnknownCircuit`, `NotOwner`, `CircuitInUse`, `TooEarly`,
        /// `CircuitListed`. Emits `CircuitRemoved`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::remove())]
        pub fn remove(origin: OriginFor<T>, circuit: CircuitId) -> DispatchResult {
            Self::do_remove(ensure_signed(origin)?, circuit)
        }

        /// Vouches that a circuit is the caller's model: only then can services of the model anchor to it.
        ///
        /// Origin: the model's owner; holds a deposit. Errors: `UnknownModel`, `NotOwner`, `UnknownCircuit`,
        /// `CircuitRetired`, `CircuitRevoked`, `AlreadyListed`. Emits `CircuitListed`.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::list())]
        pub fn list(origin: OriginFor<T>, model: ModelId, circuit: CircuitId) -> DispatchResult {
            Self::do_list(ensure_signed(origin)?, model, circuit)
        }

        /// Takes the word back: the circuit takes no new payments for this model, open ones can still be earned.
        ///
        /// Origin: the model's owner. Errors: `UnknownModel`, `NotOwner`, `NotListed`. Emits `ListingEnded`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::end_listing())]
        pub fn end_listing(origin: OriginFor<T>, model: ModelId, circuit: CircuitId) -> DispatchResult {
            Self::do_end_listing(ensure_signed(origin)?, model, circuit)
        }

        /// Removes a listing that ended longer ago than a payment can stay open, and releases its deposit.
        ///
        /// Origin: who paid the deposit. Errors: `NotListed`, `NotOwner`, `AlreadyListed` while it has not ended,
        /// `TooEarly`. Emits `ListingRemoved`.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::remove_listing())]
        pub fn remove_listing(origin: OriginFor<T>, model: ModelId, circuit: CircuitId) -> DispatchResult {
            Self::do_remove_listing(ensure_signed(origin)?, model, circuit)
        }

        /// Sets what proofs of a dialect may be; circuits above the limits count for nothing.
        ///
        /// Origin: `TightenLimitsOrigin` where nothing is allowed that is not now, else `LimitsOrigin`. Errors:
        /// `OutOfBounds` where such a proof could not fit a block. Emits `LimitsChanged`.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::set_limits())]
        pub fn set_limits(origin: OriginFor<T>, dialect: Dialect, limits: DialectLimits) -> DispatchResult {
            if limits.within(&Limits::<T>::get(dialect)) {
                T::TightenLimitsOrigin::ensure_origin(origin)?;
            } else {
                T::LimitsOrigin::ensure_origin(origin)?;
            }
            Self::do_set_limits(dialect, limits)
        }

        /// Sets EZKL's least version; circuits of older ones count for nothing.
        ///
        /// Origin: `FloorOrigin` where that is lower than now, else `RaiseFloorOrigin`. Errors: `OutOfBounds` below the
        /// default. Emits `EzklFloorChanged`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::set_ezkl_floor())]
        pub fn set_ezkl_floor(origin: OriginFor<T>, floor: Version) -> DispatchResult {
            if floor < EzklFloor::<T>::get() {
                T::FloorOrigin::ensure_origin(origin)?;
            } else {
                T::RaiseFloorOrigin::ensure_origin(origin)?;
            }
            Self::do_set_ezkl_floor(floor)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A circuit, without its description.
        pub fn circuit(id: CircuitId) -> Option<CircuitView> {
            Circuits::<T>::get(id).map(CircuitView::from)
        }

        /// Whether the circuit could be registered with this evidence now: its id, or why not. Changes nothing.
        pub fn examine_registration(registration: Registration, evidence: Vec<u8>) -> Result<CircuitId, DispatchError> {
            let id = H256(registration.id());
            Self::examine(&AccountId32::new([0; 32]), id, &registration, &evidence).map(|_| id)
        }
    }
}
