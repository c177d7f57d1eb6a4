//! Snapshots: all counters at one moment, as plain numbers.

#![expect(unsafe_code, reason = "numbers are made from zeroed pages")]

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::corrupted::{self, Blocks};
use super::counters::{self, Shard};
use super::diff::Diff;
use super::owner::{self, OwnerId};
use super::pages::{self, PageBuffer, Zeroed};
use super::site::{self, Mark, SiteId};
use super::sizes::{Sizes, SizesSum};
use super::usage::Usage;

/// One line of one owner in a [`Snapshot`].
#[derive(Clone, Copy, Debug)]
pub struct SiteUsage {
    /// Who allocates there.
    pub owner: OwnerId,
    /// The statement; `None` for what the owner allocates outside of marked statements.
    pub mark: Option<&'static Mark>,
    /// The numbers.
    pub usage: Usage,
}

/// One owner in a [`Snapshot`].
#[derive(Clone, Copy, Debug)]
pub struct OwnerUsage {
    /// The owner.
    pub owner: OwnerId,
    /// The numbers, over all its lines.
    pub usage: Usage,
    /// The most bytes that were live at once.
    ///
    /// Exact if [`peak_is_exact`](Self::peak_is_exact), else an upper bound: the sum over threads of
    /// the most that each had allocated more than it had freed.
    pub peak_bytes: u64,
    /// Whether one thread at a time, in one table, did all allocations and frees.
    pub peak_is_exact: bool,
}

#[derive(Clone, Copy, Default)]
struct OwnerNumbers {
    usage: Usage,
    peak: u64,
    tables: u32,
    /// Live bytes of the table being read.
    here: i64,
    /// The number of the last table, plus one, in which the owner was met.
    met: u32,
}

/// The sum over neighbouring lines of one owner, whose number is not zero.
#[derive(Default)]
struct Run<T> {
    owner: usize,
    sum: T,
}

impl<T: Default> Run<T> {
    /// Goes on with `owner`; if that is another one, what the owner before has is returned.
    #[inline(always)]
    fn start(&mut self, owner: usize) -> Option<(usize, T)> {
        if owner == self.owner {
            return None;
        }
        let before = std::mem::replace(&mut self.owner, owner);
        let sum = std::mem::take(&mut self.sum);
        (before != 0).then_some((before, sum))
    }
}

// SAFETY: both are made of integers only.
unsafe impl Zeroed for Usage {}
// SAFETY: as above.
unsafe impl Zeroed for OwnerNumbers {}

/// All counters at one moment.
///
/// Taking one stops no thread and takes no lock. Every number is one that its counter really had,
/// a free is never seen without its allocation, and the parts add up to [`total`](Self::total)
/// exactly. The snapshot itself lives on pages from the operating system: it allocates nothing
/// through the allocator it reads.
pub struct Snapshot {
    sites: PageBuffer<Usage>,
    owners: PageBuffer<OwnerNumbers>,
    total: Usage,
    live_sites: usize,
    corrupted: Blocks,
    unplaced: Blocks,
    label: Cow<'static, str>,
}

impl Snapshot {
    /// Reads all counters.
    ///
    /// Costs about five nanoseconds per line that ever allocated, and as much again per thread.
    ///
    /// # Panics
    ///
    /// If the operating system has no pages for the numbers.
    #[must_use]
    pub fn take() -> Self {
        let site_end = site::end();
        let mut snapshot = Self {
            sites: PageBuffer::new(),
            owners: PageBuffer::new(),
            total: Usage::default(),
            live_sites: 0,
            corrupted: corrupted::corrupted(),
            unplaced: corrupted::unplaced(),
            label: Cow::Borrowed(""),
        };
        let ready = snapshot.sites.reset(site_end) && snapshot.owners.reset(owner::end());
        assert!(ready, "the operating system has no pages for a snapshot");
        // All frees first: what is allocated and freed meanwhile then counts as live for once,
        // and no number is ever negative.
        for shard in counters::shards() {
            snapshot.read_freed(shard);
        }
        for (number, shard) in (0..).zip(counters::shards()) {
            snapshot.read_allocated(shard, number);
        }
        snapshot.sum();
        snapshot
    }

    /// Reads all counters, and keeps `label` with the numbers.
    ///
    /// ```
    /// use sgn::memory::Snapshot;
    ///
    /// let before = Snapshot::take_labelled("before the load");
    /// let after = Snapshot::take_labelled(format!("after {} files", 3));
    /// assert_eq!(after.diff(&before).to_string(), "from `before the load` to `after 3 files`");
    /// ```
    ///
    /// # Panics
    ///
    /// As [`take`](Self::take).
    #[must_use]
    pub fn take_labelled(label: impl Into<Cow<'static, str>>) -> Self {
        Self::take().labelled(label)
    }

    /// The same numbers under another label.
    #[must_use]
    pub fn labelled(self, label: impl Into<Cow<'static, str>>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    /// What [`take_labelled`](Self::take_labelled) was given; empty without a label.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What changed since `earlier`.
    #[must_use]
    pub fn diff<'a>(&'a self, earlier: &'a Self) -> Diff<'a> {
        Diff::new(self, earlier)
    }

    fn read_freed(&mut self, shard: &Shard) {
        let freed = shard.freed_blocks.iter().zip(shard.freed_bytes.iter());
        for (sum, (blocks, bytes)) in self.sites.iter_mut().zip(freed) {
            let blocks = blocks.load(Acquire);
            let bytes = bytes.load(Acquire);
            if blocks | bytes != 0 {
                sum.live_bytes = sum.live_bytes.wrapping_sub(bytes);
                sum.live_blocks = sum.live_blocks.wrapping_sub(blocks);
            }
        }
    }

    fn read_allocated(&mut self, shard: &Shard, number: u32) {
        // Neighbours mostly have one owner: what it has here is added up before it is looked up.
        let mut here = Run::<i64>::default();
        let owners = &mut self.owners;
        let mut meet = |owner: usize, live: i64| {
            if let Some(numbers) = owners.get_mut(owner) {
                if numbers.met != number + 1 {
                    numbers.met = number + 1;
                    numbers.tables += 1;
                    numbers.here = 0;
                }
                numbers.here += live;
            }
        };
        let allocated = shard
            .allocated_blocks
            .iter()
            .zip(shard.allocated_bytes.iter());
        let columns = allocated.zip(shard.freed_bytes.iter()).zip(&site::OWNER_OF);
        for (sum, (((blocks, bytes), freed), owner)) in self.sites.iter_mut().zip(columns) {
            let blocks = blocks.load(Relaxed);
            let freed = freed.load(Relaxed);
            if blocks | freed == 0 {
                continue;
            }
            let bytes = bytes.load(Relaxed);
            sum.live_bytes = sum.live_bytes.wrapping_add(bytes);
            sum.live_blocks = sum.live_blocks.wrapping_add(blocks);
            sum.total_bytes += bytes;
            sum.total_blocks += blocks;
            let owner = usize::from(owner.load(Relaxed));
            if let Some((owner, live)) = here.start(owner) {
                meet(owner, live);
            }
            here.sum += bytes.wrapping_sub(freed).cast_signed();
        }
        if let Some((owner, live)) = here.start(0) {
            meet(owner, live);
        }
        for (numbers, headroom) in self.owners.iter_mut().zip(&shard.headroom) {
            if numbers.met == number + 1 {
                let peak = numbers.here + headroom.load(Relaxed);
                numbers.peak += u64::try_from(peak).unwrap_or(0);
            }
        }
    }

    fn sum(&mut self) {
        let mut here = Run::<Usage>::default();
        let (owners, total) = (&mut self.owners, &mut self.total);
        let mut add = |owner: usize, usage: Usage| {
            *total += usage;
            if let Some(numbers) = owners.get_mut(owner) {
                numbers.usage += usage;
            }
        };
        for (usage, owner) in self.sites.iter().zip(&site::OWNER_OF) {
            if usage.total_blocks == 0 {
                continue;
            }
            self.live_sites += usize::from(usage.live_bytes > 0);
            if let Some((owner, usage)) = here.start(usize::from(owner.load(Relaxed))) {
                add(owner, usage);
            }
            here.sum += *usage;
        }
        if let Some((owner, usage)) = here.start(0) {
            add(owner, usage);
        }
        for numbers in self.owners.iter_mut() {
            numbers.peak = numbers.peak.max(numbers.usage.live_bytes);
        }
    }

    /// All lines at which anything was ever counted, in the order of their first allocation.
    pub fn sites(&self) -> impl Iterator<Item = SiteUsage> + '_ {
        self.by_index().filter_map(|(index, _)| self.site(index))
    }

    /// How many lines have live bytes.
    #[must_use]
    pub fn live_sites(&self) -> usize {
        self.live_sites
    }

    /// How large the live blocks are: they stand at the mean size of those of their line.
    ///
    /// ```
    /// let now = sgn::memory::Snapshot::take();
    /// let blocks: u64 = now.sizes().iter().map(|(_, found)| found.blocks).sum();
    /// assert_eq!(blocks, now.total().live_blocks);
    /// ```
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let mut sizes = SizesSum::default();
        let live = self.sites.iter().filter(|usage| usage.live_blocks > 0);
        live.for_each(|usage| sizes.add(usage));
        sizes.sum()
    }

    /// The numbers of the lines by the index that [`site`](Self::site) and [`at`](Self::at) take.
    pub(super) fn by_index(&self) -> impl Iterator<Item = (usize, &Usage)> + '_ {
        self.sites
            .iter()
            .enumerate()
            .filter(|(_, usage)| usage.total_blocks > 0)
    }

    pub(super) fn site(&self, index: usize) -> Option<SiteUsage> {
        let site = SiteId::from_index(index)?;
        let owner = site::owner_of(site)?;
        let usage = self.at(index);
        Some(SiteUsage {
            owner,
            mark: site::mark_of(site),
            usage,
        })
    }

    /// All owners, built-in ones first, also those that allocated nothing.
    pub fn owners(&self) -> impl Iterator<Item = OwnerUsage> + '_ {
        owner::owners()
            .take(self.owners.len().saturating_sub(1))
            .map(|owner| self.owner(owner))
    }

    /// The numbers of one owner; all zero if it was registered later than the snapshot was taken.
    #[must_use]
    pub fn owner(&self, owner: OwnerId) -> OwnerUsage {
        let numbers = self.owners.get(owner.index()).copied().unwrap_or_default();
        OwnerUsage {
            owner,
            usage: numbers.usage,
            peak_bytes: numbers.peak,
            peak_is_exact: numbers.tables <= 1,
        }
    }

    /// The numbers of one line; zero if it did not exist yet.
    pub(super) fn at(&self, index: usize) -> Usage {
        self.sites.get(index).copied().unwrap_or_default()
    }

    /// Everything that was counted: the exact sum over all owners.
    #[must_use]
    pub fn total(&self) -> Usage {
        self.total
    }

    /// What was allocated outside of all scopes.
    #[must_use]
    pub fn unattributed(&self) -> Usage {
        self.owner(OwnerId::UNATTRIBUTED).usage
    }

    /// What `sgn` itself allocated to run pipelines.
    #[must_use]
    pub fn runtime(&self) -> Usage {
        self.owner(OwnerId::RUNTIME).usage
    }

    /// What the profiler allocated through the counted allocator.
    #[must_use]
    pub fn profiler(&self) -> Usage {
        self.owner(OwnerId::PROFILER).usage
    }

    /// Blocks that were freed with a tag that the program had overwritten.
    ///
    /// Nobody was credited for them, so their bytes still count as live.
    #[must_use]
    pub fn corrupted(&self) -> Blocks {
        self.corrupted
    }

    /// Blocks that were not counted because the operating system had no page for their tag.
    #[must_use]
    pub fn unplaced(&self) -> Blocks {
        self.unplaced
    }

    /// Share of the live bytes that have an owner, from 0 to 1; 1 if there are none.
    #[must_use]
    pub fn coverage(&self) -> f64 {
        let nobody =
            self.unattributed().live_bytes + self.owner(OwnerId::OVERFLOW).usage.live_bytes;
        let total = self.total.live_bytes;
        if total == 0 {
            1.0
        } else {
            1.0 - nobody as f64 / total as f64
        }
    }

    /// Bytes of memory that the profiler's own tables and snapshots occupy now.
    ///
    /// They are pages from the operating system and no part of [`total`](Self::total).
    #[must_use]
    pub fn profiler_memory() -> usize {
        pages::committed()
    }

    /// Bytes of address space that the profiler's own tables and snapshots have reserved now.
    #[must_use]
    pub fn profiler_address_space() -> usize {
        pages::reserved()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("label", &self.label)
            .field("total", &self.total)
            .field("corrupted", &self.corrupted)
            .field("unplaced", &self.unplaced)
            .finish_non_exhaustive()
    }
}
