//! The truth about who holds what: a list that holds nothing itself.

use std::mem::size_of;
use std::sync::Arc;

use crate::payloads::{Batch, Block, Message};

/// An address that nobody who looks for pointers takes for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hidden(usize);

impl Hidden {
    pub(crate) fn of<T>(pointer: *const T) -> Self {
        Self(!pointer.addr())
    }

    pub(crate) fn address(self) -> usize {
        !self.0
    }
}

/// One holder of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) block: Hidden,
    pub(crate) bytes: usize,
    /// `element.field`.
    pub(crate) holder: &'static str,
}

/// All blocks of payloads at one moment, with all their holders.
#[derive(Debug)]
pub(crate) struct Truth {
    rows: Vec<Row>,
}

/// An element that tells what it holds.
pub(crate) trait Tell {
    fn tell(&self, truth: &mut Truth);
}

/// Something that consists of blocks of payloads.
pub(crate) trait Payload {
    /// Calls `of` with the start and the size of each block.
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize));
}

impl Payload for Vec<f64> {
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize)) {
        if self.capacity() > 0 {
            of(
                Hidden::of(self.as_ptr()),
                self.capacity() * size_of::<f64>(),
            );
        }
    }
}

impl Payload for String {
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize)) {
        if self.capacity() > 0 {
            of(Hidden::of(self.as_ptr()), self.capacity());
        }
    }
}

impl Payload for Block {
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize)) {
        self.samples.blocks(of);
    }
}

impl Payload for Message {
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize)) {
        of(
            Hidden::of(self.words.as_ptr()),
            size_of_val::<[u64]>(&self.words),
        );
    }
}

impl Payload for Vec<Block> {
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize)) {
        of(
            Hidden::of(self.as_ptr()),
            self.capacity() * size_of::<Block>(),
        );
        self.iter().for_each(|block| block.blocks(of));
    }
}

impl Payload for Arc<Batch> {
    fn blocks(&self, of: &mut dyn FnMut(Hidden, usize)) {
        // Two counts stand before the value, which needs no larger alignment.
        const COUNTS: usize = 2 * size_of::<usize>();
        let start = Arc::as_ptr(self).cast::<u8>().wrapping_sub(COUNTS);
        of(Hidden::of(start), COUNTS + size_of::<Batch>());
        self.blocks.blocks(of);
    }
}

impl Truth {
    /// An empty list with room for all that comes.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self {
            rows: Vec::with_capacity(rows),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Says that `holder` holds each of `payloads`.
    pub(crate) fn held<'a, P: Payload + 'a>(
        &mut self,
        holder: &'static str,
        payloads: impl IntoIterator<Item = &'a P>,
    ) {
        for payload in payloads {
            payload.blocks(&mut |block, bytes| self.row(holder, block, bytes));
        }
    }

    /// Says that `holder` holds a block.
    pub(crate) fn row(&mut self, holder: &'static str, block: Hidden, bytes: usize) {
        assert!(self.rows.len() < self.rows.capacity(), "the list is full");
        self.rows.push(Row {
            block,
            bytes,
            holder,
        });
    }

    /// Puts the rows of each block next to each other.
    pub(crate) fn sort(&mut self) {
        self.rows.sort_unstable();
        self.rows.dedup();
    }

    /// The blocks, each with one row for each holder, after [`sort`](Self::sort).
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|one, other| one.block == other.block)
    }

    /// The block with the address `inside`, after [`sort`](Self::sort).
    pub(crate) fn block_at(&self, inside: usize) -> Option<&[Row]> {
        // Hidden addresses are in descending order.
        let first = self
            .rows
            .partition_point(|row| row.block.address() > inside);
        let block = self.rows[first..].chunk_by(|one, other| one.block == other.block);
        block
            .take(1)
            .find(|rows| inside - rows[0].block.address() < rows[0].bytes)
    }
}
