#!/usr/bin/env bash
# The whole of Assay on one machine: builds it, starts a chain, a facilitator, a provider and its enclave (simulated: there
# need be no TEE here), buys inferences through the official Python and TypeScript clients, lets a dApp act on one, prints
# what the chain recorded, and stays up. Ctrl-C stops everything.
#
# Environment: ASSAY_NODE_PORT (9944), ASSAY_FACILITATOR_PORT (4020), ASSAY_PROVIDER_PORT (4021),
#   ASSAY_ENCLAVE_PORT (4022), ASSAY_RUN_ONCE=1 (stop after the table), ASSAY_RUN_DIR (.run: logs, database, configuration), CARGO_TARGET_DIR,
#   ASSAY_BIN (folder of programs that are built already)
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
run=${ASSAY_RUN_DIR:-$repo/.run}
node_port=${ASSAY_NODE_PORT:-9944}
facilitator=http://127.0.0.1:${ASSAY_FACILITATOR_PORT:-4020}
provider=http://127.0.0.1:${ASSAY_PROVIDER_PORT:-4021}
enclave=http://127.0.0.1:${ASSAY_ENCLAVE_PORT:-4022}
bin=${ASSAY_BIN:-${CARGO_TARGET_DIR:-$repo/target}/release}
python=$repo/.venv/bin/python
buy_python=("$python" examples/buyers/python/buy.py)
buy_typescript=(npm --prefix examples run --silent buy --)
dapp=(npm --prefix examples run --silent dapp --)
# What the runtime was compiled to outlives the run.
export ASSAY_COMPILED=${ASSAY_COMPILED:-$bin/compiled}
export ASSAY_URL=ws://127.0.0.1:$node_port NODE_URL=http://127.0.0.1:$node_port ENCLAVE_URL=$enclave

say() { printf '\n== %s\n' "$*"; }

# Says what failed, shows the end of its log, and ends everything.
die() {
  printf '\nrun: %s\n' "$1" >&2
  [ -z "${2:-}" ] || { printf 'the end of %s:\n' "$2" >&2; tail -n 40 "$2" >&2; }
  exit 1
}

# --- processes -------------------------------------------------------------------------------------------------------
names=() pids=()

# Each service runs in a process group of its own, so that Ctrl-C reaches this script alone, which stops them in order.
start() {
  local name=$1; shift
  set -m
  "$@" > "$run/$name.log" 2>&1 < /dev/null &
  set +m
  names+=("$name") pids+=($!)
}

stop_all() {
  trap '' INT TERM
  local at
  for ((at = ${#pids[@]} - 1; at >= 0; at--)); do
    kill -TERM -- "-${pids[at]}" 2>/dev/null || continue
    for _ in {1..50}; do kill -0 -- "-${pids[at]}" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-${pids[at]}" 2>/dev/null || true
  done
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

check_alive() {
  local at
  for at in "${!pids[@]}"; do
    kill -0 "${pids[at]}" 2>/dev/null || die "the ${names[at]} has stopped" "$run/${names[at]}.log"
  done
}

# Waits until a command succeeds: SECONDS NAME COMMAND...
wait_for() {
  local until=$((SECONDS + $1)) name=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    check_alive
    [ $SECONDS -lt $until ] || die "the $name does not answer" "$run/$name.log"
    sleep 0.5
  done
}

# Runs a step whose output is for the log unless it fails: NAME COMMAND...
step() {
  local name=$1; shift
  "$@" > "$run/$name.log" 2>&1 || die "$name failed" "$run/$name.log"
}

# Buys, shows the receipts, and remembers the last payment.
buy() {
  say "$1"; shift
  "$@" 2>&1 | tee "$run/buyer.log" || { check_alive; die "the purchase failed" "$run/facilitator.log"; }
  payment=$(awk '$1 == "payment" { id = $2 } END { print id }' "$run/buyer.log")
}

# Where light clients find the node.
peer_address() {
  local question='{"jsonrpc":"2.0","id":1,"method":"system_localListenAddresses","params":[]}'
  curl -fsS -H 'content-type: application/json' -d "$question" "$NODE_URL" | grep -om1 '/ip4/127[^"]*'
}

blocks_are_made() { "$bin/assay" --json chain | grep -Eq '"best": [1-9]'; }

# --- build -----------------------------------------------------------------------------------------------------------
say "getting ready"
"$repo/scripts/bootstrap.sh"
. "${ASSAY_CACHE:-$HOME/.cache/assay}/env.sh"
# The same selection as the tests use, so that nothing is compiled twice.
[ -n "${ASSAY_BIN:-}" ] || cargo build --release --workspace --all-targets
rm -rf "$run"
mkdir -p "$run"

# What answers on a port that is taken would be taken for ours.
for port in "$node_port" "${facilitator##*:}" "${provider##*:}" "${enclave##*:}"; do
  if (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null; then die "port $port is taken; see the top of scripts/run.sh for others"; fi
done

# --- chain, enclave, facilitator, provider ---------------------------------------------------------------------------
say "starting the chain and an enclave, registering the provider //Bob, starting facilitator //Charlie and provider"
echo "The enclave's evidence is SIMULATED: it shows the way, and proves nothing. See docs/attested.md."
"$bin/assay-node" export-chain-spec --chain dev --raw > "$run/chain.json" 2> "$run/spec.log" ||
  die "the node makes no chain spec" "$run/spec.log"
start node "$bin/assay-node" --dev --chain "$run/chain.json" --base-path "$run/chain" --rpc-port "$node_port" \
  --listen-addr /ip4/127.0.0.1/tcp/0/ws --no-prometheus
wait_for 300 node blocks_are_made
start enclave env ASSAY="$bin/assay" "$python" examples/enclave/enclave.py --simulate tdx --port "${enclave##*:}"
wait_for 120 enclave curl -fsS "$enclave/session"
step register env ASSAY="$bin/assay --suri //Bob" "$python" examples/provider/register.py "$run/provider.json"
start sessions env ASSAY="$bin/assay --suri //Bob" "$python" examples/provider/sessions.py "$run/provider.json"
start facilitator "$bin/assay-facilitator" --listen "${facilitator#http://}" --node "$ASSAY_URL" --suri //Charlie \
  --default-credit 100
wait_for 120 facilitator curl -fsS "$facilitator/supported"
start provider env PROVIDER_CONFIG="$run/provider.json" FACILITATOR_URL="$facilitator" PORT="${provider##*:}" \
  "$python" examples/provider/provider.py
wait_for 120 provider curl -fsS "$provider/"

# --- buyers ----------------------------------------------------------------------------------------------------------
buy "Python client: one inference" "${buy_python[@]}" "$provider/classify" iris-linear
buy "Python client, Permit2: one inference" "${buy_python[@]}" "$provider/classify/permit2" iris-mlp
buy "TypeScript client: one inference" "${buy_typescript[@]}" "$provider/classify" iris-linear
buy "TypeScript client, Permit2: one inference" "${buy_typescript[@]}" "$provider/classify/permit2" iris-mlp
buy "Python client: two models, one signature" "${buy_python[@]}" "$provider/classify" iris-linear iris-mlp
buy "TypeScript client: two models, one signature" "${buy_typescript[@]}" "$provider/classify" iris-linear iris-mlp
tiers=(iris-linear iris-attested iris-proven)
buy "Python client: three tiers, one signature" "${buy_python[@]}" "$provider/classify" "${tiers[@]}"
buy "TypeScript client: three tiers, one signature" "${buy_typescript[@]}" "$provider/classify" "${tiers[@]}"

say "the last payment as the chain recorded it"
"$bin/assay" payment "$payment"
for leg in 0 1 2; do printf '\n'; "$bin/assay" receipt "$payment" "$leg"; done
say "a dApp with a light client of its own: acts on an inference if it was proven"
# Which chain the dApp trusts, and where it finds it.
peer=$(peer_address) || die "the node tells no address" "$run/node.log"
sed "s|\"bootNodes\": \[\]|\"bootNodes\": [\"$peer\"]|" "$run/chain.json" > examples/dapp/chain.json
for part in types check test; do step "dapp-$part" npm --prefix examples run --silent "dapp:$part"; done
"${dapp[@]}" "$provider/classify" iris-proven proven 2>&1 | tee "$run/dapp.log" || die "the dApp failed" "$run/provider.log"
say "the same dApp, offered less than it demands: refuses before it pays"
{ "${dapp[@]}" "$provider/classify" iris-linear proven || true; } 2>&1 | tee "$run/dapp.log" | grep '^refused' ||
  die "the dApp did not refuse" "$run/dapp.log"
say "inferences by tier"
"$bin/assay" stats
[ "${ASSAY_RUN_ONCE:-}" != 1 ] || exit 0

say "all is up; Ctrl-C stops it. Try it by hand:"
# As the registration's log has them.
read -r _ _ _ _ _ policy _ key _ < <(grep -m 1 '^assay enclave session register' "$run/register.log")
question='{"inferences":[{"service":"iris-linear","measurements":[51,35,14,2]}]}'
assay=${bin#"$repo"/}/assay
cat <<HINTS
  what is for sale          curl -s $provider/
  what a 402 asks for       curl -sD - $provider/classify -d '$question'
  buy with Python           ${buy_python[*]#"$repo"/} $provider/classify iris-linear iris-mlp
  buy with TypeScript       ${buy_typescript[*]} $provider/classify iris-mlp
  buy at three tiers        ${buy_python[*]#"$repo"/} $provider/classify ${tiers[*]}
  buy with Permit2          ${buy_python[*]#"$repo"/} $provider/classify/permit2
  a dApp that acts on one   ${dapp[*]} $provider/classify iris-proven proven
  what the chain recorded   $assay payment $payment
                            $assay receipt $payment 0
                            $assay stats
  the enclave's session     $assay enclave session show --policy $policy --key $key
  revoke its key            $assay --suri //Alice enclave revoke key $key
  logs                      ${run#"$repo"/}/*.log
HINTS
[ "$node_port" = 9944 ] || echo "  (with ASSAY_URL=$ASSAY_URL for the command line, NODE_URL=$NODE_URL for the dApp)"
trap 'exit 0' INT TERM
while sleep 1; do check_alive; done
