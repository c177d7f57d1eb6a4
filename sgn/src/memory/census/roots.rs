//! The roots of a census: the memory that fields of elements own directly.

use crate::memory::sys::pages::PageBuffer;

/// The addresses that a list of holders own directly.
///
/// A holder is a number that its caller chose: `memory` knows no fields and no elements. Collecting allocates nothing
/// through the counted allocator.
pub(crate) struct Roots {
    roots: PageBuffer<Root>,
    holder: u32,
    is_rest: bool,
    is_complete: bool,
}

/// One thing that a holder owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// The number of the holder.
    pub(crate) holder: u32,
    /// True if the holder has only what no other holder has.
    pub(crate) is_rest: bool,
    /// The memory that is owned.
    pub(crate) what: Owned,
}

/// The memory that a [`Root`] owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owned {
    /// A number of bytes from this address on, which may contain pointers to blocks: they are searched.
    Words(usize, usize),
    /// The block that contains this address. The block itself is not searched: its live parts are roots of their own.
    Block(usize),
}

impl Roots {
    /// Returns an empty list.
    pub(crate) const fn new() -> Self {
        Self {
            roots: PageBuffer::new(),
            holder: 0,
            is_rest: false,
            is_complete: true,
        }
    }

    /// Charges the following roots to the holder of this number.
    pub(crate) fn enter(&mut self, holder: u32) {
        self.holder = holder;
        self.is_rest = false;
    }

    /// Charges the following roots to the holder of this number, as far as no other holder has what they reach.
    pub(crate) fn enter_rest(&mut self, holder: u32) {
        self.holder = holder;
        self.is_rest = true;
    }

    /// Adds `bytes` bytes at `start`, which may contain pointers to blocks.
    pub(crate) fn words(&mut self, start: *const u8, bytes: usize) {
        if bytes >= size_of::<usize>() {
            self.add(Owned::Words(start.addr(), bytes));
        }
    }

    /// Adds the block that contains the address `inside`, without what it contains.
    pub(crate) fn block(&mut self, inside: *const u8) {
        self.add(Owned::Block(inside.addr()));
    }

    fn add(&mut self, what: Owned) {
        self.is_complete &= self.roots.push(Root {
            holder: self.holder,
            is_rest: self.is_rest,
            what,
        });
    }

    /// Returns the roots in the order in which they were added.
    pub(crate) fn all(&self) -> &[Root] {
        &self.roots
    }

    /// Returns false if the operating system had no pages for some of the roots.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }
}
