# Sourced by the other scripts: where builds go, and what cargo needs. Run scripts/bootstrap.sh first.
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ASSAY_CACHE:-$HOME/.cache/assay}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$repo/target}
export PATH="$repo/.venv/bin:$PATH"
# shellcheck source=/dev/null
. "$cache/env.sh"
bin=$CARGO_TARGET_DIR/release
