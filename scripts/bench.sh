#!/usr/bin/env bash
# Settlements per second through the whole dev node, for one-settlement extrinsics and for batches.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh
cargo build --release --workspace --all-targets
"$bin/assay-bench" "$@"
