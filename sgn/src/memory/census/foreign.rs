//! Pointers in memory between the blocks: that of C libraries, and of other allocators.

use std::ops::Range;

use crate::memory::alloc::side_table;
use crate::memory::census::heap::Heap;
use crate::memory::census::reach::Reach;
use crate::memory::census::words::{Memory, Reader, WORD};
use crate::memory::index::blocks;
use crate::memory::sys::regions::{Kind, Region};
use crate::memory::sys::resident;

/// Calls `each` with the memory of a region that may contain pointers and is no live block; stops when it returns
/// false.
///
/// glibc keeps a header before each block, so the blocks of C libraries are found one after the other between ours, and
/// those that were freed are left out. Other allocators keep their blocks and their own data apart from C's, so what
/// lies between their blocks is left out as a whole.
pub(super) fn each(
    reach: &mut Reach<'_>,
    heap: &Heap,
    region: Region,
    each: &mut impl FnMut(&mut Reach<'_>, Memory) -> bool,
) -> bool {
    let blocks = heap.within(region.start, region.end);
    if blocks.is_empty() {
        return (region.end - region.start) as u64 > LARGEST
            || each_used(reach, region.start..region.end, each);
    }
    if !is_glibc(heap) {
        return true;
    }
    let mut from = match region.kind {
        Kind::Heap => Some(region.start),
        _ => None,
    };
    let mut end_before = region.start;
    for block in blocks {
        let header = block.start - HEADER;
        if header < region.start {
            // Not glibc's, whose headers lie in the same region.
            return true;
        }
        if !each_chunk(reach, from, end_before..header, true, each) {
            return false;
        }
        from = chunk_of(reach.reader, header).map(|chunk| chunk.end);
        end_before = from.unwrap_or(block.start + block.size);
    }
    each_chunk(reach, from, end_before..region.end, false, each)
}

/// The largest mapping without blocks that is searched. The shadow memory of a sanitizer is larger, and to ask which of
/// its pages are in use takes seconds.
const LARGEST: u64 = 1 << 40;

/// The bytes of the header before each of glibc's blocks.
const HEADER: usize = 2 * WORD;

/// Returns true if the blocks are glibc's: only there the tags of large ones are not in a table.
fn is_glibc(heap: &Heap) -> bool {
    heap.blocks()
        .iter()
        .find(|block| block.size >= side_table::GRANULE)
        .is_some_and(|block| side_table::stored(block.start).is_none())
}

/// One of glibc's blocks, with its header.
#[derive(Clone, Copy)]
struct Chunk {
    end: usize,
    /// True if the block before it is in use.
    is_after_used: bool,
}

/// Returns the chunk whose header is at an address.
fn chunk_of(reader: &mut Reader, header: usize) -> Option<Chunk> {
    /// Bits of the size that say something else.
    const FLAGS: usize = 7;
    const PREVIOUS_IN_USE: usize = 1;
    const LEAST: usize = 4 * WORD;
    let word = reader.word(Memory::new(header, HEADER), 1)?;
    let size = word & !FLAGS;
    let end = header.checked_add(size)?;
    (size >= LEAST && size.is_multiple_of(HEADER)).then_some(Chunk {
        end,
        is_after_used: word & PREVIOUS_IN_USE != 0,
    })
}

/// Calls `each` with the used chunks in a gap, the first of which is at `from`, or with the whole gap if there are no
/// chunks. `is_before_block` is true if a block of ours ends the gap.
fn each_chunk(
    reach: &mut Reach<'_>,
    from: Option<usize>,
    gap: Range<usize>,
    is_before_block: bool,
    each: &mut impl FnMut(&mut Reach<'_>, Memory) -> bool,
) -> bool {
    let Range { start, end } = gap;
    if start >= end {
        return true;
    }
    let Some(from) = from.filter(|from| are_chunks(reach.reader, *from, end)) else {
        return each_used(reach, start..end, each);
    };
    let mut header = from;
    while header < end {
        let Some(chunk) = chunk_of(reach.reader, header) else {
            return true;
        };
        // The last chunk of a heap is free, and there is none behind it; the chunk behind any other one says.
        let is_used = (chunk.end < end || is_before_block)
            && chunk_of(reach.reader, chunk.end).is_some_and(|next| next.is_after_used);
        let start = header + HEADER;
        if is_used
            && !is_freed(reach.reader, start)
            && !each(reach, Memory::new(start, chunk.end + WORD - start))
        {
            return false;
        }
        header = chunk.end;
    }
    true
}

/// Returns true if the chunk whose block is at `start` was one of ours, and is free.
///
/// glibc keeps small chunks that were freed for the next request, and they look used. It marks them by a word, which
/// says whether the chunk is still kept, or a C library has it now.
fn is_freed(reader: &mut Reader, start: usize) -> bool {
    blocks::was_freed_at(start)
        && reader
            .kept_word()
            .is_some_and(|kept| reader.word(Memory::new(start, HEADER), 1) == Some(kept))
}

/// Returns true if chunks follow each other from `from` to `end` exactly.
fn are_chunks(reader: &mut Reader, from: usize, end: usize) -> bool {
    let mut header = from;
    while header < end {
        match chunk_of(reader, header) {
            Some(chunk) if chunk.end <= end => header = chunk.end,
            _ => return false,
        }
    }
    header == end
}

/// Calls `each` with the pages of a part of memory that are in use.
fn each_used(
    reach: &mut Reach<'_>,
    memory: Range<usize>,
    each: &mut impl FnMut(&mut Reach<'_>, Memory) -> bool,
) -> bool {
    /// To ask which pages of a huge mapping are in use takes so long that the clock is read meanwhile.
    const AT_ONCE: usize = 1 << 30;
    let mut go_on = true;
    for part in memory.clone().step_by(AT_ONCE) {
        let part = part..memory.end.min(part + AT_ONCE);
        let first_page = part.start / resident::PAGE * resident::PAGE;
        let start = std::ptr::without_provenance(part.start);
        go_on = go_on && each(reach, Memory::new(part.start, 0));
        resident::each(start, part.len(), |numbers| {
            let start = (first_page + numbers.start * resident::PAGE).max(part.start);
            let end = (first_page + numbers.end * resident::PAGE).min(part.end);
            go_on = go_on && each(reach, Memory::new(start, end.saturating_sub(start)));
            go_on
        });
        if !go_on {
            return false;
        }
    }
    true
}
