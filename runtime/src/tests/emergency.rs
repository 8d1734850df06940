//! What can be stopped, and what never is.

use super::*;
use configs::{
    emergency::{SafeModeDuration, SettlingPossible, Unstoppable},
    money::ASY,
    system::CallFilter,
};
use frame_support::{
    assert_noop, assert_ok,
    traits::{ConstU32, Contains, Get, GetCallMetadata},
    BoundedVec,
};
use sp_keyring::Sr25519Keyring::*;
use sp_runtime::{traits::Dispatchable, DispatchError};

type Name = BoundedVec<u8, ConstU32<64>>;

fn name(pallet: &str, call: &str) -> (Name, Name) {
    let bounded = |text: &str| Name::try_from(text.as_bytes().to_vec()).expect("names are short");
    (bounded(pallet), bounded(call))
}

fn pause(pallet: &str, call: &str) -> Result<(), DispatchError> {
    TxPause::pause(committee(2, 4), name(pallet, call))
}

/// Every call of the runtime: whether it goes on, and its names.
fn calls() -> Vec<(bool, &'static str, &'static str)> {
    let each = |pallet: &&'static str| {
        let pallet = *pallet;
        RuntimeCall::get_call_names(pallet)
            .iter()
            .map(move |call| (Unstoppable::contains(&name(pallet, call)), pallet, *call))
            .collect::<Vec<_>>()
    };
    RuntimeCall::get_module_names().iter().flat_map(each).collect()
}

fn transfer() -> RuntimeCall {
    pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: Bob.to_account_id().into(), value: ASY }.into()
}

fn error_of(call: RuntimeCall, origin: RuntimeOrigin) -> Option<DispatchError> {
    call.dispatch(origin).err().map(|error| error.error)
}

fn filtered() -> Option<DispatchError> {
    Some(frame_system::Error::<Runtime>::CallFiltered.into())
}

#[test]
fn what_is_said_to_go_on_exists() {
    let pallets = RuntimeCall::get_module_names();
    for (pallet, calls) in Unstoppable::CALLS {
        assert!(pallets.contains(pallet), "there is no pallet {pallet} with calls");
        for call in *calls {
            assert!(RuntimeCall::get_call_names(pallet).contains(call), "there is no call {pallet}.{call}");
        }
    }
}

#[test]
fn attack_no_pause_reaches_governance_the_inherent_reports_or_refunds() {
    on_local(|| {
        for (goes_on, pallet, call) in calls() {
            let refused = Err(pallet_tx_pause::Error::<Runtime>::Unpausable.into());
            assert_eq!(pause(pallet, call), if goes_on { refused } else { Ok(()) }, "{pallet}.{call}");
        }
        for (pallet, call) in [
            ("Timestamp", "set"),
            ("Babe", "report_equivocation_unsigned"),
            ("Grandpa", "report_equivocation_unsigned"),
            ("Council", "propose"),
            ("TechnicalCommittee", "vote"),
            ("Decisions", "decide"),
            ("TxPause", "unpause"),
            ("SafeMode", "force_exit"),
            ("Referenda", "submit"),
            ("ConvictionVoting", "vote"),
            ("Whitelist", "dispatch_whitelisted_call"),
            ("System", "apply_authorized_upgrade"),
            ("X402", "refund"),
            ("Inference", "refund_early"),
            ("Enclaves", "reinstate"),
        ] {
            assert!(Unstoppable::contains(&name(pallet, call)), "{pallet}.{call}");
        }
    });
}

#[test]
fn a_paused_call_is_refused_however_it_is_wrapped_and_its_neighbours_are_not() {
    on_local(|| {
        assert_ok!(pause("Balances", "transfer_keep_alive"));
        assert_eq!(error_of(transfer(), signed(Alice)), filtered());
        let batch = pallet_utility::Call::<Runtime>::batch_all { calls: vec![transfer()] };
        assert_eq!(error_of(batch.into(), signed(Alice)), filtered());
        assert_eq!(error_of(transfer(), RuntimeOrigin::root()), Some(DispatchError::BadOrigin), "root has no balance");
        let neighbour =
            pallet_balances::Call::<Runtime>::transfer_allow_death { dest: Bob.to_account_id().into(), value: ASY };
        assert_eq!(error_of(neighbour.into(), signed(Alice)), None);
        // Whoever paused cannot undo it.
        let undo = |origin| TxPause::unpause(origin, name("Balances", "transfer_keep_alive"));
        assert_noop!(undo(committee(3, 3)), DispatchError::BadOrigin);
        assert_ok!(undo(enacted()));
        assert_eq!(error_of(transfer(), signed(Alice)), None);
    });
}

#[test]
fn safe_mode_stops_all_that_can_be_stopped_and_ends_by_itself() {
    on_local(|| {
        assert_ok!(SafeMode::force_enter(committee(2, 4)));
        assert_eq!(error_of(transfer(), signed(Alice)), filtered());
        let remark = frame_system::Call::<Runtime>::remark { remark: vec![] };
        assert_eq!(error_of(remark.into(), signed(Alice)), filtered());
        let claim = pallet_x402::Call::<Runtime>::claim { asset: 1, to: Alice.to_account_id() };
        assert_eq!(error_of(claim.into(), signed(Alice)), filtered());
        let batch = pallet_utility::Call::<Runtime>::batch_all { calls: vec![transfer()] };
        assert_eq!(error_of(batch.into(), signed(Alice)), filtered(), "a batch goes on, what is in it does not");
        // The inherent, a motion, a decision.
        assert!(CallFilter::contains(&RuntimeCall::from(pallet_timestamp::Call::<Runtime>::set { now: 1 })));
        let motion = pallet_decisions::Call::<Runtime>::veto { id: H256::zero() };
        assert!(CallFilter::contains(&RuntimeCall::from(motion)));
        let settings = pallet_x402::Call::<Runtime>::set_settings { settings: Default::default() };
        assert_eq!(error_of(settings.into(), enacted()), None);

        let until = System::block_number() + SafeModeDuration::get();
        System::set_block_number(until - 1);
        pass_blocks(1);
        assert!(SafeMode::is_entered());
        pass_blocks(1);
        assert!(!SafeMode::is_entered());
        assert_eq!(error_of(transfer(), signed(Alice)), None);
    });
}

#[test]
fn safe_mode_is_extended_by_those_who_may_enter_it_and_left_early_by_a_decision() {
    on_local(|| {
        assert_noop!(SafeMode::force_enter(committee(1, 3)), DispatchError::BadOrigin);
        assert_noop!(SafeMode::enter(signed(Alice)), pallet_safe_mode::Error::<Runtime>::NotConfigured);
        assert_ok!(SafeMode::force_enter(committee(2, 4)));
        assert_ok!(SafeMode::force_extend(committee(2, 4)));
        let until = pallet_safe_mode::EnteredUntil::<Runtime>::get();
        assert_eq!(until, Some(System::block_number() + 2 * SafeModeDuration::get()));
        assert_noop!(SafeMode::extend(signed(Alice)), pallet_safe_mode::Error::<Runtime>::NotConfigured);
        assert_noop!(SafeMode::force_exit(committee(3, 3)), DispatchError::BadOrigin);
        assert_ok!(SafeMode::force_exit(enacted()));
        assert!(!SafeMode::is_entered());
    });
}

#[test]
fn deliveries_clock_stands_still_only_while_nobody_can_settle() {
    on_local(|| {
        let tick = || {
            let before = pallet_x402::Clock::<Runtime>::get();
            pass_blocks(1);
            (SettlingPossible::get(), pallet_x402::Clock::<Runtime>::get() - before)
        };
        assert_eq!(tick(), (true, 1));
        assert_ok!(pause("X402", "pay"));
        assert_eq!(tick(), (true, 1));
        assert_ok!(pause("Inference", "settle"));
        assert_eq!(tick(), (false, 0));
        assert_ok!(TxPause::unpause(enacted(), name("Inference", "settle")));
        assert_eq!(tick(), (true, 1));
        assert_ok!(SafeMode::force_enter(committee(2, 4)));
        assert_eq!(tick(), (false, 0));
        assert_ok!(SafeMode::force_exit(enacted()));
        assert_eq!(tick(), (true, 1));
    });
}
