#!/usr/bin/env bash
# Measures every call of our pallets on this machine and rewrites runtime/src/weights/. Nothing else should run meanwhile.
# Only the runtime's wasm is built with benchmarks, so that the SDK is not compiled a second time for the node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh

export WASM_BUILD_CARGO_ARGS="--features wasm-project/runtime-benchmarks"
# The command brings a runtime of its own, whose wasm cannot be built from a published crate; we do not use it.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
cargo build --release -p assay-node --features assay-node/benchmarks
wasm=$bin/wbuild/assay-runtime/assay_runtime.compact.compressed.wasm
# Of two ways to fit a line the dearer one: what is not quite linear must not come out too cheap.
for pallet in ${PALLETS:-pallet_x402 pallet_inference pallet_circuits pallet_enclaves pallet_tier_stats pallet_validators pallet_decisions}; do
  "$bin/assay-node" benchmark pallet \
    --runtime "$wasm" --genesis-builder runtime --genesis-builder-preset development \
    --pallet "$pallet" --extrinsic '*' --steps "${STEPS:-20}" --repeat "${REPEAT:-10}" --output-analysis max --wasm-execution compiled \
    --output runtime/src/weights/
done
# Where it was measured says the processor; paths and names of a machine say nothing.
sed -i -e '/^\/\/ Executed Command/,/^$/d' -e 's/HOSTNAME: `[^`]*`, //' runtime/src/weights/pallet_*.rs
