//! Equivocations, proven as they are on a chain: what they cost, and what does not help against it.

use crate::{
    mock::*,
    pallet::*,
    types::{Cause, Penalty},
};
use assay_primitives::AccountId32;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use sp_session::MembershipProof;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

/// An offence of these validators that no proof is needed for.
fn offend(who: impl IntoIterator<Item = u8>, fraction: Perbill, session: u32) {
    let details = |n| OffenceDetails { offender: (account(n), ()), reporters: Vec::<AccountId32>::new() };
    let who: Vec<u8> = who.into_iter().collect();
    // Only the first of four is disabled.
    block_of_another(who[0]);
    let offenders: Vec<_> = who.into_iter().map(details).collect();
    let fractions = vec![fraction; offenders.len()];
    Validators::on_offence(&offenders, &fractions, session);
}

fn count(wanted: impl Fn(&Event<Test>) -> bool) -> usize {
    events().iter().filter(|event| wanted(event)).count()
}

#[test]
fn two_blocks_of_one_slot_cost_bond_place_and_rights() {
    run(|| {
        let issuance = Balances::total_issuance();
        assert_ok!(equivocate(1));
        System::assert_has_event(Event::Slashed { who: account(1), session: 0, amount: ONE_OF_FOUR }.into());
        System::assert_has_event(Event::Leaves { who: account(1), cause: Cause::Offence }.into());
        assert_eq!((bond_of(1), slashed()), (BOND - ONE_OF_FOUR, ONE_OF_FOUR));
        assert_eq!((free_of(1), Balances::total_issuance()), (ENDOWMENT - BOND, issuance));
        assert_eq!(disabled(), accounts([1]));
        next_session();
        assert_eq!((serving(), disabled()), (accounts(1..=FOUNDERS), accounts([1])));
        next_session();
        assert_eq!((serving(), disabled()), (accounts([2, 3, 4]), vec![]));
    });
}

#[test]
fn two_votes_of_one_round_cost_bond_place_and_rights() {
    run(|| {
        assert_ok!(equivocate_in_round(1, 7));
        assert_eq!((bond_of(1), slashed()), (BOND - ONE_OF_FOUR, ONE_OF_FOUR));
        assert_eq!(disabled(), accounts([1]));
        pass(2);
        assert_eq!(serving(), accounts([2, 3, 4]));
    });
}

#[test]
fn attack_nobody_pays_twice_for_the_same() {
    run(|| {
        assert_ok!(equivocate(1));
        let slot = *Babe::current_slot();
        assert_noop!(
            report_babe(1, place(1), slot, babe_key_proof(1)),
            pallet_babe::Error::<Test>::DuplicateOffenceReport
        );
        assert_eq!(bond_of(1), BOND - ONE_OF_FOUR);
    });
}

#[test]
fn several_offences_of_one_time_in_the_set_cost_as_much_as_the_worst() {
    run(|| {
        assert_ok!(equivocate(1));
        assert_ok!(equivocate(1));
        assert_ok!(equivocate_in_round(1, 7));
        assert_eq!(bond_of(1), BOND - ONE_OF_FOUR);
        assert_eq!(count(|event| matches!(event, Event::Slashed { .. })), 1);
        assert_eq!(count(|event| matches!(event, Event::Leaves { .. })), 1);
        next_session();
        assert_ok!(equivocate(1));
        assert_eq!((bond_of(1), slashed()), (BOND - ONE_OF_FOUR, ONE_OF_FOUR));
    });
}

#[test]
fn who_was_admitted_again_pays_again_of_what_is_left() {
    run(|| {
        assert_ok!(equivocate(1));
        pass(2);
        assert_ok!(Validators::bond(signed(1), LEAST_BOND));
        assert_ok!(admit(1));
        pass(2);
        assert!(serving().contains(&account(1)));
        let left = bond_of(1);
        assert_ok!(equivocate(1));
        let again = Perbill::from_rational(9u32, 16).mul_ceil(left);
        assert_eq!((bond_of(1), slashed()), (left - again, ONE_OF_FOUR + again));
    });
}

#[test]
fn attack_votes_of_one_night_reported_as_of_several_sessions_cost_once() {
    run(|| {
        pass(3);
        let (set_id, proof) = (Grandpa::current_set_id(), grandpa_key_proof(1));
        // The set has not changed, so that the keys of its sessions have the same proof.
        for (round, session) in [(10, 3), (11, 2), (12, 1)] {
            block_of_another(1);
            assert_ok!(report_grandpa(1, set_id, round, MembershipProof { session, ..proof.clone() }));
        }
        assert_eq!((bond_of(1), slashed()), (BOND - ONE_OF_FOUR, ONE_OF_FOUR));
        assert_eq!(count(|event| matches!(event, Event::Slashed { .. })), 1);
    });
}

#[test]
fn attack_an_offence_of_before_is_no_excuse_for_a_later_one() {
    run(|| {
        assert_ok!(equivocate_in_round(1, 7));
        // An accomplice in a later session: the worst counts, and it counts for both.
        next_session();
        assert_ok!(equivocate_in_round(1, 8));
        assert_ok!(equivocate_in_round(2, 8));
        assert_eq!((bond_of(1), bond_of(2)), (0, 0));
    });
}

#[test]
fn attack_accomplices_pay_for_each_other() {
    run(|| {
        assert_ok!(equivocate_in_round(1, 7));
        assert_eq!((bond_of(1), bond_of(2)), (BOND - ONE_OF_FOUR, BOND));
        // Two of four are more than a third: everything.
        assert_ok!(equivocate_in_round(2, 7));
        assert_eq!((bond_of(1), bond_of(2)), (0, 0));
        assert_eq!(slashed(), 2 * BOND);
        pass(2);
        assert_eq!(serving(), accounts([3, 4]));
    });
}

#[test]
fn what_is_added_after_the_report_is_not_at_stake_for_it() {
    run(|| {
        assert_ok!(equivocate_in_round(1, 7));
        assert_ok!(Validators::bond(signed(1), 10_000));
        assert_ok!(equivocate_in_round(2, 7));
        assert_eq!((bond_of(1), slashed()), (10_000, 2 * BOND));
        assert_eq!(Penalties::<Test>::get(0, account(1)), Some(Penalty { stake: BOND, paid: BOND }));
    });
}

#[test]
fn attack_topping_up_before_the_report_saves_nothing() {
    run(|| {
        assert_ok!(Validators::bond(signed(1), BOND));
        assert_ok!(equivocate(1));
        assert_eq!((bond_of(1), slashed()), (2 * (BOND - ONE_OF_FOUR), 2 * ONE_OF_FOUR));
    });
}

#[test]
fn attack_who_left_still_pays_until_the_day_its_bond_is_free() {
    run(|| {
        assert_ok!(Validators::leave(signed(1)));
        next_session();
        // Its last session, and what it does in it.
        let (slot, place, proof) = (*Babe::current_slot(), place(1), babe_key_proof(1));
        next_session();
        assert!(!serving().contains(&account(1)));
        assert_ok!(Validators::unbond(signed(1)));
        pass(UNBONDING);
        assert_noop!(Validators::withdraw(signed(1)), Error::<Test>::TooEarly);
        assert_ok!(report_babe(1, place, slot, proof));
        assert_eq!((bond_of(1), slashed()), (BOND - ONE_OF_FOUR, ONE_OF_FOUR));
        next_session();
        assert_ok!(Validators::withdraw(signed(1)));
        assert_eq!((bond_of(1), free_of(1)), (0, ENDOWMENT - ONE_OF_FOUR));
    });
}

#[test]
fn boundary_when_the_bond_is_free_the_report_is_too_late() {
    run(|| {
        assert_ok!(Validators::leave(signed(1)));
        next_session();
        let (slot, place, proof) = (*Babe::current_slot(), place(1), babe_key_proof(1));
        next_session();
        assert_ok!(Validators::unbond(signed(1)));
        pass(UNBONDING + 1);
        assert_noop!(report_babe(1, place, slot, proof), pallet_babe::Error::<Test>::InvalidKeyOwnershipProof);
        assert_ok!(Validators::withdraw(signed(1)));
    });
}

#[test]
fn attack_unbonding_saves_nothing() {
    run(|| {
        assert_ok!(Validators::leave(signed(1)));
        next_session();
        let (slot, place, proof) = (*Babe::current_slot(), place(1), babe_key_proof(1));
        next_session();
        assert_ok!(Validators::unbond(signed(1)));
        assert_ok!(report_babe(1, place, slot, proof));
        assert_eq!(bond_of(1), BOND - ONE_OF_FOUR);
    });
}

#[test]
fn attack_an_old_offence_ends_a_new_admission() {
    run(|| {
        assert_ok!(Validators::leave(signed(1)));
        let (slot, place, proof) = (*Babe::current_slot(), place(1), babe_key_proof(1));
        pass(2);
        assert_ok!(admit(1));
        assert_ok!(report_babe(1, place, slot, proof));
        System::assert_has_event(Event::AdmissionEnded { who: account(1), cause: Cause::Offence }.into());
        pass(2);
        assert_eq!(serving(), accounts([2, 3, 4]));
    });
}

#[test]
fn attack_an_offender_goes_first_whatever_it_said_before() {
    run(|| {
        ChangesPerSession::set(1);
        for n in [2, 3, 1] {
            assert_ok!(Validators::leave(signed(n)));
        }
        assert_ok!(equivocate(1));
        pass(2);
        assert_eq!(serving(), accounts([3, 4]));
        System::assert_has_event(Event::Left { who: account(1), session: 2, cause: Cause::Offence }.into());
    });
}

#[test]
fn attack_a_change_of_the_set_enables_no_offender() {
    run(|| {
        admitted(11);
        next_session();
        assert_ok!(equivocate(1));
        next_session();
        // The set has changed, and with that the session pallet enabled everyone.
        assert_eq!(serving(), accounts([1, 2, 3, 4, 11]));
        assert_eq!(disabled(), accounts([1]));
        next_session();
        assert_eq!((serving(), disabled()), (accounts([2, 3, 4, 11]), vec![]));
    });
}

#[test]
fn attack_offences_leave_no_empty_set() {
    run(|| {
        for n in 1..=FOUNDERS {
            assert_ok!(equivocate(n));
        }
        for n in 1..=FOUNDERS {
            assert_eq!(bond_of(n), BOND - ONE_OF_FOUR);
        }
        // No more than a third is disabled: of equals, the latest.
        assert_eq!(disabled(), accounts([FOUNDERS]));
        pass(4);
        assert_eq!((serving(), disabled()), (accounts([FOUNDERS]), vec![]));
        admitted(11);
        pass(2);
        assert_eq!(serving(), accounts([11]));
    });
}

#[test]
fn attack_a_single_validator_is_slashed_and_still_makes_blocks() {
    run(|| {
        (1..=3).for_each(removed);
        pass(3);
        assert_ok!(equivocate(4));
        assert_eq!((bond_of(4), slashed(), disabled()), (0, BOND, vec![]));
        pass(2);
        assert_eq!(serving(), accounts([4]));
    });
}

#[test]
fn who_was_admitted_again_stays_if_something_is_at_stake() {
    for added in [0, LEAST_BOND - 1, LEAST_BOND] {
        run(|| {
            let (set_id, proof) = (Grandpa::current_set_id(), grandpa_key_proof(2));
            assert_ok!(equivocate_in_round(1, 7));
            pass(2);
            assert_ok!(admit(1));
            pass(2);
            if added > 0 {
                assert_ok!(Validators::bond(signed(1), added));
            }
            // An accomplice is found only now: nothing is left of what was at stake then.
            assert_ok!(report_grandpa(2, set_id, 7, proof));
            assert_eq!(bond_of(1), added);
            let expelled = Leaving::<Test>::get().iter().any(|departure| departure.who == account(1));
            assert_eq!(expelled, added < LEAST_BOND);
        });
    }
}

#[test]
fn boundary_an_offence_that_costs_nothing_costs_the_place() {
    run(|| {
        offend([1], Perbill::zero(), 0);
        assert_eq!((bond_of(1), slashed()), (BOND, 0));
        assert_eq!(count(|event| matches!(event, Event::Slashed { .. })), 0);
        pass(2);
        assert_eq!(serving(), accounts([2, 3, 4]));
    });
}

#[test]
fn boundary_dust_is_slashed_whole() {
    run(|| {
        MinimumBond::set(1);
        assert_ok!(Validators::bond(signed(11), 1));
        offend([11], Perbill::from_parts(1), 0);
        assert_eq!((bond_of(11), slashed()), (0, 1));
        offend([11], Perbill::one(), 0);
        assert_eq!((bond_of(11), slashed()), (0, 1));
    });
}

#[test]
fn who_has_no_bond_pays_nothing() {
    run(|| {
        offend([12], Perbill::one(), 0);
        assert_eq!((free_of(12), slashed()), (ENDOWMENT, 0));
    });
}

#[test]
fn a_bond_that_was_slashed_whole_can_be_withdrawn_and_made_anew() {
    run(|| {
        offend([1], Perbill::one(), 0);
        pass(2);
        assert_ok!(Validators::unbond(signed(1)));
        pass(UNBONDING + 1);
        assert_ok!(Validators::withdraw(signed(1)));
        System::assert_last_event(Event::Withdrawn { who: account(1), amount: 0 }.into());
        assert_noop!(Validators::bond(signed(1), LEAST_BOND - 1), Error::<Test>::BondTooSmall);
        assert_ok!(Validators::bond(signed(1), LEAST_BOND));
    });
}

#[test]
fn attack_penalties_do_not_pile_up() {
    run(|| {
        offend(1..=FOUNDERS, Perbill::from_percent(1), 0);
        pass(UNBONDING + 1);
        assert_eq!(Penalties::<Test>::iter().count(), usize::from(FOUNDERS));
        next_session();
        assert_eq!(Penalties::<Test>::iter().count(), 0);
        // Nor are they made for sessions that nobody will clear again.
        offend([1], Perbill::one(), 0);
        assert_eq!(Penalties::<Test>::iter().count(), 0);
        assert_eq!(bond_of(1), BOND - BOND / 100);
    });
}
