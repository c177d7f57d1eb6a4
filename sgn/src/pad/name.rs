//! Names and directions of pads.

use std::fmt;

use crate::text::is_unfit;

/// The short name of every internal pad.
pub(crate) const INTERNAL: &str = "inl";

/// The direction of a pad, seen from its element.
///
/// ```
/// use sgn::pad::Direction;
///
/// assert_eq!(Direction::Source.full_name("src", "H1"), "src:src:H1");
/// assert_eq!(Direction::Sink.to_string(), "sink pad");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Direction {
    /// Takes frames: a sink pad, `element:snk:short`.
    Sink,
    /// The step between taking and giving, `element:inl:inl`.
    Internal,
    /// Gives frames: a source pad, `element:src:short`.
    Source,
}

impl Direction {
    /// Returns the middle part of a full pad name: `snk`, `inl` or `src`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Sink => "snk",
            Self::Internal => "inl",
            Self::Source => "src",
        }
    }

    /// Returns the full name of the pad `short` of `element`.
    pub fn full_name(self, element: &str, short: &str) -> String {
        format!("{element}:{}:{short}", self.tag())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sink => "sink pad",
            Self::Internal => "internal pad",
            Self::Source => "source pad",
        })
    }
}

/// The pad that a method marked `#[pads(dynamic)]` is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pad<'a> {
    name: &'a str,
    index: usize,
}

impl<'a> Pad<'a> {
    pub(crate) const fn new(name: &'a str, index: usize) -> Self {
        Self { name, index }
    }

    /// Returns the short name, as given at construction.
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// Returns the index among the pads named at construction, from 0. It can index a `Vec` of per-pad state.
    pub const fn index(self) -> usize {
        self.index
    }
}

/// The short names of the pads that were named at construction, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PadNames {
    sources: Vec<String>,
    sinks: Vec<String>,
}

impl PadNames {
    pub(crate) const fn new(sources: Vec<String>, sinks: Vec<String>) -> Self {
        Self { sources, sinks }
    }

    /// Returns the source pads named at construction.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Returns the sink pads named at construction.
    pub fn sinks(&self) -> &[String] {
        &self.sinks
    }
}

/// Returns an error with the rule that a short pad name breaks, if it breaks one.
pub(crate) fn check_short(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        Err("pad names are non-empty")
    } else if name.contains(':') {
        Err("pad names cannot contain `:`, which separates element and pad in a full name")
    } else if name.chars().any(is_unfit) {
        Err("pad names cannot contain control characters, nor others that are not seen")
    } else {
        Ok(())
    }
}
