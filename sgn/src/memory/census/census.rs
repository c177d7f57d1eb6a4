//! One census: who holds each live block, as sums over lines.

#![expect(
    unsafe_code,
    reason = "reads memory that stays mapped because all other threads wait"
)]

use std::time::Duration;

use crate::memory::alloc::backend;
use crate::memory::census::deadline::Deadline;
use crate::memory::census::doubtful::Doubtful;
use crate::memory::census::edges::Unfinished;
use crate::memory::census::heap::Heap;
use crate::memory::census::reach::{Reach, Reached};
use crate::memory::census::roots::Roots;
use crate::memory::census::rows::{Row, Rows, Who};
use crate::memory::census::search::Found;
use crate::memory::census::sets::{SetId, Sets};
use crate::memory::census::shapes::Shapes;
use crate::memory::census::system::System;
use crate::memory::census::unreachable::Unreachable;
use crate::memory::census::walk::walk;
use crate::memory::census::words::{CAN_READ, Reader};
use crate::memory::id::names;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites;
use crate::memory::index::blocks::Pages;
use crate::memory::index::table;
use crate::memory::mode::{self, Mode};
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::PageBuffer;
use crate::memory::sys::park::{self, Cannot, Parked};
use crate::memory::sys::statics::Statics;

/// Limits of one census.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The time that it waits for other threads to stop.
    pub(crate) park: Duration,
    /// The time that it searches.
    pub(crate) search: Duration,
}

/// Says why there is no census.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The program's allocator keeps no index.
    NoIndex,
    /// Blocks are not counted now, or sampled.
    NotCounting,
    /// Memory cannot be read here.
    NoReading,
    /// The system has no pages for the census.
    NoPages,
}

/// Says why a census does not know all holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// The time limit passed.
    Late,
    /// This many threads did not stop.
    Running(usize),
    /// No thread could be stopped.
    CannotStop(Cannot),
    /// The system does not list its memory, or had no pages for some of it.
    NotListed,
}

/// The holders of all live blocks at one moment.
pub(crate) struct Census {
    rows: PageBuffer<Row>,
    sets: Sets,
    snapshot: Snapshot,
    unreachable: Unreachable,
    doubt: Option<Doubt>,
    /// Counted as live, and not in the index.
    not_indexed: (u64, u64),
}

impl Census {
    /// Takes a census: `collect` returns what elements own, `runtime` is what the runtime owns besides.
    ///
    /// The holders that `collect` returns are in ascending order. It is called while all other threads wait, as far as
    /// they can be stopped; so it may take no lock that another thread may have, and allocate nothing. It returns `None`
    /// if the system has no pages.
    ///
    /// Blocks that were unreachable in the census `before` and still are count as seen.
    ///
    /// # Errors
    ///
    /// There is nothing that a census could say.
    pub(crate) fn take(
        collect: impl FnOnce() -> Option<Roots>,
        runtime: &Roots,
        limits: Limits,
        before: &Unreachable,
    ) -> Result<Self, Missing> {
        if !table::is_in_use() {
            return Err(Missing::NoIndex);
        }
        if mode::mode() != Mode::Counted {
            return Err(Missing::NotCounting);
        }
        if !CAN_READ {
            return Err(Missing::NoReading);
        }
        // A parked thread may hold the locks of these.
        let statics = Statics::gather();
        let kept = backend::word_of_kept_blocks();
        let parked = park::park_others(limits.park);
        let mut deadline = Deadline::after(limits.search);
        let mut reader = if parked.all() {
            // SAFETY: only the calling thread runs, and it unmaps nothing but buffers of its own until `parked` is
            // dropped. The reader is given nothing but live blocks, parts of them, and regions that the system lists.
            unsafe { Reader::direct() }
        } else {
            Reader::by_system()
        };
        reader.set_kept_word(kept);
        let fields = &collect().ok_or(Missing::NoPages)?;
        let snapshot = Snapshot::try_take().ok_or(Missing::NoPages)?;
        let live = snapshot.total();
        let heap = read_heap(&mut reader, live, parked.asked()).ok_or(Missing::NoPages)?;
        let system = System::list(&parked, statics.as_ref());
        let mut doubt = doubt_of(&parked, &system, fields, runtime);
        let mut shapes = Shapes::of(&heap).ok_or(Missing::NoPages)?;
        let found = Found::search(
            &mut reader,
            &heap,
            &mut shapes,
            fields,
            runtime,
            &mut deadline,
        );
        let found = found.map_err(|_| Missing::NoPages)?;
        let reach = Reach::new(&heap, &found.of_blocks, &shapes, &mut reader);
        let mut reach = reach.ok_or(Missing::NoPages)?;
        match walk(&mut reach, fields, runtime, &found, &system, &mut deadline) {
            Err(Unfinished::NoPages) => return Err(Missing::NoPages),
            Ok(()) if !found.is_late => {}
            Ok(()) | Err(Unfinished::Late) => doubt = Some(Doubt::Late),
        }
        let entries = (0..fields.all().len()).flat_map(|root| found.of_roots.of(root));
        let entries = entries.map(|edge| edge.to as usize);
        let doubtful = Doubtful::find(&mut reach, entries).ok_or(Missing::NoPages)?;
        let mut census = Self {
            rows: PageBuffer::new(),
            sets: Sets::new().ok_or(Missing::NoPages)?,
            snapshot,
            unreachable: Unreachable::new(),
            doubt,
            not_indexed: (0, 0),
        };
        let is_complete = census.sum_up(&reach, &doubtful, before);
        census.sets = reach.sets;
        drop(parked);
        if is_complete {
            Ok(census)
        } else {
            Err(Missing::NoPages)
        }
    }

    /// Sums the blocks up by holder and line; false if the system has no pages.
    fn sum_up(&mut self, reach: &Reach<'_>, doubtful: &Doubtful, before: &Unreachable) -> bool {
        let mut rows = Rows::new();
        let mut is_complete = true;
        let (mut bytes, mut blocks) = (0, 0);
        for (number, block) in reach.heap.blocks().iter().enumerate() {
            let Some(site) = block.site else {
                continue;
            };
            let (reached, set) = reach.of(number);
            let who = match reached {
                Reached::Nowhere if self.doubt.is_some() => Who::Unknown,
                Reached::Nowhere => Who::Unreachable,
                Reached::Claimed | Reached::Rest => Who::Holder(set),
                Reached::Holders if doubtful.has(number) => Who::Doubtful(set),
                Reached::Holders if reach.sets.len(set) == 1 => Who::Holder(set),
                Reached::Holders => Who::Shared(set),
                Reached::DeadWord => Who::Doubtful(set),
                Reached::Runtime => Who::Runtime,
                Reached::Static => Who::Static,
                Reached::Stack => Who::Stack,
                Reached::Foreign => Who::Foreign,
            };
            let mut was_seen = false;
            if who == Who::Unreachable {
                was_seen = before.has(block, site);
                is_complete &= self.unreachable.push(block, site);
            }
            is_complete &= rows.add(who, site, block.size, block.birth, was_seen);
            bytes += block.size as u64;
            blocks += 1;
        }
        let live = self.snapshot.total();
        self.not_indexed = (
            live.live_bytes.saturating_sub(bytes),
            live.live_blocks.saturating_sub(blocks),
        );
        self.rows = rows.into_sorted();
        is_complete
    }

    /// Returns the rows, the one with the most bytes first.
    ///
    /// Their sum and [`not_indexed`](Self::not_indexed) are what is live.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Takes the blocks that were not reached, for the next census.
    pub(crate) fn take_unreachable(&mut self) -> Unreachable {
        std::mem::replace(&mut self.unreachable, Unreachable::new())
    }

    /// Returns the owner that allocated the blocks of a row.
    pub(crate) fn owner_of(&self, row: &Row) -> Option<OwnerId> {
        let number = sites::owner_of(row.site)?.get();
        names::of_number(number)
    }

    /// Returns the holders of a set, the first one that was entered first; none if they are more than it names.
    pub(crate) fn holders(&self, set: SetId) -> impl Iterator<Item = u32> + Clone + '_ {
        let len = self.sets.len(set);
        (0..len)
            .rev()
            .filter_map(move |place| self.sets.holders(set).nth(place))
    }

    /// Returns the snapshot that was taken at the same moment.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns the bytes and blocks that are live and not in the index.
    pub(crate) fn not_indexed(&self) -> (u64, u64) {
        self.not_indexed
    }

    /// Returns why some holders are not known, if so. Then no block is called unreachable.
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }
}

/// Reads the index; once more in full if it lacks blocks, as some of its pages may be in the swap space.
///
/// Each of the other `threads` may have been stopped between counting a block and inserting it.
fn read_heap(reader: &mut Reader, live: Usage, threads: usize) -> Option<Heap> {
    let heap = Heap::read(reader, Pages::Resident)?;
    if heap.counted_blocks() + threads as u64 >= live.live_blocks {
        return Some(heap);
    }
    Heap::read(reader, Pages::All)
}

/// Returns why no block may be called unreachable, if so.
fn doubt_of(parked: &Parked, system: &System, fields: &Roots, runtime: &Roots) -> Option<Doubt> {
    if let Some(cannot) = parked.cannot() {
        return Some(Doubt::CannotStop(cannot));
    }
    if !parked.all() {
        return Some(Doubt::Running(
            parked.asked().saturating_sub(parked.parked()).max(1),
        ));
    }
    let is_whole = system.is_listed && fields.is_complete() && runtime.is_complete();
    (!is_whole).then_some(Doubt::NotListed)
}
