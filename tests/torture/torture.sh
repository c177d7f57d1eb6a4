#!/usr/bin/env bash
# The stress program with every optimisation level and kind of LTO: a tag past the end of a block
# is something that a compiler may break in one profile and not in another.
# Arguments: the levels and the kinds to try; all without.
set -euo pipefail
cd "$(dirname "$0")/../.."

levels=${1:-"s z 1 2 3"}
kinds=${2:-"off thin fat"}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/torture}
for level in $levels; do
    case $level in s | z) value="\"$level\"" ;; *) value=$level ;; esac
    for kind in $kinds; do
        printf 'opt-level %s, lto %s: ' "$level" "$kind"
        cargo run --quiet --release --package sgn-torture \
            --config "profile.release.opt-level=$value" \
            --config "profile.release.lto=\"$kind\"" -- 1000
    done
done
