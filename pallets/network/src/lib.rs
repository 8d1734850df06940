//! # Network pallet
//!
//! Who this chain is: its [`NetworkKind`], its EIP-155 chain id, its genesis hash and the length of its sessions. All four
//! are fixed at genesis.
//!
//! A runtime cannot see the chain type that a chain spec declares, so the kind is part of the state. The state of a
//! [`NetworkKind::Live`] network refuses to be built from anything that belongs to development: what that is, the
//! runtime says through [`GenesisCheck`]. The check is part of genesis building, so this pallet must come after all that
//! have a genesis.

#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(test)]
mod tests;

pub use pallet::*;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The chain id of every network that was not given one of its own.
pub const DEFAULT_CHAIN_ID: u64 = 420_402;

/// The greatest chain id: the greatest integer that a JavaScript number holds exactly.
pub const MAX_CHAIN_ID: u64 = (1 << 53) - 1;

/// The length in slots of the sessions of every network that does not say otherwise.
pub const DEFAULT_SESSION_SLOTS: u32 = 300;

/// The least length of a session, in slots.
pub const MIN_SESSION_SLOTS: u32 = 10;

/// The greatest length of a session, in slots: a day of 2-second slots.
pub const MAX_SESSION_SLOTS: u32 = 43_200;

/// What a network is for.
#[derive(
    Clone,
    Copy,
    Debug,
    Decode,
    DecodeWithMemTracking,
    Default,
    Deserialize,
    Encode,
    Eq,
    MaxEncodedLen,
    PartialEq,
    Serialize,
    TypeInfo,
)]
pub enum NetworkKind {
    /// One developer's machine.
    #[default]
    Dev,
    /// A test network of several nodes.
    Local,
    /// A network that holds value.
    Live,
}

/// Says whether the state just built may become that of a network of this kind.
pub trait GenesisCheck {
    /// Returns why not.
    fn check(kind: NetworkKind) -> Result<(), &'static str>;
}

/// The pallet: storage, genesis and view functions.
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{ConstU32, ConstU64},
    };
    use frame_system::pallet_prelude::*;

    /// Version of the storage's layout.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// See the crate's documentation.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs from the runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// What a network of each kind refuses; a live one besides refuses the default chain id.
        type GenesisCheck: GenesisCheck;
    }

    /// What this network is for.
    #[pallet::storage]
    pub type Kind<T> = StorageValue<_, NetworkKind, ValueQuery>;

    /// The EIP-155 chain id that wallets sign for.
    #[pallet::storage]
    pub type ChainId<T> = StorageValue<_, u64, ValueQuery, ConstU64<DEFAULT_CHAIN_ID>>;

    /// How many slots a session lasts. Nodes compute their epochs from it, so it can never change; networks that began
    /// before it was stored have the default.
    #[pallet::storage]
    pub type SessionSlots<T> = StorageValue<_, u32, ValueQuery, ConstU32<DEFAULT_SESSION_SLOTS>>;

    /// Who this chain is to be.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// What the network is for.
        pub kind: NetworkKind,
        /// Its EIP-155 chain id.
        pub chain_id: u64,
        /// How many slots a session lasts.
        pub session_slots: u32,
        /// Names the runtime.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                kind: NetworkKind::default(),
                chain_id: DEFAULT_CHAIN_ID,
                session_slots: DEFAULT_SESSION_SLOTS,
                _config: Default::default(),
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Kind::<T>::put(self.kind);
            ChainId::<T>::put(self.chain_id);
            SessionSlots::<T>::put(self.session_slots);
            let checks = || {
                Pallet::<T>::check_chain_id()?;
                Pallet::<T>::check_session_slots()?;
                T::GenesisCheck::check(self.kind)
            };
            if let Err(why) = checks() {
                panic!("this genesis is refused: {why}");
            }
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What this network is for.
        pub fn kind() -> NetworkKind {
            Kind::<T>::get()
        }

        /// The EIP-155 chain id that wallets sign for.
        pub fn chain_id() -> u64 {
            ChainId::<T>::get()
        }

        /// How many slots a session lasts.
        pub fn session_slots() -> u32 {
            SessionSlots::<T>::get()
        }

        /// The hash of block 0. It is not known while genesis is built.
        pub fn genesis_hash() -> T::Hash {
            frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::from(0u32))
        }
    }

    impl<T: Config> Pallet<T> {
        /// A chain id is positive, fits a JavaScript number, and a live network has one of its own.
        pub(crate) fn check_chain_id() -> Result<(), &'static str> {
            let id = Self::chain_id();
            ensure!(id != 0, "the chain id is zero");
            ensure!(id <= MAX_CHAIN_ID, "the chain id is above 2^53 - 1");
            let live = Self::kind() == NetworkKind::Live;
            ensure!(!live || id != DEFAULT_CHAIN_ID, "a live network needs a chain id of its own, not the default");
            Ok(())
        }

        /// A session is neither too short nor too long.
        pub(crate) fn check_session_slots() -> Result<(), &'static str> {
            let bounds = MIN_SESSION_SLOTS..=MAX_SESSION_SLOTS;
            ensure!(bounds.contains(&Self::session_slots()), "a session lasts 10 to 43,200 slots");
            Ok(())
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), frame_support::sp_runtime::TryRuntimeError> {
            Self::check_chain_id()?;
            Ok(Self::check_session_slots()?)
        }
    }
}
