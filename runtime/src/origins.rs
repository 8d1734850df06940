//! Origins that no other pallet has.

pub use pallet::*;

use crate::{OriginCaller, RuntimeOrigin};
use frame_support::traits::{EnsureOrigin, OriginTrait};

/// A pallet that is nothing but an origin.
#[frame_support::pallet]
pub mod pallet {
    use frame_support::pallet_prelude::*;

    /// See the module's documentation.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Nothing is needed of a runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config {}

    /// Where a call comes from.
    #[pallet::origin]
    #[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
    pub enum Origin {
        /// A referendum that may have what the Technical Committee whitelisted done by root, and nothing else.
        #[codec(index = 0)]
        WhitelistedCaller,
    }
}

/// Lets that referendum through.
pub struct EnsureWhitelistedCaller;

impl EnsureOrigin<RuntimeOrigin> for EnsureWhitelistedCaller {
    type Success = ();

    fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
        if *origin.caller() == OriginCaller::Origins(Origin::WhitelistedCaller) {
            Ok(())
        } else {
            Err(origin)
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
        Ok(Origin::WhitelistedCaller.into())
    }
}
