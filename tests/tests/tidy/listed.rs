//! No file of tests, examples or benchmarks goes unlisted: in a virtual workspace it would silently never run.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::source::{files, modules, read, rust_files, workspace};

/// The packages of the workspace, and of those apart from it, as cargo sees them.
fn packages() -> Vec<Value> {
    let is_workspace = |manifest: &String| read(manifest).lines().any(|line| line == "[workspace]");
    let manifests = files()
        .into_iter()
        .filter(|path| path.ends_with("Cargo.toml"))
        .filter(is_workspace);
    manifests.flat_map(|path| packages_of(&path)).collect()
}

/// The packages of the workspace that has this manifest.
fn packages_of(manifest: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .arg("--manifest-path")
        .arg(workspace().join(manifest))
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"]
        .as_array()
        .expect("packages are a list")
        .clone()
}

#[test]
fn every_source_belongs_to_a_target() {
    let top = workspace();
    let mut reached = BTreeSet::new();
    for package in packages() {
        for target in package["targets"].as_array().expect("targets are a list") {
            let path = target["src_path"].as_str().expect("a path is a string");
            let path = std::path::Path::new(path);
            let root = path
                .strip_prefix(&top)
                .expect("targets lie in the workspace");
            let root = root.to_string_lossy().replace('\\', "/");
            reached.extend(modules(&root).into_iter().map(|module| module.file));
        }
    }
    let lost: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| !reached.contains(path))
        .collect();
    assert!(lost.is_empty(), "no target has these sources: {lost:?}");
}

#[test]
fn no_package_can_be_published() {
    for package in packages() {
        let registries = package["publish"].as_array();
        let nowhere = registries.is_some_and(Vec::is_empty);
        assert!(
            nowhere,
            "{} can be published; it lacks `publish.workspace = true`",
            package["name"]
        );
    }
}
