#!/usr/bin/env bash
# What statement marks cost, one figure a line: name, value, unit. Needs valgrind.
# Instructions are exact and repeatable: the difference of two runs of different length.
set -euo pipefail
cd "$(dirname "$0")/.."

lines=$(cargo build --quiet --release --bench lines --message-format=json |
    sed -n 's/.*"executable":"\([^"]*\/lines-[^"]*\)".*/\1/p' | tail -1)

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$lines" "$@" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# Instructions of one stride: workload, variant.
stride() {
    local few many
    few=$(instructions "$1" 20 "$2")
    many=$(instructions "$1" 120 "$2")
    awk -v few="$few" -v many="$many" 'BEGIN { print (many - few) / 100 }'
}

figure() {
    awk -v name="$1" -v unit="$2" "BEGIN { printf \"%s %.4f %s\n\", name, $3, unit }"
}

for workload in saxpy dot clamp; do
    figure "${workload}_vs_plain" x "$(stride $workload marked) / $(stride $workload plain)"
done
# Ten marks and the guard that gives the caller its line back.
figure statement_mark_ir instructions/mark \
    "($(stride statements marked) - $(stride statements plain)) / 10"
