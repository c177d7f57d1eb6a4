#!/usr/bin/env bash
# What the macro crate costs to compile, one figure a line: name, value, unit.
# Processor time of each compiler run of one clean build, as users build it: the macros as a dependency of `sgn`, and
# `syn` with the features that they need. The ratio of the two holds on any machine.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Cargo calls the compiler through this script, which writes down the crate's name and the seconds.
cat >"$folder/timed" <<'TIMED'
#!/usr/bin/env bash
TIMEFORMAT='%U %S'
name=$(sed -n 's/.*--crate-name \([^ ]*\).*/\1/p' <<<"$*")
{ time "$@" 2>&3; } 3>&2 2>"$SGN_TIMES/$name.$$"
TIMED
chmod +x "$folder/timed"

mkdir "$folder/times"
SGN_TIMES="$folder/times" RUSTC_WRAPPER="$folder/timed" \
    cargo build --quiet -p sgn --target-dir "$folder/target" 2>/dev/null

seconds() {
    cat "$folder/times/$1".* | awk '{ sum += $1 + $2 } END { print sum }'
}

syn=$(seconds syn)
macros=$(seconds sgn_macros)
awk -v syn="$syn" -v macros="$macros" 'BEGIN {
    printf "syn_seconds %.2f s\n", syn
    printf "macros_seconds %.2f s\n", macros
    printf "macros_vs_syn %.3f x\n", macros / syn
}'
