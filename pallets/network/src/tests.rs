//! Each refusal is a test of its own.

use super::*;
use frame_support::{derive_impl, parameter_types};
use sp_runtime::BuildStorage;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask, RuntimeViewFunction)]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Network = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
}

parameter_types! {
    static Verdict: Result<(), &'static str> = Ok(());
}

pub struct Scripted;
impl GenesisCheck for Scripted {
    fn check(kind: NetworkKind) -> Result<(), &'static str> {
        if kind == NetworkKind::Live {
            Verdict::get()
        } else {
            Ok(())
        }
    }
}

impl Config for Test {
    type GenesisCheck = Scripted;
}

fn build(kind: NetworkKind, chain_id: u64) -> sp_io::TestExternalities {
    let network = GenesisConfig::<Test> { kind, chain_id, ..Default::default() };
    RuntimeGenesisConfig { network, ..Default::default() }.build_storage().unwrap().into()
}

#[test]
fn genesis_is_remembered() {
    build(NetworkKind::Live, 7).execute_with(|| {
        assert_eq!(Network::kind(), NetworkKind::Live);
        assert_eq!(Network::chain_id(), 7);
    });
}

fn sessions_of(session_slots: u32) -> sp_io::TestExternalities {
    let network = GenesisConfig::<Test> { session_slots, ..Default::default() };
    RuntimeGenesisConfig { network, ..Default::default() }.build_storage().unwrap().into()
}

#[test]
fn the_length_of_sessions_is_remembered() {
    for slots in [MIN_SESSION_SLOTS, 30, MAX_SESSION_SLOTS] {
        sessions_of(slots).execute_with(|| assert_eq!(Network::session_slots(), slots));
    }
}

#[test]
#[should_panic(expected = "a session lasts 10 to 43,200 slots")]
fn a_session_that_is_too_short_is_refused() {
    sessions_of(MIN_SESSION_SLOTS - 1);
}

#[test]
#[should_panic(expected = "a session lasts 10 to 43,200 slots")]
fn a_session_that_is_too_long_is_refused() {
    sessions_of(MAX_SESSION_SLOTS + 1);
}

#[test]
fn a_network_older_than_the_stored_length_has_the_default() {
    sp_io::TestExternalities::default().execute_with(|| {
        assert_eq!(Network::session_slots(), DEFAULT_SESSION_SLOTS);
    });
}

#[test]
fn the_default_is_a_dev_network_with_the_default_chain_id() {
    let network = GenesisConfig::<Test>::default();
    assert_eq!((network.kind, network.chain_id), (NetworkKind::Dev, DEFAULT_CHAIN_ID));
    sp_io::TestExternalities::default().execute_with(|| assert_eq!(Network::chain_id(), DEFAULT_CHAIN_ID));
}

#[test]
fn the_genesis_hash_is_that_of_block_zero() {
    build(NetworkKind::Dev, DEFAULT_CHAIN_ID).execute_with(|| {
        let hash = sp_runtime::testing::H256::repeat_byte(7);
        frame_system::BlockHash::<Test>::insert(0, hash);
        assert_eq!(Network::genesis_hash(), hash);
    });
}

#[test]
#[should_panic(expected = "the chain id is zero")]
fn a_zero_chain_id_is_refused() {
    build(NetworkKind::Dev, 0);
}

#[test]
fn the_greatest_chain_id_is_accepted() {
    build(NetworkKind::Local, MAX_CHAIN_ID);
}

#[test]
#[should_panic(expected = "the chain id is above 2^53 - 1")]
fn a_chain_id_that_javascript_cannot_hold_is_refused() {
    build(NetworkKind::Local, MAX_CHAIN_ID + 1);
}

#[test]
#[should_panic(expected = "a live network needs a chain id of its own")]
fn the_default_chain_id_is_refused_on_a_live_network() {
    build(NetworkKind::Live, DEFAULT_CHAIN_ID);
}

#[test]
#[should_panic(expected = "this genesis is refused: a development key")]
fn what_the_live_check_refuses_is_refused_on_a_live_network() {
    Verdict::set(Err("a development key"));
    build(NetworkKind::Live, 7);
}

#[test]
fn the_live_check_does_not_concern_other_networks() {
    Verdict::set(Err("a development key"));
    build(NetworkKind::Dev, 7);
    build(NetworkKind::Local, 7);
}

#[test]
fn try_state_refuses_the_same_chain_ids() {
    build(NetworkKind::Live, 7).execute_with(|| {
        assert!(Network::check_chain_id().is_ok());
        for id in [0, MAX_CHAIN_ID + 1, DEFAULT_CHAIN_ID] {
            ChainId::<Test>::put(id);
            assert!(Network::check_chain_id().is_err());
        }
    });
}
