//! What clients and other software rely on without asking.

use super::*;
use configs::{consensus::*, money::*, system::*};
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::PalletsInfoAccess,
    weights::constants::WEIGHT_REF_TIME_PER_MILLIS,
};
use sp_runtime::Perbill;

#[test]
fn pallet_indices_never_change() {
    let pallets: Vec<_> = AllPalletsWithSystem::infos().into_iter().map(|info| (info.index, info.name)).collect();
    assert_eq!(
        pallets,
        [
            (0, "System"),
            (1, "Timestamp"),
            (10, "Babe"),
            (11, "Authorship"),
            (12, "Offences"),
            (13, "Historical"),
            (14, "Session"),
            (15, "Grandpa"),
            (16, "Validators"),
            (20, "Balances"),
            (21, "TransactionPayment"),
            (22, "Assets"),
            (23, "AssetsHolder"),
            (24, "AssetRate"),
            (25, "AssetTxPayment"),
            (26, "GenesisAssetRate"),
            (27, "GenesisValidators"),
            (30, "Utility"),
            (31, "Multisig"),
            (32, "Proxy"),
            (39, "Sudo"),
            (40, "Council"),
            (41, "CouncilMembership"),
            (42, "TechnicalCommittee"),
            (43, "TechnicalMembership"),
            (44, "Preimage"),
            (45, "Scheduler"),
            (46, "Parameters"),
            (47, "Treasury"),
            (48, "TxPause"),
            (49, "SafeMode"),
            (50, "X402"),
            (51, "Circuits"),
            (52, "Enclaves"),
            (53, "Inference"),
            (54, "TierStats"),
            (60, "Network"),
            (70, "ConvictionVoting"),
            (71, "Referenda"),
            (72, "Whitelist"),
            (73, "Decisions"),
            (74, "Origins"),
        ]
    );
}

#[test]
fn the_metadata_has_version_16() {
    assert!(Runtime::metadata_versions().contains(&16));
}

#[test]
fn a_block_executes_in_a_third_of_its_slot() {
    let weights = RuntimeBlockWeights::get().validate().expect("the limits agree with each other");
    assert_eq!(weights.max_block.ref_time(), 660 * WEIGHT_REF_TIME_PER_MILLIS);
    assert!(3 * weights.max_block.ref_time() <= SLOT_MILLISECS * WEIGHT_REF_TIME_PER_MILLIS);
}

#[test]
fn everybody_may_use_85_percent_of_a_block() {
    let weights = RuntimeBlockWeights::get();
    let normal = weights.get(DispatchClass::Normal).max_total.unwrap();
    assert_eq!(normal, Perbill::from_percent(85) * weights.max_block);
    let length = RuntimeBlockLength::get();
    assert_eq!(*length.max.get(DispatchClass::Operational), 5 * 1024 * 1024);
    assert_eq!(*length.max.get(DispatchClass::Normal), Perbill::from_percent(85) * (5 * 1024 * 1024));
}

#[test]
fn a_block_holds_a_thousand_transfers() {
    let transfer =
        pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: AccountId::from([0; 32]).into(), value: ASY };
    let call = RuntimeCall::from(transfer);
    let normal = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
    assert!(normal.ref_time() / call.get_dispatch_info().call_weight.ref_time() > 1_000);
}

#[test]
fn what_governance_calls_fits_a_block() {
    use frame_support::weights::Weight;
    let blob = |length| Box::new(RuntimeCall::from(frame_system::Call::<Runtime>::remark { remark: vec![0; length] }));
    let (proposal_hash, who) = (sp_core::H256::zero(), AccountId::from([0; 32]));
    let calls: [RuntimeCall; 9] = [
        pallet_collective::Call::<Runtime, CouncilInstance>::propose {
            threshold: 2,
            proposal: blob(100_000),
            length_bound: 100_010,
        }
        .into(),
        pallet_collective::Call::<Runtime, CouncilInstance>::vote { proposal: proposal_hash, index: 0, approve: true }
            .into(),
        // The dearest motion that there can be.
        pallet_collective::Call::<Runtime, CouncilInstance>::close {
            proposal_hash,
            index: 0,
            proposal_weight_bound: configs::governance::MaxMotionWeight::get(),
            length_bound: 100_010,
        }
        .into(),
        pallet_decisions::Call::<Runtime>::decide { call: blob(100_000) }.into(),
        pallet_preimage::Call::<Runtime>::note_preimage { bytes: vec![0; 4 * 1024 * 1024] }.into(),
        pallet_conviction_voting::Call::<Runtime>::delegate {
            class: 0,
            to: who.clone().into(),
            conviction: Default::default(),
            balance: 1,
        }
        .into(),
        pallet_referenda::Call::<Runtime>::place_decision_deposit { index: 0 }.into(),
        pallet_validators::Call::<Runtime>::admit { who }.into(),
        pallet_whitelist::Call::<Runtime>::dispatch_whitelisted_call {
            call_hash: proposal_hash,
            call_encoded_len: 100_000,
            call_weight_witness: Weight::from_parts(WEIGHT_REF_TIME_PER_MILLIS, 0),
        }
        .into(),
    ];
    state(Default::default()).execute_with(|| {
        let weights = RuntimeBlockWeights::get();
        for call in calls {
            let info = call.get_dispatch_info();
            let most = weights.get(info.class).max_extrinsic.unwrap_or(weights.max_block);
            assert!(info.total_weight().all_lte(most), "{:?} of {most:?}", info.total_weight());
        }
    });
}

#[test]
fn half_a_second_of_execution_costs_half_an_asy() {
    let half = frame_support::weights::Weight::from_parts(500 * WEIGHT_REF_TIME_PER_MILLIS, 0);
    state(Default::default()).execute_with(|| assert_eq!(TransactionPayment::weight_to_fee(half), ASY / 2));
}

#[test]
fn a_remark_costs_less_than_the_existential_deposit() {
    let remark = RuntimeCall::from(frame_system::Call::<Runtime>::remark { remark: vec![] });
    state(Default::default()).execute_with(|| {
        let fee = TransactionPayment::query_call_info(remark, 120).partial_fee;
        assert!(0 < fee && fee < EXISTENTIAL_DEPOSIT, "{fee}");
    });
}
