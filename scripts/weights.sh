#!/usr/bin/env bash
# Measures every call of our pallets on this machine and rewrites runtime/src/weights/. Nothing else should run meanwhile.
# Only the runtime's wasm is built with benchmarks, so that the SDK is not compiled a second time for the node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh

export WASM_BUILD_CARGO_ARGS="--features wasm-project/runtime-benchmarks"
cargo build --release --workspace --all-targets --features assay-node/benchmarks
for pallet in ${PALLETS:-pallet_x402 pallet_inference pallet_circuits pallet_tier_stats}; do
  "${CARGO_TARGET_DIR:-target}/release/assay-node" benchmark pallet \
    --chain dev --genesis-builder runtime --genesis-builder-preset development \
    --pallet "$pallet" --extrinsic '*' --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" --wasm-execution compiled \
    --output runtime/src/weights/
done
cargo fmt -p assay-runtime
