//! Reports: the numbers of a snapshot as lines of text.
//!
//! A [`TextReport`] keeps what the next report is compared with. It allocates nothing through the
//! counted allocator, and what the receiver of its lines allocates belongs to the profiler.
//!
//! ```text
//! ----------------------------------------------------------------------
//! | First stride: stride 1 at 0.001 s
//! | Too early to tell what grows
//! |
//! | Top 10 lines of memory usage: cumulative
//! |
//! | #1: src/main.rs:123: 8.7 KiB   gain:src:out
//! |     let window = samples.to_vec();
//! | 4 other: 0.3 KiB
//! | Total allocated size: 9.0 KiB
//! ```

mod amount;
mod head;
mod holders;
#[cfg(test)]
mod hostile;
mod lines;
mod moment;
mod only;
mod output;
mod table;
mod text;
mod threads;

use crate::memory::{Diff, Scope, Snapshot, Usage};
use lines::Since;
pub use moment::Moment;
pub(crate) use moment::{Cause, Progress};
pub(crate) use only::Only;
use output::Lines;
use text::{Kib, WIDTH};

/// The head of a report that does not have all blocks.
const WAS_OFF: &str = "| Counting was off for a time: blocks made meanwhile are not in here";

/// Writes reports, each compared with the one before and with the first.
///
/// ```
/// use sgn::report::{Moment, TextReport};
///
/// let mut report = TextReport::new().top(3);
/// let mut lines = 0;
/// report.write(Moment::now(1), &mut |line| {
///     assert!(line.chars().count() <= 70);
///     lines += 1;
/// });
/// assert!(lines > 5);
/// ```
#[derive(Debug)]
pub struct TextReport {
    top: usize,
    rows: usize,
    only: Option<Only>,
    /// The start of the change from the start.
    first: Option<Usage>,
    previous: Option<Snapshot>,
}

impl Default for TextReport {
    fn default() -> Self {
        Self::new()
    }
}

impl TextReport {
    /// Reports of the ten top lines and the fifty largest owners.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            top: 10,
            rows: 50,
            only: None,
            first: None,
            previous: None,
        }
    }

    /// Returns how many lines of source the two lists show.
    #[must_use]
    pub fn top(self, lines: usize) -> Self {
        Self { top: lines, ..self }
    }

    /// Sets how many lines of source the lists of the following reports show.
    pub fn set_top(&mut self, lines: usize) {
        self.top = lines;
    }

    /// Returns how many owners the table shows; the others are one row.
    #[must_use]
    pub fn rows(self, owners: usize) -> Self {
        Self {
            rows: owners,
            ..self
        }
    }

    /// Sets the elements whose lines and rows the following reports show; `None` stands for all.
    pub(crate) fn show_only(&mut self, only: Option<Only>) {
        self.only = only;
    }

    /// Compares the following reports with `now` instead of with the first one.
    ///
    /// ```
    /// use sgn::memory::Snapshot;
    /// use sgn::report::{Moment, TextReport};
    ///
    /// let mut report = TextReport::new();
    /// report.set_top(3);
    /// report.write(Moment::of(Snapshot::take(), 1), &mut |line| println!("{line}"));
    /// if let Some(previous) = report.previous() {
    ///     let previous = previous.total();
    ///     assert!(Snapshot::take().total().total_bytes >= previous.total_bytes);
    /// }
    /// report.reset_baseline(&Snapshot::take());
    /// ```
    pub fn reset_baseline(&mut self, now: &Snapshot) {
        self.first = Some(now.total());
    }

    /// Returns the snapshot of the last report; `None` before the first.
    #[must_use]
    pub fn previous(&self) -> Option<&Snapshot> {
        self.previous.as_ref()
    }

    /// Takes `moment` for the report before the next one, without a text of it.
    #[cfg(feature = "viewers")]
    pub(crate) fn skip(&mut self, moment: Snapshot) {
        self.first.get_or_insert(moment.total());
        self.previous = Some(moment);
    }

    /// Hands the report of `moment` to `line`, a line at a time, without line ends.
    ///
    /// A line at the head says so if counting [was off](Snapshot::was_off) for a part of the time.
    ///
    /// A snapshot of [all](Snapshot::take_all), counts and estimates, may be compared with one of counts
    /// alone from before anything was sampled; one of estimates alone with its like.
    ///
    /// Lines have at most 70 columns, which leaves ten of a terminal's 80 to a prefix; only numbers too
    /// large for that make one longer, as numbers are never shortened.
    ///
    /// With its snapshot, a report of 100 owners of 1000 lines each takes half a millisecond, of
    /// which the snapshot is two thirds; three times that if each of these lines has changed.
    pub fn write(&mut self, moment: Moment, line: &mut dyn FnMut(&str)) {
        let Moment {
            snapshot: now,
            strides,
            progress,
            trends,
            census,
            holders,
        } = moment;
        let _scope = Scope::profiler();
        let mut out = Lines::to(line);
        let first = *self.first.get_or_insert(now.total());
        out.put(format_args!("{:-<WIDTH$}", ""));
        head::progress(progress, strides, &mut out);
        if let Some(samples) = now.samples() {
            out.put(format_args!(
                "| Estimated from {samples} sampled live blocks, ± one standard error"
            ));
        }
        if now.was_off() {
            out.put(format_args!("{WAS_OFF}"));
        }
        let only = self.only.as_ref();
        if let Some(only) = only {
            out.put(format_args!("{only}"));
        }
        let churn = self
            .previous
            .as_ref()
            .map(|previous| lines::churn(&now, previous, self.top, only));
        if let Some(trends) = &trends {
            let most = churn.as_ref().and_then(|churn| churn.first());
            head::findings(trends, holders.as_ref(), most, strides, only, &mut out);
            out.put(format_args!("|"));
            head::evidence(trends, self.top, only, &mut out);
        }
        if let Some(census) = &census {
            holders::write(census, self.top, only, &mut out);
            out.put(format_args!("|"));
        }
        lines::cumulative(&now, self.top, only, &mut out);
        if let Some(previous) = &self.previous {
            out.put(format_args!("|"));
            lines::difference(
                &now.diff(previous),
                Since::Previous,
                self.top,
                only,
                trends.as_deref().unwrap_or_default(),
                &mut out,
            );
        }
        out.put(format_args!(
            "| Change from start {}",
            Kib::of_change(now.total().since(first))
        ));
        out.put(format_args!("|"));
        if let Some(churn) = churn.filter(|churn| !churn.is_empty()) {
            lines::allocated(&churn, strides, self.top, &mut out);
            out.put(format_args!("|"));
        }
        table::write(
            &now,
            self.previous.as_ref(),
            strides,
            self.rows,
            only,
            &mut out,
        );
        self.previous = Some(now);
    }
}

/// Hands the `top` holders of most bytes to `line`; each is a name, and how many bytes and blocks it has.
#[cfg(feature = "viewers")]
pub(crate) fn holders<'a>(
    held: impl Iterator<Item = (&'a str, u64, u64)>,
    top: usize,
    line: &mut dyn FnMut(&str),
) {
    let _scope = Scope::profiler();
    holders::sums(held, top, &mut Lines::to(line));
}

/// Hands the `top` lines that changed most between any two snapshots to `line`, named by their labels.
///
/// Labels that are too long for a line of 70 columns lose their middle. A line before all others says so if counting was
/// off for a part of the time in between.
///
/// ```
/// use sgn::memory::Snapshot;
/// use sgn::report;
///
/// let start = Snapshot::take_labelled("start");
/// let later = Snapshot::take_labelled("after load");
/// let mut text = Vec::new();
/// report::diff(&later.diff(&start), 5, &mut |line| text.push(line.to_owned()));
/// assert_eq!(text[0], "| Top 5 lines of memory usage: diff from `start` to `after load`");
/// ```
pub fn diff(diff: &Diff<'_>, top: usize, line: &mut dyn FnMut(&str)) {
    let _scope = Scope::profiler();
    let mut out = Lines::to(line);
    if diff.later().was_off_since(diff.earlier()) {
        out.put(format_args!("{WAS_OFF}"));
    }
    lines::difference(
        diff,
        Since::Labels(diff, usize::MAX),
        top,
        None,
        &[],
        &mut out,
    );
}
