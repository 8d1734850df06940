//! Who may turn what: every governed call, tried by everybody.

use super::*;
use assay_halo2::{Cost, Dialect, Version};
use assay_primitives::{Tier, TierStatus};
use codec::Decode;
use configs::parameters::RuntimeParameters;
use frame_support::{
    storage::with_transaction,
    traits::{fungible::NativeOrWithId, GetCallMetadata},
    weights::Weight,
    BoundedVec,
};
use genesis_config_presets::TEST_USD;
use pallet_circuits::types::DialectLimits;
use pallet_enclaves::types::{Authority, Kind, Product, Target};
use sp_keyring::Sr25519Keyring::*;
use sp_runtime::{
    traits::{Dispatchable, TrailingZeroInput},
    DispatchError, FixedU128, TransactionOutcome,
};

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Root,
    Enacted,
    CommitteeTwoThirds,
    CommitteeHalf,
    CommitteeLess,
    CouncilThreeQuarters,
    CouncilTwoThirds,
    CouncilHalf,
    /// Of a referendum on the track `whitelisted_caller`.
    Whitelisted,
    /// A member of the Council, by itself.
    Member,
    Nobody,
}
use Who::*;

const EVERYBODY: [Who; 11] = [
    Root,
    Enacted,
    CommitteeTwoThirds,
    CommitteeHalf,
    CommitteeLess,
    CouncilThreeQuarters,
    CouncilTwoThirds,
    CouncilHalf,
    Whitelisted,
    Member,
    Nobody,
];

fn origin(who: Who) -> RuntimeOrigin {
    match who {
        Root => RuntimeOrigin::root(),
        Enacted => enacted(),
        CommitteeTwoThirds => committee(2, 3),
        CommitteeHalf => committee(2, 4),
        CommitteeLess => committee(1, 3),
        CouncilThreeQuarters => council(3, 4),
        CouncilTwoThirds => council(2, 3),
        CouncilHalf => council(2, 4),
        Whitelisted => origins::Origin::WhitelistedCaller.into(),
        Member => signed(Alice),
        Nobody => RuntimeOrigin::none(),
    }
}

/// What widens trust or moves money.
const WIDENING: &[Who] = &[Root, Enacted];
/// What takes trust away.
const NARROWING: &[Who] = &[Root, Enacted, CommitteeTwoThirds, CommitteeHalf];
/// What stops the chain's ordinary use.
const EMERGENCY: &[Who] = &[Root, CommitteeTwoThirds, CommitteeHalf];
/// What stops decisions.
const VETO: &[Who] = &[Root, CommitteeTwoThirds];
/// What is root's alone.
const ROOT: &[Who] = &[Root];
/// What the Council begins.
const COUNCIL: &[Who] = &[CouncilThreeQuarters, CouncilTwoThirds];
/// What is root's, of which both bodies agree. Others than members of bodies may relay it.
const BOTH: &[Who] = &[Root, CouncilThreeQuarters, Whitelisted, Member];
/// What nobody may.
const NEVER: &[Who] = &[];

fn zeroes<T: Decode>() -> T {
    T::decode(&mut TrailingZeroInput::zeroes()).expect("zeroes are a value")
}

/// Brings the state to where each call of the table asks for what its name says.
fn prepare() {
    pallet_inference::TierSwitches::<Runtime>::insert(Tier::Proven, TierStatus::Halted);
    pallet_circuits::EzklFloor::<Runtime>::put(Version { major: 24, minor: 0, patch: 0 });
    let off = DialectLimits { enabled: false, ..pallet_circuits::Limits::<Runtime>::get(Dialect::Ipa) };
    pallet_circuits::Limits::<Runtime>::insert(Dialect::Ipa, off);
}

fn of_money() -> Vec<(RuntimeCall, &'static [Who])> {
    use pallet_asset_rate::Call as Rate;
    use pallet_treasury::Call as Spend;
    use pallet_x402::{types::TokenName, Call as Money};
    let name = TokenName::truncate_from(b"Test USD".to_vec());
    let kind = Box::new(NativeOrWithId::Native);
    let rate = FixedU128::from_u32(1);
    let beneficiary = Box::new(Alice.to_account_id().into());
    vec![
        (Money::<Runtime>::list_asset { asset: TEST_USD, name, revision: 2 }.into(), WIDENING),
        (Money::<Runtime>::delist_asset { asset: TEST_USD }.into(), NARROWING),
        (Money::<Runtime>::set_settings { settings: Default::default() }.into(), WIDENING),
        (Rate::<Runtime>::create { asset_kind: Box::new(9), rate }.into(), WIDENING),
        (Rate::<Runtime>::update { asset_kind: Box::new(TEST_USD), rate }.into(), WIDENING),
        (Rate::<Runtime>::remove { asset_kind: Box::new(TEST_USD) }.into(), WIDENING),
        (Spend::<Runtime>::spend { asset_kind: kind, amount: 1, beneficiary, valid_from: None }.into(), WIDENING),
        (Spend::<Runtime>::void_spend { index: 0 }.into(), VETO),
    ]
}

fn of_inferences() -> Vec<(RuntimeCall, &'static [Who])> {
    use pallet_inference::Call as Inference;
    vec![
        (Inference::<Runtime>::set_tier { tier: Tier::Signed, status: TierStatus::Closed }.into(), NARROWING),
        (Inference::<Runtime>::set_tier { tier: Tier::Signed, status: TierStatus::Halted }.into(), NARROWING),
        (Inference::<Runtime>::set_tier { tier: Tier::Proven, status: TierStatus::Closed }.into(), WIDENING),
        (Inference::<Runtime>::set_tier { tier: Tier::Proven, status: TierStatus::Open }.into(), WIDENING),
        (Inference::<Runtime>::set_settings { settings: Default::default() }.into(), WIDENING),
        (Inference::<Runtime>::set_minimum_bond { asset: TEST_USD, minimum: Some(1) }.into(), WIDENING),
    ]
}

fn of_circuits() -> Vec<(RuntimeCall, &'static [Who])> {
    use pallet_circuits::Call as Circuits;
    let limits = pallet_circuits::Limits::<Runtime>::get(Dialect::Kzg);
    let tight = DialectLimits { most: Cost { points: 1, ..limits.most }, ..limits };
    let wide = DialectLimits { most: Cost { points: limits.most.points + 1, ..limits.most }, ..limits };
    let floor = |major| Version { major, minor: 0, patch: 0 };
    vec![
        (Circuits::<Runtime>::add_srs { points: zeroes(), unsafe_for_tests: false }.into(), WIDENING),
        (Circuits::<Runtime>::withdraw_srs { srs: [0; 32] }.into(), NARROWING),
        (Circuits::<Runtime>::revoke { circuit: H256::zero() }.into(), NARROWING),
        (Circuits::<Runtime>::set_limits { dialect: Dialect::Kzg, limits: tight }.into(), NARROWING),
        (Circuits::<Runtime>::set_limits { dialect: Dialect::Kzg, limits: wide }.into(), WIDENING),
        (Circuits::<Runtime>::set_limits { dialect: Dialect::Ipa, limits }.into(), WIDENING),
        (Circuits::<Runtime>::set_ezkl_floor { floor: floor(25) }.into(), NARROWING),
        (Circuits::<Runtime>::set_ezkl_floor { floor: floor(23) }.into(), WIDENING),
    ]
}

fn of_enclaves() -> Vec<(RuntimeCall, &'static [Who])> {
    use pallet_enclaves::Call as Enclaves;
    let (root, now) = (H256::zero(), pallet_enclaves::SettingsOf::<Runtime>::get());
    let (mut tight, mut wide) = (now.clone(), now);
    tight.max_session_seconds -= 1;
    wide.max_session_seconds += 1;
    let add = Enclaves::<Runtime>::add_root {
        authority: Authority::Intel,
        certificate: BoundedVec::default(),
        intermediate: None,
        simulated: false,
    };
    vec![
        (add.into(), WIDENING),
        (Enclaves::<Runtime>::set_root_enabled { root, enabled: false }.into(), NARROWING),
        (Enclaves::<Runtime>::set_root_enabled { root, enabled: true }.into(), WIDENING),
        (Enclaves::<Runtime>::set_kind { kind: Kind::Sgx, enabled: false }.into(), NARROWING),
        (Enclaves::<Runtime>::set_kind { kind: Kind::Sgx, enabled: true }.into(), WIDENING),
        (Enclaves::<Runtime>::set_product { product: Product::Milan, enabled: false }.into(), NARROWING),
        (Enclaves::<Runtime>::set_product { product: Product::Milan, enabled: true }.into(), WIDENING),
        (Enclaves::<Runtime>::set_parameters { parameters: tight }.into(), NARROWING),
        (Enclaves::<Runtime>::set_parameters { parameters: wide }.into(), WIDENING),
        (Enclaves::<Runtime>::revoke { target: Target::Fmspc([0; 6]) }.into(), NARROWING),
        (Enclaves::<Runtime>::reinstate { target: Target::Fmspc([0; 6]) }.into(), WIDENING),
    ]
}

fn of_the_chain() -> Vec<(RuntimeCall, &'static [Who])> {
    use configs::parameters::dynamic_params::{fees, governance, validators};
    use pallet_safe_mode::Call as Safe;
    use pallet_tx_pause::Call as Pause;
    use pallet_validators::Call as Set;
    let who = Eve.to_account_id();
    let name = |name: &str| BoundedVec::truncate_from(name.as_bytes().to_vec());
    let set = |key_value: RuntimeParameters| pallet_parameters::Call::<Runtime>::set_parameter { key_value };
    let delay = governance::Parameters::EnactmentDelay(governance::EnactmentDelay, None);
    let share = fees::Parameters::AuthorShare(fees::AuthorShare, None);
    let floor = fees::Parameters::LeastMultiplier(fees::LeastMultiplier, None);
    let bond = validators::Parameters::MinimumBond(validators::MinimumBond, None);
    let changes = validators::Parameters::ChangesPerSession(validators::ChangesPerSession, None);
    let code = frame_system::Call::<Runtime>::authorize_upgrade { code_hash: H256::zero() };
    vec![
        (Set::<Runtime>::admit { who: who.clone() }.into(), WIDENING),
        (Set::<Runtime>::remove { who: who.clone() }.into(), WIDENING),
        (set(RuntimeParameters::Governance(delay)).into(), ROOT),
        (set(RuntimeParameters::Fees(share)).into(), WIDENING),
        (set(RuntimeParameters::Fees(floor)).into(), WIDENING),
        (set(RuntimeParameters::Validators(bond)).into(), WIDENING),
        (set(RuntimeParameters::Validators(changes)).into(), WIDENING),
        (Pause::<Runtime>::pause { full_name: (name("X402"), name("pay")) }.into(), EMERGENCY),
        (Pause::<Runtime>::unpause { ident: (name("X402"), name("pay")) }.into(), WIDENING),
        (Safe::<Runtime>::force_enter {}.into(), EMERGENCY),
        (Safe::<Runtime>::force_extend {}.into(), EMERGENCY),
        (Safe::<Runtime>::force_exit {}.into(), WIDENING),
        (Safe::<Runtime>::force_slash_deposit { account: who.clone(), block: 0 }.into(), ROOT),
        (Safe::<Runtime>::force_release_deposit { account: who, block: 0 }.into(), ROOT),
        (code.into(), ROOT),
        (
            pallet_assets::Call::<Runtime>::force_asset_status {
                id: codec::Compact(TEST_USD),
                owner: Alice.to_account_id().into(),
                issuer: Alice.to_account_id().into(),
                admin: Alice.to_account_id().into(),
                freezer: Alice.to_account_id().into(),
                min_balance: 1,
                is_sufficient: true,
                is_frozen: false,
            }
            .into(),
            ROOT,
        ),
    ]
}

fn of_governance() -> Vec<(RuntimeCall, &'static [Who])> {
    use pallet_collective::Call as Body;
    use pallet_membership::Call as Members;
    use pallet_referenda::Call as Referendum;
    use pallet_whitelist::Call as Whitelist;
    let remark = || Box::new(RuntimeCall::from(frame_system::Call::<Runtime>::remark { remark: vec![] }));
    let (call_hash, who) = (H256::zero(), || Ferdie.to_account_id().into());
    let schedule =
        pallet_scheduler::Call::<Runtime>::schedule { when: 9, maybe_periodic: None, priority: 0, call: remark() };
    vec![
        (pallet_decisions::Call::<Runtime>::decide { call: remark() }.into(), COUNCIL),
        (pallet_decisions::Call::<Runtime>::veto { id: call_hash }.into(), VETO),
        (Whitelist::<Runtime>::whitelist_call { call_hash }.into(), VETO),
        (Whitelist::<Runtime>::remove_whitelisted_call { call_hash }.into(), VETO),
        (Whitelist::<Runtime>::dispatch_whitelisted_call_with_preimage { call: remark() }.into(), BOTH),
        (
            Whitelist::<Runtime>::dispatch_whitelisted_call {
                call_hash,
                call_encoded_len: 0,
                call_weight_witness: Weight::zero(),
            }
            .into(),
            BOTH,
        ),
        (Members::<Runtime, CouncilInstance>::add_member { who: who() }.into(), WIDENING),
        (Members::<Runtime, CouncilInstance>::remove_member { who: who() }.into(), WIDENING),
        (Members::<Runtime, CouncilInstance>::swap_member { remove: who(), add: who() }.into(), WIDENING),
        (Members::<Runtime, CouncilInstance>::reset_members { members: vec![] }.into(), WIDENING),
        (Members::<Runtime, CouncilInstance>::set_prime { who: who() }.into(), NEVER),
        (Members::<Runtime, TechnicalInstance>::add_member { who: who() }.into(), WIDENING),
        (Members::<Runtime, TechnicalInstance>::remove_member { who: who() }.into(), WIDENING),
        (Members::<Runtime, TechnicalInstance>::swap_member { remove: who(), add: who() }.into(), WIDENING),
        (Members::<Runtime, TechnicalInstance>::reset_members { members: vec![] }.into(), WIDENING),
        (Members::<Runtime, TechnicalInstance>::set_prime { who: who() }.into(), NEVER),
        (RuntimeCall::Council(Body::set_members { new_members: vec![], prime: None, old_count: 0 }), NEVER),
        (RuntimeCall::Council(Body::kill { proposal_hash: call_hash }), ROOT),
        (RuntimeCall::TechnicalCommittee(Body::set_members { new_members: vec![], prime: None, old_count: 0 }), NEVER),
        (RuntimeCall::TechnicalCommittee(Body::disapprove_proposal { proposal_hash: call_hash }), ROOT),
        (Referendum::<Runtime>::cancel { index: 0 }.into(), ROOT),
        (Referendum::<Runtime>::kill { index: 0 }.into(), ROOT),
        (pallet_preimage::Call::<Runtime>::request_preimage { hash: call_hash }.into(), ROOT),
        (schedule.into(), ROOT),
    ]
}

fn governed() -> Vec<(RuntimeCall, &'static [Who])> {
    [of_money(), of_inferences(), of_circuits(), of_enclaves(), of_the_chain(), of_governance()].concat()
}

#[test]
fn everybody_may_what_the_table_says_and_nothing_else() {
    on_local(|| {
        prepare();
        for (call, allowed) in governed() {
            for who in EVERYBODY {
                let outcome = with_transaction(|| {
                    let outcome = call.clone().dispatch(origin(who));
                    TransactionOutcome::Rollback(Ok::<_, DispatchError>(outcome))
                });
                let error = outcome.expect("nothing else fails").err().map(|error| error.error);
                let refused = error == Some(DispatchError::BadOrigin);
                assert_eq!(!refused, allowed.contains(&who), "{who:?}: {error:?}: {call:?}");
            }
        }
    });
}

#[test]
fn every_governed_call_stands_in_the_docs() {
    let path = format!("{}/../docs/governance.md", std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let docs = std::fs::read_to_string(path).expect("docs/governance.md");
    on_local(|| {
        for (call, _) in governed() {
            let frame_support::traits::CallMetadata { pallet_name, function_name } = call.get_call_metadata();
            let name = format!("`{pallet_name}.{function_name}`");
            assert!(docs.contains(&name), "docs/governance.md does not say who calls {name}");
        }
    });
}
