//! Walks from roots to all blocks that can be reached from them.

use crate::memory::census::edges::{Edges, Unfinished};
use crate::memory::census::heap::Heap;
use crate::memory::census::sets::{SetId, Sets};
use crate::memory::census::shapes::Shapes;
use crate::memory::census::words::{Reader, WORD};
use crate::memory::sys::pages::PageBuffer;

/// The first kind of root from which a block was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    /// The block was not reached.
    Nowhere,
    /// A block that a holder owns, and from which the walk does not go on.
    Claimed,
    /// From one or several holders.
    Holders,
    /// From a holder that has only what no other one has.
    Rest,
    /// From the runtime: the pipeline, the profiler.
    Runtime,
    /// From a static.
    Static,
    /// Only from a dead word in a block that holders reach.
    DeadWord,
    /// From a stack, a register or a thread-local.
    Stack,
    /// From memory of C libraries, and other memory that is not Rust's.
    Foreign,
}

/// The state of one block.
#[derive(Clone, Copy, Debug)]
struct State {
    reached: Reached,
    set: SetId,
    /// One more than the holder from which it was reached last.
    last: u32,
}

/// All blocks, and from where they were reached.
pub(super) struct Reach<'a> {
    pub(super) heap: &'a Heap,
    pub(super) edges: &'a Edges,
    shapes: &'a Shapes,
    pub(super) reader: &'a mut Reader,
    pub(super) sets: Sets,
    states: PageBuffer<State>,
    /// The blocks that were reached and not yet left.
    work: PageBuffer<u32>,
}

impl<'a> Reach<'a> {
    /// Returns the state before the first walk; `None` if the system has no pages.
    pub(super) fn new(
        heap: &'a Heap,
        edges: &'a Edges,
        shapes: &'a Shapes,
        reader: &'a mut Reader,
    ) -> Option<Self> {
        let mut states = PageBuffer::new();
        let is_ready = states.reserve(heap.blocks().len())
            && heap.blocks().iter().all(|_| {
                states.push(State {
                    reached: Reached::Nowhere,
                    set: SetId::NONE,
                    last: 0,
                })
            });
        let sets = Sets::new()?;
        is_ready.then_some(Self {
            heap,
            edges,
            shapes,
            reader,
            sets,
            states,
            work: PageBuffer::new(),
        })
    }

    /// Returns from where a block was reached, and by which holders.
    pub(super) fn of(&self, block: usize) -> (Reached, SetId) {
        let state = &self.states[block];
        (state.reached, state.set)
    }

    /// Records that `holder` owns a block, from which no walk goes on. The first holder to claim a block has it.
    pub(super) fn claim(&mut self, block: usize, holder: u32) -> Result<(), Unfinished> {
        if self.states[block].reached == Reached::Claimed {
            return Ok(());
        }
        let set = self.with(SetId::NONE, holder)?;
        let state = &mut self.states[block];
        state.reached = Reached::Claimed;
        state.set = set;
        Ok(())
    }

    /// Adds `holder` to the holders of `block` and of all blocks that can be reached from it.
    ///
    /// The holders must come in ascending order. A block that has more holders than a set names is not walked again,
    /// and neither is what it reaches, which has these holders, too. So a census takes time in proportion to the number
    /// of pointers.
    pub(super) fn walk_from_holder(&mut self, block: usize, holder: u32) -> Result<(), Unfinished> {
        self.add_holder(block, holder)?;
        while let Some(block) = self.work.pop() {
            let edges = self.edges;
            for edge in edges.of(block as usize) {
                if self.is_alive(block as usize, edge.at) {
                    self.add_holder(edge.to as usize, holder)?;
                }
            }
        }
        Ok(())
    }

    fn add_holder(&mut self, block: usize, holder: u32) -> Result<(), Unfinished> {
        let State { reached, set, last } = self.states[block];
        if reached == Reached::Claimed || set == SetId::MANY || last == holder + 1 {
            return Ok(());
        }
        let set = self.with(set, holder)?;
        self.states[block] = State {
            reached: Reached::Holders,
            set,
            last: holder + 1,
        };
        self.push(block)
    }

    /// Marks `block`, and all blocks that can be reached from it and were not reached before.
    pub(super) fn walk_from(&mut self, block: usize, from: Reached) -> Result<(), Unfinished> {
        self.mark(block, from, SetId::NONE)?;
        self.walk_on(from, SetId::NONE)
    }

    /// Gives `block`, and all blocks that can be reached from it and were not reached before, to `holder`.
    pub(super) fn walk_to_rest(&mut self, block: usize, holder: u32) -> Result<(), Unfinished> {
        let set = self.with(SetId::NONE, holder)?;
        self.mark(block, Reached::Rest, set)?;
        self.walk_on(Reached::Rest, set)
    }

    fn walk_on(&mut self, from: Reached, set: SetId) -> Result<(), Unfinished> {
        while let Some(block) = self.work.pop() {
            let edges = self.edges;
            for edge in edges.of(block as usize) {
                if self.is_alive(block as usize, edge.at) {
                    self.mark(edge.to as usize, from, set)?;
                }
            }
        }
        Ok(())
    }

    fn mark(&mut self, block: usize, from: Reached, set: SetId) -> Result<(), Unfinished> {
        let state = &mut self.states[block];
        if state.reached != Reached::Nowhere {
            return Ok(());
        }
        state.reached = from;
        state.set = set;
        self.push(block)
    }

    /// Walks from the dead words of all blocks that were reached from `from`.
    ///
    /// A word that is called dead may be alive: the words of a container that was there before may still be somewhere. So no
    /// block is called unreachable to which a dead word points.
    pub(super) fn walk_from_dead_words_of(&mut self, from: Reached) -> Result<(), Unfinished> {
        let becomes = match from {
            Reached::Holders => Reached::DeadWord,
            other => other,
        };
        for block in 0..self.states.len() {
            let State { reached, set, .. } = self.states[block];
            if reached != from {
                continue;
            }
            let edges = self.edges;
            for edge in edges.of(block) {
                if !self.is_alive(block, edge.at) {
                    self.mark(edge.to as usize, becomes, set)?;
                    self.walk_on(becomes, set)?;
                }
            }
        }
        Ok(())
    }

    /// Returns true if the word with this number of a block is alive.
    pub(super) fn is_alive(&mut self, block: usize, word: u32) -> bool {
        let skipped = self.heap.blocks()[block].start.wrapping_neg() % WORD;
        let distance = skipped + word as usize * WORD;
        self.shapes
            .is_alive(self.reader, self.heap, block, distance)
    }

    fn with(&mut self, set: SetId, holder: u32) -> Result<SetId, Unfinished> {
        self.sets.with(set, holder).ok_or(Unfinished::NoPages)
    }

    fn push(&mut self, block: usize) -> Result<(), Unfinished> {
        if self.work.push(block as u32) {
            Ok(())
        } else {
            Err(Unfinished::NoPages)
        }
    }
}
