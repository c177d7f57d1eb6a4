//! What a program with `SGNLOGLEVEL` in its environment prints.

use std::process::{Command, Output};

fn probe(value: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log_probe"));
    command
        .env("SGNLOGLEVEL", value)
        .env_remove("JOURNAL_STREAM");
    command
}

/// Standard error of a probe that came to its end, the times cut off.
fn lines(command: &mut Command) -> Vec<String> {
    let Output { status, stderr, .. } = command.output().expect("the probe starts");
    assert_eq!(status.code(), Some(7));
    String::from_utf8(stderr)
        .expect("lines are UTF-8")
        .lines()
        .map(without_time)
        .collect()
}

fn without_time(line: &str) -> String {
    match line.split_once(' ') {
        Some((time, rest)) if time.ends_with('Z') => {
            let shape: String = time
                .chars()
                .map(|c| if c.is_ascii_digit() { '0' } else { c })
                .collect();
            assert_eq!(shape, "0000-00-00T00:00:00.000Z");
            rest.to_owned()
        }
        _ => line.to_owned(),
    }
}

const WARNING_AND_ABOVE: [&str; 7] = [
    "WARNING pipeline: WARNING is enabled: true",
    "ERROR pipeline: ERROR is enabled: true",
    "CRITICAL pipeline: CRITICAL is enabled: true",
    "WARNING src: WARNING is enabled: true",
    "ERROR src: ERROR is enabled: true",
    "CRITICAL src: CRITICAL is enabled: true",
    "WARNING other::crate: loud",
];

#[test]
fn the_default_is_warning() {
    assert_eq!(lines(&mut probe("")), WARNING_AND_ABOVE);
}

#[test]
fn memprof_of_the_pipeline_says_nothing_of_the_source() {
    let found = lines(&mut probe("pipeline:MEMPROF src:CRITICAL"));
    assert_eq!(
        found,
        [
            "[MEMPROF] MEMPROF is enabled: true",
            "DEBUG pipeline: DEBUG is enabled: true",
            "INFO pipeline: INFO is enabled: true",
            "WARNING pipeline: WARNING is enabled: true",
            "ERROR pipeline: ERROR is enabled: true",
            "CRITICAL pipeline: CRITICAL is enabled: true",
            "CRITICAL src: CRITICAL is enabled: true",
            "[MEMPROF] | a table",
            "WARNING other::crate: loud",
        ]
    );
}

#[test]
fn events_of_elements_name_their_logger_by_field_or_target() {
    let found = lines(&mut probe("CRITICAL src:INFO group:DEBUG"));
    assert_eq!(
        found,
        [
            "CRITICAL pipeline: CRITICAL is enabled: true",
            "INFO src: INFO is enabled: true",
            "WARNING src: WARNING is enabled: true",
            "ERROR src: ERROR is enabled: true",
            "CRITICAL src: CRITICAL is enabled: true",
            "INFO src: from an element frames=3",
            "INFO src: from another",
            "INFO group.filter: by target",
            "WARNING other::crate: loud",
        ]
    );
}

#[test]
fn a_removed_entry_is_reset() {
    let mut expected = vec!["CRITICAL pipeline: CRITICAL is enabled: true"];
    expected.push("CRITICAL src: CRITICAL is enabled: true");
    expected.push("WARNING other::crate: loud");
    expected.push("CRITICAL probe: second round");
    expected.extend(WARNING_AND_ABOVE);
    assert_eq!(lines(probe("CRITICAL").arg("")), expected);
}

#[test]
fn a_refused_value_changes_nothing() {
    let found = lines(probe("CRITICAL").arg("DEBUG src:LOUD"));
    let rounds: Vec<&[String]> = found.split(|line| line.contains("second round")).collect();
    assert_eq!(rounds.len(), 2);
    assert!(rounds[1][0].starts_with("refused: unknown level `LOUD` in the item `src:LOUD`"));
    assert_eq!(rounds[0], &rounds[1][1..]);
}

#[test]
fn a_refused_variable_is_told() {
    let output = probe("pipeline:memprof").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.ends_with("; did you mean `pipeline:MEMPROF`?\n"),
        "{text}"
    );
}

#[test]
fn the_journal_gets_priorities_and_no_time() {
    let output = probe("src:MEMPROF")
        .env("JOURNAL_STREAM", "8:1234")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let starts: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("src: ") || line.contains("[MEMPROF]"))
        .map(|line| line.split(' ').next().unwrap_or_default())
        .collect();
    assert_eq!(
        starts,
        [
            "<7>[MEMPROF]",
            "<7>DEBUG",
            "<6>INFO",
            "<4>WARNING",
            "<3>ERROR",
            "<2>CRITICAL",
            "<6>INFO",
            "<6>INFO",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_closed_standard_error_is_no_failure() {
    for redirection in ["2>&-", "2>/dev/full"] {
        let status = Command::new("sh")
            .arg("-c")
            .arg(format!("exec \"$0\" {redirection}"))
            .arg(env!("CARGO_BIN_EXE_log_probe"))
            .env("SGNLOGLEVEL", "MEMPROF")
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(7), "{redirection}");
    }
}
