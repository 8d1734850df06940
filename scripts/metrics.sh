#!/usr/bin/env bash
# Writes ops/metrics.txt: the metrics that a node exports, read from a validator and a full node of a dev chain that runs
# for half a minute. With node_exporter on the PATH (Debian: prometheus-node-exporter) also ops/metrics-host.txt.
# A line is a metric's name, its type and its labels; of a node's gauge also their values, where they are few.
# Usage: scripts/metrics.sh [path of assay-node]
set -euo pipefail

node=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/assay-node}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
pids=()

stop() {
  trap - EXIT
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

read -r port port2 rpc rpc2 metrics metrics2 host < <(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(7)]
print(*(socket.getsockname()[1] for socket in held))')

# A key that everybody knows, so that the second node knows the first one's name.
key=0000000000000000000000000000000000000000000000000000000000000001
peer=12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp
common=(--no-mdns --no-telemetry)
"$node" --dev "${common[@]}" --base-path "$work/1" --node-key $key --port "$port" --rpc-port "$rpc" \
  --prometheus-port "$metrics" >"$work/1.log" 2>&1 &
pids+=($!)
"$node" --chain dev "${common[@]}" --base-path "$work/2" --port "$port2" --rpc-port "$rpc2" \
  --prometheus-port "$metrics2" --bootnodes "/ip4/127.0.0.1/tcp/$port/p2p/$peer" >"$work/2.log" 2>&1 &
pids+=($!)
exporter=$(command -v prometheus-node-exporter node_exporter | head -n 1 || true)
if [ -n "$exporter" ]; then
  "$exporter" --web.listen-address="127.0.0.1:$host" >"$work/host.log" 2>&1 &
  pids+=($!)
fi

# Some appear only once there was a peer, an imported block, a final one, a call.
finalized() { sed -n 's/^substrate_block_height{status="finalized"[^}]*} //p' <(curl -fsS "http://127.0.0.1:$1/metrics" 2>/dev/null); }
patience=$((SECONDS + ${METRICS_PATIENCE:-120}))
until [ "$(finalized "$metrics2")" -ge 8 ] 2>/dev/null; do
  for pid in "${pids[@]}"; do kill -0 "$pid" || { tail -n 20 "$work"/*.log >&2; exit 1; }; done
  [ $SECONDS -lt $patience ] || { tail -n 20 "$work"/*.log >&2; exit 1; }
  curl -fsS -o /dev/null -H 'Content-Type: application/json' \
    -d '{"jsonrpc":"2.0","id":1,"method":"system_health","params":[]}' "http://127.0.0.1:$rpc" 2>/dev/null || true
  sleep 1
done

# The lists of what a page of metrics tells: FILE COMMENT URL...
list() {
  local file=$1 comment=$2; shift 2
  curl -fsS "$@" | python3 -c '
import re, sys
types, labels = {}, {}
for line in sys.stdin:
    if match := re.match(r"# TYPE (\S+) (\S+)", line):
        types[match[1]] = match[2]
    elif match := re.match(r"(\w+)(?:\{(.*)\})? ", line):
        family = re.sub(r"_(bucket|sum|count)$", "", match[1])
        found = labels.setdefault(family if types.get(family) in ("histogram", "summary") else match[1], {})
        for label, value in re.findall(r"(\w+)=\"((?:[^\"\\]|\\.)*)\"", match[2] or ""):
            if label not in ("le", "quantile"):
                found.setdefault(label, set()).add(value)
print("# " + sys.argv[1])
for name in sorted(types):
    row = []
    for label, values in sorted(labels.get(name, {}).items()):
        words = all(re.fullmatch("[a-z_]+", value) for value in values) and label != "chain"
        few = name.startswith("substrate_") and types[name] == "gauge" and len(values) <= 4 and words
        row.append(label + "=" + "|".join(sorted(values)) if few else label)
    # node_exporter tells of itself, too.
    if not name.startswith(("go_", "process_", "promhttp_")):
        print(name, types[name], *row)' "$comment" >"$work/list"
  mv "$work/list" "$file"
}
list ops/metrics.txt "What a node exports. Made by scripts/metrics.sh from $("$node" --version)." \
  "http://127.0.0.1:$metrics/metrics" "http://127.0.0.1:$metrics2/metrics"
if [ -n "$exporter" ]; then
  list ops/metrics-host.txt "What node_exporter exports. Made by scripts/metrics.sh." "http://127.0.0.1:$host/metrics"
else
  echo "node_exporter is not here: ops/metrics-host.txt stays as it is" >&2
fi
