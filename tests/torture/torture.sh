#!/usr/bin/env bash
# The stress program with every optimisation level and kind of LTO: a tag past the end of a block
# is something that a compiler may break in one profile and not in another. Once more with the
# access to the tag that other processors than x86-64 have, at the level that breaks a plain one.
# Arguments: the levels and the kinds to try; all without.
set -euo pipefail
cd "$(dirname "$0")/../.."

levels=${1:-"s z 1 2 3"}
kinds=${2:-"off thin fat"}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/torture}

# Runs the program with a level and a kind of LTO.
stress() {
    local value=$1
    case $value in s | z) value="\"$value\"" ;; esac
    printf 'opt-level %s, lto %s%s: ' "$1" "$2" "${RUSTFLAGS:+, $RUSTFLAGS}"
    cargo run --quiet --release --package sgn-torture \
        --config "profile.release.opt-level=$value" \
        --config "profile.release.lto=\"$2\"" -- 1000
}

for level in $levels; do
    for kind in $kinds; do
        stress "$level" "$kind"
    done
done
RUSTFLAGS="--cfg sgn_volatile_trailer" stress s off
