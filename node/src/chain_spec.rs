//! Chain specs: three are made from the runtime's presets, all others are files.

use crate::service::HostFunctions;
use assay_runtime::{
    genesis_config_presets::{get_preset, LIVE_RUNTIME_PRESET},
    wasm::WASM_BINARY,
};
use sc_chain_spec::{ChainSpecExtension, ChainType, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sc_sync_state_rpc::LightSyncStateExtension;
use serde::{Deserialize, Serialize};

/// What a spec carries besides the genesis.
#[derive(ChainSpecExtension, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Extensions {
    /// From where a light client may start.
    pub(crate) light_sync_state: LightSyncStateExtension,
}

/// A chain spec of this node.
pub(crate) type ChainSpec = sc_chain_spec::GenericChainSpec<Extensions, HostFunctions>;

/// The spec of that name, or else of that file.
pub(crate) fn load(id: &str) -> Result<ChainSpec, String> {
    match id {
        "" => Err("which chain? Say --dev, or --chain with dev, local, live or a file".into()),
        "dev" => from_preset("Assay Development", "assay_dev", ChainType::Development, DEV_RUNTIME_PRESET),
        "local" => from_preset("Assay Local", "assay_local", ChainType::Local, LOCAL_TESTNET_RUNTIME_PRESET),
        "live" => from_preset("Assay", "assay", ChainType::Live, LIVE_RUNTIME_PRESET),
        path => ChainSpec::from_json_file(path.into()),
    }
}

fn from_preset(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec, String> {
    let wasm = WASM_BINARY.ok_or("this node was built without its runtime (SKIP_WASM_BUILD)")?;
    // Asked of the linked runtime, which knows the same presets: asking the wasm means compiling it.
    let genesis = get_preset(&preset.into()).ok_or_else(|| format!("the runtime has no preset {preset}"))?;
    let genesis = serde_json::from_slice(&genesis).map_err(|error| format!("preset {preset}: {error}"))?;
    let properties = [
        ("tokenSymbol".to_owned(), "ASY".into()),
        ("tokenDecimals".to_owned(), 12.into()),
        ("ss58Format".to_owned(), assay_runtime::configs::system::SS58Prefix::get().into()),
    ];
    Ok(ChainSpec::builder(wasm, Extensions::default())
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_genesis_config_patch(genesis)
        .with_properties(properties.into_iter().collect())
        .build())
}
