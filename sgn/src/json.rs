//! Just enough JSON to be read by tools.
//!
//! A writer of our own, as that of `serde_json` leaves characters as they are that act on a terminal, where `sgn` prints
//! to: a control of eight bits, a turn of direction. Here each of them is an escape, which a reader turns back.

use std::fmt::{self, Write as _};
use std::io;

use crate::text::is_unfit;

/// A JSON value; `Display` writes it on one line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Whole(u64),
    /// A number that is written with as many digits as it needs; `null` if it is none.
    Number(f64),
    /// A number with six digits after the point.
    Seconds(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(&'a str, Self)>),
}

impl Json<'_> {
    /// Returns a list of `values`.
    pub(crate) fn list(values: impl IntoIterator<Item: Into<Self>>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Json<'_> {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Json<'_> {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Json<'_> {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<u64> for Json<'_> {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<usize> for Json<'_> {
    fn from(number: usize) -> Self {
        Self::Whole(number as u64)
    }
}

impl From<f64> for Json<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Json<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Number(number) if number.is_finite() => write!(f, "{number}"),
            Self::Null | Self::Number(_) => f.write_str("null"),
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

/// An object that is written member by member, each on a line, so that a long list in it is never in memory as a whole.
pub(crate) struct Object<'a> {
    out: &'a mut dyn io::Write,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Begins an object.
    pub(crate) fn begin(out: &'a mut dyn io::Write) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self {
            out,
            is_empty: true,
        })
    }

    /// Writes a member.
    pub(crate) fn member<'b>(
        &mut self,
        key: &'b str,
        value: impl Into<Json<'b>>,
    ) -> io::Result<()> {
        self.key(key)?;
        write!(self.out, "{}", value.into())
    }

    /// Writes a member that is a list, with each of `values` on a line.
    pub(crate) fn list<'b>(
        &mut self,
        key: &'b str,
        values: impl IntoIterator<Item: Into<Json<'b>>>,
    ) -> io::Result<()> {
        self.key(key)?;
        self.out.write_all(b"[")?;
        for (place, value) in values.into_iter().enumerate() {
            let separator = if place > 0 { "," } else { "" };
            write!(self.out, "{separator}\n  {}", value.into())?;
        }
        self.out.write_all(b"]")
    }

    /// Ends the object.
    pub(crate) fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n}\n")
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        let separator = if self.is_empty { "" } else { "," };
        self.is_empty = false;
        write!(self.out, "{separator}\n {}: ", Json::from(key))
    }
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

    #[test]
    fn a_number_is_written_so_that_it_is_read_as_the_same() {
        let written = |number: f64| Json::from(number).to_string();
        assert_eq!(written(0.1), "0.1");
        assert_eq!(written(-3.0), "-3");
        assert_eq!(written(f64::NAN), "null");
        assert_eq!(written(f64::INFINITY), "null");
        assert_eq!(written(1e300).parse(), Ok(1e300));
    }

    #[test]
    fn an_object_can_be_written_in_parts() {
        let mut out = Vec::new();
        let mut object = Object::begin(&mut out).expect("a Vec takes all");
        object.member("a", 1_u64).expect("a Vec takes all");
        object.list("b", ["x", "y"]).expect("a Vec takes all");
        object.list("c", [0.5; 0]).expect("a Vec takes all");
        object.end().expect("a Vec takes all");
        assert_eq!(
            String::from_utf8_lossy(&out),
            "{\n \"a\": 1,\n \"b\": [\n  \"x\",\n  \"y\"],\n \"c\": []\n}\n"
        );
    }
}
