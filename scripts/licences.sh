#!/usr/bin/env bash
# Fails if a crate that is linked into the runtime has a licence that binds whoever uses it: GPL, AGPL, LGPL, SSPL.
# "A OR B" passes where one of the choices is free of them; "WITH Classpath-exception" does not make the GPL pass here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/env.sh

tree=$(cargo tree --locked -p assay-runtime --no-default-features --target wasm32v1-none -e normal,no-proc-macro \
  --prefix none --format '{p}|{l}' | sort -u)
bad=$(awk -F'|' '
  { free = 0; n = split($2, choices, / OR |\//)
    for (i = 1; i <= n; i++) if (choices[i] != "" && choices[i] !~ /GPL|SSPL/) free = 1
    if (!free) print $1 ": " ($2 == "" ? "no licence named" : $2) }' <<<"$tree")
[ -z "$bad" ] || { printf 'licences not allowed in the runtime:\n%s\n' "$bad"; exit 1; }
printf '%d crates in the runtime, no licence that binds its users\n' "$(wc -l <<<"$tree")"
