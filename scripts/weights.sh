#!/usr/bin/env bash
# Measures every call of our pallets on this machine and rewrites runtime/src/weights/.
# Takes about half an hour of compiling on two cores: the benchmarking command line brings many crates of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh

# A folder of its own: with other features the SDK is compiled again.
export CARGO_TARGET_DIR=${ASSAY_WEIGHTS_TARGET_DIR:-$cache/target-weights}
cargo build --release -p assay-node --features runtime-benchmarks
for pallet in pallet_x402 pallet_inference pallet_tier_stats; do
  "$CARGO_TARGET_DIR/release/assay-node" benchmark pallet \
    --chain dev --genesis-builder runtime --genesis-builder-preset development \
    --pallet "$pallet" --extrinsic '*' --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" --wasm-execution compiled --output runtime/src/weights/
done
cargo fmt -p assay-runtime
