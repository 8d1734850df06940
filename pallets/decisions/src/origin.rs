//! The origin of what is enacted.

use crate::pallet::Origin;
use frame_support::traits::{EnsureOrigin, OriginTrait};

/// Lets through decisions that nobody vetoed, and nothing else: not root either.
pub struct EnsureEnacted;

impl<O: OriginTrait + From<Origin>> EnsureOrigin<O> for EnsureEnacted
where
    for<'a> &'a O::PalletsOrigin: TryInto<&'a Origin>,
{
    type Success = ();

    fn try_origin(origin: O) -> Result<(), O> {
        if let Ok(Origin::Enacted) = origin.caller().try_into() {
            return Ok(());
        }
        Err(origin)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<O, ()> {
        Ok(Origin::Enacted.into())
    }
}
