//! The command `sgn`: its help, its manual, and outputs that cannot be written.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use sgn_tests::examples::{Printed, run, sgn};

fn said(arguments: &[&str]) -> Printed {
    let printed = run(sgn().args(arguments));
    assert_eq!(printed.code, Some(0), "{arguments:?}: {}", printed.err);
    printed
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = said(&["--help"]).out;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    list.take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_fits_80_columns() {
    assert!(commands().len() >= 4);
    for command in commands() {
        let help = said(&[&command, "--help"]).out;
        for line in help.lines().chain(said(&["--help"]).out.lines()) {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

#[test]
fn every_command_has_a_page_of_the_manual_and_a_completion() {
    let script = said(&["completions", "bash"]).out;
    let whole = said(&["man"]).out;
    for command in commands() {
        let page = said(&["man", &command]).out;
        let name = format!("sgn\\-{command} \\- ");
        assert!(page.contains(&name), "{page}");
        assert!(whole.contains(&format!("sgn\\-{command}(1)")), "{whole}");
        assert!(script.contains(&format!("sgn,{command})")), "{script}");
    }
    let refused = run(sgn().args(["man", "tpo"]));
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("possible values"), "{}", refused.err);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        let _ = writeln!(std::io::stdout(), "NOT RUN: there is no /dev/full");
        return;
    };
    let mut command = sgn();
    let output = command.arg("inspect").stdout(full).stderr(Stdio::piped());
    let output = output.output().expect("the command starts");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.starts_with("error: the output cannot be written: "),
        "{text}"
    );
}

#[test]
fn a_reader_that_has_gone_is_told_nothing() {
    let mut command = sgn();
    let command = command
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    let mut text = String::new();
    let mut errors = child.stderr.take().expect("it was asked for");
    errors.read_to_string(&mut text).expect("it can be read");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(text, "");
}
