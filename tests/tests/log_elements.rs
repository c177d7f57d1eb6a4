//! What an element says is said in its name, at its level.

use std::process::Command;

/// The lines about what elements said, the times cut off.
fn said(levels: &str, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_request_probe"))
        .args(arguments)
        .env("SGNLOGLEVEL", levels)
        .env_remove("JOURNAL_STREAM")
        .output()
        .expect("the probe starts");
    let text = String::from_utf8(output.stderr).expect("lines are UTF-8");
    assert!(output.status.success(), "{text}");
    let lines = text.lines().filter_map(|line| line.split_once("Z "));
    lines.map(|(_, line)| line.to_owned()).collect()
}

#[test]
fn events_of_an_element_carry_its_name_and_follow_its_level() {
    assert_eq!(
        said("lens:CRITICAL camera:DEBUG", &[]),
        [
            "INFO camera: started",
            "DEBUG camera: counted count=1",
            "DEBUG camera: counted count=2",
        ]
    );
    let found = said("pipeline:INFO lens:WARNING", &[]);
    assert_eq!(
        found[..3],
        [
            "INFO pipeline: in the name of another",
            "WARNING lens: name is Some(\"lens\")",
            "ERROR lens: of a library",
        ]
    );
}

#[test]
fn an_element_has_a_level_by_its_role() {
    assert_eq!(said("CRITICAL source:INFO", &[]), ["INFO camera: started"]);
    assert_eq!(said("CRITICAL source:INFO camera:ERROR", &[]), [""; 0]);
    assert_eq!(
        said("CRITICAL transform:ERROR", &[]),
        ["ERROR lens: of a library"; 2]
    );
}

#[test]
fn what_is_said_while_elements_are_built_takes_a_subscriber_before() {
    assert_eq!(
        said("CRITICAL camera:INFO", &["init"]),
        ["INFO camera: built", "INFO camera: started"]
    );
}
