//! What an element is, and what its author's attributes implement.
//!
//! An element is a struct and an impl block under the same attribute, or one function; the attribute macros
//! write everything in this module's traits. Nobody implements them by hand.

mod any;
mod backtrace;
mod builder;
mod checks;
mod contained;
#[expect(
    clippy::module_inception,
    reason = "the folder is named after the trait"
)]
mod element;
mod eos_policy;
mod facts;
mod instance;
mod new_element;
mod pad_rules;
mod role;

#[doc(hidden)]
pub use self::builder::{
    Build, Complete, NamesSinkPads, NamesSourcePads, PropertyDefault, PropertyState, Set,
    StateDefault, Unset,
};
pub use self::builder::{
    DynamicSinkPads, DynamicSourcePads, ElementBuilder, IntoElement, Settings, check_range,
};
pub use self::element::{Element, Handle};
pub use self::eos_policy::EosPolicy;
#[doc(hidden)]
pub use self::instance::State;
pub use self::new_element::NewElement;
pub use self::pad_rules::PadRules;
pub use self::role::Role;
pub use crate::pad::{IntoError, IntoFrame, IsFrame, Outcome, Payload};

pub(crate) use self::any::AnyElement;
pub(crate) use self::backtrace::charge_backtraces_to_the_runtime;
pub(crate) use self::builder::building;
pub(crate) use self::contained::Contained;
