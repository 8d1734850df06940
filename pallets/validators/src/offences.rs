//! From an offence to a slash.
//!
//! An offence is reported with all those who committed it at the same time, and each further one of them makes it worse
//! for all: so the same validator comes here again, with a greater fraction, and pays the difference.

use crate::{
    pallet::*,
    types::{Cause, Offences, Penalty},
    weights::WeightInfo,
};
use assay_primitives::AccountId32;
use frame_support::{
    dispatch::DispatchClass,
    traits::{fungible::BalancedHold, Imbalance, OnUnbalanced},
    weights::Weight,
};
use pallet_session::historical::IdentificationTuple;
use sp_runtime::{Perbill, SaturatedConversion};
use sp_staking::{
    offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
    SessionIndex,
};

impl<T: Config> OnOffenceHandler<AccountId32, IdentificationTuple<T>, Weight> for Pallet<T> {
    fn on_offence(
        offenders: &[OffenceDetails<AccountId32, IdentificationTuple<T>>],
        fractions: &[Perbill],
        session: SessionIndex,
    ) -> Weight {
        // What is forgotten would never be forgotten again.
        if !Self::is_forgotten(session) {
            for (details, fraction) in offenders.iter().zip(fractions) {
                let (who, ()) = &details.offender;
                Self::punish(who, *fraction, session);
            }
        }
        let weight = <T as Config>::WeightInfo::on_offence(offenders.len().saturated_into());
        // The offences pallet does not count it.
        frame_system::Pallet::<T>::register_extra_weight_unchecked(weight, DispatchClass::Mandatory);
        weight
    }
}

impl<T: Config> Pallet<T> {
    /// Brings what a validator pays for the offences of its time in the set to this fraction of its bond, if it was less. It
    /// also leaves, and is disabled until it has left.
    fn punish(who: &AccountId32, fraction: Perbill, session: SessionIndex) {
        let session = Self::answering(who, session);
        let known = Penalties::<T>::get(session, who);
        let Penalty { stake, paid } = known.unwrap_or_else(|| Penalty { stake: Self::bond_of(who), paid: 0 });
        let due = fraction.mul_ceil(stake).saturating_sub(paid);
        // Never more than the bond: other sessions' offences may have taken of it.
        let (slashed, _) = CurrencyOf::<T>::slash(&HoldReason::Bond.into(), who, due);
        let amount = slashed.peek();
        T::Slashed::on_unbalanced(slashed);
        Penalties::<T>::insert(session, who, Penalty { stake, paid: paid.saturating_add(amount) });
        if amount > 0 {
            Self::deposit_event(Event::Slashed { who: who.clone(), session, amount });
        }
        // Who was admitted again in the meantime stays, if something is still at stake.
        if known.is_none() || Self::bond_of(who) < Self::minimum_bond() {
            Self::expel(who);
            pallet_session::Pallet::<T>::report_offence(who.clone(), OffenceSeverity(fraction));
        }
    }

    /// The session among whose penalties a validator's offence of `session` counts.
    fn answering(who: &AccountId32, session: SessionIndex) -> SessionIndex {
        Bonds::<T>::mutate_extant(who, |bond| {
            let known = bond.offences.filter(|known| known.have(session) && !Self::is_forgotten(known.session));
            let until = if Set::<T>::get().contains(who) { None } else { Some(bond.out_since) };
            let offences = known.unwrap_or(Offences { session, until });
            bond.offences = Some(offences);
            Some(offences.session)
        })
        .unwrap_or(session)
    }

    /// Takes a validator out of the next set, before all others who are to leave, whatever it had said itself.
    fn expel(who: &AccountId32) {
        Self::end_admission(who, Cause::Offence);
        let mut leaving = Leaving::<T>::get();
        let expelled = leaving.iter().any(|one| one.who == *who && one.cause == Cause::Offence);
        if !expelled && Set::<T>::get().contains(who) {
            leaving.retain(|one| one.who != *who);
            Self::queue_departure(leaving, who.clone(), Cause::Offence);
        }
    }
}
