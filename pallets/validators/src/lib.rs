//! # Validators pallet
//!
//! Who makes and finalises blocks: a set that governance decides on, a few changes a session, each member with a bond
//! that answers for it.
//!
//! | module | what lives there |
//! |---|---|
//! | [`types`] | what is stored, what is answered, what the runtime is asked |
//! | `bonds` | bonding, unbonding, withdrawing |
//! | `set` | admitting, leaving, removing: what is queued |
//! | `session` | from the queue to the next session's validators; the session pallet's manager |
//! | `offences` | from an offence to a slash |
//! | `performance` | blocks made and slots missed |
//! | [`genesis`] | the first validators: a pallet of its own, because their bonds need balances |
//!
//! **A change of the set** is queued by a call, applied when the session after the next is planned, and so takes effect
//! after one to two sessions. A session's change applies at most [`Config::ChangesPerSession`] admissions and as many
//! departures, in the order in which they came; departures for offences come first and are not counted. The last
//! validator stays, whatever it did, until somebody takes its place. Purging session keys is no way out of this: who
//! has none leaves in its turn, and until then gets back those that it works with.
//!
//! **An offence** slashes, takes its author out of the next set, and disables it for as long as it still serves. The
//! fraction is of the bond when the session's first offence was reported; several offences of one session cost as much
//! as the worst of them. A bond stays on hold until no offence of its owner can be reported any more:
//! [`Config::UnbondingSessions`] is both the time of unbonding and how long a session's keys can be proven.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod bonds;
pub mod genesis;
mod offences;
mod performance;
mod session;
mod set;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::SlotLeaders;
pub use weights::WeightInfo;

/// The pallet's declarations.
#[frame_support::pallet]
pub mod pallet {
    use super::{types::*, WeightInfo};
    use alloc::vec::Vec;
    use assay_primitives::{AccountId32, Balance};
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, OnUnbalanced},
    };
    use frame_system::pallet_prelude::*;
    use sp_staking::SessionIndex;

    /// Version of the storage's layout.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    pub(crate) type CurrencyOf<T> = <T as Config>::Currency;

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of a runtime.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId32>
        + pallet_session::Config<ValidatorId = AccountId32>
        + pallet_session::historical::Config<FullIdentification = ()>
    {
        /// What bonds are made of.
        type Currency: fungible::BalancedHold<AccountId32>
            + fungible::MutateHold<AccountId32, Balance = Balance, Reason = <Self as Config>::RuntimeHoldReason>;
        /// Reasons for holds of the whole runtime.
        type RuntimeHoldReason: From<HoldReason>;
        /// Who admits validators.
        type AdmitOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who removes them.
        type RemoveOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Least bond of who is admitted; at least 1, whatever it says. Who serves already is not asked for more.
        type MinimumBond: Get<Balance>;
        /// Most admissions, and most departures other than for offences, that one session's change applies; at least 1,
        /// whatever it says.
        type ChangesPerSession: Get<u32>;
        /// Most validators, those among them who wait for their place.
        #[pallet::constant]
        type MaxValidators: Get<u32>;
        /// Sessions for which a session's offences can be reported, and for which an unbonded bond is kept.
        #[pallet::constant]
        type UnbondingSessions: Get<SessionIndex>;
        /// Who gets what is slashed.
        type Slashed: OnUnbalanced<fungible::Credit<AccountId32, <Self as Config>::Currency>>;
        /// Whose slots had no block.
        type SlotLeader: SlotLeaders<AccountId32>;
        /// Weights.
        type WeightInfo: WeightInfo;
        /// What benchmarks need besides.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::benchmarking::BenchmarkHelper;
    }

    /// Why money is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A validator's bond.
        #[codec(index = 0)]
        Bond,
    }

    /// Bonds of validators, of those who were, and of those who want to be.
    #[pallet::storage]
    pub type Bonds<T: Config> = StorageMap<_, Blake2_128Concat, AccountId32, Bond>;

    /// The set: the validators of the session that was planned last, in its order.
    #[pallet::storage]
    pub type Set<T: Config> = StorageValue<_, BoundedVec<AccountId32, T::MaxValidators>, ValueQuery>;

    /// Those who were admitted and wait for their place, in the order of their admission.
    #[pallet::storage]
    pub type Joining<T: Config> = StorageValue<_, BoundedVec<AccountId32, T::MaxValidators>, ValueQuery>;

    /// Those in the set who are to leave it, in the order in which that was said.
    #[pallet::storage]
    pub type Leaving<T: Config> = StorageValue<_, BoundedVec<Departure, T::MaxValidators>, ValueQuery>;

    /// What was slashed, by session and validator, as long as offences of that session can be reported. A validator's offences
    /// of one time in the set are together under the session of the first that was reported.
    #[pallet::storage]
    pub type Penalties<T: Config> =
        StorageDoubleMap<_, Twox64Concat, SessionIndex, Blake2_128Concat, AccountId32, Penalty>;

    /// Blocks made and slots missed, in this session and the last.
    #[pallet::storage]
    pub type Tallies<T: Config> =
        StorageDoubleMap<_, Twox64Concat, SessionIndex, Blake2_128Concat, AccountId32, Tally, ValueQuery>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Somebody put up a bond, or more of it.
        Bonded {
            /// Whose it is.
            who: AccountId32,
            /// How much was added.
            amount: Balance,
            /// The whole bond now.
            total: Balance,
        },
        /// A bond is being unbonded.
        Unbonding {
            /// Whose it is.
            who: AccountId32,
            /// The first session in which it can be withdrawn.
            until: SessionIndex,
        },
        /// A bond was released.
        Withdrawn {
            /// Whose it was.
            who: AccountId32,
            /// What was left of it.
            amount: Balance,
        },
        /// Somebody was admitted, and waits for its place.
        Admitted {
            /// Its account.
            who: AccountId32,
        },
        /// Somebody who waited for its place gets none.
        AdmissionEnded {
            /// Its account.
            who: AccountId32,
            /// Why.
            cause: Cause,
        },
        /// A validator is to leave.
        Leaves {
            /// Its account.
            who: AccountId32,
            /// Why.
            cause: Cause,
        },
        /// A validator joined the set.
        Joined {
            /// Its account.
            who: AccountId32,
            /// The first session in which it serves.
            session: SessionIndex,
        },
        /// A validator left the set.
        Left {
            /// Its account.
            who: AccountId32,
            /// The first session without it.
            session: SessionIndex,
            /// Why.
            cause: Cause,
        },
        /// A validator that purged its session keys got them back, because it has to serve for longer.
        KeysRestored {
            /// Its account.
            who: AccountId32,
        },
        /// A validator paid for an offence.
        Slashed {
            /// Its account.
            who: AccountId32,
            /// The session of the offence, or of the first that was reported of the same time in the set.
            session: SessionIndex,
            /// How much was taken off its bond.
            amount: Balance,
        },
        /// A session ended in which a validator missed slots.
        SlotsMissed {
            /// Its account.
            who: AccountId32,
            /// The session.
            session: SessionIndex,
            /// Blocks that it made.
            made: u32,
            /// Slots that it missed.
            missed: u32,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// Nothing is no bond.
        NothingToBond,
        /// The bond is below the least.
        BondTooSmall,
        /// This account has no bond.
        NotBonded,
        /// This account has no session keys.
        NoKeys,
        /// This account was admitted already.
        AlreadyAdmitted,
        /// There are as many validators as there can be.
        TooManyValidators,
        /// This account is no validator.
        NotValidator,
        /// This validator is to leave already.
        AlreadyLeaving,
        /// Nobody would be left to make blocks.
        LastValidator,
        /// This account is admitted, in the set, or serves until the session ends.
        StillValidator,
        /// The bond is being unbonded.
        Unbonding,
        /// The bond is not being unbonded.
        NotUnbonding,
        /// An offence of this account could still be reported.
        TooEarly,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Puts up a bond, or adds to it. What was being unbonded no longer is.
        ///
        /// Origin: signed. Errors: `NothingToBond`, `BondTooSmall` for a first bond, those of a hold. Emits `Bonded`.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::bond())]
        pub fn bond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
            Self::do_bond(ensure_signed(origin)?, amount)
        }

        /// Admits an account to the set. It serves when its turn has come.
        ///
        /// Origin: `AdmitOrigin`. Errors: `NotBonded`, `Unbonding`, `BondTooSmall`, `NoKeys`, `AlreadyAdmitted`,
        /// `TooManyValidators`. Emits `Admitted`; in time `Joined` or `AdmissionEnded`.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::admit())]
        pub fn admit(origin: OriginFor<T>, who: AccountId32) -> DispatchResult {
            T::AdmitOrigin::ensure_origin(origin)?;
            Self::do_admit(who)
        }

        /// Leaves the set when its turn has come; who waits for its place stops waiting at once.
        ///
        /// Origin: signed, the validator. Errors: `NotValidator`, `AlreadyLeaving`, `LastValidator`. Emits `Leaves`, in
        /// time `Left`; or `AdmissionEnded`.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::leave())]
        pub fn leave(origin: OriginFor<T>) -> DispatchResult {
            Self::do_leave(ensure_signed(origin)?, Cause::Wish)
        }

        /// Removes a validator from the set when its turn has come; who waits for its place stops waiting at once.
        ///
        /// Origin: `RemoveOrigin`. Errors: `NotValidator`, `AlreadyLeaving`, `LastValidator`. Emits `Leaves`, in time
        /// `Left`; or `AdmissionEnded`.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::remove())]
        pub fn remove(origin: OriginFor<T>, who: AccountId32) -> DispatchResult {
            T::RemoveOrigin::ensure_origin(origin)?;
            Self::do_leave(who, Cause::Removal)
        }

        /// Begins to unbond the whole bond.
        ///
        /// Origin: signed, who has a bond and is no validator any more, or never was one. Errors: `NotBonded`,
        /// `Unbonding`, `StillValidator`. Emits `Unbonding`.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::unbond())]
        pub fn unbond(origin: OriginFor<T>) -> DispatchResult {
            Self::do_unbond(ensure_signed(origin)?)
        }

        /// Releases what is left of a bond, when no offence of its owner can be reported any more.
        ///
        /// Origin: signed, its owner. Errors: `NotBonded`, `NotUnbonding`, `TooEarly`, those of a release. Emits
        /// `Withdrawn`.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::withdraw())]
        pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
            Self::do_withdraw(ensure_signed(origin)?)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The set, and after it those who wait for their place.
        pub fn validators() -> Vec<ValidatorView> {
            Self::validator_views()
        }

        /// What an account did as a validator in this session and the last.
        pub fn performance(who: AccountId32) -> PerformanceView {
            Self::performance_view(&who)
        }
    }
}
