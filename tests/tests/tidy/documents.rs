//! The documents and the commands they give agree.

use std::collections::BTreeSet;

use crate::source::read;

/// The commands that README gives: the lines of its `sh` blocks.
fn readme_commands() -> Vec<String> {
    let readme = read("README.md");
    let blocks = readme.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|rest| rest.split("```").next().unwrap_or("").lines());
    lines
        .map(|line| line.trim_start_matches("$ ").to_owned())
        .collect()
}

#[test]
fn ci_runs_the_commands_of_the_readme() {
    let commands = readme_commands();
    assert!(
        commands.iter().any(|line| line == "cargo test --workspace"),
        "README gives no test command, found {commands:?}"
    );
    let script = read(".ci/run");
    for command in commands {
        let there = script.lines().any(|line| line.trim() == command);
        assert!(there, "`.ci/run` does not run README's `{command}`");
    }
}

#[test]
fn the_program_of_the_readme_is_the_example() {
    let readme = read("README.md");
    let (_, rest) = readme
        .split_once("```rust\n")
        .expect("README has a program");
    let (program, _) = rest.split_once("```").expect("the program ends");
    let example = read("examples/keep/main.rs");
    let code = example
        .lines()
        .skip_while(|line| line.is_empty() || line.starts_with("//!"));
    assert_eq!(
        program.lines().collect::<Vec<_>>(),
        code.collect::<Vec<_>>(),
        "README (left), examples/keep/main.rs (right)"
    );
}

#[test]
fn every_step_of_ci_has_a_recipe_of_its_name() {
    let script = read(".ci/run");
    let steps: BTreeSet<_> = script
        .lines()
        .filter_map(|line| line.strip_prefix("step_")?.strip_suffix("() {"))
        .map(|name| name.replace('_', "-"))
        .collect();
    assert!(steps.contains("test"), "found the steps {steps:?}");
    let recipes: BTreeSet<_> = read("justfile")
        .lines()
        .filter_map(|line| line.trim().strip_prefix(".ci/run "))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        steps, recipes,
        "steps of `.ci/run` (left), recipes that call it (right)"
    );
}

#[test]
fn ci_checks_the_targets_of_the_readme() {
    let readme = read("README.md");
    let (_, section) = readme
        .split_once("## Where it runs\n")
        .expect("README has a table of targets");
    let listed: Vec<_> = section
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    let script = read(".ci/run");
    let (_, rest) = script
        .split_once("targets=(\n")
        .expect("`.ci/run` has a list of targets");
    let (list, _) = rest.split_once("\n)").expect("the list ends");
    let checked: Vec<_> = list.split_whitespace().map(str::to_owned).collect();
    assert!(listed.len() >= 4, "found the targets {listed:?}");
    assert_eq!(listed, checked, "README (left), `.ci/run` (right)");
}

#[test]
fn the_changelog_has_room_for_what_is_not_released() {
    let changelog = read("CHANGELOG.md");
    let (_, unreleased) = changelog
        .split_once("## [Unreleased]\n")
        .expect("CHANGELOG.md has the heading `## [Unreleased]`");
    let kinds = [
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
    ];
    for heading in unreleased
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
    {
        assert!(
            kinds.contains(&heading),
            "`### {heading}` is none of {kinds:?}"
        );
    }
}

#[test]
fn the_architecture_names_files_that_exist() {
    let document = read("ARCHITECTURE.md");
    let names = document.split('`').skip(1).step_by(2);
    let paths =
        names.filter(|name| name.contains('/') && !name.contains([' ', '*', ':', '{', '<']));
    for path in paths {
        let there = crate::source::workspace().join(path).exists();
        assert!(
            there,
            "ARCHITECTURE.md names `{path}`, which does not exist"
        );
    }
}
