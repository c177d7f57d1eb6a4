# Shell functions that take and print figures, one a line: name, value, unit. Needs valgrind.

# The executable of a benchmark target.
executable() {
    cargo build --quiet --release --bench "$1" --message-format=json |
        sed -n "s/.*\"executable\":\"\([^\"]*\/$1-[^\"]*\)\".*/\1/p" | tail -1
}

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# Instructions of one round: program, workload, state, and the rounds of the shorter run.
# They are exact and repeatable: the difference of two runs of different length.
round() {
    local short=${4:-1000} few many
    few=$(instructions "$1" "$2" "$short" "$3")
    many=$(instructions "$1" "$2" $((3 * short)) "$3")
    awk -v few="$few" -v many="$many" -v short="$short" \
        'BEGIN { print (many - few) / (2 * short) }'
}

# Nanoseconds of CPU time a round: program, workload, state, rounds.
cpu_time() {
    local TIMEFORMAT='%U %S'
    { time "$1" "$2" "$4" "$3" >/dev/null; } 2>&1 | tail -1 |
        awk -v rounds="$4" '{ print ($1 + $2) * 1e9 / rounds }'
}

# The most memory that a program has had, in KiB: program, state. The median of three runs.
peak_memory() {
    for _ in 1 2 3; do "$1" resident 0 "$2"; done | sort -n | sed -n 2p
}

# Prints a figure: name, unit, and the expression for its value.
figure() {
    awk -v name="$1" -v unit="$2" "BEGIN { printf \"%s %.3f %s\n\", name, $3, unit }"
}
