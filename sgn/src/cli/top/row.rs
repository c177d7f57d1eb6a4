//! One row of the table.

use super::track::Rate;
use crate::memory::Usage;
use crate::recording::run::Peak;

/// The name of a row through the run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Element(String),
    /// A field by the name of the holder: `count.sessions`.
    Field(String),
    Pad(usize),
    Line(usize),
}

/// An element, or below it a field, a pad or a line. The texts are those of the user.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) key: Key,
    /// 0 for elements, 1 for fields and pads, 2 for lines.
    pub(super) depth: usize,
    pub(super) name: String,
    /// The full name, and what else there is to say.
    pub(super) detail: String,
    /// The statement of a line.
    pub(super) text: String,
    /// The numbers; zero for a field, which only holds.
    pub(super) usage: Usage,
    pub(super) peak: Option<Peak>,
    /// The bytes that the element, or the field, keeps alive; `None` if it is not known.
    pub(super) held: Option<u64>,
    pub(super) rate: Rate,
    /// The owners whose live bytes the curve shows.
    pub(super) owners: Vec<usize>,
    /// True if the row is open; `None` if there is nothing below it.
    pub(super) is_open: Option<bool>,
    /// True if a line of it leaks or grows.
    pub(super) is_alarm: bool,
    /// True for `(runtime)` and others that are no elements.
    pub(super) is_built_in: bool,
}
