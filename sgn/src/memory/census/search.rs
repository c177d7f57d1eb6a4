//! The search for pointers, in roots and in blocks.

use std::time::Duration;

use crate::memory::census::deadline::Deadline;
use crate::memory::census::edges::{Edges, Unfinished};
use crate::memory::census::heap::Heap;
use crate::memory::census::roots::{Owned, Roots};
use crate::memory::census::shapes::Shapes;
use crate::memory::census::words::{Memory, Reader};
use crate::memory::sys::pages::PageBuffer;

/// The pointers that a search has found.
pub(super) struct Found {
    /// Those in blocks, by the numbers of the blocks.
    pub(super) of_blocks: Edges,
    /// Those in roots: first in the fields, then in what the runtime owns.
    pub(super) of_roots: Edges,
    /// The blocks that roots own.
    pub(super) claims: PageBuffer<Claim>,
    /// True if the time was too short for all blocks.
    pub(super) is_late: bool,
}

/// A block that a holder owns.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    pub(super) block: u32,
    pub(super) holder: u32,
}

impl Found {
    /// Searches all roots and blocks, and learns the shapes of the blocks.
    pub(super) fn search(
        reader: &mut Reader,
        heap: &Heap,
        shapes: &mut Shapes,
        fields: &Roots,
        runtime: &Roots,
        deadline: &mut Deadline,
    ) -> Result<Self, Unfinished> {
        let mut found = Self {
            of_blocks: Edges::new(),
            of_roots: Edges::new(),
            claims: PageBuffer::new(),
            is_late: false,
        };
        let roots = || fields.all().iter().chain(runtime.all());
        let (mut careful, mut unlimited) = (Reader::by_system(), Deadline::after(Duration::MAX));
        for root in roots() {
            match root.what {
                Owned::Words(start, bytes) => {
                    let memory = Memory::new(start, bytes);
                    // Roots come from generated code, which is part of the user's crate and may say anything.
                    let reader = match heap.contains(start, bytes) {
                        true => &mut *reader,
                        false => &mut careful,
                    };
                    let shapes = Some(&mut *shapes);
                    found
                        .of_roots
                        .search(reader, heap, memory, shapes, &mut unlimited)?;
                }
                Owned::Block(inside) => {
                    found.of_roots.end()?;
                    if let Some(block) = heap.find(inside) {
                        found.claim(block, root.holder)?;
                    }
                }
            }
        }
        match found.search_blocks(reader, heap, shapes, deadline) {
            Err(Unfinished::Late) => found.is_late = true,
            other => other?,
        }
        Ok(found)
    }

    fn claim(&mut self, block: usize, holder: u32) -> Result<(), Unfinished> {
        let claim = Claim {
            block: block as u32,
            holder,
        };
        if self.claims.push(claim) {
            Ok(())
        } else {
            Err(Unfinished::NoPages)
        }
    }

    /// Searches all blocks but those that are claimed: what is alive of these is among the roots.
    fn search_blocks(
        &mut self,
        reader: &mut Reader,
        heap: &Heap,
        shapes: &mut Shapes,
        deadline: &mut Deadline,
    ) -> Result<(), Unfinished> {
        let mut claimed = PageBuffer::<u32>::new();
        if !self.claims.iter().all(|claim| claimed.push(claim.block)) {
            return Err(Unfinished::NoPages);
        }
        claimed.sort_unstable();
        let mut next = claimed.iter().copied().peekable();
        for (number, block) in (0..).zip(heap.blocks()) {
            while next.next_if(|claimed| *claimed < number).is_some() {}
            if next.peek() == Some(&number) {
                self.of_blocks.end()?;
                continue;
            }
            let memory = Memory::new(block.start, block.size);
            self.of_blocks
                .search(reader, heap, memory, Some(&mut *shapes), deadline)?;
        }
        Ok(())
    }
}
