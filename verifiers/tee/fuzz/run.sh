#!/usr/bin/env bash
# Fuzzes one target for some seconds with libFuzzer, on the stable toolchain: run.sh <target> <seconds>
# Targets: certificate crl nitro pck_crl qe_identity quote report tcb_info vcek
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
target=$1 seconds=${2:-600} host=$(rustc -vV | sed -n 's/^host: //p')
# Coverage for libFuzzer, and checks that release builds leave out.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks"
folder=${CARGO_TARGET_DIR:-../../../target}/fuzz
run() { cargo run --quiet --release --target "$host" --target-dir "$folder" --package assay-tee-fuzz --bin "$@"; }
run seeds -- "$target" "$folder/corpus/$target"
run "$target" -- -max_total_time="$seconds" -max_len=20000 -artifact_prefix="$folder/" "$folder/corpus/$target"
