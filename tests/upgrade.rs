//! Upgrades of the runtime, over real nodes: from the runtime of the version before, by sudo, as that one knows no governance;
//! from the one that is here, by both bodies; and to one that needs more of a node than it has.
//!
//! No newer runtime than the one that is here exists, and compiling another takes minutes. So what both bodies agree on is the
//! same runtime in other bytes, of the same version: authorized as upgrades are meant to be, it is refused for that, and
//! authorized without a look at the version, it takes over. And a runtime that needs a newer host function is made of this one
//! by renaming one of the functions that it imports.

use anyhow::{anyhow, ensure, Context};
use assay_client::{Call, Chain, SettleMode};
use assay_primitives::{
    address::fallback_account, signer::Signer, views::PaymentStatus, AccountId32, PaymentId, PaymentRef, H256,
};
use assay_tests::{
    account_of, fail, final_at, finally,
    govern::{Government, DEVELOPMENT},
    network::{
        books::Kept,
        node::{from_hex, to_hex, Node},
    },
    payer, printed, repository, World, PRICE,
};
use codec::{Compact, Decode};
use pallet_validators::types::{Standing, ValidatorView};
use sc_chain_spec::{ChainType, GenericChainSpec, GenesisConfigBuilderRuntimeCaller, NoExtension, DEV_RUNTIME_PRESET};
use sc_executor::{
    error::{Error, WasmError},
    HostFunctions, RuntimeVersion, WasmExecutor,
};
use serde_json::{json, Value};
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_crypto_hashing::{blake2_256, twox_128};
use sp_maybe_compressed_blob::{compress_weakly, decompress, CODE_BLOB_BOMB_LIMIT};
use sp_runtime::DispatchError;
use sp_state_machine::BasicExternalities;
use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

/// What the node offers besides the SDK's host functions.
type Curves = assay_host::interface::curves::HostFunctions;

const FUNDS: u128 = 1_000_000;
const ASY: u128 = 1_000_000_000_000;
/// Where a chain keeps its runtime.
const CODE: &[u8] = b":code";
/// What a node says, before it names the host functions that it lacks.
const MISSING: &str = "runtime requires function imports which are not present on the host: ";
/// Longest wait for a node to have taken over a runtime.
const UPGRADE_LIMIT: Duration = Duration::from_secs(120);
/// Six slots, in which a node that can would have made blocks.
const STANDSTILL: Duration = Duration::from_secs(12);

/// The runtime that is here, as the node carries it.
fn current() -> anyhow::Result<Vec<u8>> {
    let spec: Value = serde_json::from_str(&printed(&["export-chain-spec", "--chain", "dev"])?)?;
    from_hex(&spec["genesis"]["runtimeGenesis"]["code"])
}

/// The runtime of spec version 1.
fn previous() -> anyhow::Result<Vec<u8>> {
    Ok(std::fs::read(repository().join("runtime/releases/assay-1.compact.compressed.wasm"))?)
}

/// A runtime with other bytes: `change` makes them of its uncompressed ones.
fn changed(code: &[u8], change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let wasm = decompress(code, CODE_BLOB_BOMB_LIMIT)?.into_owned();
    compress_weakly(&change(wasm), CODE_BLOB_BOMB_LIMIT).context("it is no larger than runtimes are")
}

/// The same runtime with a section more, that nothing reads.
fn marked(code: &[u8]) -> anyhow::Result<Vec<u8>> {
    // A custom section of five bytes: its name's length, and its name.
    const SECTION: &[u8] = b"\x00\x05\x04next";
    changed(code, |wasm| [&wasm[..], SECTION].concat())
}

/// The same runtime, except that it imports a later version of a host function.
fn ahead(code: &[u8]) -> anyhow::Result<Vec<u8>> {
    const NOW: &[u8] = b"ext_curves_bn254_msm_version_1";
    const LATER: &[u8] = b"ext_curves_bn254_msm_version_2";
    changed(code, |mut wasm| {
        for at in 0..=wasm.len().saturating_sub(NOW.len()) {
            if wasm[at..].starts_with(NOW) {
                wasm[at..at + NOW.len()].copy_from_slice(LATER);
            }
        }
        wasm
    })
}

/// A file with the spec of a development chain that begins with a runtime, from the runtime's own preset.
fn spec_of(code: &[u8], folder: &Path) -> anyhow::Result<String> {
    let spec = GenericChainSpec::<NoExtension, Curves>::builder(code, None)
        .with_name("Assay before")
        .with_id("assay_before")
        .with_chain_type(ChainType::Development)
        .with_genesis_config_preset_name(DEV_RUNTIME_PRESET)
        .build();
    let file = folder.join("spec.json");
    std::fs::write(&file, spec.as_json(true).map_err(|error| anyhow!(error))?)?;
    Ok(file.to_str().context("a path is text")?.to_owned())
}

fn hash(code: &[u8]) -> H256 {
    H256(blake2_256(code))
}

fn authorize(code: &[u8]) -> Call {
    Call::new("System", "authorize_upgrade").arg(&hash(code))
}

fn authorize_without_checks(code: &[u8]) -> Call {
    Call::new("System", "authorize_upgrade_without_checks").arg(&hash(code))
}

fn apply(code: &[u8]) -> Call {
    Call::new("System", "apply_authorized_upgrade").arg(&code)
}

/// Hash of the runtime in a node's state after its best block. Asks no runtime.
async fn code_hash(node: &Node) -> anyhow::Result<H256> {
    Ok(serde_json::from_value(node.ask("state_getStorageHash", json!([to_hex(CODE)])).await?)?)
}

/// Puts a payment on hold, and returns its payer and its id.
async fn reserve(world: &World, n: u32) -> anyhow::Result<(Signer, PaymentId)> {
    let payer = payer(n);
    world.fund([&payer], FUNDS).await?;
    let authorization = world.authorize_offer(&payer, &world.offer(3_600), 1);
    finally(&world.stranger, Call::reserve(&authorization, &world.offer(3_600))).await?;
    Ok((payer, world.payment_id(&authorization)))
}

/// Captures what is on hold: the payer has paid the price, and nothing else.
async fn capture(world: &World, payer: &Signer, id: PaymentId) -> anyhow::Result<()> {
    let settlement = world.settlement(PaymentRef::Reserved(id), id, &world.offer(3_600));
    finally(&world.stranger, Call::settle(&[settlement], SettleMode::AllOrNothing)).await?;
    let status = world.status(id).await?;
    ensure!(matches!(status, PaymentStatus::Captured { .. }), "{status:?}");
    let left = world.balance(&fallback_account(payer.address())).await?;
    ensure!(left == FUNDS - PRICE, "{left} left");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_the_runtime_before_goes_on_under_this_one() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let node = Node::alone(&spec_of(&previous()?, folder.path())?, folder.path())?;
    go_on(&node).await.map_err(|error| error.context(node.log_end()))
}

async fn go_on(node: &Node) -> anyhow::Result<()> {
    let world = World::on(&node.url).await?;
    let chain = &world.chain;
    let government = Government::of(&world, &DEVELOPMENT);
    let sudo = government.member("//Alice");
    ensure!(spec_version(node).await? == 1, "it is the runtime before");
    let (buyer, held) = reserve(&world, 1).await?;
    let early = payer(2);
    world.fund([&early], FUNDS).await?;
    let settled = world.direct(&early, &world.offer(60), 1);
    finally(&world.stranger, Call::settle(&[settled], SettleMode::AllOrNothing)).await?;

    // Announced, and applied by somebody else.
    let code = current()?;
    finally(sudo, Call::sudo(authorize(&code))).await?;
    let refused = fail(&world.stranger, apply(&previous()?)).await?;
    ensure!(refused == "System::Unauthorized", "{refused}");
    let (block, events) = finally(&world.stranger, apply(&code)).await?;
    let updated = events.iter().find(|event| event.is("System", "CodeUpdated")).context("no new code")?;
    ensure!(updated.decode() == Ok((hash(&code),)), "it is another");
    ensure!(spec_version(node).await? == 2, "it is the runtime that is here");

    // The last block before, the first that the new runtime made, and what is in either's state.
    let first = final_at(chain, block.number + 1).await?;
    let last = node.header(block.hash).await?.parent;
    let [before, after] = [Kept::read(node, last).await?, Kept::read(node, first.block().hash).await?];
    ensure!(before.state == after.state, "of payments and Test USD: {:?}, now {:?}", before.state, after.state);
    ensure!(before.closed == after.closed && before.supply == after.supply, "of closed payments and supply");
    ensure!(before.state.open.contains_key(&held) && !before.state.receipts.is_empty(), "there is something to keep");
    let issuance = (issued(node, last).await?, issued(node, first.block().hash).await?);
    ensure!(issuance.0.is_some() && issuance.0 == issuance.1, "all ASY together: {issuance:?}");

    migrated(node, &code, first.block().hash).await?;
    let noted: Option<(Compact<u32>, String)> = first.storage("System", "LastRuntimeUpgrade", vec![]).await?;
    ensure!(noted == Some((Compact(2), "assay".into())), "{noted:?}");
    let slots: Option<u32> = first.storage("Network", "SessionSlots", vec![]).await?;
    ensure!(slots == Some(300), "sessions last as long as they did: {slots:?}");
    let validators: Vec<ValidatorView> = first.view("Validators", "validators", ()).await?;
    let alice = ValidatorView { who: sudo.account().clone(), bond: 1_000 * ASY, standing: Standing::Serving };
    ensure!(validators == [alice], "who made blocks is adopted: {validators:?}");
    ensure!(members(chain, "Council").await?.is_empty(), "nobody sits in the Council");

    // Sudo names the members, who act at once.
    let name =
        |pallet, seats: [&str; 3]| Call::sudo(Call::new(pallet, "reset_members").arg(&seats.map(account_of).to_vec()));
    let named =
        vec![name("CouncilMembership", DEVELOPMENT.council), name("TechnicalMembership", DEVELOPMENT.committee)];
    finally(sudo, Call::batch_all(named)).await?;
    for (pallet, seats) in [("Council", DEVELOPMENT.council), ("TechnicalCommittee", DEVELOPMENT.committee)] {
        let seats = BTreeSet::from(seats.map(account_of));
        ensure!(members(chain, pallet).await?.into_iter().eq(seats), "{pallet} has other members");
    }
    let pause = Call::new("TxPause", "pause").arg(&(b"Inference".to_vec(), b"reserve".to_vec()));
    government.committee(&[pause]).await?.well()?;
    capture(&world, &buyer, held).await
}

/// All of the native token.
async fn issued(node: &Node, at: H256) -> anyhow::Result<Option<u128>> {
    let key = [twox_128(b"Balances"), twox_128(b"TotalIssuance")].concat();
    let value = node.ask("state_getStorage", json!([to_hex(&key), at])).await?;
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(u128::decode(&mut &from_hex(&value)?[..])?))
}

/// Every pallet's storage has the version that it has on a chain that begins with the runtime.
async fn migrated(node: &Node, code: &[u8], at: H256) -> anyhow::Result<()> {
    let genesis = GenesisConfigBuilderRuntimeCaller::<Curves>::new(code)
        .get_storage_for_named_preset(Some(&DEV_RUNTIME_PRESET.to_owned()))
        .map_err(|error| anyhow!(error))?;
    let suffix = twox_128(b":__STORAGE_VERSION__:");
    let versions: Vec<_> = genesis.top.iter().filter(|(key, _)| key.len() == 32 && key.ends_with(&suffix)).collect();
    ensure!(versions.len() > 30, "pallets have versions: {}", versions.len());
    for (key, fresh) in versions {
        let kept = node.ask("state_getStorage", json!([to_hex(key), at])).await?;
        ensure!(!kept.is_null() && from_hex(&kept)? == *fresh, "{} has {kept}, not {}", to_hex(key), to_hex(fresh));
    }
    Ok(())
}

/// Who sits in a body.
async fn members(chain: &Chain, body: &str) -> anyhow::Result<Vec<AccountId32>> {
    let members: Option<Vec<AccountId32>> = chain.best().await?.storage(body, "Members", vec![]).await?;
    Ok(members.unwrap_or_default())
}

async fn spec_version(node: &Node) -> anyhow::Result<u64> {
    node.ask("state_getRuntimeVersion", json!([])).await?["specVersion"].as_u64().context("no version")
}

#[tokio::test(flavor = "multi_thread")]
async fn both_bodies_upgrade_and_a_node_that_lacks_a_host_function_stands_still() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let node = Node::alone("dev", folder.path())?;
    upgrade(&node).await.map_err(|error| error.context(node.log_end()))
}

async fn upgrade(node: &Node) -> anyhow::Result<()> {
    let world = World::on(&node.url).await?;
    let government = Government::of(&world, &DEVELOPMENT);
    let (buyer, held) = reserve(&world, 1).await?;
    let code = current()?;
    let (next, ahead) = (marked(&code)?, ahead(&code)?);

    // Checked when it is applied, and refused: its version is not higher. What is not authorized is refused before.
    government.root(&[authorize(&next)]).await?;
    let refused = fail(&world.stranger, apply(&ahead)).await?;
    ensure!(refused == "System::Unauthorized", "{refused}");
    let (block, events) = finally(&world.stranger, apply(&next)).await?;
    let rejected = events.iter().find(|event| event.is("System", "RejectedInvalidAuthorizedUpgrade"));
    let (rejected, error): (H256, DispatchError) = rejected.context("it was not rejected")?.decode()?;
    let error = world.chain.at(block).await?.explain(&error).name;
    ensure!(rejected == hash(&next) && error == "System::SpecVersionNeedsToIncrease", "{rejected:?}: {error}");
    ensure!(code_hash(node).await? == hash(&code), "the runtime is the same");
    let refused = fail(&world.stranger, apply(&next)).await?;
    ensure!(refused == "System::NothingAuthorized", "{refused}");

    // Without checks, it takes over, and the chain goes on with what was on hold.
    government.root(&[authorize_without_checks(&next)]).await?;
    let (block, _) = finally(&world.stranger, apply(&next)).await?;
    ensure!(code_hash(node).await? == hash(&next), "the runtime is the next");
    final_at(&world.chain, block.number + 3).await?;
    capture(&world, &buyer, held).await?;

    // Then comes one that needs what this node does not have.
    government.root(&[authorize_without_checks(&ahead)]).await?;
    // What it did cannot be asked of a node that cannot run it.
    let _unanswered = world.stranger.submit(apply(&ahead))?;
    until("the runtime is applied", async || code_hash(node).await.is_ok_and(|applied| applied == hash(&ahead)))
        .await?;
    let last = node.best().await?;
    let missing = format!("{MISSING}'env:ext_curves_bn254_msm_version_2'");
    until("its log tells", async || node.log().is_ok_and(|log| log.contains(&missing))).await?;
    tokio::time::sleep(STANDSTILL).await;
    ensure!(node.best().await? == last, "it made a block by a runtime that it cannot run");
    Ok(())
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) -> anyhow::Result<()> {
    let start = Instant::now();
    while !holds().await {
        ensure!(start.elapsed() < UPGRADE_LIMIT, "{what}: not within {} s", UPGRADE_LIMIT.as_secs());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

/// What a runtime answers about itself, on a node with these host functions.
fn version_by<H: HostFunctions>(code: &[u8]) -> Result<RuntimeVersion, Error> {
    let executor = WasmExecutor::<H>::builder().build();
    let code = RuntimeCode { code_fetcher: &WrappedRuntimeCode(code.into()), heap_pages: None, hash: vec![1] };
    let mut externalities = BasicExternalities::default();
    let (answer, _) = executor.call(&mut externalities, &code, "Core_version", &[], CallContext::Offchain);
    RuntimeVersion::decode(&mut &answer?[..]).map_err(|error| Error::Other(error.to_string()))
}

#[test]
fn a_node_says_which_host_functions_it_lacks() -> anyhow::Result<()> {
    let code = current()?;
    let Err(Error::RuntimeConstruction(WasmError::Other(why))) = version_by::<sp_io::SubstrateHostFunctions>(&code)
    else {
        anyhow::bail!("the SDK's own host functions are not enough for it")
    };
    let missing = why.strip_prefix(MISSING).with_context(|| why.clone())?;
    let missing: BTreeSet<String> = missing.split(", ").map(str::to_owned).collect();
    let ours = Curves::host_functions();
    let ours: BTreeSet<String> = ours.iter().map(|function| format!("'env:{}'", function.name())).collect();
    ensure!(missing == ours, "{missing:?}, not {ours:?}");

    let version = version_by::<(sp_io::SubstrateHostFunctions, Curves)>(&code)?;
    ensure!((&*version.spec_name, version.spec_version) == ("assay", 2), "{version:?}");
    Ok(())
}
