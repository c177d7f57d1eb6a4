//! Snapshots: all counters at one moment, as plain numbers.

use std::borrow::Cow;
use std::fmt;

use crate::memory::id::anomalies::{self, Blocks};
use crate::memory::id::moments::LiveSnapshot;
use crate::memory::id::names;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites::{self, SiteId};
use crate::memory::mode::{self, Mode, OffPeriods};
use crate::memory::sampling::samples;
use crate::memory::snapshot::entries::{OwnerUsage, SiteUsage};
use crate::memory::snapshot::estimate::{StandardError, Variance, Variances};
use crate::memory::snapshot::part::Part;
use crate::memory::snapshot::read::Counters;
use crate::memory::snapshot::table::Table;
use crate::memory::snapshot::usage::Usage;
use crate::memory::thread::tables;

/// All counters at one moment, of the process or of one pipeline.
///
/// [`take`](Self::take) and its like read those of the whole process; [`Pipeline::memory`](crate::Pipeline::memory)
/// returns the numbers of the pads of a pipeline.
///
/// Taking a snapshot stops no thread and takes no lock. Each counter is read once, while threads go on counting; a free
/// is never seen without its allocation, and the parts add up to [`total`](Self::total) exactly. The snapshot lives on
/// pages from the operating system and allocates nothing through the allocator that it reads.
///
/// A snapshot keeps the names and lines of its owners, also of those that are released meanwhile. While more than 1024
/// snapshots exist, no number of an owner is assigned again.
pub struct Snapshot {
    pub(super) counters: Counters,
    pub(super) live: LiveSnapshot,
    pub(super) corrupted: Blocks,
    pub(super) unplaced: Blocks,
    pub(super) refused_tables: u64,
    pub(super) off_periods: OffPeriods,
    pub(super) label: Cow<'static, str>,
    /// The owners that it covers; `None` for the whole process.
    pub(super) part: Option<Part>,
    /// True if the numbers were recorded, mostly by another process.
    pub(super) is_rebuilt: bool,
}

impl Snapshot {
    /// Reads all counters.
    ///
    /// Takes about three nanoseconds for each line that ever allocated, times the number of threads, and twice as long
    /// if the counters are not in the processor's caches.
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no pages for the numbers.
    #[must_use]
    pub fn take() -> Self {
        Self::read_by(Counters::take)
    }

    /// Reads the estimates from the blocks that were sampled while [`enable_sampled`](crate::memory::enable_sampled)
    /// was in force.
    ///
    /// The numbers are unbiased estimates, and [`standard_error`](Self::standard_error) returns their error. They add
    /// up as counts do. A line without a sampled block is left out. There are no peaks: in their place are the live
    /// bytes.
    ///
    /// # Panics
    ///
    /// Panics as [`take`](Self::take) does.
    #[must_use]
    pub fn take_sampled() -> Self {
        Self::read_by(Counters::take_sampled)
    }

    /// Reads all counters as [`take`](Self::take) does; `None` if the operating system has no pages.
    pub(in crate::memory) fn try_take() -> Option<Self> {
        Self::try_read_by(Counters::take)
    }

    fn read_by(read: impl FnOnce() -> Option<Counters>) -> Self {
        Self::try_read_by(read)
            .unwrap_or_else(|| panic!("the operating system has no pages for a snapshot"))
    }

    fn try_read_by(read: impl FnOnce() -> Option<Counters>) -> Option<Self> {
        let (corrupted, unplaced) = (anomalies::corrupted(), anomalies::unplaced());
        let live = LiveSnapshot::begin();
        Some(Self {
            counters: read()?,
            live: live.finish_reading(),
            corrupted,
            unplaced,
            refused_tables: tables::refused(),
            off_periods: OffPeriods::now(),
            label: Cow::Borrowed(""),
            part: None,
            is_rebuilt: false,
        })
    }

    /// Returns the same numbers as a snapshot of `part`.
    pub(crate) fn of_part(self, part: Part) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }

    /// Returns the same numbers as a snapshot of the whole process.
    ///
    /// A snapshot of a pipeline becomes one of everything that was allocated at that moment; any other stays as it is.
    ///
    /// ```
    /// sgn::counting_allocator!();
    ///
    /// fn main() {
    ///     sgn::memory::enable();
    ///     let pipeline = sgn::Pipeline::new();
    ///     let nothing = pipeline.memory();
    ///     assert_eq!(nothing.total().live_bytes, 0);
    ///     let process = nothing.of_process();
    ///     assert!(process.total().live_bytes > 0);
    /// }
    /// ```
    #[must_use]
    pub fn of_process(self) -> Self {
        Self { part: None, ..self }
    }

    /// Returns true if the snapshot is of the whole process.
    pub(crate) fn is_of_process(&self) -> bool {
        self.part.is_none()
    }

    /// Returns true if this process has taken the snapshot, and no file had its numbers.
    pub(crate) fn is_of_now(&self) -> bool {
        !self.is_rebuilt
    }

    /// Reads the counts and adds the estimates from the samples; no block is in both.
    ///
    /// So nothing is missing if the mode changed between counting and sampling, or if pipelines requested different
    /// modes. If any block was ever sampled, the numbers are estimates with the standard error of the samples;
    /// otherwise they are those of [`take`](Self::take). A peak is the peak of the counts plus the estimate of the
    /// sampled bytes that are live.
    ///
    /// No number includes what was allocated while both were off.
    ///
    /// # Panics
    ///
    /// Panics as [`take`](Self::take) does.
    #[must_use]
    pub fn take_all() -> Self {
        if samples::is_used() || matches!(mode::mode(), Mode::Sampled(_)) {
            Self::read_by(Counters::take_all)
        } else {
            Self::take()
        }
    }

    /// Returns the number of live blocks that were sampled; `None` if the numbers are not estimates.
    #[must_use]
    pub fn samples(&self) -> Option<u64> {
        let variances = self.counters.variances.as_ref();
        variances.map(|variances| variances.live_samples)
    }

    /// Returns the standard error of [`total`](Self::total); zero if each block was counted.
    #[must_use]
    pub fn standard_error(&self) -> StandardError {
        self.total_variance().error()
    }

    pub(super) fn total_variance(&self) -> Variance {
        self.variance_of_owners_of(self)
    }

    /// Returns the variance of the sum over the owners that `other` covers.
    pub(super) fn variance_of_owners_of(&self, other: &Self) -> Variance {
        self.variance_of(|variances| match &other.part {
            Some(part) => variances.of_owners(part.owners()),
            None => variances.total,
        })
    }

    /// Returns what `of` selects of the variances; zero if all numbers are counts.
    pub(super) fn variance_of(&self, of: impl Fn(&Variances) -> Variance) -> Variance {
        self.counters.variances.as_ref().map(of).unwrap_or_default()
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
    /// Panics as [`take`](Self::take) does.
    #[must_use]
    pub fn take_labelled(label: impl Into<Cow<'static, str>>) -> Self {
        Self::take().labelled(label)
    }

    /// Returns the same numbers under another label.
    #[must_use]
    pub fn labelled(self, label: impl Into<Cow<'static, str>>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    /// Returns the label given to [`take_labelled`](Self::take_labelled); empty if there is none.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns all lines at which anything was ever counted, in the order of their first allocation.
    ///
    /// Each item is a line of one owner: a line that two elements run gives two items.
    pub fn sites(&self) -> impl Iterator<Item = SiteUsage> + '_ {
        self.table()
            .used()
            .filter_map(|(index, _)| self.site(index))
    }

    /// Returns the number of lines that have live bytes.
    #[must_use]
    pub fn live_sites(&self) -> usize {
        match &self.part {
            Some(_) => self
                .sites()
                .filter(|site| site.usage.live_bytes > 0)
                .count(),
            None => self.counters.live_sites,
        }
    }

    /// Returns the numbers of the lines, by the index that [`site`](Self::site) takes.
    pub(in crate::memory) fn table(&self) -> &Table {
        &self.counters.table
    }

    pub(in crate::memory) fn site(&self, index: usize) -> Option<SiteUsage> {
        let site = SiteId::from_index(index)?;
        let owner = names::of_number(sites::owner_of(site)?.get())?;
        if !self.has(owner) {
            return None;
        }
        let usage = self.table().at(index);
        Some(SiteUsage {
            owner,
            mark: sites::mark_of(site),
            usage,
            standard_error: self
                .variance_of(|variances| variances.of_site(index))
                .error(),
        })
    }

    /// Returns all owners, also those that allocated nothing.
    ///
    /// In a snapshot of the process the built-in owners come first, and the others in the order in which they were
    /// registered. In one of a pipeline they are its pads, element by element: sink pads, the internal pad, source
    /// pads. Then come the owners `Type (several)`, for what [threads](crate::thread) allocated for an element of a
    /// type of which there are several, if it is not known for which.
    pub fn owners(&self) -> impl Iterator<Item = OwnerUsage> + '_ {
        let part = self.part.as_ref().map(Part::owners);
        let process = part.is_none().then(names::owners).into_iter().flatten();
        let part = part.unwrap_or_default().iter().copied();
        process
            .filter(|owner| self.existed(*owner))
            .chain(part)
            .map(|owner| self.owner(owner))
    }

    /// Returns true if the snapshot covers `owner`.
    fn has(&self, owner: OwnerId) -> bool {
        self.part.as_ref().is_none_or(|part| part.has(owner))
    }

    /// Returns true if the owner existed when the snapshot was taken.
    fn existed(&self, owner: OwnerId) -> bool {
        owner.index() < self.counters.owners.len()
            && names::times(owner).is_some_and(|times| self.live.covers(times))
    }

    /// Returns the name of one owner, or that of [`OwnerId::ENDED`] if the owner did not exist when the snapshot was
    /// taken.
    ///
    /// Cheaper than [`OwnerId::name`].
    #[must_use]
    pub fn name(&self, owner: OwnerId) -> &str {
        names::text_in(owner, &self.live)
    }

    /// Returns the numbers of one owner.
    ///
    /// All are zero if the owner did not exist when the snapshot was taken, or if the snapshot is of a pipeline and the
    /// owner is none of its pads.
    #[must_use]
    pub fn owner(&self, owner: OwnerId) -> OwnerUsage {
        self.owner_if(owner, self.has(owner))
    }

    /// Returns the numbers of one owner, whether the snapshot covers it or not.
    pub(super) fn owner_in_process(&self, owner: OwnerId) -> OwnerUsage {
        self.owner_if(owner, true)
    }

    fn owner_if(&self, owner: OwnerId, is_wanted: bool) -> OwnerUsage {
        let is_shown = is_wanted && self.existed(owner);
        let numbers = self.counters.owners.get(owner.index()).filter(|_| is_shown);
        let numbers = numbers.copied().unwrap_or_default();
        OwnerUsage {
            owner,
            usage: numbers.usage,
            peak_bytes: numbers.peak,
            peak_is_exact: !numbers.several_tables,
            standard_error: self
                .variance_of(|variances| match is_shown {
                    true => variances.of_owner(owner.index()),
                    false => Variance::default(),
                })
                .error(),
        }
    }

    /// Returns the sum over all owners, which is exactly the sum over all lines.
    #[must_use]
    pub fn total(&self) -> Usage {
        match &self.part {
            Some(_) => self.owners().map(|owner| owner.usage).sum(),
            None => self.counters.total,
        }
    }

    pub(super) fn total_in_process(&self) -> Usage {
        self.counters.total
    }

    /// Returns what was allocated outside of all scopes.
    #[must_use]
    pub fn unattributed(&self) -> Usage {
        self.owner(OwnerId::UNATTRIBUTED).usage
    }

    /// Returns what `sgn` itself allocated to run pipelines.
    #[must_use]
    pub fn runtime(&self) -> Usage {
        self.owner(OwnerId::RUNTIME).usage
    }

    /// Returns what the profiler allocated through the counted allocator.
    #[must_use]
    pub fn profiler(&self) -> Usage {
        self.owner(OwnerId::PROFILER).usage
    }

    /// Returns the blocks that were freed with a tag that the program had overwritten.
    ///
    /// Their frees were not counted, so their bytes still count as live.
    #[must_use]
    pub fn corrupted(&self) -> Blocks {
        self.corrupted
    }

    /// Returns the blocks that were not counted because the operating system had no page for their tag.
    #[must_use]
    pub fn unplaced(&self) -> Blocks {
        self.unplaced
    }

    /// Returns how often the operating system refused a thread a table of its own.
    ///
    /// Such a thread counts in a shared table, which takes several times as long, and requests its own again after some
    /// time.
    #[must_use]
    pub fn refused_tables(&self) -> u64 {
        self.refused_tables
    }

    /// Returns true if blocks were neither counted nor sampled for a part of the time before this snapshot.
    ///
    /// These blocks are in no number. They were allocated after [`disable`](crate::memory::disable), or before
    /// [`enable`](crate::memory::enable), if the program had allocated more than 16 KiB by then: it needs some to get
    /// to its `main`.
    ///
    /// ```
    /// sgn::counting_allocator!();
    ///
    /// use sgn::memory::{self, Snapshot};
    ///
    /// fn main() {
    ///     memory::enable();
    ///     assert!(!Snapshot::take().was_off());
    ///     memory::disable();
    ///     let unseen = vec![0_u8; 1000];
    ///     memory::enable();
    ///     assert!(Snapshot::take().was_off());
    ///     drop(unseen);
    /// }
    /// ```
    #[must_use]
    pub fn was_off(&self) -> bool {
        self.off_periods.is_any()
    }

    /// Returns what [`was_off`](Self::was_off) does, for the time since `earlier`.
    pub(crate) fn was_off_since(&self, earlier: &Self) -> bool {
        self.off_periods.is_any_since(earlier.off_periods)
    }

    /// Returns the share of the live bytes that have an owner, from 0 to 1; 1 if there are none.
    #[must_use]
    pub fn coverage(&self) -> f64 {
        let nobody = [OwnerId::UNATTRIBUTED, OwnerId::OVERFLOW, OwnerId::ENDED];
        let nobody: u64 = nobody
            .map(|owner| self.owner(owner).usage.live_bytes)
            .iter()
            .sum();
        let total = self.total().live_bytes;
        if total == 0 {
            1.0
        } else {
            1.0 - nobody as f64 / total as f64
        }
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
