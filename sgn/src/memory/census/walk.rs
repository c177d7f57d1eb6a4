//! The walks from all roots, one kind after the other.

use crate::memory::census::deadline::Deadline;
use crate::memory::census::edges::Unfinished;
use crate::memory::census::foreign;
use crate::memory::census::reach::{Reach, Reached};
use crate::memory::census::roots::Roots;
use crate::memory::census::search::Found;
use crate::memory::census::system::System;
use crate::memory::census::words::Memory;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites;
use crate::memory::index::table;
use crate::memory::sys::regions::{Kind, Region};

/// Walks from all roots, one kind after the other.
pub(super) fn walk(
    reach: &mut Reach<'_>,
    fields: &Roots,
    runtime: &Roots,
    found: &Found,
    system: &System,
    deadline: &mut Deadline,
) -> Result<(), Unfinished> {
    for claim in &*found.claims {
        reach.claim(claim.block as usize, claim.holder)?;
    }
    let of_fields = fields.all().len();
    for (number, root) in fields.all().iter().enumerate() {
        for edge in found.of_roots.of(number) {
            if !root.is_rest {
                reach.walk_from_holder(edge.to as usize, root.holder)?;
            }
        }
    }
    for (number, root) in fields.all().iter().enumerate() {
        for edge in found.of_roots.of(number) {
            if root.is_rest {
                reach.walk_to_rest(edge.to as usize, root.holder)?;
            }
        }
    }
    for number in 0..runtime.all().len() {
        for edge in found.of_roots.of(of_fields + number) {
            reach.walk_from(edge.to as usize, Reached::Runtime)?;
        }
    }
    from_regions(reach, system, Kind::Static, Reached::Static, deadline)?;
    reach.walk_from_dead_words_of(Reached::Holders)?;
    for register in system.registers {
        if let Some(block) = reach.heap.find(register) {
            reach.walk_from(block, Reached::Stack)?;
        }
    }
    from_regions(reach, system, Kind::Stack, Reached::Stack, deadline)?;
    if let Some(Region { start, end, .. }) = system.thread_locals() {
        let memory = Memory::new(start, end - start);
        from_memory(reach, memory, Reached::Stack, deadline)?;
    }
    from_regions(reach, system, Kind::Heap, Reached::Foreign, deadline)?;
    from_regions(reach, system, Kind::Private, Reached::Foreign, deadline)?;
    from_profiler(reach)?;
    let all = [
        Reached::DeadWord,
        Reached::Rest,
        Reached::Runtime,
        Reached::Static,
        Reached::Stack,
        Reached::Foreign,
    ];
    all.into_iter()
        .try_for_each(|from| reach.walk_from_dead_words_of(from))
}

/// Walks from the blocks of the profiler, to which only pages of its own point.
fn from_profiler(reach: &mut Reach<'_>) -> Result<(), Unfinished> {
    for number in 0..reach.heap.blocks().len() {
        let site = reach.heap.blocks()[number].site;
        let owner = site.and_then(sites::owner_of);
        if owner.is_some_and(|owner| owner.get() == OwnerId::PROFILER.number()) {
            reach.walk_from(number, Reached::Runtime)?;
        }
    }
    Ok(())
}

/// Walks from all pointers in the regions of one kind.
fn from_regions(
    reach: &mut Reach<'_>,
    system: &System,
    kind: Kind,
    reached: Reached,
    deadline: &mut Deadline,
) -> Result<(), Unfinished> {
    for region in system
        .regions
        .all()
        .iter()
        .filter(|region| region.kind == kind)
    {
        let mut outcome = Ok(());
        let heap = reach.heap;
        let mut search = |reach: &mut Reach<'_>, memory| {
            outcome = from_memory(reach, memory, reached, deadline);
            outcome.is_ok()
        };
        match kind {
            Kind::Heap | Kind::Private => {
                foreign::each(reach, heap, *region, &mut search);
            }
            _ => {
                // The index has no pointers to blocks, and most of its first level was never touched.
                let index = table::first_level();
                let before = region.start..region.end.min(index.start);
                let behind = region.start.max(index.end)..region.end;
                for part in [before, behind] {
                    if !part.is_empty() && !search(reach, Memory::new(part.start, part.len())) {
                        break;
                    }
                }
            }
        }
        outcome?;
    }
    Ok(())
}

fn from_memory(
    reach: &mut Reach<'_>,
    memory: Memory,
    reached: Reached,
    deadline: &mut Deadline,
) -> Result<(), Unfinished> {
    /// The words between two looks at the clock.
    const AT_ONCE: usize = 1 << 12;
    let heap = reach.heap;
    if deadline.has_passed_after(AT_ONCE) {
        return Err(Unfinished::Late);
    }
    for first in (0..memory.len()).step_by(AT_ONCE) {
        if deadline.has_passed_after(AT_ONCE) {
            return Err(Unfinished::Late);
        }
        let end = first + AT_ONCE;
        let mut next = first;
        while let Some((number, word)) = reach.reader.find(memory, next..end, heap.span()) {
            next = number + 1;
            if let Some(block) = heap.find(word) {
                reach.walk_from(block, reached)?;
            }
        }
    }
    Ok(())
}
