//! Every benchmark of our pallets runs in the runtime's wasm, at the least and at the most of its components, and passes
//! its own checks: so weights can always be measured again. `make test` builds the wasm; without it there is nothing to run.

use anyhow::{anyhow, ensure, Context};
use codec::{Decode, Encode};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList, BenchmarkMetadata};
use frame_support::traits::StorageInfo;
use sc_client_db::BenchmarkingState;
use sc_executor::{HeapAllocStrategy, WasmExecutor, WasmtimeInstantiationStrategy};
use sp_core::storage::Storage;
use sp_core::traits::{CallContext, RuntimeCode, WrappedRuntimeCode};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{OverlayedChanges, StateMachine};

const OURS: [&str; 5] = ["pallet_circuits", "pallet_enclaves", "pallet_inference", "pallet_tier_stats", "pallet_x402"];

/// What the runtime calls besides the SDK's own functions.
type Ours = (frame_benchmarking::benchmarking::HostFunctions, assay_host::interface::curves::HostFunctions);

struct Bench {
    code: Vec<u8>,
    executor: WasmExecutor<(sp_io::SubstrateHostFunctions, Ours)>,
    genesis: Storage,
}

impl Bench {
    fn new(code: Vec<u8>) -> anyhow::Result<Self> {
        let executor = WasmExecutor::builder()
            .with_execution_method(sc_executor::WasmExecutionMethod::Compiled {
                instantiation_strategy: WasmtimeInstantiationStrategy::PoolingCopyOnWrite,
            })
            .with_offchain_heap_alloc_strategy(HeapAllocStrategy::Dynamic { maximum_pages: None })
            .build();
        let genesis = sc_chain_spec::GenesisConfigBuilderRuntimeCaller::<Ours>::new(&code)
            .get_storage_for_named_preset(Some(&"development".to_string()))
            .map_err(|error| anyhow!(error))?;
        Ok(Self { code, executor, genesis })
    }

    /// Calls the runtime on a fresh development chain.
    fn call<R: Decode>(&self, method: &str, arguments: impl Encode) -> anyhow::Result<R> {
        let code =
            RuntimeCode { code_fetcher: &WrappedRuntimeCode((&self.code).into()), heap_pages: None, hash: vec![1] };
        let state = BenchmarkingState::<BlakeTwo256>::new(self.genesis.clone(), None, true, true);
        let state = state.map_err(|error| anyhow!(error))?;
        let (mut changes, arguments) = (OverlayedChanges::default(), arguments.encode());
        let mut extensions = Default::default();
        let answer = StateMachine::new(
            &state,
            &mut changes,
            &self.executor,
            method,
            &arguments,
            &mut extensions,
            &code,
            CallContext::Offchain,
        )
        .execute()
        .map_err(|error| anyhow!("{error}"))?;
        Ok(R::decode(&mut &answer[..])?)
    }
}

#[test]
#[ignore = "needs a runtime with benchmarks, which make test builds"]
fn every_benchmark_of_our_pallets_runs_at_its_least_and_at_its_most() -> anyhow::Result<()> {
    let file = std::env::var("ASSAY_BENCHMARK_WASM").context("ASSAY_BENCHMARK_WASM names no runtime")?;
    let bench = Bench::new(std::fs::read(file)?)?;
    let (lists, _): (Vec<BenchmarkList>, Vec<StorageInfo>) = bench.call("Benchmark_benchmark_metadata", false)?;
    for pallet in OURS {
        let list = lists.iter().find(|list| list.pallet == pallet.as_bytes()).context(pallet)?;
        ensure!(!list.benchmarks.is_empty(), "{pallet} has benchmarks");
        for BenchmarkMetadata { name, components, .. } in &list.benchmarks {
            let least = components.iter().map(|(name, least, _)| (*name, *least)).collect();
            let most = components.iter().map(|(name, _, most)| (*name, *most)).collect();
            for selected_components in [least, most] {
                let config = BenchmarkConfig {
                    pallet: list.pallet.clone(),
                    instance: list.instance.clone(),
                    benchmark: name.clone(),
                    selected_components,
                    verify: true,
                    internal_repeats: 1,
                };
                let ran: Result<Vec<BenchmarkBatch>, String> = bench.call("Benchmark_dispatch_benchmark", &config)?;
                let name = String::from_utf8_lossy(name);
                ensure!(ran.is_ok(), "{pallet}::{name} at {:?}: {ran:?}", config.selected_components);
            }
        }
    }
    Ok(())
}
