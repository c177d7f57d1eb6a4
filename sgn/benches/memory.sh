#!/usr/bin/env bash
# Instructions that counting adds, one figure a line: name, value, unit. Needs valgrind.
# Figures are exact and repeatable: the difference of two runs of different length.
set -euo pipefail
cd "$(dirname "$0")/.."

executable() {
    cargo build --quiet --release --bench "$1" --message-format=json |
        sed -n "s/.*\"executable\":\"\([^\"]*\/$1-[^\"]*\)\".*/\1/p" | tail -1
}
plain=$(executable memory_plain)
counted=$(executable memory_counted)

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# Instructions of one round: program, workload, state.
round() {
    local few many
    few=$(instructions "$1" "$2" 1000 "$3")
    many=$(instructions "$1" "$2" 3000 "$3")
    awk -v few="$few" -v many="$many" 'BEGIN { print (many - few) / 2000 }'
}

figure() {
    awk -v name="$1" -v unit="$2" "BEGIN { printf \"%s %.3f %s\n\", name, $3, unit }"
}

micro=$(round "$plain" micro off)
figure micro_plain_ir instructions/pair "$micro / 2"
figure micro_off_ir instructions/pair "($(round "$counted" micro off) - $micro) / 2"
figure micro_on_ir instructions/pair "($(round "$counted" micro on) - $micro) / 2"
figure micro_lines_ir instructions/pair "($(round "$counted" lines on) - $micro) / 2"
figure mark_ir instructions/mark "($(round "$counted" marks on) - $(round "$counted" unmarked on)) / 101"
for workload in mixed pipe; do
    base=$(round "$plain" "$workload" off)
    figure "${workload}_plain_ir" instructions/round "$base"
    figure "${workload}_off_ratio" x "$(round "$counted" "$workload" off) / $base"
    figure "${workload}_on_ratio" x "$(round "$counted" "$workload" on) / $base"
done
