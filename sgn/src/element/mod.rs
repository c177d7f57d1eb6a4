//! Elements, and the traits that the attributes implement for them.
//!
//! An element is a struct and an impl block under the same attribute, or one function; the attribute macros implement
//! this module's traits. The traits are sealed: they are there to be named in bounds, what they require is hidden, and
//! it may change in any release.

mod any;
mod backtrace;
mod budget;
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
mod holding;
mod instance;
mod new_element;
mod pad_rules;
mod role;

pub use self::builder::{DynamicSinkPads, DynamicSourcePads, ElementBuilder, IntoElement};
pub use self::element::{Element, Handle};
pub use self::eos_policy::EosPolicy;
pub use self::new_element::NewElement;
pub use self::pad_rules::PadRules;
pub use self::role::Role;

pub(crate) use self::any::AnyElement;
pub(crate) use self::backtrace::charge_backtraces_to_the_runtime;
pub(crate) use self::budget::{Budget, Bytes};
pub(crate) use self::builder::{Settings, building};
pub(crate) use self::contained::Contained;
pub(crate) use self::holding::Holding;

/// Items that only generated code names, through `sgn::__private`.
pub(crate) mod generated {
    pub use super::budget::Budget;
    pub use super::builder::{
        Build, Complete, NamesSinkPads, NamesSourcePads, PropertyDefault, PropertyState, Set,
        Settings, StateDefault, Unset, check_range,
    };
    pub use super::facts::FactsOf;
    pub use super::instance::SendElement;
}
