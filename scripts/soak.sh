#!/usr/bin/env bash
# Faults at random on four validators, for an hour or for ASSAY_SOAK_MINUTES. Report: target/soak/report.md; how to read
# it: docs/soak.md. Options go to assay-soak.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/bootstrap.sh
. scripts/env.sh
# The same selection as the tests use, so that nothing is compiled twice.
cargo build --release --workspace --all-targets
"$bin/assay-soak" "$@"
