//! From a motion to what it does.

use super::*;
use frame_support::{assert_noop, assert_ok, weights::Weight};
use pallet_x402::types::Settings;
use sp_keyring::Sr25519Keyring::*;
use sp_runtime::{traits::Hash as _, DispatchError, Permill};

/// Blocks between a decision and its enactment on networks for tests.
const DELAY: BlockNumber = 15;

macro_rules! motions {
    ($($pass:ident of $body:ident: $instance:ty;)*) => {$(
        /// Makes a motion in this body, has all of these vote for it, and closes it.
        pub(super) fn $pass(ayes: &[Sr25519Keyring], call: RuntimeCall) {
            let (hash, threshold) = (BlakeTwo256::hash_of(&call), ayes.len() as u32);
            let index = pallet_collective::ProposalCount::<Runtime, $instance>::get();
            assert_ok!($body::propose(signed(ayes[0]), threshold, Box::new(call), u32::MAX));
            // A motion of one is made at once.
            if threshold > 1 {
                for aye in ayes {
                    assert_ok!($body::vote(signed(*aye), hash, index, true));
                }
                assert_ok!($body::close(signed(ayes[0]), hash, index, Weight::MAX, u32::MAX));
            }
        }
    )*};
}
motions! {
    council_motion of Council: CouncilInstance;
    committee_motion of TechnicalCommittee: TechnicalInstance;
}

pub(super) fn decide(call: RuntimeCall) -> RuntimeCall {
    pallet_decisions::Call::<Runtime>::decide { call: Box::new(call) }.into()
}

fn veto(id: H256) -> RuntimeCall {
    pallet_decisions::Call::<Runtime>::veto { id }.into()
}

fn set_fee(percent: u32) -> RuntimeCall {
    let settings = Settings { fee: Permill::from_percent(percent), ..Default::default() };
    pallet_x402::Call::<Runtime>::set_settings { settings }.into()
}

fn fee() -> Permill {
    pallet_x402::CurrentSettings::<Runtime>::get().fee
}

#[test]
fn the_council_decides_and_it_is_done_after_the_delay() {
    on_local(|| {
        let (call, before) = (set_fee(3), fee());
        let id = BlakeTwo256::hash_of(&call);
        council_motion(&[Alice, Bob], decide(call));
        assert_eq!(Decisions::pending(id), Some(System::block_number() + DELAY));
        pass_blocks(DELAY - 1);
        assert_eq!(fee(), before);
        pass_blocks(1);
        assert_eq!(fee(), Permill::from_percent(3));
        assert_eq!(Decisions::pending(id), None);
    });
}

#[test]
fn attack_one_member_decides_nothing() {
    on_local(|| {
        let call = set_fee(3);
        let id = BlakeTwo256::hash_of(&call);
        council_motion(&[Alice], decide(call.clone()));
        assert_eq!(Decisions::pending(id), None);
        // Neither does the other body, nor root itself: root has no need to be seen coming.
        committee_motion(&[Dave, Eve, Ferdie], decide(call.clone()));
        assert_eq!(Decisions::pending(id), None);
        assert_noop!(Decisions::decide(RuntimeOrigin::root(), Box::new(call)), DispatchError::BadOrigin);
    });
}

#[test]
fn attack_a_motion_does_at_once_only_what_its_body_may() {
    on_local(|| {
        let before = fee();
        council_motion(&[Alice, Bob, Charlie], set_fee(3));
        committee_motion(&[Dave, Eve, Ferdie], set_fee(3));
        assert_eq!(fee(), before);
    });
}

#[test]
fn the_technical_committee_vetoes_what_the_council_decided() {
    on_local(|| {
        let (call, before) = (set_fee(3), fee());
        let id = BlakeTwo256::hash_of(&call);
        council_motion(&[Alice, Bob, Charlie], decide(call));
        committee_motion(&[Dave], veto(id));
        assert!(Decisions::pending(id).is_some(), "one member vetoes nothing");
        committee_motion(&[Dave, Eve], veto(id));
        assert_eq!(Decisions::pending(id), None);
        pass_blocks(DELAY + 1);
        assert_eq!(fee(), before);
        assert_noop!(Decisions::veto(committee(2, 3), id), pallet_decisions::Error::<Runtime>::UnknownDecision);
    });
}

#[test]
fn attack_who_is_silent_did_not_agree() {
    on_local(|| {
        let motion = decide(set_fee(3));
        let hash = BlakeTwo256::hash_of(&motion);
        assert_ok!(Council::propose(signed(Alice), 2, Box::new(motion), u32::MAX));
        assert_ok!(Council::vote(signed(Alice), hash, 0, true));
        let close = || Council::close(signed(Alice), hash, 0, Weight::MAX, u32::MAX);
        type Error = pallet_collective::Error<Runtime, CouncilInstance>;
        assert_eq!(close().map_err(|error| error.error), Err(Error::TooEarly.into()));
        System::set_block_number(System::block_number() + configs::governance::MotionDuration::get());
        assert_ok!(close());
        assert_eq!(Decisions::pending(BlakeTwo256::hash_of(&set_fee(3))), None);
        assert_eq!(pallet_collective::ProposalOf::<Runtime, CouncilInstance>::get(hash), None);
    });
}

#[test]
fn the_council_changes_both_bodies() {
    on_local(|| {
        let (ferdie, alice) = (Ferdie.to_account_id(), Alice.to_account_id());
        let add = pallet_membership::Call::<Runtime, CouncilInstance>::add_member { who: ferdie.clone().into() };
        let swap = pallet_membership::Call::<Runtime, TechnicalInstance>::swap_member {
            remove: Dave.to_account_id().into(),
            add: alice.clone().into(),
        };
        council_motion(&[Alice, Bob], decide(add.into()));
        council_motion(&[Alice, Bob], decide(swap.into()));
        pass_blocks(DELAY);
        assert!(pallet_collective::Members::<Runtime, CouncilInstance>::get().contains(&ferdie));
        let committee = pallet_collective::Members::<Runtime, TechnicalInstance>::get();
        assert!(committee.contains(&alice) && !committee.contains(&Dave.to_account_id()));
    });
}

/// What only root may do, and whether it was done.
fn for_root() -> (RuntimeCall, impl Fn() -> bool) {
    let (key, value) = (b"for root".to_vec(), b"done".to_vec());
    let call = frame_system::Call::<Runtime>::set_storage { items: vec![(key.clone(), value)] }.into();
    (call, move || sp_io::storage::get(&key).is_some())
}

fn whitelist(call: &RuntimeCall) -> RuntimeCall {
    pallet_whitelist::Call::<Runtime>::whitelist_call { call_hash: BlakeTwo256::hash_of(call) }.into()
}

fn dispatch(call: &RuntimeCall) -> RuntimeCall {
    pallet_whitelist::Call::<Runtime>::dispatch_whitelisted_call_with_preimage { call: Box::new(call.clone()) }.into()
}

#[test]
fn root_acts_at_once_when_both_bodies_agree() {
    on_local(|| {
        let (call, done) = for_root();
        committee_motion(&[Dave, Eve], whitelist(&call));
        assert!(!done());
        council_motion(&[Alice, Bob, Charlie], dispatch(&call));
        assert!(done());
    });
}

#[test]
fn root_acts_when_the_technical_committee_agrees_later() {
    on_local(|| {
        let (call, done) = for_root();
        council_motion(&[Alice, Bob, Charlie], dispatch(&call));
        let anybody = || Whitelist::dispatch_whitelisted_call_with_preimage(signed(Ferdie), Box::new(call.clone()));
        let refused = pallet_whitelist::Error::<Runtime>::CallIsNotWhitelisted;
        assert_eq!(anybody().map_err(|error| error.error), Err(refused.into()));
        committee_motion(&[Dave, Eve], whitelist(&call));
        assert!(!done());
        assert_ok!(anybody());
        assert!(done());
        // Once.
        let refused = pallet_whitelist::Error::<Runtime>::DeferredDispatchNotFound;
        assert_eq!(anybody().map_err(|error| error.error), Err(refused.into()));
    });
}

#[test]
fn attack_neither_body_is_root_without_the_other() {
    on_local(|| {
        let (call, done) = for_root();
        // The Council whitelists nothing, two thirds of it are too few, and a decision of it is not root.
        council_motion(&[Alice, Bob, Charlie], whitelist(&call));
        council_motion(&[Alice, Bob, Charlie], dispatch(&call));
        council_motion(&[Alice, Bob], decide(call.clone()));
        council_motion(&[Alice, Bob], decide(dispatch(&call)));
        pass_blocks(DELAY);
        assert!(!done());
        // Nor does the committee dispatch.
        committee_motion(&[Dave], whitelist(&call));
        assert!(!pallet_whitelist::WhitelistedCall::<Runtime>::contains_key(BlakeTwo256::hash_of(&call)));
        let other = RuntimeCall::from(pallet_sudo::Call::<Runtime>::set_key { new: Dave.to_account_id().into() });
        let other_done = || pallet_sudo::Key::<Runtime>::get().is_some();
        committee_motion(&[Dave, Eve, Ferdie], whitelist(&other));
        committee_motion(&[Dave, Eve, Ferdie], dispatch(&other));
        council_motion(&[Alice, Bob], dispatch(&other));
        assert!(!done() && !other_done());
    });
}
