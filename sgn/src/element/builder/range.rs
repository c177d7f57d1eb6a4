//! Properties held to their ranges.

use std::fmt;
use std::ops::RangeBounds;

use super::settings::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::foreign;

/// Holds a property to its range, for generated code.
///
/// # Errors
///
/// The value is outside; the error names element, property, value and range.
pub fn check_range<T, R>(settings: &Settings, property: &str, value: &T, range: R) -> Result<()>
where
    T: PartialOrd + fmt::Debug,
    R: RangeBounds<T> + fmt::Debug,
{
    if range.contains(value) {
        return Ok(());
    }
    let name = &settings.name;
    Err(Error::new(
        ErrorKind::PropertyOutOfRange,
        format!(
            "property `{property}` of element `{name}` is {}; it must lie in {}",
            foreign::show_debug(value),
            foreign::show_debug(&range),
        ),
    )
    .of_element(name)
    .of_property(property))
}
