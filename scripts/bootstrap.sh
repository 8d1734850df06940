#!/usr/bin/env bash
# Makes a machine ready to build and run Assay. Idempotent: seconds when everything is there.
#
# What it provides:
#   - protoc, a C toolchain, OpenSSL headers (through apt where there is apt; otherwise it says what is missing)
#   - cargo-nextest
#   - the wasm32v1-none target: through rustup where rustup may fetch, else built once from Debian's packaged
#     Rust sources and linked as the toolchain "assay-wasm"
#   - the examples' Python and Node packages (into .venv and examples/node_modules)
# The environment that cargo then needs is written to env.sh in the cache folder (ASSAY_CACHE, else ~/.cache/assay).
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ASSAY_CACHE:-$HOME/.cache/assay}
wasm_target=wasm32v1-none
mkdir -p "$cache"

say() { printf 'bootstrap: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# --- system packages ---------------------------------------------------------------------------------------------
apt_ready=
apt_install() {
  command -v apt-get >/dev/null || die "missing: $*. There is no apt-get here; install these with your system's package manager and run again."
  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "missing: $*. Run 'apt-get install $*' as root, then run again."
    sudo=sudo
  fi
  if [ -z "$apt_ready" ]; then say "apt-get update"; $sudo apt-get update -qq >&2; apt_ready=1; fi
  say "apt-get install $*"
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

missing=()
command -v protoc >/dev/null || missing+=(protobuf-compiler)
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v c++ >/dev/null || missing+=(g++)
command -v make >/dev/null || missing+=(make)
command -v pkg-config >/dev/null || missing+=(pkg-config)
command -v curl >/dev/null || missing+=(curl)
[ -e /usr/include/openssl/ssl.h ] || pkg-config --exists openssl 2>/dev/null || missing+=(libssl-dev)
# bindgen, used by a dependency of the node, loads libclang.
ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* >/dev/null 2>&1 || command -v llvm-config >/dev/null || missing+=(libclang-dev)
[ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"

for tool in cargo rustup python3 node npm; do
  command -v $tool >/dev/null || die "missing: $tool. Install Rust with rustup, Python 3.11 and Node 20, then run again."
done
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed, this is $(python3 --version)"
node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || die "Node 20 or newer is needed, this is $(node --version)"

# --- cargo-nextest -----------------------------------------------------------------------------------------------
if ! cargo nextest --version >/dev/null 2>&1; then
  say "cargo install cargo-nextest"
  cargo install --quiet --locked cargo-nextest >&2
fi

# --- wasm target -------------------------------------------------------------------------------------------------
has_target() { [ -d "$(rustc ${1:+"+$1"} --print sysroot 2>/dev/null)/lib/rustlib/$wasm_target/lib" ]; }

# Builds the target's core, alloc and compiler_builtins from Debian's packaged sources with Debian's compiler, into a
# toolchain folder of our own that links to Debian's files, so that nothing is written below /usr.
debian_toolchain() {
  command -v /usr/bin/rustc >/dev/null && [ -d /usr/lib/rustlib/src ] || apt_install rustc-web cargo-web rust-web-src
  local prefix=$cache/debian-toolchain host work entry tool
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  rm -rf "$prefix"
  mkdir -p "$prefix/bin" "$prefix/lib/rustlib/$host/bin" "$prefix/lib/rustlib/$wasm_target/lib"
  for entry in /usr/lib/rustlib/*; do
    [ "$(basename "$entry")" = "$host" ] || ln -s "$entry" "$prefix/lib/rustlib/"
  done
  ln -s "/usr/lib/rustlib/$host/lib" "$prefix/lib/rustlib/$host/lib"
  for tool in rustc rustdoc; do
    printf '#!/bin/sh\nexec /usr/bin/%s --sysroot %q "$@"\n' "$tool" "$prefix" > "$prefix/bin/$tool"
    chmod +x "$prefix/bin/$tool"
  done
  ln -s /usr/bin/cargo "$prefix/bin/cargo"

  local lld; lld=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld
  [ -x "$lld" ] || { command -v lld >/dev/null || apt_install lld; lld=$(command -v lld); }
  ln -s "$lld" "$prefix/lib/rustlib/$host/bin/rust-lld"

  say "building core and alloc for $wasm_target (under a minute)"
  work=$(mktemp -d)
  mkdir "$work/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[profile.release]\npanic = "abort"\n' > "$work/Cargo.toml"
  printf '#![no_std]\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n' > "$work/src/lib.rs"
  # Without embedded bitcode the runtime's link-time optimisation fails.
  (cd "$work" && env -u CARGO_TARGET_DIR PATH="$prefix/bin:$PATH" RUSTC="$prefix/bin/rustc" RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes" \
    /usr/bin/cargo build --quiet --release --target "$wasm_target" -Z build-std=core,alloc >&2)
  cp "$work/target/$wasm_target/release/deps/"lib{core,alloc,compiler_builtins}-*.rlib "$prefix/lib/rustlib/$wasm_target/lib/"
  rm -rf "$work"
  rustup toolchain link assay-wasm "$prefix" >&2
}

if ! has_target && ! has_target assay-wasm; then
  # RUSTUP_AUTO_INSTALL=0 says that rustup is not to fetch anything here.
  if [ "${RUSTUP_AUTO_INSTALL:-1}" = 0 ] || ! { say "rustup target add $wasm_target"; rustup target add "$wasm_target" >&2; }; then
    debian_toolchain
  fi
fi

# --- the examples' Python and Node packages ----------------------------------------------------------------------------
# Each is installed again when its list of packages, or the interpreter, has changed since.
fresh() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

requirements=$repo/examples/requirements.txt
stamp="$(python3 --version) $(cksum < "$requirements")"
if ! fresh "$repo/.venv/stamp" "$stamp" || ! "$repo/.venv/bin/python" -c '' 2>/dev/null; then
  say "Python packages into .venv"
  # Debian keeps the part of venv that installs pip in a package of its own.
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  python3 -m venv --clear "$repo/.venv"
  "$repo/.venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$requirements" >&2
  echo "$stamp" > "$repo/.venv/stamp"
fi

stamp="$(node --version) $(cksum < "$repo/examples/package-lock.json")"
if ! fresh "$repo/examples/node_modules/.stamp" "$stamp"; then
  say "Node packages into examples/node_modules"
  npm --prefix "$repo/examples" ci --no-progress --loglevel error >&2
  echo "$stamp" > "$repo/examples/node_modules/.stamp"
fi

env_file=$cache/env.sh
{
  echo "export OPENSSL_NO_VENDOR=1"
  has_target || echo "export WASM_BUILD_TOOLCHAIN=assay-wasm"
} > "$env_file"
say "ready"
