//! How a network begins.
//!
//! | preset | validators | Council | Technical Committee | sudo | for |
//! |---|---|---|---|---|---|
//! | `development` | Alice | Alice, Bob, Charlie | Alice, Dave, Eve | Alice | one machine |
//! | `local_testnet` | Alice, Bob, Charlie, Dave | Alice, Bob, Charlie | Dave, Eve, Ferdie | none | a test network |
//! | `live` | to be filled in | to be filled in | to be filled in | none | the start of a live network's chain spec: refused as it is |

use crate::{
    configs::{
        consensus::{session_slots, EPOCH_CONFIG},
        governance::MaxMembers,
        inference::ClaimsAccount,
        money::{TreasuryAccount, ASY, EXISTENTIAL_DEPOSIT},
    },
    development::endowed_accounts,
    opaque::SessionKeys,
    *,
};
use alloc::{string::ToString, vec, vec::Vec};
use frame_support::{build_struct_json_patch, BoundedVec};
use pallet_network::{NetworkKind, DEFAULT_CHAIN_ID};
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::FixedU128;

/// The preset that a live network's chain spec starts from.
pub const LIVE_RUNTIME_PRESET: &str = "live";

/// Test USD.
pub const TEST_USD: AssetId = 1;
/// One of it: 6 decimals.
const TUSD: Balance = 1_000_000;
/// What every development account is endowed with, in whole units of either currency.
const ENDOWMENT: Balance = 1_000_000;
/// What each validator of a test network bonds of it, in ASY.
const BOND: Balance = 1_000;

/// What a test network is made of.
struct TestNetwork {
    kind: NetworkKind,
    validators: Vec<(Sr25519Keyring, Ed25519Keyring)>,
    council: [Sr25519Keyring; 3],
    committee: [Sr25519Keyring; 3],
    sudo: Option<AccountId>,
}

fn members(of: [Sr25519Keyring; 3]) -> BoundedVec<AccountId, MaxMembers> {
    BoundedVec::truncate_from(of.map(Sr25519Keyring::to_account_id).to_vec())
}

impl TestNetwork {
    fn into_patch(self) -> Value {
        let treasury = TreasuryAccount::get();
        // Whoever administers Test USD: nobody but Root where there is no sudo.
        let issuer = self.sudo.clone().unwrap_or_else(|| treasury.clone());
        let mut roots = enclave_roots::of_vendors();
        if self.kind == NetworkKind::Dev {
            roots.extend(enclave_roots::simulated());
        }
        let endow = |unit| endowed_accounts().map(move |who| (who, ENDOWMENT * unit));
        let bonds = self.validators.iter().map(|(who, _)| (who.to_account_id(), BOND * ASY)).collect();

        build_struct_json_patch!(RuntimeGenesisConfig {
            babe: BabeConfig { epoch_config: EPOCH_CONFIG },
            session: SessionConfig {
                keys: self
                    .validators
                    .into_iter()
                    .map(|(babe, grandpa)| {
                        let who = babe.to_account_id();
                        let keys = SessionKeys { babe: babe.public().into(), grandpa: grandpa.public().into() };
                        (who.clone(), who, keys)
                    })
                    .collect(),
            },
            balances: BalancesConfig {
                balances: endow(ASY).chain([(treasury.clone(), EXISTENTIAL_DEPOSIT)]).collect(),
            },
            assets: AssetsConfig {
                assets: vec![(TEST_USD, issuer, true, 1)],
                metadata: vec![(TEST_USD, b"Test USD".to_vec(), b"TUSD".to_vec(), 6)],
                accounts: endow(TUSD)
                    .chain([(treasury, TUSD), (ClaimsAccount::get(), TUSD)])
                    .map(|(who, amount)| (TEST_USD, who, amount))
                    .collect(),
            },
            // A Test USD pays as much as an ASY.
            genesis_asset_rate: GenesisAssetRateConfig { rates: vec![(TEST_USD, FixedU128::from_rational(ASY, TUSD))] },
            genesis_validators: GenesisValidatorsConfig { validators: bonds },
            council_membership: CouncilMembershipConfig { members: members(self.council) },
            technical_membership: TechnicalMembershipConfig { members: members(self.committee) },
            x402: X402Config { assets: vec![(TEST_USD, "Test USD".into(), 1)] },
            enclaves: EnclavesConfig { roots },
            circuits: CircuitsConfig { unsafe_test_srs: self.kind == NetworkKind::Dev },
            inference: InferenceConfig { minimum_bonds: vec![(TEST_USD, 100 * TUSD)] },
            sudo: SudoConfig { key: self.sudo },
            network: NetworkConfig {
                kind: self.kind,
                chain_id: DEFAULT_CHAIN_ID,
                session_slots: session_slots(self.kind),
            },
        })
    }
}

fn development() -> Value {
    use Sr25519Keyring::*;
    TestNetwork {
        kind: NetworkKind::Dev,
        validators: vec![(Alice, Ed25519Keyring::Alice)],
        council: [Alice, Bob, Charlie],
        committee: [Alice, Dave, Eve],
        sudo: Some(Alice.to_account_id()),
    }
    .into_patch()
}

fn local_testnet() -> Value {
    use Sr25519Keyring::*;
    TestNetwork {
        kind: NetworkKind::Local,
        validators: vec![
            (Alice, Ed25519Keyring::Alice),
            (Bob, Ed25519Keyring::Bob),
            (Charlie, Ed25519Keyring::Charlie),
            (Dave, Ed25519Keyring::Dave),
        ],
        council: [Alice, Bob, Charlie],
        committee: [Dave, Eve, Ferdie],
        sudo: None,
    }
    .into_patch()
}

/// Lacks what only the founders of a network have: session keys and bonds, balances, members and a chain id.
fn live() -> Value {
    build_struct_json_patch!(RuntimeGenesisConfig {
        babe: BabeConfig { epoch_config: EPOCH_CONFIG },
        session: SessionConfig { keys: vec![] },
        balances: BalancesConfig { balances: vec![(TreasuryAccount::get(), EXISTENTIAL_DEPOSIT)] },
        genesis_validators: GenesisValidatorsConfig { validators: vec![] },
        council_membership: CouncilMembershipConfig { members: Default::default() },
        technical_membership: TechnicalMembershipConfig { members: Default::default() },
        enclaves: EnclavesConfig { roots: enclave_roots::of_vendors() },
        network: NetworkConfig {
            kind: NetworkKind::Live,
            chain_id: DEFAULT_CHAIN_ID,
            session_slots: session_slots(NetworkKind::Live),
        },
    })
}

/// The preset of that name, as a JSON patch of the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_str() {
        DEV_RUNTIME_PRESET => development(),
        LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
        LIVE_RUNTIME_PRESET => live(),
        _ => return None,
    };
    Some(patch.to_string().into_bytes())
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET, LIVE_RUNTIME_PRESET].map(PresetId::from).to_vec()
}
