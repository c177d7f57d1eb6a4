//! The output of a command.

use std::io;
use std::process::ExitCode;

use clap::{Arg, ArgAction};

use super::json::Json;

/// The output of a command, and if it failed.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) out: String,
    pub(super) err: String,
    pub(super) failed: bool,
}

impl Answer {
    pub(super) fn said(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    /// Returns the status of the process.
    pub(super) fn code(&self) -> ExitCode {
        if self.failed {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }

    /// Returns an error as text for people.
    pub(super) fn failed(text: &str) -> Self {
        Self::failure(false, text, Json::Null)
    }

    /// Returns the answer of a command that has written its output to the end, or to where it could.
    ///
    /// A reader that has closed its end wants no more, and is told nothing.
    pub(super) fn written(result: io::Result<()>) -> Self {
        match result {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Self::failed(&format!("the output cannot be written: {error}"))
            }
            _ => Self::default(),
        }
    }

    /// Returns an error as text for people, or as an object for tools.
    pub(super) fn failure(as_json: bool, text: &str, object: Json) -> Self {
        if as_json {
            let object = Json::Object(vec![("error", object)]);
            Self {
                out: format!("{object}\n"),
                failed: true,
                ..Self::default()
            }
        } else {
            Self {
                err: format!("error: {text}\n"),
                failed: true,
                ..Self::default()
            }
        }
    }
}

/// Returns the option `--json`.
pub(super) fn json_argument() -> Arg {
    Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("Print JSON, for tools")
}
