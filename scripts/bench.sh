#!/usr/bin/env bash
# Settlements per second through the whole dev node, for one-settlement extrinsics and for batches; and what a proof costs
# inside the node and natively. Options go to the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh
cargo build --release --workspace --all-targets
# The benchmarks look for the vectors from where cargo would run them.
export CARGO_MANIFEST_DIR=$PWD/tests
"$bin/assay-bench" settlements "$@"
"$bin/assay-bench" proofs
