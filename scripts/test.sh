#!/usr/bin/env bash
# Every test, from the quickest to the longest; stops at the first failure.
# One profile and one selection of packages for all cargo commands of a workspace: another would compile the SDK again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh

started=$SECONDS
step() { printf '\n=== %s (%d s)\n' "$*" $((SECONDS - started)); "$@"; }
verifiers=(--manifest-path verifiers/Cargo.toml)

step cargo fmt --all --check
step cargo fmt --all --check "${verifiers[@]}"
step scripts/licences.sh
step python -m pytest -q examples ops
step npm --prefix examples run --silent check
step cargo clippy "${verifiers[@]}" --release --workspace --all-targets -- -D warnings
step cargo nextest run "${verifiers[@]}" --release --workspace --no-fail-fast
step cargo build --release --workspace --all-targets
step cargo clippy --release --workspace --all-targets -- -D warnings
step cargo nextest run --release --workspace --no-fail-fast
step scripts/benchmark-wasm.sh
export ASSAY_BENCHMARK_WASM=$CARGO_TARGET_DIR/assay_runtime.benchmarks.wasm
step cargo nextest run --release --workspace --run-ignored only
printf '\n=== all passed (%d s)\n' $((SECONDS - started))
