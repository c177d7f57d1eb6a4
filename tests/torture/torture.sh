#!/usr/bin/env bash
# The stress program with every optimisation level, every kind of LTO and every inner allocator: a
# tag past the end of a block is something that a compiler may break in one profile and not in
# another. Once more with the access to the tag that other processors than x86-64 have, at the level
# that breaks a plain one.
#
#   torture.sh                      all of it
#   torture.sh "s 3" "off fat"      these levels and these kinds
#   torture.sh s fat jemalloc       and these allocators
#
# The level is that of the library and of the program. What both depend on, the allocators in C
# included, is built once, with the bitcode that LTO asks for.
set -euo pipefail
cd "$(dirname "$0")/../.."

levels=${1:-"s z 1 2 3"}
kinds=${2:-"off thin fat"}
allocators=${3:-"system mimalloc jemalloc"}
steps=1000
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/torture}

# Builds the program on an allocator with a level and a kind of LTO.
build() {
    local level=$1
    case $level in s | z) level="\"$level\"" ;; esac
    # heapscope, which is not built, asks for a newer compiler than there is.
    RUSTFLAGS="-C embed-bitcode=yes" cargo rustc --quiet --release \
        --manifest-path sgn/benches/peers/Cargo.toml --no-default-features --ignore-rust-version \
        --config "profile.release.package.sgn.opt-level=$level" \
        --config "profile.release.package.sgn-peers.opt-level=$level" \
        --bin "$3_stress" -- -C lto="$2" -C embed-bitcode=yes
}

for level in $levels; do
    for kind in $kinds; do
        for allocator in $allocators; do
            printf 'opt-level %s, lto %s, %s: ' "$level" "$kind" "$allocator"
            build "$level" "$kind" "$allocator"
            "$CARGO_TARGET_DIR/release/${allocator}_stress" "$steps"
        done
    done
done

printf 'opt-level s, lto off, --cfg sgn_volatile_trailer: '
RUSTFLAGS="--cfg sgn_volatile_trailer" cargo run --quiet --release --package sgn-torture \
    --config 'profile.release.opt-level="s"' --config 'profile.release.lto="off"' -- "$steps"
