//! The methods of an element that the pipeline calls, by name.

use std::fmt;

/// The method of an element that was running, or the code that ran in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Callback {
    /// The code that runs before there is an element: conversions and defaults of properties, initial values of the
    /// state.
    Build,
    /// The construction check.
    OnBuild,
    /// The call before the first stride.
    OnStartup,
    /// A sink pad takes a frame.
    Pull,
    /// The step between taking and giving.
    Internal,
    /// A source pad gives a frame.
    New,
    /// The copy that a payload makes of itself, when its frame goes to several pads.
    Clone,
    /// The question for an absorbed error, after the last stride.
    EosError,
    /// A destructor: of a payload that was left over, or of the element.
    Drop,
}

impl Callback {
    /// Returns the name of the method as the user wrote it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::OnBuild => "on_build",
            Self::OnStartup => "on_startup",
            Self::Pull => "pull",
            Self::Internal => "internal",
            Self::New => "new",
            Self::Clone => "clone",
            Self::EosError => "eos_error",
            Self::Drop => "drop",
        }
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
