//! The entries that the attributes submit: one for an element, or one for each half of a generic one.

use super::Properties;
use crate::element::{NewElement, PadRules, Role, Settings};
use crate::error::Result;
use crate::pad::{Access, Direction};
use crate::thread::CodePlace;

/// Makes an element from its settings and the texts of its properties.
pub type Constructor = fn(&mut Settings, &mut Properties) -> Result<NewElement>;

/// The location of the name of an element's type.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    /// The path of the module.
    pub module: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Location {
    /// Returns the place of the call, in the module of that path.
    ///
    /// A function, as the compiler takes longer over a macro for each part of the place.
    #[must_use]
    #[track_caller]
    pub const fn here(module: &'static str) -> Self {
        let caller = std::panic::Location::caller();
        Self {
            module,
            file: caller.file(),
            line: caller.line(),
            column: caller.column(),
        }
    }
}

/// The struct half, or what stands for one of a function.
#[derive(Debug)]
pub struct StructEntry {
    /// The name of the type, without its path.
    pub name: &'static str,
    /// The role of the element.
    pub role: Role,
    /// The doc comment.
    pub docs: &'static str,
    /// The location of the name.
    pub location: Location,
    /// The generic parameters as written; empty if there are none.
    pub generics: &'static str,
    /// The properties in declared order.
    pub properties: &'static [Property],
}

/// The entry of a struct half, where there is one for the impl half to submit.
pub type Half = Option<&'static StructEntry>;

/// The impl half, or what stands for one of a function.
#[derive(Debug)]
pub struct ImplEntry {
    /// The pads in pad order.
    pub pads: &'static [PadInfo],
    /// The rules for the pads.
    pub rules: PadRules,
    /// The place of the impl half, and the name of the type, of a generic element.
    pub place: Option<CodePlace>,
    /// Makes the element, unless it is generic.
    pub construct: Option<Constructor>,
}

/// Both halves of an element that is not generic, submitted by its impl half.
#[derive(Debug)]
pub struct ElementEntry {
    /// The struct half.
    pub half: Half,
    /// The impl half.
    pub other: ImplEntry,
}

// One call each and no chain of calls: the compiler evaluates them for every element of every user.
impl StructEntry {
    /// Returns the entry of an element with these generic parameters, which may be none.
    pub const fn new(
        name: &'static str,
        role: Role,
        docs: &'static str,
        location: Location,
        properties: &'static [Property],
        generics: &'static str,
    ) -> Self {
        Self {
            name,
            role,
            docs,
            location,
            generics,
            properties,
        }
    }
}

impl ElementEntry {
    /// Returns the entry of an element: its struct half with its constructor, its pads, and what must hold of them.
    pub const fn new(
        (half, construct): (Half, Constructor),
        pads: &'static [PadInfo],
        rules: PadRules,
    ) -> Self {
        Self {
            half,
            other: ImplEntry {
                pads,
                rules,
                place: None,
                construct: Some(construct),
            },
        }
    }
}

impl ImplEntry {
    /// Returns the entry of a generic element, which is not made from text.
    pub const fn generic(place: CodePlace, pads: &'static [PadInfo], rules: PadRules) -> Self {
        Self {
            pads,
            rules,
            place: Some(place),
            construct: None,
        }
    }
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
inventory::collect!(ElementEntry);

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
    readable: bool,
}

impl Property {
    /// Returns a property with its default and range as written, and whether its values can be read from text.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        type_name: &'static str,
        docs: &'static str,
        default: Option<&'static str>,
        range: Option<&'static str>,
        readable: bool,
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

    /// Returns true if it must be set.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.default.is_none()
    }

    /// Returns true if its values can be read from text, as a launch string needs; never for generic elements.
    #[must_use]
    pub const fn is_readable(&self) -> bool {
        self.readable
    }
}

/// A pad of an element, or all those of one direction that are named at construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PadInfo {
    /// The short name; for pads named at construction the name of the handle's field.
    pub name: &'static str,
    /// The direction in which frames cross it.
    pub direction: Direction,
    /// The payload type as written.
    pub payload: &'static str,
    /// True if it stands for pads that are named at construction.
    pub dynamic: bool,
    /// The element's access to the pad's frames; source pads have [`Access::Owned`].
    pub access: Access,
}

impl PadInfo {
    /// Returns a fixed source pad.
    #[doc(hidden)]
    #[must_use]
    pub const fn source(name: &'static str, payload: &'static str) -> Self {
        Self {
            name,
            direction: Direction::Source,
            payload,
            dynamic: false,
            access: Access::Owned,
        }
    }

    /// Returns a fixed sink pad.
    #[doc(hidden)]
    #[must_use]
    pub const fn sink(name: &'static str, payload: &'static str, access: Access) -> Self {
        Self {
            name,
            direction: Direction::Sink,
            payload,
            dynamic: false,
            access,
        }
    }

    /// Returns the same, for pads that are named at construction.
    #[doc(hidden)]
    #[must_use]
    pub const fn dynamic(self) -> Self {
        Self {
            dynamic: true,
            ..self
        }
    }
}
