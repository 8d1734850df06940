//! # Decisions pallet
//!
//! What a council decides is not done at once: the call is scheduled, everybody sees it coming, and until it is enacted
//! it may be vetoed. It is enacted by [`Origin::Enacted`], an origin that nothing else has.
//!
//! A decision's id is the hash of its call. The pallet stores nothing: the scheduler's task is the record. The task's
//! name is made of the id and of what is this pallet's alone, so that a veto reaches decisions and no other task.
//!
//! | module | what lives there |
//! |---|---|
//! | `enactment` | deciding, vetoing, and who pays for the memory of it |
//! | `origin` | the origin of what is enacted |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod enactment;
mod origin;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use origin::EnsureEnacted;
pub use pallet::*;
pub use weights::WeightInfo;

/// The pallet's declarations.
#[frame_support::pallet]
pub mod pallet {
    use super::WeightInfo;
    use alloc::boxed::Box;
    use frame_support::{
        pallet_prelude::*,
        traits::{schedule, QueryPreimage, StorePreimage},
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What the pallet needs of a runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<Hash = H256> {
        /// Calls of the whole runtime.
        type RuntimeCall: Parameter + From<frame_system::Call<Self>>;
        /// Origins of the whole runtime.
        type PalletsOrigin: From<Origin>;
        /// Who enacts decisions when it is time.
        type Scheduler: schedule::v3::Named<
            BlockNumberFor<Self>,
            <Self as Config>::RuntimeCall,
            Self::PalletsOrigin,
            Hasher = Self::Hashing,
        >;
        /// Who keeps long calls until then.
        type Preimages: QueryPreimage<H = Self::Hashing> + StorePreimage;
        /// Who decides.
        type DecideOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who vetoes.
        type VetoOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Blocks between a decision and its enactment; at least one, whatever it says. A change of it moves no
        /// decision that was made.
        type Delay: Get<BlockNumberFor<Self>>;
        /// Weights.
        type WeightInfo: WeightInfo;
    }

    /// Where a call comes from.
    #[pallet::origin]
    #[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
    pub enum Origin {
        /// A decision that nobody vetoed.
        #[codec(index = 0)]
        Enacted,
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A call was decided.
        Decided {
            /// Hash of the call.
            id: H256,
            /// Block of its enactment.
            at: BlockNumberFor<T>,
        },
        /// A decision was vetoed: it will not be enacted.
        Vetoed {
            /// Hash of the call.
            id: H256,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// This call is decided already and waits for its enactment.
        AlreadyDecided,
        /// No decision with this id waits for its enactment.
        UnknownDecision,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Decides that a call is to be made by [`Origin::Enacted`] when the delay is over, in the first block that takes
        /// one more task.
        ///
        /// Origin: `DecideOrigin`. Errors: `AlreadyDecided`, `Exhausted` (sixteen blocks take no more tasks, or no preimage
        /// so long a call). Emits `Decided`.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::decide(call.encoded_size() as u32))]
        pub fn decide(origin: OriginFor<T>, call: Box<<T as Config>::RuntimeCall>) -> DispatchResult {
            T::DecideOrigin::ensure_origin(origin)?;
            Self::do_decide(*call)
        }

        /// Vetoes a decision that waits for its enactment.
        ///
        /// Origin: `VetoOrigin`. Errors: `UnknownDecision`. Emits `Vetoed`.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::veto())]
        pub fn veto(origin: OriginFor<T>, id: H256) -> DispatchResult {
            T::VetoOrigin::ensure_origin(origin)?;
            Self::do_veto(id)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The block in which the decision with this id will be enacted; nothing if none waits.
        pub fn pending(id: H256) -> Option<BlockNumberFor<T>> {
            Self::enacted_at(id)
        }
    }
}
