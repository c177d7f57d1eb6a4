#!/usr/bin/env bash
# What a frame pays for being in a pipeline, one figure a line: name, value, unit. Needs valgrind.
#
# A hop is what one more element in a chain costs: (T(100) - T(10)) / 90. Times are CPU time, taken in turns with a
# loop written by hand in one run, and are of use as ratios only (`*_vs_dyn`, below 1 is faster than the loop).
# The step of that loop is one call from frame to frame, and so is a function element: `hop_u64`, `hop_vec`. An element
# of two methods, `pull` and `new`, also keeps the frame between its calls: `hop_u64_struct`, `hop_vec_struct`.
# Instructions (`*_ir`) are exact and repeatable.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(cargo build --quiet --release --bench pipeline --message-format=json |
    sed -n 's/.*"executable":"\([^"]*\/pipeline-[^"]*\)".*/\1/p' | tail -1)

"$program"

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" count "$@" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# Instructions of a stride: kind, size. The difference of two runs of different length.
stride() {
    local few many
    few=$(instructions "$1" "$2" 1000)
    many=$(instructions "$1" "$2" 3000)
    echo $(((many - few) / 2000))
}

for kind in u64 u64_struct u64_dyn vec vec_struct vec_dyn fanout_borrow fanout_dyn; do
    short=$(stride "$kind" 10)
    long=$(stride "$kind" 100)
    case $kind in
        fanout_*) name=${kind}_ir unit=instructions/sink ;;
        *) name=hop_${kind}_ir unit=instructions/hop ;;
    esac
    awk -v name="$name" -v unit="$unit" "BEGIN { printf \"%s %.1f %s\n\", name, ($long - $short) / 90, unit }"
done
