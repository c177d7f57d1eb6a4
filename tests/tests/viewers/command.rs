//! `sgn export` itself: where it writes, and what it refuses.

use std::io::Read as _;
use std::process::{Command, Stdio};

use serde_json::Value;
use sgn_tests::examples::{Printed, run, sgn};

use crate::readers::not_run;
use crate::recorded::{Recorded, moments, runs};

fn leak_hunt() -> &'static Recorded {
    &runs()[1]
}

/// Returns `sgn export` of a file that is named like one in the folder of `leak_hunt`.
fn export(file: &str, arguments: &[&str]) -> Command {
    let mut export = sgn();
    export.arg("export").arg(leak_hunt().file(file));
    export.args(arguments);
    export
}

fn refused(command: &mut Command, code: i32, text: &str) {
    let Printed { out, err, code: is } = run(command);
    assert_eq!((is, out.as_str()), (Some(code), ""), "{err}");
    assert!(err.starts_with("error: ") && err.contains(text), "{err}");
}

#[test]
fn standard_output_has_what_a_file_has() {
    let printed = run(&mut export("run.sgnprof", &["-f", "csv"]));
    let file = std::fs::read_to_string(leak_hunt().file("csv")).expect("it was exported");
    assert_eq!(printed.out, file);
    assert_eq!(printed.err, "");
}

#[test]
fn a_moment_within_the_run_can_be_exported() {
    let all = moments(&leak_hunt().run);
    let middle = &all[all.len() / 2];
    let stride = middle.stride.to_string();
    let printed = run(&mut export("run.sgnprof", &["-f", "json", "--at", &stride]));
    let exported: Value = serde_json::from_str(&printed.out).expect("it is JSON");
    let last = moments(&exported).pop().expect("there are some");
    assert_eq!(last.stride, middle.stride);
    assert_eq!(last.lines, middle.lines);
}

#[test]
fn a_file_that_ends_early_is_exported_with_a_warning() {
    let whole = std::fs::read(leak_hunt().file("run.sgnprof")).expect("it was recorded");
    let half = leak_hunt().file("half.sgnprof");
    std::fs::write(half, &whole[..whole.len() / 2]).expect("it can be written");
    let printed = run(&mut export("half.sgnprof", &["-f", "json"]));
    assert_eq!(printed.code, Some(0));
    assert!(printed.err.starts_with("warning: `"), "{}", printed.err);
    let exported: Value = serde_json::from_str(&printed.out).expect("it is JSON");
    assert!(exported["cut"].is_string(), "{}", exported["cut"]);
}

#[test]
fn what_cannot_be_is_refused() {
    let csv = ["-f", "csv"];
    refused(&mut export("nothing", &csv), 1, "cannot be read");
    refused(&mut export("json", &csv), 1, "cannot be read");
    refused(
        &mut export("run.sgnprof", &["-f", "prof"]),
        2,
        "possible values: pprof",
    );
    refused(&mut export("run.sgnprof", &[]), 2, "--format");
    refused(
        &mut export("run.sgnprof", &["-f", "csv", "--at", "1y"]),
        2,
        "a time since the start",
    );
    refused(
        &mut export("run.sgnprof", &["-f", "csv", "--at", "0"]),
        1,
        "give a later one",
    );
    let nowhere = ["-f", "csv", "--output", "no/such/folder"];
    refused(&mut export("run.sgnprof", &nowhere), 1, "cannot be written");
}

#[test]
fn a_recorded_run_is_not_overwritten() {
    let file = leak_hunt().file("run.sgnprof");
    let before = std::fs::read(&file).expect("it was recorded");
    let mut onto_itself = export("run.sgnprof", &["-f", "csv", "--output"]);
    refused(onto_itself.arg(&file), 1, "is the recorded run itself");
    assert_eq!(std::fs::read(&file).ok(), Some(before));
}

#[test]
fn a_pipe_that_closes_ends_quietly() {
    let mut command = export("run.sgnprof", &["-f", "heaptrack"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    let mut text = String::new();
    let mut errors = child.stderr.take().expect("it was asked for");
    errors.read_to_string(&mut text).expect("it can be read");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(text, "");
}

#[test]
fn a_terminal_gets_no_bytes_that_are_no_text() {
    let sgn = sgn();
    let program = sgn.get_program().to_string_lossy();
    let file = leak_hunt().file("run.sgnprof");
    let line = format!("'{program}' export '{}' -f pprof", file.display());
    let mut script = Command::new("script");
    let Ok(output) = script.args(["-qec", &line, "/dev/null"]).output() else {
        not_run("script", "it is not installed; it makes a terminal");
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}");
    assert!(shown.contains("a terminal cannot show it"), "{shown}");
}
