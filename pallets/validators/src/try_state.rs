//! What holds at the end of every block.

use crate::pallet::*;
use alloc::collections::BTreeSet;
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// 1. Everyone in the set, and everyone who waits for a place, is there once, and has a bond that is not being
    ///    unbonded.
    /// 2. There are no more of them than there can be; and there is somebody wherever somebody makes blocks.
    /// 3. Who is to leave is in the set, and leaves once.
    /// 4. A penalty is no more than the bond was, and of a session whose offences can be reported.
    /// 5. Who answers for several offences together has a penalty for them.
    /// 6. Tallies are of this session or the last.
    pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
        let (set, joining) = (Set::<T>::get(), Joining::<T>::get());
        let mut admitted = BTreeSet::new();
        for who in set.iter().chain(&joining) {
            ensure!(admitted.insert(who), "a validator is there once");
            let bond = Bonds::<T>::get(who).ok_or("a validator has a bond")?;
            ensure!(bond.unbonding.is_none(), "no validator's bond is being unbonded");
        }
        ensure!(admitted.len() <= T::MaxValidators::get() as usize, "there are no more validators than there can be");
        let nobody_serves = pallet_session::Validators::<T>::decode_len().unwrap_or(0) == 0;
        ensure!(nobody_serves || !set.is_empty(), "somebody is in the set");

        let mut leaving = BTreeSet::new();
        for departure in Leaving::<T>::get() {
            ensure!(set.contains(&departure.who), "who is to leave is in the set");
            ensure!(leaving.insert(departure.who), "a validator leaves once");
        }

        for (session, _, penalty) in Penalties::<T>::iter() {
            ensure!(penalty.paid <= penalty.stake, "nobody pays more than its bond");
            ensure!(!Self::is_forgotten(session), "a penalty is of a session that can be reported");
        }
        for (who, bond) in Bonds::<T>::iter() {
            let penalty = bond.offences.map(|known| known.session).filter(|session| !Self::is_forgotten(*session));
            ensure!(
                penalty.is_none_or(|session| Penalties::<T>::contains_key(session, &who)),
                "who answers for offences has a penalty"
            );
        }
        let now = Self::current_session();
        let timely = |session| now.checked_sub(session).is_some_and(|age| age <= 1);
        ensure!(
            Tallies::<T>::iter_keys().all(|(session, _)| timely(session)),
            "tallies are of this session or the last"
        );
        Ok(())
    }
}
