//! A live network refuses everything that belongs to development: one test a refusal.

use super::*;
use assay_primitives::address::fallback_account;
use configs::{consensus::EPOCH_CONFIG, money::ASY, network::NothingOfDevelopment};
use frame_support::BoundedVec;
use opaque::SessionKeys;
use pallet_network::{GenesisCheck, NetworkKind, DEFAULT_CHAIN_ID};
use sp_core::{ed25519, sr25519, Pair};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

fn founder() -> AccountId {
    [1; 32].into()
}

fn keys() -> SessionKeys {
    SessionKeys {
        babe: sr25519::Pair::from_seed(&[2; 32]).public().into(),
        grandpa: ed25519::Pair::from_seed(&[3; 32]).public().into(),
    }
}

fn members<const N: usize>(of: [AccountId; N]) -> BoundedVec<AccountId, configs::governance::MaxMembers> {
    BoundedVec::truncate_from(of.to_vec())
}

/// A genesis that a live network may have, with this change.
fn live(change: impl FnOnce(&mut RuntimeGenesisConfig)) -> TestExternalities {
    let mut genesis = RuntimeGenesisConfig {
        babe: BabeConfig { epoch_config: EPOCH_CONFIG, ..Default::default() },
        session: SessionConfig { keys: vec![(founder(), founder(), keys())], ..Default::default() },
        balances: BalancesConfig { balances: vec![(founder(), 2 * ASY)], ..Default::default() },
        genesis_validators: GenesisValidatorsConfig { validators: vec![(founder(), ASY)], ..Default::default() },
        council_membership: CouncilMembershipConfig { members: members([founder()]), ..Default::default() },
        technical_membership: TechnicalMembershipConfig { members: members([founder()]), ..Default::default() },
        network: NetworkConfig { kind: NetworkKind::Live, chain_id: 7, ..Default::default() },
        ..Default::default()
    };
    change(&mut genesis);
    state(genesis)
}

#[test]
fn a_clean_genesis_builds() {
    live(|_| ()).execute_with(|| {
        assert_eq!(Network::kind(), NetworkKind::Live);
        assert_eq!(Session::validators(), [founder()]);
    });
}

#[test]
#[should_panic(expected = "a live network needs a chain id of its own")]
fn the_default_chain_id_is_refused() {
    live(|genesis| genesis.network.chain_id = DEFAULT_CHAIN_ID);
}

#[test]
#[should_panic(expected = "a live network needs authorities")]
fn a_network_without_authorities_is_refused() {
    live(|genesis| {
        genesis.session.keys.clear();
        genesis.genesis_validators.validators.clear();
    });
}

#[test]
#[should_panic(expected = "this genesis is refused: the validators are not those with session keys")]
fn validators_without_bonds_are_refused() {
    live(|genesis| genesis.genesis_validators.validators.clear());
}

#[test]
#[should_panic(expected = "a BABE authority is a development key")]
fn a_known_babe_authority_is_refused() {
    live(|genesis| genesis.session.keys[0].2.babe = Sr25519Keyring::Eve.public().into());
}

#[test]
#[should_panic(expected = "a GRANDPA authority is a development key")]
fn a_known_grandpa_authority_is_refused() {
    live(|genesis| genesis.session.keys[0].2.grandpa = Ed25519Keyring::Eve.public().into());
}

#[test]
fn a_known_session_key_is_refused_of_those_too_who_are_not_yet_validators() {
    live(|_| ()).execute_with(|| {
        let keys = SessionKeys { babe: Sr25519Keyring::Eve.public().into(), ..keys() };
        pallet_session::NextKeys::<Runtime>::insert(AccountId::from([4; 32]), keys);
        assert_eq!(NothingOfDevelopment::check(NetworkKind::Live), Err("a session key is a development key"));
    });
}

#[test]
#[should_panic(expected = "a validator is a development account")]
fn a_known_validator_account_is_refused() {
    let eve = Sr25519Keyring::Eve.to_account_id();
    live(|genesis| {
        genesis.session.keys = vec![(eve.clone(), eve.clone(), keys())];
        genesis.balances.balances.push((eve.clone(), 2 * ASY));
        genesis.genesis_validators.validators = vec![(eve, ASY)];
    });
}

#[test]
#[should_panic(expected = "a live network needs a Council")]
fn a_network_without_a_council_is_refused() {
    live(|genesis| genesis.council_membership.members = members([]));
}

#[test]
#[should_panic(expected = "a live network needs a Technical Committee")]
fn a_network_without_a_technical_committee_is_refused() {
    live(|genesis| genesis.technical_membership.members = members([]));
}

#[test]
#[should_panic(expected = "a member of the Council is a development account")]
fn a_known_member_of_the_council_is_refused() {
    live(|genesis| genesis.council_membership.members = members([founder(), Ed25519Keyring::Bob.to_account_id()]));
}

#[test]
#[should_panic(expected = "a member of the Technical Committee is a development account")]
fn a_known_member_of_the_technical_committee_is_refused() {
    let known = fallback_account(development::ETHEREUM_ACCOUNTS[3]);
    live(|genesis| genesis.technical_membership.members = members([known, founder()]));
}

#[test]
#[should_panic(expected = "a live network has sessions of ten minutes")]
fn sessions_for_tests_are_refused() {
    live(|genesis| genesis.network.session_slots = 30);
}

#[test]
#[should_panic(expected = "a live network has no sudo key")]
fn a_sudo_key_is_refused() {
    live(|genesis| genesis.sudo.key = Some(founder()));
}

#[test]
#[should_panic(expected = "a development account is endowed")]
fn a_known_sr25519_account_is_refused() {
    live(|genesis| genesis.balances.balances.push((Sr25519Keyring::BobStash.to_account_id(), ASY)));
}

#[test]
#[should_panic(expected = "a development account is endowed")]
fn a_known_ed25519_account_is_refused() {
    live(|genesis| genesis.balances.balances.push((Ed25519Keyring::Bob.to_account_id(), ASY)));
}

#[test]
#[should_panic(expected = "a development account is endowed")]
fn a_known_ethereum_account_is_refused() {
    live(|genesis| {
        let known = fallback_account(development::ETHEREUM_ACCOUNTS[9]);
        genesis.balances.balances.push((known, ASY));
    });
}

#[test]
#[should_panic(expected = "a development account is endowed")]
fn a_known_account_that_holds_an_asset_is_refused() {
    live(|genesis| {
        genesis.assets.assets = vec![(1, founder(), true, 1)];
        genesis.assets.accounts = vec![(1, fallback_account(development::ETHEREUM_ACCOUNTS[0]), 1)];
    });
}

#[test]
#[should_panic(expected = "an unsafe reference string is for development networks")]
fn an_unsafe_reference_string_is_refused() {
    live(|genesis| genesis.circuits.unsafe_test_srs = true);
}

#[test]
#[should_panic(expected = "an unsafe reference string is for development networks")]
fn an_unsafe_reference_string_is_refused_by_a_local_network_too() {
    live(|genesis| {
        genesis.network.kind = NetworkKind::Local;
        genesis.circuits.unsafe_test_srs = true;
    });
}

#[test]
#[should_panic(expected = "a simulated attestation root is for development networks")]
fn a_simulated_attestation_root_is_refused() {
    live(|genesis| genesis.enclaves.roots = enclave_roots::simulated());
}

#[test]
#[should_panic(expected = "a simulated attestation root is for development networks")]
fn a_simulated_attestation_root_is_refused_by_a_local_network_too_and_whatever_it_is_called() {
    live(|genesis| {
        genesis.network.kind = NetworkKind::Local;
        genesis.enclaves.roots = enclave_roots::simulated();
        genesis.enclaves.roots.iter_mut().for_each(|(_, _, _, simulated)| *simulated = false);
    });
}
