//! The pointers in blocks and in roots.

use crate::memory::census::deadline::Deadline;
use crate::memory::census::heap::Heap;
use crate::memory::census::shapes::Shapes;
use crate::memory::census::words::{Memory, Reader};
use crate::memory::sys::pages::PageBuffer;

/// A word that points into a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The number of the block.
    pub(super) to: u32,
    /// The number of the word in its memory.
    pub(super) at: u32,
}

/// The pointers in a list of memories, in their order.
pub(super) struct Edges {
    edges: PageBuffer<Edge>,
    /// For each memory, the end of its edges.
    ends: PageBuffer<u32>,
}

/// Says why a search did not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// The system has no pages.
    NoPages,
    /// The time limit has passed.
    Late,
}

impl Edges {
    pub(super) const fn new() -> Self {
        Self {
            edges: PageBuffer::new(),
            ends: PageBuffer::new(),
        }
    }

    /// Searches one more memory. Learns the shapes of the blocks that its words point to, if `shapes` is given.
    pub(super) fn search(
        &mut self,
        reader: &mut Reader,
        heap: &Heap,
        memory: Memory,
        mut shapes: Option<&mut Shapes>,
        deadline: &mut Deadline,
    ) -> Result<(), Unfinished> {
        /// The words between two looks at the clock.
        const AT_ONCE: usize = 1 << 16;
        for first in (0..memory.len()).step_by(AT_ONCE) {
            if deadline.has_passed_after(AT_ONCE.min(memory.len() - first)) {
                return Err(Unfinished::Late);
            }
            let end = memory.len().min(first + AT_ONCE);
            let mut next = first;
            while let Some((number, word)) = reader.find(memory, next..end, heap.span()) {
                next = number + 1;
                let Some(to) = heap.find(word) else {
                    continue;
                };
                let edge = Edge {
                    to: to as u32,
                    at: u32::try_from(number).unwrap_or(u32::MAX),
                };
                let mut has_room = self.edges.push(edge);
                if let Some(shapes) = &mut shapes {
                    has_room &= shapes.look(reader, heap, memory, number, word, to);
                }
                if !has_room {
                    return Err(Unfinished::NoPages);
                }
            }
        }
        self.end()
    }

    /// Adds a memory without pointers.
    pub(super) fn end(&mut self) -> Result<(), Unfinished> {
        let end = u32::try_from(self.edges.len()).map_err(|_| Unfinished::NoPages)?;
        if self.ends.push(end) {
            Ok(())
        } else {
            Err(Unfinished::NoPages)
        }
    }

    /// Returns the pointers in the memory with this number.
    pub(super) fn of(&self, number: usize) -> &[Edge] {
        let Some(end) = self.ends.get(number) else {
            return &[];
        };
        let first = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.edges[first as usize..*end as usize]
    }
}
