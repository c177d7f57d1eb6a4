//! Runs the examples as programs of their own.

use std::process::{Command, Output};

use crate::programs;

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
    let mut command = Command::new(programs::examples().program(name));
    for variable in ["SGNLOGLEVEL", "RUST_LOG", "JOURNAL_STREAM"] {
        command.env_remove(variable);
    }
    command
}

/// The command `sgn`, in the same way.
///
/// # Panics
///
/// If it cannot be built.
pub fn sgn() -> Command {
    example("sgn")
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
