//! What the attributes submit: the two halves of an element, each on its own.

use std::any::TypeId;

use super::Properties;
use crate::element::{NewElement, PadRules, Role, Settings};
use crate::error::Result;
use crate::pad::{Direction, Intake};

/// Makes an element from its settings and the texts of its properties.
pub type Constructor = fn(Settings, &mut Properties) -> Result<NewElement>;

/// The struct half, or what stands for one of a function.
#[derive(Debug)]
pub struct StructEntry {
    /// The name of the type, without its path.
    pub name: &'static str,
    /// What the element does with frames.
    pub role: Role,
    /// The doc comment.
    pub docs: &'static str,
    /// The path of the module.
    pub module: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the type's name, from 1.
    pub line: u32,
    /// The column of the type's name, from 1.
    pub column: u32,
    /// The generic parameters as written; empty if there are none.
    pub generics: &'static str,
    /// The type, unless it is generic.
    pub type_id: Option<fn() -> TypeId>,
    /// The properties in declared order.
    pub properties: &'static [Property],
}

/// The impl half, or what stands for one of a function.
#[derive(Debug)]
pub struct ImplEntry {
    /// The name of the type, without its path.
    pub name: &'static str,
    /// The path of the module.
    pub module: &'static str,
    /// The type, unless it is generic.
    pub type_id: Option<fn() -> TypeId>,
    /// The pads in pad order.
    pub pads: &'static [PadInfo],
    /// What must hold of the pads.
    pub rules: PadRules,
    /// Makes the element, unless it is generic.
    pub construct: Option<Constructor>,
}

/// A generic element for one payload.
#[derive(Debug)]
pub struct InstanceEntry {
    /// The name of the type, without its path.
    pub name: &'static str,
    /// The payload as written.
    pub payload: &'static str,
    /// Makes the element.
    pub construct: Constructor,
}

inventory::collect!(InstanceEntry);
inventory::collect!(StructEntry);
inventory::collect!(ImplEntry);

/// A property of an element, as its author declared it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Property {
    /// The name of the property and of its setter.
    pub name: &'static str,
    /// The type as written.
    pub type_name: &'static str,
    /// The default as written; none if the property is required.
    pub default: Option<&'static str>,
    /// The range as written.
    pub range: Option<&'static str>,
    /// The doc comment.
    pub docs: &'static str,
    readable: Option<fn() -> bool>,
}

impl Property {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        type_name: &'static str,
        default: Option<&'static str>,
        range: Option<&'static str>,
        docs: &'static str,
        readable: Option<fn() -> bool>,
    ) -> Self {
        Self {
            name,
            type_name,
            default,
            range,
            docs,
            readable,
        }
    }

    /// Whether it must be set.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.default.is_none()
    }

    /// Whether its values can be read from text, as a launch string needs; never for generic elements.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.readable.is_some_and(|readable| readable())
    }
}

/// A pad of an element, or all those of one direction that are named at construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PadInfo {
    /// The short name; for pads named at construction the name of the handle's field.
    pub name: &'static str,
    /// Which way frames cross it.
    pub direction: Direction,
    /// The payload type as written.
    pub payload: &'static str,
    /// Whether it stands for pads that are named at construction.
    pub dynamic: bool,
    /// Whether the element takes its frames or looks at them; source pads give, and have [`Intake::Take`].
    pub intake: Intake,
}

impl PadInfo {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        direction: Direction,
        payload: &'static str,
        dynamic: bool,
        intake: Intake,
    ) -> Self {
        Self {
            name,
            direction,
            payload,
            dynamic,
            intake,
        }
    }
}
