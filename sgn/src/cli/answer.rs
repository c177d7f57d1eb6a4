//! The output of a command.

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
