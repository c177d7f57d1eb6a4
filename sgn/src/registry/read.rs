//! From the text of a property to its value, for every type that has a way.
//!
//! Method look-up chooses at compile time, without asking the user for a bound: `FromStr` first, then the types
//! below that have a text form here, then none.

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use crate::foreign;

/// Reads a value, or says what is wrong with the text.
pub type Read<T> = fn(&str) -> Result<T, String>;

/// Answers at compile time how a `T` is read.
///
/// A constant of the type itself is found before one of a trait, if its bounds are met; the traits answer otherwise.
#[derive(Debug)]
pub struct ReadProbe<T>(PhantomData<fn() -> T>);

impl<T: FromStr<Err: Display>> ReadProbe<T> {
    /// The function that reads a type by its `FromStr`.
    pub const __SGN_PARSE: Option<Read<T>> = Some(parse);
}

impl<T: FromText> ReadProbe<T> {
    /// The function that reads a type by its text form in this crate.
    pub const __SGN_TEXT: Option<Read<T>> = Some(T::from_text);
}

/// The answer for types that do not implement `FromStr`.
pub trait NoParse<T> {
    /// `None`.
    const __SGN_PARSE: Option<Read<T>> = None;
}

impl<T> NoParse<T> for ReadProbe<T> {}

/// The answer for types that have no text form in this crate.
pub trait NoText<T> {
    /// `None`.
    const __SGN_TEXT: Option<Read<T>> = None;
}

impl<T> NoText<T> for ReadProbe<T> {}

fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| foreign::show(&error))
}

/// Returns the first way to read a `T` that there is.
pub const fn reader<T>(parse: Option<Read<T>>, text: Option<Read<T>>) -> Option<Read<T>> {
    match parse {
        Some(_) => parse,
        None => text,
    }
}

/// Returns true if there is a way to read a `T`.
pub const fn is_readable<T>(parse: Option<Read<T>>, text: Option<Read<T>>) -> bool {
    parse.is_some() || text.is_some()
}

/// The traits of [`ReadProbe`], without names: nothing is reported of those that are not needed.
///
/// Generated code imports them once for all properties of an element. No macro does it for each: the compiler takes its
/// time over macros and imports.
pub mod read_traits {
    pub use super::{NoParse as _, NoText as _};
}

/// Types without `FromStr` that have a text form here.
pub trait FromText: Sized {
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// The problem with it.
    fn from_text(text: &str) -> Result<Self, String>;
}

/// A value alone stands for `Some`; without the property, the default holds.
impl<T: FromStr<Err: Display>> FromText for Option<T> {
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse()
            .map(Some)
            .map_err(|error: T::Err| foreign::show(&error))
    }
}

/// Values between commas; the empty text is the empty list.
impl<T: FromStr<Err: Display>> FromText for Vec<T> {
    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::new());
        }
        let one = |(place, item): (usize, &str)| {
            item.trim().parse().map_err(|error: T::Err| {
                format!("item {} (`{item}`): {}", place + 1, foreign::show(&error))
            })
        };
        text.split(',').enumerate().map(one).collect()
    }
}

/// A number and a unit: `250ms`, `1.5s`.
impl FromText for Duration {
    fn from_text(text: &str) -> Result<Self, String> {
        const UNITS: [(&str, f64); 6] = [
            ("ns", 1e-9),
            ("us", 1e-6),
            ("ms", 1e-3),
            ("min", 60.0),
            ("h", 3600.0),
            ("s", 1.0),
        ];
        let wrong = || {
            String::from("a duration is a number and a unit out of ns, us, ms, s, min, h: `250ms`")
        };
        let (number, factor) = UNITS
            .iter()
            .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))
            .ok_or_else(wrong)?;
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        Self::try_from_secs_f64(number * factor).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! read_function {
        ($type:ty) => {
            reader(
                ReadProbe::<$type>::__SGN_PARSE,
                ReadProbe::<$type>::__SGN_TEXT,
            )
        };
    }

    fn read<T>(function: Option<Read<T>>, text: &str) -> Result<T, String> {
        function.expect("the type has a text form")(text)
    }

    #[test]
    fn every_kind_of_type_finds_its_way() {
        assert_eq!(read(read_function!(u8), "7"), Ok(7));
        assert!(read(read_function!(u8), "256").is_err());
        assert_eq!(
            read(read_function!(std::path::PathBuf), "a b"),
            Ok("a b".into())
        );
        assert_eq!(read(read_function!(Option<f32>), "1.5"), Ok(Some(1.5)));
        assert_eq!(read(read_function!(Vec<i32>), "1, -2"), Ok(vec![1, -2]));
        assert_eq!(read(read_function!(Vec<i32>), ""), Ok(vec![]));
        assert!(read(read_function!(Vec<i32>), "1,x").is_err_and(|error| error.contains("item 2")));
        assert!(read_function!(Vec<Vec<u8>>).is_none());
        assert!(read_function!(std::cell::RefCell<u8>).is_none());
    }

    #[test]
    fn durations_have_units() {
        let read = Duration::from_text;
        assert_eq!(read("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(read("1.5 s"), Ok(Duration::from_millis(1500)));
        assert_eq!(read("2min"), Ok(Duration::from_secs(120)));
        assert!(read("3").is_err());
        assert!(read("-1s").is_err());
    }
}
