//! The place of an element's code.

use std::panic::Location;

/// The place of an element's code, which identifies the type of the element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePlace {
    module: &'static str,
    name: &'static str,
    line: u32,
    column: u32,
}

impl CodePlace {
    /// Returns the place of the type `name` of that module, with its attribute where this is called.
    ///
    /// A function, as the compiler takes longer over a macro for each part of the place.
    #[must_use]
    #[track_caller]
    pub const fn here(module: &'static str, name: &'static str) -> Self {
        let attribute = Location::caller();
        Self::new(module, name, attribute.line(), attribute.column())
    }

    /// Returns the place of the type `name`, with its attribute at that line and column of that module.
    #[must_use]
    pub const fn new(module: &'static str, name: &'static str, line: u32, column: u32) -> Self {
        Self {
            module,
            name,
            line,
            column,
        }
    }

    /// Returns the path of the module.
    pub(crate) const fn module(&self) -> &'static str {
        self.module
    }

    /// Returns the name of the type.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }
}
