//! What the runtime promises as a whole. The pallets' own promises are tested beside them.

mod decisions;
mod emergency;
mod extrinsics;
mod fees;
mod filter;
mod key_owners;
mod live;
mod migrations;
mod parameters;
mod payments;
mod powers;
mod presets;
mod referenda;
mod shape;
mod slots;

use crate::*;
use configs::governance::{CouncilInstance, TechnicalInstance};
use frame_support::traits::Hooks;
use sp_core::{ecdsa, Pair, H160, H256};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::BuildStorage;

/// The state right after this genesis.
fn state(genesis: RuntimeGenesisConfig) -> TestExternalities {
    genesis.build_storage().expect("the genesis can be stored").into()
}

/// The genesis of this preset.
fn preset(name: &str) -> RuntimeGenesisConfig {
    use serde_json::{from_slice, from_value, to_value, Value};
    fn merge(target: &mut Value, patch: Value) {
        match (target, patch) {
            (Value::Object(target), Value::Object(patch)) => {
                patch.into_iter().for_each(|(key, value)| merge(target.entry(key).or_insert(Value::Null), value))
            }
            (target, patch) => *target = patch,
        }
    }
    let patch = genesis_config_presets::get_preset(&name.into()).expect("the preset exists");
    let mut genesis = to_value(RuntimeGenesisConfig::default()).unwrap();
    merge(&mut genesis, from_slice(&patch).unwrap());
    from_value(genesis).expect("the preset is a patch of the genesis")
}

/// Runs a test on a test network of four validators, after its first block.
fn on_local(test: impl FnOnce()) {
    state(preset("local_testnet")).execute_with(|| {
        frame_system::BlockHash::<Runtime>::insert(0, H256::repeat_byte(7));
        pallet_timestamp::Now::<Runtime>::put(1_800_000_000_000);
        System::set_block_number(2);
        test()
    });
}

/// Lets blocks pass, with what those pallets do in them that act on their own.
fn pass_blocks(count: BlockNumber) {
    for _ in 0..count {
        let now = System::block_number() + 1;
        System::set_block_number(now);
        pallet_timestamp::Now::<Runtime>::mutate(|time| *time += 2_000);
        Scheduler::on_initialize(now);
        Treasury::on_initialize(now);
        SafeMode::on_initialize(now);
        X402::on_initialize(now);
    }
}

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.to_account_id())
}

/// So many ayes of so many members of the Council.
fn council(ayes: u32, of: u32) -> RuntimeOrigin {
    pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(ayes, of).into()
}

/// So many ayes of so many members of the Technical Committee.
fn committee(ayes: u32, of: u32) -> RuntimeOrigin {
    pallet_collective::RawOrigin::<AccountId, TechnicalInstance>::Members(ayes, of).into()
}

/// A decision of the Council that nobody vetoed.
fn enacted() -> RuntimeOrigin {
    pallet_decisions::Origin::Enacted.into()
}

/// The secret keys of the accounts that anvil and hardhat print when they start.
const ETHEREUM_SECRETS: [&str; 10] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
    "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
    "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
    "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
    "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
    "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
];

/// One of them.
fn ethereum_key(index: usize) -> ecdsa::KeccakPair {
    ecdsa::KeccakPair::from_string(ETHEREUM_SECRETS[index], None).expect("the secret is a key")
}

/// Its address.
fn ethereum_address(index: usize) -> H160 {
    let message = [1; 32];
    let signature = ethereum_key(index).sign_prehashed(&message);
    let key = sp_io::crypto::secp256k1_ecdsa_recover(signature.as_ref(), &message).ok().expect("the signature is good");
    H160::from_slice(&sp_io::hashing::keccak_256(&key)[12..])
}
