//! The index of live blocks: finds the start, the size and the age of the block at an address.

pub(super) mod birth;
pub(super) mod blocks;
pub(super) mod cell;
pub(super) mod table;
