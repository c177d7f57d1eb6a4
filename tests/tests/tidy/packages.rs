//! The packages that are built: what their licences allow, where they are from, one version of each.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::source::workspace;

/// Licences that ask for nothing but to be mentioned.
const ALLOWED: [&str; 5] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "Unicode-3.0",
    "Unlicense",
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
        choice.split(" OR ").any(|name| ALLOWED.contains(&name))
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

#[test]
fn no_package_is_built_in_two_versions() {
    let mut versions = BTreeMap::<String, Vec<String>>::new();
    for package in packages() {
        let text = |key: &str| package[key].as_str().expect("a string").to_owned();
        versions
            .entry(text("name"))
            .or_default()
            .push(text("version"));
    }
    versions.retain(|_, versions| versions.len() > 1);
    assert!(versions.is_empty(), "{versions:?}");
}
