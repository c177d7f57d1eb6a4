//! The newcomer's crate, outside of the workspace: it builds, its tests pass, and its program runs.

use std::path::Path;
use std::process::Output;

use sgn_tests::programs;

fn cargo(arguments: &[&str]) -> Output {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/own_elements");
    programs::cargo_outside(&krate)
        .args(arguments)
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

/// The packages of a lock file with their versions, less those of this repository.
fn locked(path: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let text = std::fs::read_to_string(path).expect("there is a lock file");
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let packages = text.split("[[package]]").skip(1).filter_map(|package| {
        package.contains("checksum").then_some(())?;
        let name = package.lines().find_map(|line| value(line, "name = "))?;
        let version = package.lines().find_map(|line| value(line, "version = "))?;
        Some((name, version))
    });
    packages.collect()
}

/// So that the crate builds offline wherever the workspace does.
#[test]
fn its_lock_file_is_a_part_of_that_of_the_workspace() {
    let workspace = locked("Cargo.lock");
    let own = locked("examples/own_elements/Cargo.lock");
    assert!(own.len() > 20, "{own:?}");
    let others: Vec<_> = own
        .iter()
        .filter(|package| !workspace.contains(package))
        .collect();
    assert!(
        others.is_empty(),
        "the workspace has other versions of {others:?}; copy Cargo.lock to examples/own_elements and run \
         `cargo metadata --offline` there"
    );
}
