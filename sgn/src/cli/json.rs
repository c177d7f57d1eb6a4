//! Just enough JSON to be read by tools.

use std::fmt::{self, Write as _};

use crate::error::{Error, ErrorKind};
use crate::registry::snake_case;
use crate::text::is_unfit;

/// A JSON value; `Display` writes it on one line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Whole(u64),
    Seconds(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Json {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Whole(number as u64)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Seconds(seconds) => write!(f, "{seconds:.6}"),
            Self::Text(text) => quoted(f, text),
            Self::List(values) => {
                f.write_char('[')?;
                for (place, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if place > 0 { ", " } else { "" })?;
                }
                f.write_char(']')
            }
            Self::Object(pairs) => {
                f.write_char('{')?;
                for (place, (key, value)) in pairs.iter().enumerate() {
                    f.write_str(if place > 0 { ", " } else { "" })?;
                    quoted(f, key)?;
                    write!(f, ": {value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            letter if is_unfit(letter) => {
                for half in letter.encode_utf16(&mut [0; 2]) {
                    write!(f, "\\u{half:04x}")?;
                }
            }
            letter => f.write_char(letter)?,
        }
    }
    f.write_char('"')
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let value = Json::Object(vec![
            ("a", Json::from("\"\\\n\u{1}é")),
            (
                "b",
                Json::List(vec![Json::Null, Json::Bool(true), Json::Whole(7)]),
            ),
            ("c", Json::Seconds(0.25)),
        ]);
        assert_eq!(
            value.to_string(),
            r#"{"a": "\"\\\n\u0001é", "b": [null, true, 7], "c": 0.250000}"#
        );
        let hostile = Json::from("\u{7f}\u{9b}\u{202e}\u{e0001}\r");
        assert_eq!(
            hostile.to_string(),
            r#""\u007f\u009b\u202e\udb40\udc01\u000d""#
        );
    }
}
