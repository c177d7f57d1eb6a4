//! The functions that the cases give to callable transforms.

use std::cmp::Ordering;
use std::str::FromStr;

use serde::Deserialize;
use sgn::Frame;

use super::datum::{Datum, Value};

/// A function of the inputs of one output; `v` are their data, `nn` those that are not null.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Operation {
    /// v0.
    PassThrough,
    /// -v0, or null.
    Negate,
    /// v0 times a number, or null.
    Scale(Value),
    /// v0 plus a number, or null.
    Offset(Value),
    /// The sum of nn from left to right, or null.
    Add,
    /// v0 - v1, or null if either is.
    Sub,
    /// The greatest of nn, or null.
    Max,
    /// The least of nn, or null.
    Min,
    /// nn joined.
    Concat,
    /// v0 and a text after it, or null.
    Suffix(String),
    /// All of v as one list.
    List,
    /// One item of the list v0, or null.
    Item(usize),
    /// How many nn there are.
    Count,
    /// The first of nn, or null.
    First,
    /// 1 if input 0 is a gap, else 0.
    GapFlag,
    /// 1 if input 0 is EOS, else 0.
    EosFlag,
    /// Always that number.
    Const(Value),
    /// Fails.
    Fail,
}

impl TryFrom<String> for Operation {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text.as_str(), None),
        };
        Ok(match (name, argument) {
            ("passthrough", None) => Self::PassThrough,
            ("negate", None) => Self::Negate,
            ("scale", Some(factor)) => Self::Scale(number(factor)?),
            ("offset", Some(summand)) => Self::Offset(number(summand)?),
            ("add", None) => Self::Add,
            ("sub", None) => Self::Sub,
            ("max", None) => Self::Max,
            ("min", None) => Self::Min,
            ("concat", None) => Self::Concat,
            ("suffix", Some(text)) => Self::Suffix(text.to_owned()),
            ("list", None) => Self::List,
            ("item", Some(place)) => Self::Item(parse(place)?),
            ("count", None) => Self::Count,
            ("first", None) => Self::First,
            ("gap_flag", None) => Self::GapFlag,
            ("eos_flag", None) => Self::EosFlag,
            ("const", Some(value)) => Self::Const(number(value)?),
            ("fail", None) => Self::Fail,
            _ => return Err(format!("unknown operation `{text}`")),
        })
    }
}

impl Operation {
    /// The result for these inputs.
    ///
    /// # Errors
    ///
    /// [`Operation::Fail`] always; the others when the inputs are of a type that they cannot work on.
    pub(super) fn apply(&self, inputs: &[&Frame<Value>]) -> Result<Datum, String> {
        let v: Vec<Datum> = inputs.iter().map(|frame| frame.data().cloned()).collect();
        let mut nn = v.iter().flatten().cloned();
        Ok(match self {
            Self::PassThrough => at(&v, 0)?,
            Self::Negate => at(&v, 0)?.map(|v| times(&v, &Value::Int(-1))).transpose()?,
            Self::Scale(factor) => at(&v, 0)?.map(|v| times(&v, factor)).transpose()?,
            Self::Offset(summand) => at(&v, 0)?.map(|v| plus(&v, summand)).transpose()?,
            Self::Add => match nn.next() {
                Some(first) => Some(nn.try_fold(first, |sum, value| plus(&sum, &value))?),
                None => None,
            },
            Self::Sub => match (at(&v, 0)?, at(&v, 1)?) {
                (Some(a), Some(b)) => Some(plus(&a, &times(&b, &Value::Int(-1))?)?),
                _ => None,
            },
            Self::Max => extreme(nn, Ordering::Greater)?,
            Self::Min => extreme(nn, Ordering::Less)?,
            Self::Concat => Some(Value::Text(nn.map(text).collect::<Result<_, _>>()?)),
            Self::Suffix(suffix) => at(&v, 0)?
                .map(|v| text(v).map(|text| Value::Text(text + suffix)))
                .transpose()?,
            Self::List => Some(Value::List(v)),
            Self::Item(place) => match at(&v, 0)? {
                Some(Value::List(items)) => items.get(*place).cloned().flatten(),
                _ => None,
            },
            Self::Count => Some(Value::Int(
                i64::try_from(nn.count()).map_err(|error| error.to_string())?,
            )),
            Self::First => nn.next(),
            Self::GapFlag => Some(Value::Int(at(inputs, 0)?.is_gap().into())),
            Self::EosFlag => Some(Value::Int(at(inputs, 0)?.is_eos().into())),
            Self::Const(value) => Some(value.clone()),
            Self::Fail => return Err(String::from("the case asks this operation to fail")),
        })
    }
}

fn at<T: Clone>(inputs: &[T], place: usize) -> Result<T, String> {
    let input = inputs.get(place).cloned();
    input.ok_or_else(|| format!("input {place} is missing; there are {}", inputs.len()))
}

fn parse<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is no number of the kind that belongs here"))
}

/// With a point it is a float, as the files have it.
fn number(text: &str) -> Result<Value, String> {
    if text.contains('.') {
        parse(text).map(Value::Float)
    } else {
        parse(text).map(Value::Int)
    }
}

fn plus(a: &Value, b: &Value) -> Result<Value, String> {
    arithmetic(a, b, "+", i64::checked_add, |a, b| a + b)
}

fn times(a: &Value, b: &Value) -> Result<Value, String> {
    arithmetic(a, b, "*", i64::checked_mul, |a, b| a * b)
}

fn arithmetic(
    a: &Value,
    b: &Value,
    sign: &str,
    whole: fn(i64, i64) -> Option<i64>,
    real: fn(f64, f64) -> f64,
) -> Result<Value, String> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => {
            let result =
                whole(*x, *y).ok_or_else(|| format!("{x} {sign} {y} does not fit an i64"))?;
            Ok(Value::Int(result))
        }
        _ => match (real_part(a), real_part(b)) {
            (Some(x), Some(y)) => Ok(Value::Float(real(x, y))),
            _ => Err(format!("{a:?} {sign} {b:?} is not defined")),
        },
    }
}

/// The number as a float; the integers of the cases are small enough to survive that.
fn real_part(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Text(_) | Value::List(_) => None,
    }
}

/// The value that compares as `wanted` to all others; of equal ones the first.
fn extreme(values: impl Iterator<Item = Value>, wanted: Ordering) -> Result<Datum, String> {
    let mut best: Datum = None;
    for value in values {
        best = match best {
            Some(best) if compare(&value, &best)? != wanted => Some(best),
            _ => Some(value),
        };
    }
    Ok(best)
}

fn compare(a: &Value, b: &Value) -> Result<Ordering, String> {
    let order = match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => real_part(a)
            .zip(real_part(b))
            .and_then(|(a, b)| a.partial_cmp(&b)),
    };
    order.ok_or_else(|| format!("{a:?} and {b:?} cannot be compared"))
}

fn text(value: Value) -> Result<String, String> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(format!("{other:?} is not text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(operation: &str, data: &[Datum]) -> Result<Datum, String> {
        let operation = Operation::try_from(operation.to_owned())?;
        let frames: Vec<Frame<Value>> = data.iter().cloned().map(Frame::from_option).collect();
        operation.apply(&frames.iter().collect::<Vec<_>>())
    }

    const TWO: Datum = Some(Value::Int(2));
    const HALF: Datum = Some(Value::Float(0.5));

    #[test]
    fn an_integer_and_a_float_make_a_float() {
        assert_eq!(
            apply("add", &[TWO, None, HALF]),
            Ok(Some(Value::Float(2.5)))
        );
        assert_eq!(apply("scale:3", &[TWO]), Ok(Some(Value::Int(6))));
        assert_eq!(apply("scale:3.0", &[TWO]), Ok(Some(Value::Float(6.0))));
        assert_eq!(apply("sub", &[TWO, TWO]), Ok(Some(Value::Int(0))));
    }

    #[test]
    fn null_stays_null() {
        for operation in [
            "negate", "scale:2", "offset:1", "add", "max", "suffix:x", "first", "item:0",
        ] {
            assert_eq!(apply(operation, &[None]), Ok(None), "{operation}");
        }
        assert_eq!(apply("count", &[None, TWO]), Ok(Some(Value::Int(1))));
    }

    #[test]
    fn what_is_not_defined_is_an_error() {
        assert!(apply("fail", &[TWO]).is_err());
        assert!(apply("sub", &[TWO]).is_err());
        assert!(apply("suffix:x", &[TWO]).is_err());
        assert!(apply("max", &[TWO, Some(Value::Text(String::new()))]).is_err());
        assert!(apply("offset:1", &[Some(Value::Int(i64::MAX))]).is_err());
        assert!(apply("scale", &[TWO]).is_err());
        assert!(apply("square", &[TWO]).is_err());
    }
}
