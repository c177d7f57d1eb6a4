//! From the first call of `builder` to an element.

mod defaults;
mod element_builder;
mod into_element;
mod range;
mod required;
mod settings;

pub use self::defaults::{PropertyDefault, StateDefault};
pub use self::element_builder::{
    DynamicSinkPads, DynamicSourcePads, ElementBuilder, NamesSinkPads, NamesSourcePads,
};
pub use self::into_element::{Build, IntoElement};
pub use self::range::check_range;
pub use self::required::{Complete, PropertyState, Set, Unset};
pub use self::settings::Settings;
pub(crate) use self::settings::building;
