//! Preimages of long calls: kept as long as they are needed, by whoever needs them, and no longer.

use crate::mock::*;
use codec::Encode;
use frame_support::{assert_ok, traits::QueryPreimage};

#[test]
fn a_long_call_is_forgotten_when_it_is_enacted() {
    run(|| {
        assert_ok!(decide(&long(1)));
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (Some(1), true));
        go_to(NOW + USUAL);
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (None, false));
    });
}

#[test]
fn a_long_call_is_forgotten_when_it_is_vetoed() {
    run(|| {
        assert_ok!(decide(&long(1)));
        assert_ok!(veto(id(&long(1))));
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (None, false));
    });
}

#[test]
fn a_short_call_is_no_preimage() {
    run(|| {
        assert_ok!(decide(&short(1)));
        assert_eq!((requests(&short(1)), is_kept(&short(1))), (None, false));
    });
}

#[test]
fn attack_who_noted_the_call_cannot_take_it_away_from_a_decision() {
    run(|| {
        let stranger = || RuntimeOrigin::signed(STRANGER);
        assert_ok!(Preimage::note_preimage(stranger(), long(1).encode()));
        assert_ok!(decide(&long(1)));
        assert_ok!(Preimage::unnote_preimage(stranger(), id(&long(1))));
        assert!(is_kept(&long(1)));
        go_to(NOW + USUAL);
        assert!(long_is_done(1));
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (None, false));
    });
}

#[test]
fn who_noted_the_call_keeps_it_after_the_decision() {
    run(|| {
        assert_ok!(Preimage::note_preimage(RuntimeOrigin::signed(STRANGER), long(1).encode()));
        assert_ok!(decide(&long(1)));
        assert_ok!(veto(id(&long(1))));
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (Some(0), true));
        assert_ok!(decide(&long(1)));
        go_to(NOW + USUAL);
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (Some(0), true));
    });
}

#[test]
fn attack_neither_veto_nor_enactment_gives_up_a_request_of_somebody_else() {
    run(|| {
        assert_ok!(Preimage::request_preimage(enacted(), id(&long(1))));
        assert_ok!(decide(&long(1)));
        assert_eq!(requests(&long(1)), Some(2));
        assert_ok!(veto(id(&long(1))));
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (Some(1), true));
        assert_ok!(decide(&long(1)));
        go_to(NOW + USUAL);
        assert!(long_is_done(1));
        assert_eq!((requests(&long(1)), is_kept(&long(1))), (Some(1), true));
    });
}

#[test]
fn attack_the_veto_of_a_short_call_gives_up_no_request_of_its_bytes() {
    run(|| {
        assert_ok!(Preimage::note_preimage(enacted(), short(1).encode()));
        assert_ok!(decide(&short(1)));
        assert_ok!(veto(id(&short(1))));
        assert!(Preimage::is_requested(&id(&short(1))));
    });
}
