//! The memory that an element and its ports hold, for a census.

use super::any::AnyElement;
use crate::held::{Collector, Fields};
use crate::memory::census::roots::Roots;

/// The part of an element that holds memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holding {
    /// The element itself: the block in which it lies, and what its ports own.
    Element,
    /// The field of this name.
    Field(&'static str),
    /// The frame that waits behind the source pad of this index.
    InFlight(u32),
}

impl dyn AnyElement {
    /// Adds what the element and its ports hold to the roots; `number` numbers each holder.
    ///
    /// Calls no code of the user, and allocates nothing.
    pub(crate) fn hold(&mut self, roots: &mut Roots, number: &mut dyn FnMut(Holding) -> u32) {
        let itself = number(Holding::Element);
        roots.enter_rest(itself);
        let mut into = Collector::new(roots);
        into.block_of(self);
        into.words_of(self.core());
        self.sinks(&mut |port| port.hold(&mut into));
        let mut index = 0..;
        self.sources(&mut |port| {
            let index = index.next().unwrap_or_default();
            into.enter_rest(itself);
            port.hold(&mut into, &mut || number(Holding::InFlight(index)));
        });
        if let Some(walk) = self.facts().fields {
            let mut number = |name| number(Holding::Field(name));
            walk(self.as_any(), &mut Fields::new(roots, &mut number));
        }
    }
}
