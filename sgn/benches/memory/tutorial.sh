#!/usr/bin/env bash
# What the memory report costs the pipeline of the Python SGN's tutorial, in Rust and in Python, one
# figure a line: name, value, unit. Needs valgrind; for Python, version 0.12.3 of the package `sgn`.
#
#   _counting_           the allocator counts, and nobody asks for a report
#   _default_cadence_    SGNLOGLEVEL=pipeline:MEMPROF: a report a second
#   _report_per_stride_  the same with SGN_MEMPROF_EVERY=stride, which is what Python does
#
# Received lines go to /dev/null and reports through the log to a file on disk. `off` is the same
# program without the variables. A stride does next to nothing, so the ratios are as bad as they get;
# `_us` is what a report takes, whatever the pipeline does.
set -euo pipefail
cd "$(dirname "$0")/../.."
. benches/memory/figures.sh
unset SGNLOGLEVEL SGN_MEMPROF_EVERY SGN_MEMPROF_TOP

plain=$(executable memory_plain)
counted=$(executable memory_counted)

per_stride() { SGNLOGLEVEL=pipeline:MEMPROF SGN_MEMPROF_EVERY=stride "$@"; }
per_second() { SGNLOGLEVEL=pipeline:MEMPROF "$@"; }

base=$(round "$counted" tutorial off)
figure tutorial_off_ir instructions/stride "$base"
figure tutorial_counting_ir_vs_off x "$(round "$counted" tutorial on) / $base"
reported=$(per_stride round "$counted" tutorial off 100)
figure tutorial_report_per_stride_ir_vs_off x "$reported / $base"
figure tutorial_report_ir instructions/report "$reported - $base"

# All take turns, and every ratio is within one round. The runs of the default cadence last for
# several reports.
for _ in 1 2 3 4 5; do
    bare=$(cpu_time "$plain" tutorial off 1000000)
    off=$(cpu_time "$counted" tutorial off 1000000)
    counting=$(cpu_time "$counted" tutorial on 1000000)
    cadence=$(per_second cpu_time "$counted" tutorial off 5000000)
    stride=$(per_stride cpu_time "$counted" tutorial off 3000)
    awk -v plain="$bare" -v off="$off" -v counting="$counting" -v cadence="$cadence" \
        -v stride="$stride" 'BEGIN {
            print "tutorial_off_vs_system x", off / plain
            print "tutorial_counting_vs_off x", counting / off
            print "tutorial_default_cadence_vs_off x", cadence / off
            print "tutorial_report_per_stride_vs_off x", stride / off
            print "tutorial_stride_us us", off / 1e3
            print "tutorial_report_us us", (stride - off) / 1e3
        }'
done | medians

# An interpreter with the Python package: the one that the user names, or one of our own.
python=${SGN_PYTHON:-}
if [ -z "$python" ]; then
    folder=$(dirname "$counted")/../../python-sgn
    python=$folder/bin/python
    if ! "$python" -c 'import sgn' 2>/dev/null; then
        { python3 -m venv "$folder" && "$python" -m pip install --quiet sgn==0.12.3; } >&2 || {
            echo "NOT RUN: Python's tutorial needs \`sgn\` 0.12.3; name an interpreter in \`SGN_PYTHON\`" >&2
            exit 0
        }
    fi
fi

# Python starts slowly: the difference of two runs of different length.
python_stride() {
    local few many
    few=$(cpu_seconds "$python" benches/peers/python/tutorial.py 1)
    many=$(cpu_seconds "$python" benches/peers/python/tutorial.py $((1 + $1)))
    awk -v few="$few" -v many="$many" -v strides="$1" 'BEGIN { print (many - few) * 1e9 / strides }'
}

for _ in 1 2 3; do
    off=$(python_stride 20000)
    stride=$(per_second python_stride 20)
    awk -v off="$off" -v stride="$stride" 'BEGIN {
        print "tutorial_python_report_per_stride_vs_off x", stride / off
        print "tutorial_python_stride_us us", off / 1e3
        print "tutorial_python_report_us us", (stride - off) / 1e3
    }'
done | medians
