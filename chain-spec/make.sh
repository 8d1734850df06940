#!/usr/bin/env bash
# Writes the specs of this folder, from the presets of the runtime that the node carries. They are for reading and for
# reviewing changes, so they leave out the runtime's code.
# Usage: chain-spec/make.sh [path of assay-node]
set -euo pipefail

node=$(realpath "${1:-target/release/assay-node}")
cd "$(dirname "${BASH_SOURCE[0]}")"

write() {
  "$node" export-chain-spec --chain "$1" 2>/dev/null | python3 -c '
import json, sys
spec = json.load(sys.stdin)
del spec["genesis"]["runtimeGenesis"]["code"]
print(json.dumps(spec, indent=2))' >"$2"
}

write dev dev.json
write local local.json
write live live.template.json
