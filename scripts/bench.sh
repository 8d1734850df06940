#!/usr/bin/env bash
# Settlements per second through the whole dev node, for one-settlement extrinsics and for batches; blocks full of the
# dearest evidence of each tier against their weight; what a proof costs inside the node, natively and in wasm without host functions.
# Options go to the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh
cargo build --release --workspace --all-targets
RUSTUP_TOOLCHAIN=${WASM_BUILD_TOOLCHAIN:-$(rustup show active-toolchain | cut -d ' ' -f 1)} \
  cargo build --release --manifest-path verifiers/Cargo.toml --package assay-halo2-wasm --target wasm32v1-none
# The benchmarks look for the vectors from where cargo would run them.
export CARGO_MANIFEST_DIR=$PWD/tests
"$bin/assay-bench" settlements "$@"
"$bin/assay-bench" blocks
"$bin/assay-bench" evidence
"$bin/assay-bench" proofs --wasm "$CARGO_TARGET_DIR/wasm32v1-none/release/assay_halo2_wasm.wasm"
cargo bench --manifest-path verifiers/Cargo.toml --bench ipa
