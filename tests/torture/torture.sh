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
target=${CARGO_TARGET_DIR:-target/torture}
programs=$target/programs
mkdir -p "$programs"

# Builds the library at a level, next to the allocators, with the bitcode that LTO of any kind starts
# from: so a level is compiled once, and nine programs are linked with it. The rest is built once for
# all levels. Prints where the libraries are, as cargo says it.
libraries() {
    local level=$1
    case $level in s | z) level="\"$level\"" ;; esac
    shift
    # heapscope, which is not built, asks for a newer compiler than there is
    RUSTFLAGS="-C embed-bitcode=yes" cargo "$1" --quiet --release --target-dir "$target" \
        --manifest-path sgn/benches/peers/Cargo.toml --ignore-rust-version \
        --config "profile.release.package.sgn.opt-level=$level" \
        --message-format json-render-diagnostics "${@:2}" |
        grep -oE '"[^"]*/lib(sgn|mimalloc|tikv_jemallocator)(-[^"]*)?\.rlib"' | tr -d '"'
}

# Links the program of an allocator with the libraries of a level and a kind of LTO, and runs it.
try() {
    local allocator=$1 level=$2 kind=$3 cfg=${4:-} source options=() library name
    local program=$programs/$allocator-$level-$kind$cfg said
    case $allocator in
    system) source=tests/torture/src/main.rs ;;
    *) source=sgn/benches/peers/src/bin/${allocator}_stress.rs ;;
    esac
    for library in $(<"$programs/libraries-$level$cfg"); do
        name=$(basename "$library" .rlib) && name=${name#lib}
        options+=(--extern "${name%%-*}=$library")
    done
    rustc "$source" -o "$program" --crate-name "${allocator}_stress" --edition 2024 \
        -C opt-level="$level" -C embed-bitcode=yes -C lto="$kind" ${cfg:+--cfg "$cfg"} \
        --cap-lints allow "${options[@]}" -L "dependency=$target/release/deps"
    said=$("$program" "$steps") || { echo "FAILED: $*" >&2; return 1; }
    echo "$allocator, opt-level $level, lto $kind${cfg:+, --cfg $cfg}: $said"
}

combinations=()
for level in $levels; do
    libraries "$level" build --no-default-features --bin growth >"$programs/libraries-$level"
    for kind in $kinds; do
        for allocator in $allocators; do combinations+=("$allocator $level $kind"); done
    done
done
case $allocators in *system*)
    cfg=sgn_volatile_trailer
    libraries s rustc --package sgn --lib -- --cfg $cfg >"$programs/libraries-s$cfg"
    combinations+=("system s off $cfg")
    ;;
esac

# A program is linked on one core, so as many at a time as there are cores.
export -f try
export target programs steps
printf '%s\n' "${combinations[@]}" |
    xargs -P "$(nproc)" -I '{}' bash -euo pipefail -c 'try $1' try '{}'
echo "${#combinations[@]} combinations passed"
