//! The constants of an element's type, as a value.

use std::any::Any;

use super::budget::Budget;
use super::eos_policy::EosPolicy;
use super::pad_rules::PadRules;
use super::role::Role;
use crate::BoxError;
use crate::held::{Fields, FieldsOf};
use crate::pad::PadNames;
use crate::thread::CodePlace;

/// Each is given the element as [`Any`].
type OnBuild = fn(&mut dyn Any, &PadNames) -> Result<(), BoxError>;
type OnStartup = fn(&mut dyn Any) -> Result<(), BoxError>;
type EosError = fn(&mut dyn Any) -> Option<BoxError>;

/// The constants that each [`Element`](super::Element) has: its role, the place of its code, and the function that hands
/// over the fields that may own memory, if there are any. A tuple, as generated code writes it for each element.
pub type FactsOf<E> = (Role, CodePlace, FieldsOf<E>);

/// The constants of an [`Element`](super::Element).
pub(crate) struct Facts {
    pub(crate) type_name: &'static str,
    pub(crate) role: Role,
    /// The place of the type's code.
    pub(crate) place: CodePlace,
    pub(super) eos: EosPolicy,
    pub(super) ends_by_itself: bool,
    pub(super) dynamic_sources: bool,
    pub(super) dynamic_sinks: bool,
    pub(super) pad_rules: PadRules,
    pub(super) budget: Budget,
    /// Hands over the fields that may own memory, if there are any.
    pub(super) fields: Option<fn(&dyn Any, &mut Fields<'_>)>,
    /// The callbacks that the author has written. A function here, and no method of [`AnyElement`], is compiled only for
    /// elements that have it.
    ///
    /// [`AnyElement`]: super::any::AnyElement
    pub(super) on_build: Option<OnBuild>,
    pub(super) on_startup: Option<OnStartup>,
    pub(super) eos_error: Option<EosError>,
}
