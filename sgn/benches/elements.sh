#!/usr/bin/env bash
# What annotated elements cost to compile, one figure a line: name, value, unit.
#
# One hundred structs of three fields in a crate of their own, compiled as elements (a struct, an impl and an attribute
# on each) and with serde's `Serialize` and `Deserialize` derived. Processor time of `cargo check` and `cargo build` of
# that crate only, its dependencies being built; the best of some rounds in turns. The ratios hold on any machine.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The fields of every struct; `$1` and `$2` are what stands before a property and before a state.
fields() {
    printf '    /// The first of the pair.\n    %s\n    level: f64,\n' "$1"
    printf '    /// The second of the pair.\n    %s\n    limit: u32,\n' "$2"
    printf '    %s\n    count: u32,\n' "$3"
}

elements() {
    local number role body
    printf '#![allow(dead_code)]\n\nuse sgn::prelude::*;\n\n'
    for ((number = 0; number < 100; number++)); do
        case $((number % 3)) in
            0) role=source body='fn new(&mut self) -> Frame<f64> {
        self.count += 1;
        Frame::new(self.level * f64::from(self.count)).with_eos(self.count >= self.limit)
    }' ;;
            1) role=transform body='fn pull(&mut self, frame: Frame<f64>) {
        self.count += u32::from(frame.is_gap());
    }
    fn new(&mut self) -> Frame<f64> {
        Frame::new(self.level)
    }' ;;
            2) role=sink body='fn pull(&mut self, frame: Frame<f64>) {
        self.count += u32::from(frame.data().is_some_and(|value| *value > self.level));
    }' ;;
        esac
        printf '/// An element.\n#[sgn::%s]\npub struct Element%d {\n' "$role" "$number"
        fields '#[prop]' '#[prop(default = 10, range = 1..=1000)]' '#[state]'
        printf '}\n\n#[sgn::%s]\nimpl Element%d {\n    %s\n}\n\n' "$role" "$number" "$body"
    done
}

derives() {
    local number
    for ((number = 0; number < 100; number++)); do
        printf '/// A struct.\n#[derive(serde::Serialize, serde::Deserialize)]\npub struct Element%d {\n' "$number"
        fields '' '' ''
        printf '}\n\n'
    done
}

crate() {
    mkdir -p "$folder/$1/src"
    cat >"$folder/$1/src/lib.rs"
    printf '[package]\nname = "%s"\nedition = "2024"\n\n[dependencies]\n%s\n' "$1" "$2" >"$folder/$1/Cargo.toml"
}

elements | crate elements "sgn = { path = \"$PWD\" }"
derives | crate derives 'serde = { version = "1", features = ["derive"] }'
printf '[workspace]\nmembers = ["elements", "derives"]\nresolver = "3"\n' >"$folder/Cargo.toml"
cp ../Cargo.lock "$folder"

cargo_in() {
    cargo "$@" --quiet --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target"
}

# Seconds of one clean compilation of a crate: command, crate.
seconds() {
    local TIMEFORMAT='%U %S'
    cargo_in clean --package "$2"
    { time cargo_in "$1" --package "$2" 2>&3; } 3>&2 2>&1 | awk '{ print $1 + $2 }'
}

for command in check build; do
    cargo_in "$command"
    for ((round = 0; round < rounds; round++)); do
        for name in elements derives; do
            seconds "$command" "$name" >>"$folder/$command.$name"
        done
    done
done

best() { sort -n "$folder/$1.$2" | head -1; }
for command in check build; do
    awk -v command="$command" -v ours="$(best "$command" elements)" -v serde="$(best "$command" derives)" 'BEGIN {
        printf "elements_%s_seconds %.2f s\n", command, ours
        printf "derives_%s_seconds %.2f s\n", command, serde
        printf "elements_%s_vs_serde %.2f x\n", command, ours / serde
    }'
done
