//! Snapshots: all counters at one moment, as plain numbers.

use std::borrow::Cow;
use std::fmt;

use super::columns::Columns;
use super::corrupted::{self, Blocks};
use super::diff::Diff;
use super::owner::{self, OwnerId};
use super::pages;
use super::reading::Reading;
use super::site::{self, Mark, SiteId};
use super::sizes::Sizes;
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

/// All counters at one moment.
///
/// Taking one stops no thread and takes no lock. Every number is one that its counter really had,
/// a free is never seen without its allocation, and the parts add up to [`total`](Self::total)
/// exactly. The snapshot itself lives on pages from the operating system: it allocates nothing
/// through the allocator it reads.
pub struct Snapshot {
    reading: Reading,
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
        let (corrupted, unplaced) = (corrupted::corrupted(), corrupted::unplaced());
        let Some(reading) = Reading::take() else {
            panic!("the operating system has no pages for a snapshot");
        };
        Self {
            reading,
            corrupted,
            unplaced,
            label: Cow::Borrowed(""),
        }
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

    /// All lines at which anything was ever counted, in the order of their first allocation.
    pub fn sites(&self) -> impl Iterator<Item = SiteUsage> + '_ {
        self.columns()
            .used()
            .filter_map(|(index, _)| self.site(index))
    }

    /// How many lines have live bytes.
    #[must_use]
    pub fn live_sites(&self) -> usize {
        self.reading.live_sites
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
        self.reading.sizes
    }

    /// The numbers of the lines, by the index that [`site`](Self::site) takes.
    pub(super) fn columns(&self) -> &Columns {
        &self.reading.columns
    }

    pub(super) fn site(&self, index: usize) -> Option<SiteUsage> {
        let site = SiteId::from_index(index)?;
        let owner = site::owner_of(site)?;
        let usage = self.columns().at(index);
        Some(SiteUsage {
            owner,
            mark: site::mark_of(site),
            usage,
        })
    }

    /// All owners, built-in ones first, also those that allocated nothing.
    pub fn owners(&self) -> impl Iterator<Item = OwnerUsage> + '_ {
        owner::owners()
            .take(self.reading.owners.len().saturating_sub(1))
            .map(|owner| self.owner(owner))
    }

    /// The numbers of one owner; all zero if it was registered later than the snapshot was taken.
    #[must_use]
    pub fn owner(&self, owner: OwnerId) -> OwnerUsage {
        let numbers = self.reading.owners.get(owner.index());
        let numbers = numbers.copied().unwrap_or_default();
        OwnerUsage {
            owner,
            usage: numbers.usage,
            peak_bytes: numbers.peak,
            peak_is_exact: !numbers.several_tables,
        }
    }

    /// Everything that was counted: the exact sum over all owners.
    #[must_use]
    pub fn total(&self) -> Usage {
        self.reading.total
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
        let total = self.total().live_bytes;
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
            .field("total", &self.total())
            .field("corrupted", &self.corrupted)
            .field("unplaced", &self.unplaced)
            .finish_non_exhaustive()
    }
}
