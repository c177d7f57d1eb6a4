#!/usr/bin/env bash
# The stress program with every optimisation level, every kind of LTO and every inner allocator: a
# tag past the end of a block is something that a compiler may break in one profile and not in
# another. Once more with the access to the tag that other processors than x86-64 have, at the level
# that breaks a plain one.
#
#   torture.sh                      all of it
#   torture.sh "s 3" "off fat"      these levels and these kinds
#   torture.sh s fat jemalloc       and these allocators
set -euo pipefail
cd "$(dirname "$0")/../.."

levels=${1:-"s z 1 2 3"}
kinds=${2:-"off thin fat"}
allocators=${3:-"system mimalloc jemalloc"}
steps=1000
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/torture}

# A level as TOML has it.
quoted() { case $1 in s | z) echo "\"$1\"" ;; *) echo "$1" ;; esac; }

# Builds the program on the system's allocator: the whole of it in a profile, as an application is.
build_system() {
    cargo build --quiet --release --package sgn-torture \
        --config "profile.release.opt-level=$(quoted "$1")" \
        --config "profile.release.lto=\"$2\""
}

# Builds the program on another allocator: itself and the library at a level, and a kind of LTO over
# all of it. The rest is built once, with the bitcode for that, because the allocators in C take a
# minute and cargo would compile them for each profile.
build_on() {
    # heapscope, which is not built, asks for a newer compiler than there is
    RUSTFLAGS="-C embed-bitcode=yes" cargo rustc --quiet --release \
        --manifest-path sgn/benches/peers/Cargo.toml --no-default-features --ignore-rust-version \
        --config "profile.release.package.sgn.opt-level=$(quoted "$2")" \
        --config "profile.release.package.sgn-peers.opt-level=$(quoted "$2")" \
        --bin "$1_stress" -- -C lto="$3" -C embed-bitcode=yes
}

for allocator in $allocators; do
    for level in $levels; do
        for kind in $kinds; do
            printf '%s, opt-level %s, lto %s: ' "$allocator" "$level" "$kind"
            case $allocator in
            system) program=sgn-torture && build_system "$level" "$kind" ;;
            *) program=${allocator}_stress && build_on "$allocator" "$level" "$kind" ;;
            esac
            "$CARGO_TARGET_DIR/release/$program" "$steps"
        done
    done
done

case $allocators in *system*)
    printf 'system, opt-level s, lto off, --cfg sgn_volatile_trailer: '
    RUSTFLAGS="--cfg sgn_volatile_trailer" build_system s off
    "$CARGO_TARGET_DIR/release/sgn-torture" "$steps"
    ;;
esac
