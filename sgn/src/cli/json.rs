//! Errors as JSON.

use crate::error::{Error, ErrorKind};
use crate::registry::snake_case;

/// A JSON value.
pub(super) type Json = crate::json::Json<'static>;

/// Returns the kind of an error as tools read it: `unknown_element`.
pub(super) fn kind(kind: ErrorKind) -> Json {
    Json::Text(snake_case(&format!("{kind:?}")))
}

/// Returns an error with what it knows of its place.
pub(super) fn error(error: &Error) -> Json {
    let problems = error.problems().iter().map(self::error).collect();
    Json::Object(vec![
        ("kind", kind(error.kind())),
        ("message", Json::Text(error.to_string())),
        ("element", Json::from(error.element())),
        ("pad", Json::from(error.pad())),
        ("property", Json::from(error.property())),
        ("stride", error.stride().map_or(Json::Null, Json::Whole)),
        ("problems", Json::List(problems)),
    ])
}
