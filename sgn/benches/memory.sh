#!/usr/bin/env bash
# What counting costs, one figure a line: name, value, unit. Needs valgrind.
#
#   _plain_ir    instructions of a program that names no allocator, without a trace of `sgn`
#   _explicit_   the same with the system's allocator as `#[global_allocator]`: calls of any that is
#                named are inlined, those of the default are not, so whoever adds one gains this first
#   _absent_     steps and lines are named, as the attributes do, without the counting allocator
#   _off_ _on_   with it, switched off and on
#   _lines_      switched on, and each statement marked
#   _holders_    switched on, with the index of live blocks
#   _vs_system   ratio to `_plain_ir`, of instructions unless the name says `time`
#
# `peers/peers.sh` has the ratios of CPU time, and the same figures of other profilers and allocators.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/memory/figures.sh

plain=$(executable memory_plain)
explicit=$(executable memory_explicit)
absent=$(executable memory_absent)
counted=$(executable memory_counted)
holders=$(executable memory_holders)

# So many rounds that the start of a process, which varies a little, is not seen in the third decimal.
pairs() { round "$1" "$2" "$3" 50000; }
micro=$(pairs "$plain" micro off)
figure micro_plain_ir instructions/pair "$micro / 2"
figure micro_explicit_ir instructions/pair "($(pairs "$explicit" micro off) - $micro) / 2"
figure micro_absent_ir instructions/pair "($(pairs "$absent" micro_lines absent) - $micro) / 2"
figure micro_off_ir instructions/pair "($(pairs "$counted" micro off) - $micro) / 2"
figure micro_on_ir instructions/pair "($(pairs "$counted" micro on) - $micro) / 2"
figure micro_holders_ir instructions/pair "($(pairs "$holders" micro on) - $micro) / 2"
figure micro_holders_off_ir instructions/pair "($(pairs "$holders" micro off) - $micro) / 2"
# Long enough for some samples, of which one is taken in 8192 allocations of this size.
sampled=$(round "$counted" micro sampled 100000)
figure micro_sampled_ir instructions/pair "($sampled - $micro) / 2"
figure sampled_over_off_ir instructions/pair "($sampled - $(round "$counted" micro off 100000)) / 2"
figure micro_lines_ir instructions/pair "($(pairs "$counted" micro_lines on) - $micro) / 2"
figure mark_ir instructions/mark "($(pairs "$counted" marks on) - $(pairs "$counted" unmarked on)) / 101"

# What counting adds to a pair in a thread that has a table of counters and in one for which none is left, and the ratio
# of all that a pair takes in them. `valgrind` has to be asked for so many threads.
alone=$(pairs "$plain" micro_own off)
own=$(pairs "$counted" micro_own on)
shared=$(VALGRIND_OPTS=--max-threads=1100 pairs "$counted" micro_shared on)
figure thread_own_ir instructions/pair "($own - $alone) / 2"
figure thread_shared_ir instructions/pair "($shared - $alone) / 2"
figure thread_shared_vs_own x "$shared / $own"

base=$(round "$plain" mixed off)
figure mixed_plain_ir instructions/round "$base"
figure mixed_explicit_ir_vs_system x "$(round "$explicit" mixed off) / $base"
figure mixed_absent_ir_vs_system x "$(round "$absent" mixed_lines absent) / $base"
for state in off on; do
    figure "mixed_${state}_ir_vs_system" x "$(round "$counted" mixed "$state") / $base"
done
figure mixed_lines_ir_vs_system x "$(round "$counted" mixed_lines on) / $base"

# The steps of `pipe` are plain functions: what is added is scopes, marks and counting.
base=$(round "$plain" pipe off)
figure pipe_plain_ir instructions/frame "$base"
figure pipe_explicit_ir_vs_system x "$(round "$explicit" pipe off) / $base"
figure pipe_absent_ir_vs_system x "$(round "$absent" pipe absent) / $base"
for state in off sampled on lines; do
    figure "pipe_${state}_ir_vs_system" x "$(round "$counted" pipe "$state") / $base"
done

# A pipeline of `sgn`, whose macros always write scopes and marks: `plain` and `absent` are the same,
# so are `on` and `lines`, and what is added is counting.
for bytes in 64 1500 65536; do
    base=$(round "$plain" "frame$bytes" off 300)
    figure "frame${bytes}_plain_ir" instructions/frame "$base"
    figure "frame${bytes}_explicit_vs_system" x "$(round "$explicit" "frame$bytes" off 300) / $base"
    figure "frame${bytes}_off_vs_system" x "$(round "$counted" "frame$bytes" off 300) / $base"
    figure "frame${bytes}_lines_vs_system" x "$(round "$counted" "frame$bytes" on 300) / $base"
done

# A sample of each line, as a run that makes reports takes one a second: by itself, and as so many frames of 1500 bytes.
# Of the strides from 2049 to 6144, 96 are sampled because of their number.
counted_frame=$(round "$counted" frame1500 on 2048)
sampled_frame=$(SGNLOGLEVEL=pipeline:MEMPROF SGN_MEMPROF_EVERY=1h round "$counted" frame1500 on 2048)
figure growth_sample_ir instructions/sample "($sampled_frame - $counted_frame) * 4096 / 96"
figure growth_sample_frame1500 frames/sample "($sampled_frame / $counted_frame - 1) * 4096 / 96"

# A loop inside `pull`, against the same loop in a function of its own.
for loop in saxpy dot clamp; do
    base=$(round "$plain" "plain_$loop" off 100)
    figure "${loop}_vs_plain" x "$(round "$counted" "$loop" on 100) / $base"
done

figure rss_holders_vs_plain x "$(peak_memory "$holders" on) / $(peak_memory "$plain" off)"
figure rss_glibc_vs_plain x "$(peak_memory "$counted" on) / $(peak_memory "$plain" off)"

# The time of a census: 10,000 blocks and a million, of 1 KiB each.
"$(executable memory_census)"

# The time and the memory of a report: 100 elements of 1000 lines each.
"$(executable memory_report)"

# What a memory profile takes of the run's own thread for each moment, and its length at one moment a second, if all
# lines change: 100 elements of 1000 lines, 100 of 10, and 2 of 4.
for size in "100 1000" "100 10" "2 4"; do
    # shellcheck disable=SC2086 # two numbers
    "$(executable memory_file)" $size
done

bash benches/memory/tutorial.sh
