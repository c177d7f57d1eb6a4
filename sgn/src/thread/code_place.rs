//! Where the code of an element stands.

/// Where the code of an element stands: what tells one type of elements from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePlace {
    module: &'static str,
    name: &'static str,
    line: u32,
    column: u32,
}

impl CodePlace {
    /// The place of the type `name`, whose attribute stands at that line and column of that module.
    #[must_use]
    pub const fn new(module: &'static str, name: &'static str, line: u32, column: u32) -> Self {
        Self {
            module,
            name,
            line,
            column,
        }
    }

    /// The path of the module.
    pub(crate) const fn module(&self) -> &'static str {
        self.module
    }

    /// The name of the type.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }
}
