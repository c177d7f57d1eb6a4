//! What a program that uses nothing but sgn has to build.

use std::collections::BTreeSet;
use std::process::Command;

const MOST: usize = 25;

#[test]
fn sgn_builds_at_most_25_packages_of_others() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--package",
            "sgn",
            "--edges",
            "normal,build",
        ])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let package = |line: &str| {
        line.split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (own, others): (BTreeSet<String>, BTreeSet<String>) = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(package)
        .partition(|package| package.starts_with("sgn ") || package.starts_with("sgn-macros "));
    assert_eq!(own.len(), 2, "{own:?}");
    assert!(others.len() > 5, "{others:?}");
    assert!(
        others.len() <= MOST,
        "{} packages: {others:#?}",
        others.len()
    );
}
