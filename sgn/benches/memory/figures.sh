# Shell functions that take and print figures, one a line: name, value, unit. Needs valgrind.

# What a program under measurement writes to standard error: its memory report, if it makes one.
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT

# The executable of a benchmark target.
executable() {
    cargo build --quiet --release --bench "$1" --message-format=json |
        sed -n "s/.*\"executable\":\"\([^\"]*\/$1-[^\"]*\)\".*/\1/p" | tail -1
}

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
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

# Seconds of CPU time that a command takes, in user and in kernel mode. Standard output is thrown
# away, standard error is written to a file on disk, as a service would.
cpu_seconds() {
    local TIMEFORMAT='%U %S' times
    times=$({ time "$@" >/dev/null 2>"$printed"; } 2>&1) || {
        cat "$printed" >&2
        return 1
    }
    awk '{ print $1 + $2 }' <<<"$times"
}

# Nanoseconds of CPU time a round: program, workload, state, rounds.
cpu_time() {
    local seconds
    seconds=$(cpu_seconds "$1" "$2" "$4" "$3")
    awk -v seconds="$seconds" -v rounds="$4" 'BEGIN { print seconds * 1e9 / rounds }'
}

# The median of each figure of which there are several lines on standard input: name, unit, value.
medians() {
    sort -k1,2 -k3,3g | awk '
        function median() { if (count) printf "%s %.3f %s\n", name, value[int((count + 1) / 2)], unit }
        $1 != name { median(); name = $1; unit = $2; count = 0 }
        { value[++count] = $3 }
        END { median() }'
}

# The most memory that a program has had, in KiB: program, state. The median of three runs.
peak_memory() {
    for _ in 1 2 3; do "$1" resident 0 "$2"; done | sort -n | sed -n 2p
}

# Prints a figure: name, unit, and the expression for its value.
figure() {
    awk -v name="$1" -v unit="$2" "BEGIN { printf \"%s %.3f %s\n\", name, $3, unit }"
}
