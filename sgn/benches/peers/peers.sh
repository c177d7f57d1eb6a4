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
counted=$(executable memory_counted)

program() {
    case $1 in
    sgn_*) echo "$counted" ;;
    heapscope) echo "$peers/frames/release/heapscope" ;;
    *) echo "$peers/release/$1" ;;
    esac
}
state() { case $1 in sgn_*) echo "${1#sgn_}" ;; *) echo on ;; esac; }

# An allocator of one's own and the memory that a process has at its peak.
for inner in mimalloc jemalloc; do
    figure "rss_${inner}_vs_plain" x \
        "$(peak_memory "$peers/release/${inner}_counted" on) / $(peak_memory "$peers/release/${inner}_plain" off)"
    base=$(round "$peers/release/${inner}_plain" micro off)
    figure "micro_${inner}_plain_ir" instructions/pair "$base / 2"
    figure "micro_${inner}_on_ir" instructions/pair \
        "($(round "$peers/release/${inner}_counted" micro on) - $base) / 2"
done

others=(stats tracking heapscope dhat)
for workload in micro mixed pipe frames64 frames1500 frames65536; do
    case $workload in micro) pairs=2 unit=instructions/pair ;; *) pairs=1 unit=instructions/round ;; esac
    case $workload in mixed) short=1000 ;; *) short=100 ;; esac
    base=$(round "$plain" "$workload" off $short)
    for other in "${others[@]}"; do
        figure "${workload}_${other}_ir" "$unit" \
            "($(round "$(program "$other")" "$workload" on $short) - $base) / $pairs"
    done
done

# CPU time against the system's allocator: medians of rounds in which all take turns.
for workload in micro mixed pipe frames1500; do
    case $workload in micro) rounds=2000000 ;; mixed) rounds=1000000 ;; *) rounds=150000 ;; esac
    for _ in 1 2 3 4 5; do
        base=$(cpu_time "$plain" "$workload" off $rounds)
        for subject in sgn_off sgn_on "${others[@]}"; do
            case $subject in dhat) share=50 ;; heapscope) share=10 ;; *) share=1 ;; esac
            time=$(cpu_time "$(program "$subject")" "$workload" "$(state "$subject")" $((rounds / share)))
            awk -v name="$subject" -v base="$base" -v time="$time" 'BEGIN { print name, time / base }'
        done
    done | sort -k1,1 -k2,2g | awk -v workload="$workload" '
        $1 != name { name = $1; count = 0 }
        ++count == 3 { printf "%s_%s_time_vs_system %.2f x\n", workload, name, $2 }'
done

for subject in stats tracking heapscope; do
    figure "rss_${subject}_vs_plain" x \
        "$(peak_memory "$(program "$subject")" on) / $(peak_memory "$plain" off)"
done
