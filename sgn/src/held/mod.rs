//! The memory that a value owns, found by its type.
//!
//! A census begins from what the fields of elements own directly. Generated code hands over each field that may own
//! memory, by its name and with a *walker*: a type that says, read off the tokens of the field's type, how its values
//! are walked. A walk reaches only live values, such as the payload of an `Option` that is `Some`, and calls no code of
//! the user.

mod cells;
mod collector;
mod containers;
mod field;
mod frames;
mod maps;
mod parts;
#[cfg(test)]
mod shapes;
mod walk;

pub(crate) use self::collector::Collector;
pub use self::field::{ByType, ByWords, Field, Fields, FieldsOf};
pub use self::walk::{Leaf, Of, Of2, Text, Walk};
