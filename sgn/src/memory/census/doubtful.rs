//! Tells shared blocks from those whose holder is doubtful.

use crate::memory::census::reach::{Reach, Reached};
use crate::memory::census::words::{Memory, WORD};
use crate::memory::sys::pages::PageBuffer;

/// The blocks of several holders that may have only one.
///
/// In Rust only a block that counts its references can have two owners. So where two walks meet at a block that counts
/// none, one of them followed a word that is no pointer, or is dead: who holds the block is doubtful.
pub(super) struct Doubtful(PageBuffer<u8>);

impl Doubtful {
    /// Finds the doubtful blocks; `None` if the system has no pages.
    ///
    /// `roots` are the blocks that a root points to.
    pub(super) fn find(reach: &mut Reach<'_>, roots: impl Iterator<Item = usize>) -> Option<Self> {
        /// A holder, or a block with other holders, points here.
        const ENTRY: u8 = 1;
        /// A block that counts its references points here, and has the same holders.
        const BELOW_COUNTED: u8 = 2;
        let mut marks = PageBuffer::<u8>::new();
        let count = reach.heap.blocks().len();
        if !marks.reset(count) {
            return None;
        }
        for block in roots {
            marks[block] |= ENTRY;
        }
        for block in 0..count {
            let (reached, set) = reach.of(block);
            if !matches!(reached, Reached::Holders | Reached::Claimed) {
                continue;
            }
            let edges = reach.edges;
            let mut counts = None;
            for edge in edges.of(block) {
                let to = edge.to as usize;
                let (to_reached, to_set) = reach.of(to);
                if to_reached != Reached::Holders
                    || reach.sets.len(to_set) < 2
                    || !reach.is_alive(block, edge.at)
                {
                    continue;
                }
                if to_set != set {
                    marks[to] |= ENTRY;
                } else if *counts.get_or_insert_with(|| counts_references(reach, block)) {
                    marks[to] |= BELOW_COUNTED;
                }
            }
        }
        let mut doubtful = Self(PageBuffer::new());
        if !doubtful.0.reset(count) {
            return None;
        }
        let mut work = PageBuffer::new();
        for block in 0..count {
            let (reached, set) = reach.of(block);
            let meets =
                marks[block] == ENTRY && reached == Reached::Holders && reach.sets.len(set) > 1;
            if meets
                && !counts_references(reach, block)
                && !doubtful.spread(reach, block, &mut work)
            {
                return None;
            }
        }
        Some(doubtful)
    }

    /// Marks `first`, and all that has the same holders and is reached from it.
    fn spread(&mut self, reach: &mut Reach<'_>, first: usize, work: &mut PageBuffer<u32>) -> bool {
        let (_, set) = reach.of(first);
        let mut is_complete = work.push(first as u32);
        while let Some(block) = work.pop() {
            let block = block as usize;
            if self.0[block] == 1 || reach.of(block) != (Reached::Holders, set) {
                continue;
            }
            // A block that counts its references is shared, whoever else seems to point to it.
            if block != first && counts_references(reach, block) {
                continue;
            }
            self.0[block] = 1;
            let edges = reach.edges;
            for edge in edges.of(block) {
                if reach.is_alive(block, edge.at) {
                    is_complete &= work.push(edge.to);
                }
            }
        }
        is_complete
    }

    pub(super) fn has(&self, block: usize) -> bool {
        self.0[block] == 1
    }
}

/// Returns true if a block begins as one that counts its references, or ends as a channel does.
fn counts_references(reach: &mut Reach<'_>, block: usize) -> bool {
    /// A channel of std keeps the numbers of senders and receivers in a line of its own at the end.
    const LINE: usize = 128;
    /// No more owners than this are plausible.
    const MOST: usize = 1 << 30;
    let block = reach.heap.blocks()[block];
    let memory = Memory::new(block.start, block.size);
    let reader = &mut *reach.reader;
    let mut sum_of_pair = |first: usize| {
        let one = reader.word(memory, first)?;
        let two = reader.word(memory, first + 1)?;
        ((1..MOST).contains(&one) && (1..MOST).contains(&two)).then_some(one + two)
    };
    let line = block.size / WORD - LINE.min(block.size) / WORD;
    let is_aligned = block.start.is_multiple_of(LINE) && block.size.is_multiple_of(LINE);
    // A count of owners and one of weak pointers, which all owners together have one of.
    let is_counted = sum_of_pair(0).is_some_and(|sum| sum > 2);
    // A number of senders and one of receivers.
    is_counted || is_aligned && block.size > LINE && sum_of_pair(line).is_some()
}
