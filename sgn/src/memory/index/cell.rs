//! The numbers in the index: what one cell of 32 bits says of the sixteen bytes that it stands for.
//!
//! | bits 31 and 30 | meaning | the lower 30 bits |
//! |---|---|---|
//! | 1 0 | a live block starts here, its tag lies past its end | its size; 0 if two further cells store it |
//! | 1 1 | a live block starts here, its tag is in the side table | its size; 0 if two further cells store it |
//! | 0 1 | a block that was freed started here | 0 |
//! | 0 0 | nothing starts here | anything; in the cell behind a live block's first: its birth |

/// The bytes of memory that a cell stands for.
pub(in crate::memory) const BYTES: usize = 16;
/// The number of low bits that store a size or a birth.
pub(in crate::memory) const VALUE_BITS: u32 = 30;
/// The bits of a size or a birth.
pub(in crate::memory) const VALUE: u32 = (1 << VALUE_BITS) - 1;
/// A live block starts here.
const START: u32 = 1 << 31;
/// With [`START`]: the tag is in the side table.
const TAG_IN_TABLE: u32 = 1 << VALUE_BITS;
/// The content of a cell where a freed block started.
pub(super) const FREED: u32 = 1 << VALUE_BITS;

/// The place of the tag of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) enum TagPlace {
    /// Past the end of the block.
    Trailer,
    /// In the side table.
    Table,
}

/// Returns the first cell of a live block whose size fits into one cell, or that of a larger block.
#[inline(always)]
pub(super) const fn start(size: usize, place: TagPlace) -> u32 {
    let kind = match place {
        TagPlace::Trailer => START,
        TagPlace::Table => START | TAG_IN_TABLE,
    };
    if is_large(size) {
        kind
    } else {
        kind | size as u32
    }
}

/// Returns true if the size of a block does not fit into one cell.
#[inline(always)]
pub(super) const fn is_large(size: usize) -> bool {
    size > VALUE as usize
}

/// Returns true if the second cell of a block is its own, whichever allocator it came from: the block and its tag have
/// more bytes than one cell stands for.
#[inline(always)]
pub(super) const fn has_birth(size: usize, tag: TagPlace) -> bool {
    match tag {
        TagPlace::Trailer => size > BYTES - size_of::<u64>(),
        TagPlace::Table => true,
    }
}

/// Returns true if a block has a birth, wherever its tag is, and its size fits into one cell.
#[inline(always)]
pub(super) const fn is_common(size: usize) -> bool {
    const LEAST: usize = BYTES - size_of::<u64>() + 1;
    size.wrapping_sub(LEAST) <= VALUE as usize - LEAST
}

/// Returns the two cells that store the size of a large block.
pub(super) const fn large_size(size: usize) -> [u32; 2] {
    [size as u32 & VALUE, (size as u64 >> VALUE_BITS) as u32]
}

/// Returns the size that [`large_size`] stored.
pub(super) const fn from_large_size(cells: [u32; 2]) -> usize {
    ((cells[1] as u64) << VALUE_BITS | cells[0] as u64) as usize
}

/// Returns the place of the tag, and the size or zero, if a live block starts here.
pub(super) const fn decode(cell: u32) -> Option<(TagPlace, usize)> {
    if cell & START == 0 {
        return None;
    }
    let place = if cell & TAG_IN_TABLE == 0 {
        TagPlace::Trailer
    } else {
        TagPlace::Table
    };
    Some((place, (cell & VALUE) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_gives_size_and_place_back() {
        for place in [TagPlace::Trailer, TagPlace::Table] {
            for size in [1, 16, 4096, VALUE as usize] {
                assert_eq!(decode(start(size, place)), Some((place, size)));
            }
            for size in [VALUE as usize + 1, 1 << 32, (1 << 46) + 7] {
                assert_eq!(decode(start(size, place)), Some((place, 0)));
                assert_eq!(from_large_size(large_size(size)), size);
            }
        }
    }

    #[test]
    fn what_is_no_start_is_none() {
        for cell in [0, FREED, 1, VALUE] {
            assert_eq!(decode(cell), None);
        }
    }
}
