//! The newcomer's crate, outside of the workspace: it builds, its tests pass, and its program runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The target directory of this test, so that dependencies are compiled once.
fn target() -> PathBuf {
    let own = std::env::current_exe().expect("a test has a path");
    let target = own
        .ancestors()
        .nth(3)
        .expect("it lies in target/profile/deps");
    target.to_owned()
}

fn cargo(arguments: &[&str]) -> Output {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/own_elements");
    Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(krate)
        .env("CARGO_TARGET_DIR", target())
        .env_remove("SGNLOGLEVEL")
        .output()
        .expect("cargo runs")
}

#[test]
fn the_newcomers_crate_is_tested_and_runs() {
    let output = cargo(&["test", "--offline", "--locked"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    assert!(!err.contains("warning"), "{err}");

    let text = "sine blocks=2 name=s ! loudness ! gate.level  s. ! gate.signal  gate name=gate ! print_peak";
    let output = cargo(&[
        "run",
        "--quiet",
        "--offline",
        "--locked",
        "--",
        "launch",
        text,
    ]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1.00\n1.00\n");

    let output = cargo(&[
        "run",
        "--quiet",
        "--offline",
        "--locked",
        "--",
        "inspect",
        "mix",
    ]);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("  Rules   many_to_one\n"), "{out}");
    assert!(
        out.contains("named at construction: sink_pads=a,b"),
        "{out}"
    );
}
