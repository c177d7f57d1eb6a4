//! A million hostile texts through each place where texts of others are shown: none acts on a terminal, and none
//! forges a line. `src/bin/hostile_probe.rs` shows them.

#[path = "../../../sgn/src/text/hostile.rs"]
#[expect(dead_code, reason = "the probe makes the texts")]
mod hostile;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use hostile::assert_harmless;
use sgn_tests::programs::released;

const TEXTS: usize = 1_000_000;

fn probe(place: &str) -> Command {
    let mut probe = Command::new(released().program("hostile_probe"));
    probe.arg(place);
    for variable in [
        "SGNLOGLEVEL",
        "RUST_LOG",
        "JOURNAL_STREAM",
        "RUST_BACKTRACE",
    ] {
        probe.env_remove(variable);
    }
    probe
}

#[track_caller]
fn shows_no_harm(place: &str) {
    let output = probe(place).output().expect("the probe starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{place}: {told}");
}

#[test]
fn lines_of_the_log() {
    let mut probe = probe("log")
        .stderr(Stdio::piped())
        .spawn()
        .expect("the probe starts");
    let stderr = probe.stderr.take().expect("it has a standard error");
    let (mut messages, mut reports) = (0, 0);
    for line in BufReader::new(stderr).split(b'\n') {
        let line = String::from_utf8(line.expect("it can be read")).expect("it is UTF-8");
        let is_ours = if line.starts_with("  | ") {
            true
        } else if line.starts_with("[MEMPROF] ") {
            reports += 1;
            true
        } else {
            messages += 1;
            line.split_once("Z ERROR ")
                .is_some_and(|(time, _)| time.len() == 23)
                && !line.starts_with("2026-01-01T00:00:00.000Z CRITICAL")
        };
        assert!(!line.contains('\n'));
        assert_harmless(&line, |_, _| is_ours);
    }
    assert!(probe.wait().expect("it ends").success());
    assert_eq!(messages, 4 * TEXTS / 100);
    assert!(reports >= TEXTS / 100);
}

#[test]
fn names_that_are_refused() {
    shows_no_harm("names");
}

#[test]
fn names_that_nothing_has() {
    shows_no_harm("look-ups");
}

#[test]
fn properties_that_are_refused() {
    shows_no_harm("properties");
}

#[test]
fn launch_strings() {
    shows_no_harm("launch");
}

#[test]
fn items_of_the_variable() {
    shows_no_harm("variable");
}

#[test]
fn errors_of_elements() {
    shows_no_harm("errors");
}

#[test]
fn panics_of_elements() {
    shows_no_harm("panics");
}

#[test]
fn rows_of_the_memory_report() {
    shows_no_harm("report");
}

#[test]
fn labels_in_the_memory_report() {
    shows_no_harm("labels");
}

#[test]
fn the_command_line() {
    shows_no_harm("cli");
}
