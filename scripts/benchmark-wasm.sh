#!/usr/bin/env bash
# Builds the runtime with its benchmarks, as wasm alone: assay_runtime.benchmarks.wasm in the build folder. The workspace
# has to be built already: this is the wasm builder's own project, with one feature more. Natively the SDK would be
# compiled a second time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/env.sh

project=$bin/wbuild/assay-runtime
env -u CARGO_ENCODED_RUSTFLAGS -u RUSTC SKIP_WASM_BUILD= CARGO_TARGET_DIR="$project/target" \
  RUSTFLAGS="-C link-arg=--export-table -C link-arg=--export=__heap_base -C link-arg=--import-memory --cfg substrate_runtime" \
  RUSTUP_TOOLCHAIN="${WASM_BUILD_TOOLCHAIN:-$(rustup show active-toolchain | cut -d ' ' -f 1)}" \
  cargo rustc --release --target wasm32v1-none --manifest-path "$project/Cargo.toml" \
  --features wasm-project/runtime-benchmarks
cp "$project/target/wasm32v1-none/release/assay_runtime.wasm" "$CARGO_TARGET_DIR/assay_runtime.benchmarks.wasm"
