//! The methods of an element that the pipeline calls, by name.

use std::fmt;

/// Which of an element's methods was running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Callback {
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
}

impl Callback {
    /// The name of the method as the user wrote it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnBuild => "on_build",
            Self::OnStartup => "on_startup",
            Self::Pull => "pull",
            Self::Internal => "internal",
            Self::New => "new",
        }
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
