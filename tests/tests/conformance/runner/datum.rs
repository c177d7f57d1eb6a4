//! The payloads of the cases: what a frame carries, and how it is written in JSON.

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// What the frames of the cases carry.
///
/// Integers and floats are different values, as `2` and `2.0` are in the files; zero has one sign.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A whole number.
    Int(i64),
    /// A real number, neither infinite nor NaN.
    Float(f64),
    /// Text.
    Text(String),
    /// Values, or their absence, in order.
    List(Vec<Datum>),
}

/// A value, or JSON's `null`: a frame without payload, or a hole in a list.
pub(crate) type Datum = Option<Value>;

/// A [`Datum`] as the files hold it; serde would take a `null` for a field that is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Written(pub(super) Datum);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        read(&json).map(Self).map_err(serde::de::Error::custom)
    }
}

fn read(json: &Json) -> Result<Datum, String> {
    Ok(Some(match json {
        Json::Null => return Ok(None),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(read).collect::<Result<_, _>>()?),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) if !json.is_u64() => Value::Float(number),
            _ => return Err(format!("{number} does not fit an i64")),
        },
        Json::Bool(_) | Json::Object(_) => {
            return Err(format!(
                "{json} is no payload; they are numbers, text, null and lists of these"
            ));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Datum, String> {
        serde_json::from_str::<Written>(text)
            .map(|written| written.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn two_is_an_integer_and_two_point_zero_is_not() {
        assert_eq!(parse("2"), Ok(Some(Value::Int(2))));
        assert_eq!(parse("2.0"), Ok(Some(Value::Float(2.0))));
        assert_ne!(parse("2"), parse("2.0"));
        assert_eq!(parse("-0.0"), parse("0.0"));
    }

    #[test]
    fn lists_have_holes() {
        let list = vec![Some(Value::Text(String::from("a"))), None];
        assert_eq!(parse(r#"["a", null]"#), Ok(Some(Value::List(list))));
        assert_eq!(parse("null"), Ok(None));
    }

    #[test]
    fn what_is_no_payload_is_refused() {
        assert!(parse("true").is_err());
        assert!(parse("{}").is_err());
        assert!(parse("9223372036854775808").is_err());
    }
}
