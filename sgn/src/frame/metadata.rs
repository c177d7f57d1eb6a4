//! Named annotations that travel with a frame.

use std::collections::BTreeMap;
use std::fmt;

/// A value of one annotation.
///
/// ```
/// use sgn::{Metadata, Value};
///
/// let mut metadata = Metadata::NONE;
/// metadata.set("detector", "H1");
/// metadata.set("rate", 16_384.0);
/// for (name, value) in metadata.iter() {
///     match value {
///         Value::Text(text) => assert_eq!((name, text.as_str()), ("detector", "H1")),
///         Value::Float(rate) => assert_eq!((name, *rate), ("rate", 16_384.0)),
///         other => panic!("{other:?}"),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A real number.
    Float(f64),
    /// Text.
    Text(String),
}

/// Annotations of a frame by name, in alphabetical order.
///
/// One word and no allocation until the first annotation is made.
///
/// ```
/// use sgn::Metadata;
///
/// let mut metadata = Metadata::NONE;
/// metadata.set("gps", 968_654_552_i64);
/// assert_eq!(metadata.get("gps"), Some(&968_654_552_i64.into()));
/// assert_eq!(metadata.iter().count(), 1);
/// ```
#[derive(Clone, Default, PartialEq)]
#[expect(clippy::box_collection, reason = "one word in a frame that has none")]
pub struct Metadata(Option<Box<BTreeMap<String, Value>>>);

impl Metadata {
    /// No annotations.
    pub const NONE: Self = Self(None);

    /// Sets the annotation `name`, replacing an earlier one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0
            .get_or_insert_default()
            .insert(name.into(), value.into());
    }

    /// Returns the annotation `name`, if there is one.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Returns true if there are no annotations.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|map| map.is_empty())
    }

    /// Returns true if no annotation was ever made, so that there is nothing to drop.
    #[inline]
    pub(super) const fn is_unused(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the map of the annotations, if one was ever made.
    pub(crate) fn annotations(&self) -> Option<&BTreeMap<String, Value>> {
        self.0.as_deref()
    }

    /// Returns the annotations in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0
            .iter()
            .flat_map(|map| map.iter().map(|(name, value)| (name.as_str(), value)))
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

value_from! {
    bool => Bool,
    i32 => Int,
    i64 => Int,
    u32 => Int,
    f32 => Float,
    f64 => Float,
    &str => Text,
    String => Text,
}
