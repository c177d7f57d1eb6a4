//! The catalogue example, run as a user runs it.

use std::process::Output;

use serde_json::Value;
use sgn_tests::examples::example;

fn catalogue(arguments: &[&str]) -> Output {
    example("catalogue")
        .args(arguments)
        .output()
        .expect("the example starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The last line of standard output as JSON.
fn json(output: &Output) -> Value {
    let text = out(output);
    let last = text.lines().last().expect("there is a line");
    serde_json::from_str(last).expect("the line is JSON")
}

#[test]
fn inspect_lists_and_describes() {
    let output = catalogue(&["inspect"]);
    assert!(output.status.success(), "{}", err(&output));
    let list = out(&output);
    assert!(
        list.contains("counter             source     Counts up from 1"),
        "{list}"
    );
    assert!(list.contains("null_sink"), "{list}");

    assert_eq!(out(&catalogue(&[])), list, "without a command");

    let output = catalogue(&["inspect", "counter"]);
    assert!(output.status.success());
    let text = out(&output);
    for line in [
        "  Role    source\n",
        "  source  out  f64  gives\n",
        "  max_frames: u32, default 10, range 1..=1_000_000\n      How many numbers to give.\n",
    ] {
        assert!(text.contains(line), "{text}");
    }

    let all = json(&catalogue(&["inspect", "--json"]));
    let names = all["elements"].as_array().expect("a list").iter();
    assert!(names.clone().any(|element| element["name"] == "deal"));
    assert_eq!(all["error"], Value::Null);

    let deal = json(&catalogue(&["inspect", "Deal", "--json"]));
    assert_eq!(deal["role"], "transform");
    assert_eq!(deal["pads"][0]["dynamic"], true);
    assert_eq!(deal["launchable"], true);
}

#[test]
fn an_unknown_name_fails_with_a_near_miss() {
    let output = catalogue(&["inspect", "conter"]);
    assert_eq!(output.status.code(), Some(1));
    let text = err(&output);
    assert!(
        text.contains("did you mean `counter`?") && text.contains("use my_elements as _;"),
        "{text}"
    );
    let output = catalogue(&["inspect", "conter", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json(&output)["error"]["kind"], "unknown_element");
}

#[test]
fn launch_runs() {
    let output = catalogue(&["launch", "counter max_frames=3 ! print"]);
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(out(&output), "1\n2\n3\n");
    assert!(
        err(&output).starts_with("finished after 3 strides in "),
        "{}",
        err(&output)
    );

    let text = "counter name=src max_frames=4 ! deal source_pads=odd,even name=d  \
                d.odd ! print label=odd  d.even ! print label='even one'";
    let output = catalogue(&["launch", "--json", text]);
    assert_eq!(
        out(&output).lines().take(4).collect::<Vec<_>>(),
        ["odd: 1", "even one: 2", "odd: 3", "even one: 4"]
    );
    assert_eq!(json(&output)["strides"], 4);
    assert_eq!(json(&output)["finished"], true);

    let output = catalogue(&["launch", "--max-strides", "2", "--json", "counter ! print"]);
    assert_eq!(json(&output)["strides"], 2);
    assert_eq!(json(&output)["finished"], false);
}

#[test]
fn launch_is_told_how_long_a_run_may_take_to_end() {
    let text = "counter max_frames=3 ! print";
    let output = catalogue(&["launch", text, "--grace-strides=1", "--grace-time=0.5"]);
    assert!(output.status.success(), "{}", err(&output));
    for (option, value) in [
        ("--grace-strides", "0"),
        ("--grace-time", "-1"),
        ("--grace-time", "soon"),
    ] {
        let output = catalogue(&["launch", text, &format!("{option}={value}")]);
        assert_eq!(output.status.code(), Some(2));
        let refused = format!("invalid value '{value}' for '{option} <");
        assert!(err(&output).contains(&refused), "{}", err(&output));
        assert_eq!(out(&output), "");
    }
    let help = catalogue(&["launch", "--help"]);
    for option in ["--grace-strides <N>", "--grace-time <SECONDS>"] {
        assert!(out(&help).contains(option), "{}", out(&help));
    }
}

#[test]
fn a_bad_launch_string_has_a_caret_and_runs_nothing() {
    let text = "counter name=src ! print  src. ! prnt";
    let output = catalogue(&["launch", text]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "");
    let expected = format!("  {text}\n  {:33}^^^^\n", "");
    assert!(err(&output).ends_with(&expected), "{}", err(&output));

    let error = &json(&catalogue(&["launch", "--json", text]))["error"];
    assert_eq!(error["kind"], "unknown_element");
    assert_eq!(error["problems"][0]["column"], 34);
}

#[test]
fn a_run_that_fails_says_where() {
    let output = catalogue(&["launch", "counter ! refuse number=2"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("stride 2: 2 is refused"),
        "{}",
        err(&output)
    );
    let error = &json(&catalogue(&[
        "launch",
        "--json",
        "counter ! refuse number=2",
    ]))["error"];
    assert_eq!(error["pad"], "refuse0:snk:x");
    assert_eq!(error["stride"], 2);
}

#[test]
fn completions_know_the_elements() {
    for shell in ["bash", "zsh", "fish"] {
        let output = catalogue(&["completions", shell]);
        assert!(output.status.success());
        assert!(out(&output).contains("callable_transform"), "{shell}");
    }
    assert_eq!(catalogue(&["completions", "dos"]).status.code(), Some(2));
    assert_eq!(catalogue(&["lunch"]).status.code(), Some(2));
}

#[test]
fn hostile_arguments_are_escaped() {
    let hostile =
        "\u{1b}[2J\n2026-01-01T00:00:00.000Z CRITICAL pipeline: forged\u{202e}\u{7f}\u{9b}";
    let launch = format!("counter max_frames='{hostile}' ! prnt");
    for arguments in [
        vec!["inspect", hostile],
        vec![hostile],
        vec!["launch", hostile],
        vec!["launch", &launch],
        vec!["launch", "counter ! print", "--max-strides", hostile],
        vec!["launch", "counter ! print", "--grace-strides", hostile],
        vec!["launch", "counter ! print", "--grace-time", hostile],
        vec!["completions", hostile],
    ] {
        let output = catalogue(&arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let text = err(&output);
        assert!(text.contains("forged"), "{text:?}");
        let acts = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!text.contains(acts), "{text:?}");
        assert!(!text.lines().any(|line| line.starts_with("2026")), "{text}");
    }
    for arguments in [
        ["inspect", hostile, "--json"],
        ["launch", &launch, "--json"],
    ] {
        let text = out(&catalogue(&arguments)).to_owned();
        let printed = text.trim_end_matches('\n');
        assert!(
            !printed.contains(char::is_control) && !printed.contains('\u{202e}'),
            "{text:?}"
        );
        let said = json(&catalogue(&arguments))["error"].to_string();
        assert!(said.contains("forged"), "{said}");
    }
}
