//! What token holders decide.

use super::*;
use configs::{governance::VoteLocking, money::ASY, tracks};
use frame_support::{
    assert_noop, assert_ok,
    traits::{schedule::DispatchTime, StorePreimage},
};
use frame_system::RawOrigin;
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::{ReferendumInfo, ReferendumInfoFor};
use sp_keyring::Sr25519Keyring::{self, *};
use sp_runtime::traits::Hash as _;

/// More than half of what all others and the voters have together.
const MOST: Balance = 950_000 * ASY;

fn as_root() -> OriginCaller {
    OriginCaller::system(RawOrigin::Root)
}

fn as_whitelisted() -> OriginCaller {
    OriginCaller::Origins(origins::Origin::WhitelistedCaller)
}

/// Submits it with its deposit, as the first referendum.
fn submit(origin: OriginCaller, call: RuntimeCall) {
    let proposal = Preimage::bound(call).expect("the call is short");
    assert_ok!(Referenda::submit(signed(Alice), Box::new(origin), proposal, DispatchTime::After(0)));
    assert_ok!(Referenda::place_decision_deposit(signed(Bob), 0));
}

fn vote(voters: impl IntoIterator<Item = Sr25519Keyring>, aye: bool) {
    for voter in voters {
        let vote = Vote { aye, conviction: Conviction::Locked1x };
        assert_ok!(ConvictionVoting::vote(signed(voter), 0, AccountVote::Standard { vote, balance: MOST }));
    }
}

/// What only root may do, and whether it was done.
fn for_root() -> RuntimeCall {
    frame_system::Call::<Runtime>::set_storage { items: vec![(b"for root".to_vec(), vec![1])] }.into()
}

fn done() -> bool {
    sp_io::storage::get(b"for root").is_some()
}

fn rejected() -> bool {
    matches!(ReferendumInfoFor::<Runtime>::get(0), Some(ReferendumInfo::Rejected(..)))
}

/// Longer than any referendum of a network for tests.
const END: BlockNumber = 200;

#[test]
fn most_tokens_are_root() {
    on_local(|| {
        submit(as_root(), for_root());
        vote(Sr25519Keyring::iter(), true);
        pass_blocks(END);
        assert!(done());
    });
}

#[test]
fn attack_few_tokens_are_not_root_though_nobody_is_against_it() {
    on_local(|| {
        submit(as_root(), for_root());
        vote([Alice], true);
        pass_blocks(END);
        assert!(rejected() && !done());
    });
}

#[test]
fn attack_conviction_does_not_make_up_for_turnout_and_ayes_are_not_enough_against_nays() {
    on_local(|| {
        submit(as_root(), for_root());
        vote([Alice, Bob, Charlie, Dave], true);
        vote([Eve, Ferdie, One, Two, AliceStash], false);
        pass_blocks(END);
        assert!(rejected() && !done());
    });
    on_local(|| {
        submit(as_root(), for_root());
        let vote = Vote { aye: true, conviction: Conviction::Locked6x };
        // A tenth of the tokens would do at last.
        let balance = 900_000 * ASY;
        for voter in [Alice, Bob] {
            assert_ok!(ConvictionVoting::vote(signed(voter), 0, AccountVote::Standard { vote, balance }));
        }
        pass_blocks(END);
        assert!(rejected() && !done());
    });
}

#[test]
fn votes_stay_locked_with_the_outcome_that_they_brought_about() {
    on_local(|| {
        submit(as_root(), for_root());
        vote(Sr25519Keyring::iter(), true);
        pass_blocks(END);
        let pay = |amount| Balances::transfer_allow_death(signed(Alice), Bob.to_account_id().into(), amount);
        let unlock = || ConvictionVoting::unlock(signed(Alice), tracks::ROOT, Alice.to_account_id().into());
        assert_ok!(ConvictionVoting::remove_vote(signed(Alice), Some(tracks::ROOT), 0));
        assert_ok!(unlock());
        assert!(pay(500_000 * ASY).is_err(), "the vote's tokens are locked");
        System::set_block_number(System::block_number() + VoteLocking::get());
        assert_ok!(unlock());
        assert_ok!(pay(500_000 * ASY));
    });
}

fn dispatch() -> RuntimeCall {
    pallet_whitelist::Call::<Runtime>::dispatch_whitelisted_call_with_preimage { call: Box::new(for_root()) }.into()
}

#[test]
fn the_fast_track_does_what_the_technical_committee_whitelisted() {
    on_local(|| {
        submit(as_whitelisted(), dispatch());
        vote([Alice, Bob], true);
        assert_ok!(Whitelist::whitelist_call(committee(2, 3), BlakeTwo256::hash_of(&for_root())));
        pass_blocks(END);
        assert!(done());
    });
}

#[test]
fn attack_the_fast_track_does_nothing_that_was_not_whitelisted() {
    on_local(|| {
        submit(as_whitelisted(), dispatch());
        vote(Sr25519Keyring::iter(), true);
        pass_blocks(END);
        assert!(!done());
        // It waits for the Technical Committee, as it would for the Council.
        assert!(pallet_whitelist::DeferredDispatch::<Runtime>::contains_key(BlakeTwo256::hash_of(&for_root())));
    });
    on_local(|| {
        submit(as_whitelisted(), for_root());
        assert_ok!(Whitelist::whitelist_call(committee(2, 3), BlakeTwo256::hash_of(&for_root())));
        vote(Sr25519Keyring::iter(), true);
        pass_blocks(END);
        assert!(!done(), "its origin is not root");
    });
}

#[test]
fn attack_no_track_leads_to_another_origin() {
    on_local(|| {
        let decided = OriginCaller::Decisions(pallet_decisions::Origin::Enacted);
        let somebody = OriginCaller::system(RawOrigin::Signed(Bob.to_account_id()));
        for origin in [decided, somebody] {
            let proposal = Preimage::bound(for_root()).expect("the call is short");
            assert_noop!(
                Referenda::submit(signed(Alice), Box::new(origin), proposal, DispatchTime::After(0)),
                pallet_referenda::Error::<Runtime>::NoTrack
            );
        }
    });
}

#[test]
fn a_live_networks_tracks_leave_time_to_see_them() {
    use configs::governance::{DAYS, HOURS, MINUTES};
    use pallet_referenda::TracksInfo;
    on_local(|| {
        pallet_network::Kind::<Runtime>::put(pallet_network::NetworkKind::Live);
        let of = |id| tracks::Tracks::info(id).expect("the track exists").into_owned();
        let (root, fast) = (of(tracks::ROOT), of(tracks::WHITELISTED));
        assert_eq!((root.prepare_period, root.decision_period), (DAYS, 14 * DAYS));
        assert_eq!((root.confirm_period, root.min_enactment_period), (DAYS, DAYS));
        assert_eq!((fast.prepare_period, fast.decision_period), (10 * MINUTES, 14 * DAYS));
        assert_eq!((fast.confirm_period, fast.min_enactment_period), (HOURS, 10 * MINUTES));
    });
}
