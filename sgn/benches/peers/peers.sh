#!/usr/bin/env bash
# The figures of `memory.sh` for other profilers, and for `sgn` on other allocators, one figure a
# line: name, value, unit. Needs valgrind and a C compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
. benches/memory/figures.sh

# heapscope asks for a newer compiler than it needs, and for frame pointers.
build() { cargo build --quiet --release --ignore-rust-version "$@"; }
( cd benches/peers
  build
  RUSTFLAGS="-Cforce-frame-pointers=yes" build --bin heapscope --target-dir target/frames )
peers=benches/peers/target
plain=$(executable memory_plain)
absent=$(executable memory_absent)
counted=$(executable memory_counted)

program() {
    case $1 in
    absent) echo "$absent" ;;
    off | on | lines) echo "$counted" ;;
    heapscope) echo "$peers/frames/release/heapscope" ;;
    *) echo "$peers/release/$1" ;;
    esac
}

# Of the subject and the workload: the workload whose statements are marked, where that is another.
marked() {
    case $1-$2 in
    absent-mi* | lines-mi*) echo "$2_lines" ;;
    *) echo "$2" ;;
    esac
}

# Of the subject: what its program is told to do.
state() { case $1 in absent | off | lines) echo "$1" ;; *) echo on ;; esac; }

# An allocator of one's own and the memory that a process has at its peak.
for inner in mimalloc jemalloc; do
    figure "rss_${inner}_vs_plain" x \
        "$(peak_memory "$peers/release/${inner}_counted" on) / $(peak_memory "$peers/release/${inner}_plain" off)"
    base=$(round "$peers/release/${inner}_plain" micro off)
    figure "micro_${inner}_plain_ir" instructions/pair "$base / 2"
    figure "micro_${inner}_on_ir" instructions/pair \
        "($(round "$peers/release/${inner}_counted" micro on) - $base) / 2"
done

# What others add: instructions. In a pipeline of `sgn`, `frame...`, they are not told of the elements.
others=(stats tracking heapscope dhat)
workloads=(micro mixed pipe frame64 frame1500 frame65536)
for workload in "${workloads[@]}"; do
    case $workload in micro) pairs=2 unit=instructions/pair ;; *) pairs=1 unit=instructions/round ;; esac
    case $workload in mixed) short=1000 ;; *) short=100 ;; esac
    base=$(round "$plain" "$workload" off $short)
    for other in "${others[@]}"; do
        figure "${workload}_${other}_ir" "$unit" \
            "($(round "$(program "$other")" "$workload" on $short) - $base) / $pairs"
    done
done

# CPU time against the system's allocator: medians of rounds in which all take turns.
for workload in "${workloads[@]}"; do
    # a pipeline of `sgn` without the counting allocator is what the others are compared with,
    # and with it there are always lines
    case $workload in frame*) ours=(off lines) ;; *) ours=(absent off on lines) ;; esac
    case $workload in
    micro) rounds=2000000 ;;
    mixed) rounds=1000000 ;;
    frame65536) rounds=6000 ;;
    *) rounds=150000 ;;
    esac
    for _ in 1 2 3 4 5; do
        base=$(cpu_time "$plain" "$workload" off $rounds)
        for subject in "${ours[@]}" "${others[@]}"; do
            case $workload-$subject in
            frame65536-*) share=1 ;;
            *-dhat) share=50 ;;
            *-heapscope) share=10 ;;
            *) share=1 ;;
            esac
            time=$(cpu_time "$(program "$subject")" "$(marked "$subject" "$workload")" \
                "$(state "$subject")" $((rounds / share)))
            awk -v name="${workload}_${subject}_time_vs_system" -v base="$base" -v time="$time" \
                'BEGIN { print name, "x", time / base }'
        done
    done | medians
done

for subject in "${others[@]}"; do
    figure "rss_${subject}_vs_plain" x \
        "$(peak_memory "$(program "$subject")" on) / $(peak_memory "$plain" off)"
done
