//! The difference of two snapshots.

use std::fmt;

use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::finding::Finding;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::{Change, Usage};
use crate::text::Shortened;

/// The changes from one [`Snapshot`] to a later one; made by [`Snapshot::diff`].
///
/// The changes of the lines add up to those of their owners, and these to [`total`](Self::total), exactly. `Display`
/// writes the labels of both snapshots.
///
/// ```
/// sgn::counting_allocator!();
///
/// use sgn::memory::{self, Snapshot};
///
/// fn main() {
///     memory::enable();
///     let loader = memory::register("loader");
///     let before = Snapshot::take_labelled("before");
///     let kept = memory::scope(loader, || std::hint::black_box(vec![0_u8; 500]));
///     let after = Snapshot::take_labelled("after the load");
///
///     let diff = after.diff(&before);
///     assert_eq!(diff.to_string(), "from `before` to `after the load`");
///     assert_eq!(diff.owner(loader).live_bytes, 500);
///     assert_eq!(diff.total().live_bytes, 500);
///     assert!(diff.sites().all(|finding| finding.site.owner == loader));
///     drop(kept);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Diff<'a> {
    later: &'a Snapshot,
    earlier: &'a Snapshot,
}

impl Snapshot {
    /// Returns the changes since `earlier`.
    #[must_use]
    pub fn diff<'a>(&'a self, earlier: &'a Self) -> Diff<'a> {
        Diff::new(self, earlier)
    }
}

impl<'a> Diff<'a> {
    pub(super) fn new(later: &'a Snapshot, earlier: &'a Snapshot) -> Self {
        Self { later, earlier }
    }

    /// Returns the later snapshot.
    #[must_use]
    pub fn later(&self) -> &'a Snapshot {
        self.later
    }

    /// Returns the earlier snapshot.
    #[must_use]
    pub fn earlier(&self) -> &'a Snapshot {
        self.earlier
    }

    /// Returns the change of everything that the later snapshot covers.
    ///
    /// If the later snapshot is of a pipeline, the change of each of its pads is counted from the pad's numbers at the
    /// earlier moment, even if the earlier snapshot is of another pipeline.
    #[must_use]
    pub fn total(&self) -> Change {
        let earlier = match self.later.is_of_process() {
            true => self.earlier.total_in_process(),
            false => self.before().sum(),
        };
        self.later.total().since(earlier)
    }

    /// Returns the numbers that the owners of the later snapshot had in the earlier one.
    fn before(&self) -> impl Iterator<Item = Usage> + use<'a> {
        let Self { later, earlier } = *self;
        later
            .owners()
            .map(|owner| earlier.owner_in_process(owner.owner).usage)
    }

    /// Returns an upper bound of the standard error of the change of all live bytes; zero if each block was counted.
    ///
    /// See [`Finding::change_error`].
    #[must_use]
    pub fn total_error(&self) -> f64 {
        self.later
            .total_variance()
            .error_of_change(self.earlier.variance_of_owners_of(self.later))
    }

    /// Returns the change of one owner.
    #[must_use]
    pub fn owner(&self, owner: OwnerId) -> Change {
        let now = self.later.owner(owner).usage;
        let change = now.since(self.earlier.owner_in_process(owner).usage);
        if owner == OwnerId::ENDED {
            return self.without_ended(change);
        }
        change
    }

    /// Returns `change`, that of [`OwnerId::ENDED`], without what owners that ended between the snapshots had allocated
    /// before the earlier one: it only moved there.
    pub(super) fn without_ended(&self, change: Change) -> Change {
        let before = self.earlier.owners().map(|before| {
            let now = self.later.owner(before.owner).usage;
            let decrease = |before: u64, now: u64| before.saturating_sub(now);
            (
                decrease(before.usage.total_bytes, now.total_bytes),
                decrease(before.usage.total_blocks, now.total_blocks),
            )
        });
        let (bytes, blocks) = before.fold((0, 0), |sum, decrease| {
            (sum.0 + decrease.0, sum.1 + decrease.1)
        });
        Change {
            total_bytes: change.total_bytes.saturating_sub(bytes),
            total_blocks: change.total_blocks.saturating_sub(blocks),
            ..change
        }
    }

    /// Returns the owners for which anything changed, built-in ones first.
    pub fn owners(&self) -> impl Iterator<Item = (OwnerId, Change)> + use<'a> {
        let diff = *self;
        diff.later
            .owners()
            .map(move |owner| (owner.owner, diff.owner(owner.owner)))
            .filter(|(_, change)| *change != Change::default())
    }

    /// Returns the lines at which anything was allocated or freed in between, in the order of their first allocation.
    pub fn sites(&self) -> impl Iterator<Item = Finding> + use<'a> {
        let Self { later, earlier } = *self;
        later.table().used().filter_map(move |(index, usage)| {
            let mut change = usage.since(earlier.table().at(index));
            let site = (change != Change::default()).then(|| later.site(index))??;
            if site.owner == OwnerId::ENDED {
                change = later.diff(earlier).without_ended(change);
            }
            let variance =
                |snapshot: &Snapshot| snapshot.variance_of(|variances| variances.of_site(index));
            Some(Finding {
                site,
                change,
                change_error: variance(later).error_of_change(variance(earlier)),
            })
        })
    }

    /// Writes the labels of the earlier and the later snapshot, as "`a` to `b`", each in at most `columns` columns of
    /// text.
    pub(crate) fn write_labels(&self, f: &mut fmt::Formatter<'_>, columns: usize) -> fmt::Result {
        let label = |label: &'a str| Shortened {
            text: if label.is_empty() { "no label" } else { label },
            width: columns,
        };
        let (earlier, later) = (self.earlier.label(), self.later.label());
        write!(f, "`{}` to `{}`", label(earlier), label(later))
    }
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("from ")?;
        self.write_labels(f, usize::MAX)
    }
}
