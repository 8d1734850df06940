//! Every preset makes the network that it is named after.

use super::*;
use configs::{consensus::*, money::*};
use frame_support::traits::{fungible, fungibles, KeyOwnerProofSystem};
use genesis_config_presets::{preset_names, TEST_USD};
use pallet_network::{NetworkKind, DEFAULT_CHAIN_ID};
use sp_consensus_babe::runtime_decl_for_babe_api::BabeApi;
use sp_core::crypto::KeyTypeId;
use sp_keyring::Sr25519Keyring;

const TEST_NETWORKS: [&str; 2] = ["development", "local_testnet"];

#[test]
fn there_are_three() {
    assert_eq!(preset_names(), ["development", "local_testnet", "live"]);
    assert_eq!(genesis_config_presets::get_preset(&"another".into()), None);
}

#[test]
fn development_is_alice_with_sudo() {
    state(preset("development")).execute_with(|| {
        assert_eq!(Session::validators(), [Sr25519Keyring::Alice.to_account_id()]);
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(Sr25519Keyring::Alice.to_account_id()));
        assert_eq!((Network::kind(), Network::chain_id()), (NetworkKind::Dev, DEFAULT_CHAIN_ID));
        use Sr25519Keyring::*;
        assert_eq!(bodies(), (accounts([Alice, Bob, Charlie]), accounts([Alice, Dave, Eve])));
    });
}

fn accounts<const N: usize>(of: [Sr25519Keyring; N]) -> Vec<AccountId> {
    let mut accounts = of.map(Sr25519Keyring::to_account_id).to_vec();
    accounts.sort();
    accounts
}

/// The Council and the Technical Committee.
fn bodies() -> (Vec<AccountId>, Vec<AccountId>) {
    let council = pallet_collective::Members::<Runtime, CouncilInstance>::get();
    (council, pallet_collective::Members::<Runtime, TechnicalInstance>::get())
}

#[test]
fn local_is_four_validators_without_sudo() {
    use Sr25519Keyring::*;
    state(preset("local_testnet")).execute_with(|| {
        let mut validators = Session::validators();
        validators.sort();
        assert_eq!(validators, accounts([Alice, Bob, Charlie, Dave]));
        assert_eq!(bodies(), (accounts([Alice, Bob, Charlie]), accounts([Dave, Eve, Ferdie])));
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
        assert_eq!(Network::kind(), NetworkKind::Local);
    });
}

#[test]
#[should_panic(expected = "this genesis is refused: a live network needs a chain id of its own")]
fn live_is_refused_until_it_is_filled_in() {
    state(preset("live"));
}

#[test]
fn test_networks_fund_every_development_account() {
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| {
            for who in development::endowed_accounts() {
                assert_eq!(<Balances as fungible::Inspect<_>>::total_balance(&who), 1_000_000 * ASY);
                assert_eq!(<Assets as fungibles::Inspect<_>>::balance(TEST_USD, &who), 1_000_000_000_000);
            }
        });
    }
}

#[test]
fn a_founding_validators_account_is_needed_by_its_keys_and_by_its_bond() {
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| {
            for who in Session::validators() {
                assert_eq!((System::providers(&who), System::consumers(&who)), (1, 2));
            }
        });
    }
}

#[test]
fn test_usd_pays_for_fees_from_the_first_block() {
    use frame_support::traits::tokens::ConversionToAssetBalance;
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| {
            assert!(matches!(AssetRate::to_asset_balance(ASY, TEST_USD), Ok(1_000_000)));
            assert!(pallet_assets::Asset::<Runtime>::get(TEST_USD).unwrap().is_sufficient);
        });
    }
}

#[test]
fn the_treasury_can_receive_either_currency() {
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| {
            let treasury = TreasuryAccount::get();
            assert_eq!(<Balances as fungible::Inspect<_>>::balance(&treasury), EXISTENTIAL_DEPOSIT);
            assert_eq!(<Assets as fungibles::Inspect<_>>::balance(TEST_USD, &treasury), 1_000_000);
        });
    }
}

#[test]
fn every_validator_of_a_test_network_has_the_least_bond() {
    use frame_support::traits::fungible::InspectHold;
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| {
            let set = pallet_validators::Set::<Runtime>::get();
            assert_eq!(set.clone().into_inner(), Session::validators());
            for who in set {
                let bond = Balances::balance_on_hold(&pallet_validators::HoldReason::Bond.into(), &who);
                assert_eq!(bond, MinimumBond::get());
            }
        });
    }
}

#[test]
fn sessions_are_short_on_test_networks_only() {
    assert_eq!(session_slots(NetworkKind::Live), 300);
    assert_eq!(preset("live").network.session_slots, 300);
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| assert_eq!(Network::session_slots(), 30));
    }
}

#[test]
fn every_slot_has_one_author() {
    for name in TEST_NETWORKS {
        state(preset(name)).execute_with(|| {
            let babe = <Runtime as BabeApi<Block>>::configuration();
            assert_eq!((babe.c, babe.allowed_slots), (EPOCH_CONFIG.c, EPOCH_CONFIG.allowed_slots));
            assert_eq!((babe.slot_duration, babe.epoch_length), (2_000, 30));
            assert_eq!(babe.authorities.len(), Session::validators().len());
        });
    }
}

#[test]
fn a_validator_key_can_be_proven_from_the_first_session_on() {
    state(preset("local_testnet")).execute_with(|| {
        let bob = Sr25519Keyring::Bob;
        let key = (KeyTypeId(*b"babe"), bob.to_raw_public());
        let proof = Historical::prove(key).expect("Bob is a validator");
        assert_eq!(Historical::check_proof(key, proof), Some((bob.to_account_id(), ())));
        for session in [0, 1] {
            assert!(pallet_session::historical::HistoricalSessions::<Runtime>::contains_key(session));
        }
    });
}

#[test]
fn the_funded_ethereum_accounts_are_those_of_the_known_keys() {
    assert_eq!(std::array::from_fn(ethereum_address), development::ETHEREUM_ACCOUNTS);
}

#[test]
fn the_shipped_specs_are_up_to_date() {
    let specs = [("development", "dev.json"), ("local_testnet", "local.json"), ("live", "live.template.json")];
    for (name, spec) in specs {
        let path = format!("{}/../chain-spec/{spec}", std::env::var("CARGO_MANIFEST_DIR").unwrap());
        let spec: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let patch: serde_json::Value =
            serde_json::from_slice(&genesis_config_presets::get_preset(&name.into()).unwrap()).unwrap();
        assert_eq!(spec["genesis"]["runtimeGenesis"]["patch"], patch, "{name}: run chain-spec/make.sh");
    }
}
