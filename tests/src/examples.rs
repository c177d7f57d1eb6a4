//! Runs the examples as programs of their own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The folder of the examples' sources and data.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");

/// A command that runs the example `name`, without a `SGNLOGLEVEL` of this process.
///
/// The first call builds all examples, in the profile of this test.
///
/// # Panics
///
/// If they cannot be built, or if there is no such example.
pub fn example(name: &str) -> Command {
    static EXAMPLES: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    let examples = EXAMPLES.get_or_init(build);
    let Some(path) = examples.get(name) else {
        panic!("no example `{name}`; there are {:?}", examples.keys());
    };
    let mut command = Command::new(path);
    for variable in ["SGNLOGLEVEL", "RUST_LOG", "JOURNAL_STREAM"] {
        command.env_remove(variable);
    }
    command
}

fn build() -> BTreeMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--quiet",
        "--package",
        "sgn-examples",
        "--examples",
    ]);
    cargo.arg("--message-format=json");
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.output().expect("cargo starts");
    let text = String::from_utf8(output.stdout).expect("messages are UTF-8");
    assert!(
        output.status.success(),
        "the examples do not build:\n{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.lines()
        .filter_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            let name = message["target"]["name"].as_str()?;
            let path = message["executable"].as_str()?;
            Some((name.to_owned(), PathBuf::from(path)))
        })
        .collect()
}

/// What a program printed, as text, and its exit code.
#[derive(Debug)]
pub struct Printed {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
}

/// Runs `command` to its end.
///
/// # Panics
///
/// If it does not start, or prints what is not UTF-8.
pub fn run(command: &mut Command) -> Printed {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program starts");
    Printed {
        out: String::from_utf8(stdout).expect("output is UTF-8"),
        err: String::from_utf8(stderr).expect("messages are UTF-8"),
        code: status.code(),
    }
}
