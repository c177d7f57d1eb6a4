//! The packages that are built: what their licences allow, where they are from, one version of each.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::source::workspace;

/// Licences that ask for nothing but to be mentioned.
const ALLOWED: [&str; 6] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// All packages of the workspace's lock file. Asks the network for those that no build here has needed.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version=1"])
        .current_dir(workspace())
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"]
        .as_array()
        .expect("packages are a list");
    packages.clone()
}

/// Returns whether `expression` can be met with the allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    let one_of = |choice: &str| {
        let choice = choice.trim_matches(['(', ')', ' ']);
        // The oldest way to write it has a slash.
        let mut names = choice.split(" OR ").flat_map(|names| names.split('/'));
        names.any(|name| ALLOWED.contains(&name))
    };
    expression.split(" AND ").all(one_of)
}

#[test]
fn licences_are_known() {
    for package in packages() {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence), "{}: {licence}", package["name"]);
    }
}

#[test]
fn an_expression_needs_one_choice_of_each_part() {
    assert!(is_allowed("MIT OR GPL-3.0"));
    assert!(is_allowed("GPL-3.0/MIT"));
    assert!(is_allowed("(MIT OR GPL-3.0) AND Unicode-3.0"));
    assert!(!is_allowed("GPL-3.0"));
    assert!(!is_allowed("MIT AND GPL-3.0"));
    assert!(!is_allowed("none"));
}

#[test]
fn packages_of_others_are_from_the_registry() {
    for package in packages() {
        let own = package["source"].is_null();
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert!(own || package["source"] == registry, "{}", package["id"]);
    }
}

/// Older versions that packages of others need, and only programs with the feature `cli` have: `strum_macros` needs the
/// last, `crossterm` the others.
const OLDER: [(&str, &str); 5] = [
    ("lock_api", "0.4."),
    ("parking_lot", "0.12."),
    ("parking_lot_core", "0.9."),
    ("redox_syscall", "0.5."),
    ("syn", "2."),
];

#[test]
fn no_package_is_built_in_two_versions() {
    let mut versions = BTreeMap::<String, Vec<String>>::new();
    let mut needed = OLDER.map(|_| false);
    for package in packages() {
        let text = |key: &str| package[key].as_str().expect("a string").to_owned();
        let is_older = |(name, version): &(&str, &str)| {
            text("name") == *name && text("version").starts_with(version)
        };
        if let Some(place) = OLDER.iter().position(is_older) {
            needed[place] = true;
            continue;
        }
        versions
            .entry(text("name"))
            .or_default()
            .push(text("version"));
    }
    versions.retain(|_, versions| versions.len() > 1);
    assert!(versions.is_empty(), "{versions:?}");
    assert_eq!(
        needed,
        OLDER.map(|_| true),
        "strike out what is not needed of {OLDER:?}"
    );
}
