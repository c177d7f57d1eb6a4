//! The parts from which generated code makes a handle.

use std::fmt;
use std::marker::PhantomData;

use super::handle::{SinkPad, SinkPads, SourcePad, SourcePads};
use super::id::{ElementId, PadId};

/// The element that a handle stands for: its index in its pipeline, and its type.
///
/// A handle of a generic element has this as a field, because each type parameter of a struct has to be used, and the
/// pads may not use all.
pub struct Of<E> {
    /// The element's index in its pipeline.
    pub id: ElementId,
    element: PhantomData<fn() -> E>,
}

impl<E> Copy for Of<E> {}

impl<E> Clone for Of<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> fmt::Debug for Of<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// The parts of a handle: the element and the short names of its pads, in pad order. The pads that were named at
/// construction come first, then the *fixed* ones, which the element's code names.
#[derive(Debug)]
pub struct HandleParts {
    pub(crate) id: ElementId,
    pub(crate) sources: Vec<String>,
    pub(crate) sinks: Vec<String>,
    pub(crate) dynamic_sources: usize,
    pub(crate) dynamic_sinks: usize,
}

impl HandleParts {
    /// Returns the element.
    pub const fn id(&self) -> ElementId {
        self.id
    }

    /// Returns the element with its type.
    pub const fn of<E>(&self) -> Of<E> {
        Of {
            id: self.id,
            element: PhantomData,
        }
    }

    /// Returns the fixed source pad `name`.
    ///
    /// # Panics
    ///
    /// Panics if the element has no such pad, which generated code rules out.
    pub fn source<T>(&self, name: &str) -> SourcePad<T> {
        SourcePad::new(self.find(name, &self.sources, self.dynamic_sources))
    }

    /// Returns the fixed sink pad `name`.
    ///
    /// # Panics
    ///
    /// Panics if the element has no such pad, which generated code rules out.
    pub fn sink<T>(&self, name: &str) -> SinkPad<T> {
        SinkPad::new(self.find(name, &self.sinks, self.dynamic_sinks))
    }

    /// Returns the source pads named at construction.
    pub fn dynamic_sources<T>(&self) -> SourcePads<T> {
        SourcePads::new(self.id, &self.sources[..self.dynamic_sources])
    }

    /// Returns the sink pads named at construction.
    pub fn dynamic_sinks<T>(&self) -> SinkPads<T> {
        SinkPads::new(self.id, &self.sinks[..self.dynamic_sinks])
    }

    fn find(&self, name: &str, names: &[String], dynamic: usize) -> PadId {
        let place = (0..).zip(names).skip(dynamic).find(|(_, own)| *own == name);
        let Some((index, _)) = place else {
            panic!("the element has no fixed pad `{name}`; it has {names:?}");
        };
        PadId {
            element: self.id,
            index,
        }
    }
}
