//! The table: one row per owner, and a last row to which they add up.

use std::fmt::{self, Display, Formatter};

use super::Lines;
use super::text::{Kib, Shortened, WIDTH, digits};
use crate::memory::pages::PageBuffer;
use crate::memory::{OwnerId, OwnerUsage, Snapshot, Usage};

/// The columns that are the same in every row.
#[derive(Clone, Copy)]
struct Widths {
    name: usize,
    live: usize,
    peak: usize,
    rate: usize,
    blocks: usize,
    total: usize,
}

/// The numbers of one row; every one is exact.
#[derive(Clone, Copy, Default)]
struct Row {
    live: u64,
    peak: Option<Peak>,
    bytes: u64,
    blocks: u64,
    total: u64,
}

#[derive(Clone, Copy)]
struct Peak {
    bytes: u64,
    exact: bool,
}

impl Row {
    /// A row without a peak: peaks of different moments do not add up.
    fn new(usage: Usage, before: Usage) -> Self {
        let change = usage.since(before);
        Self {
            live: usage.live_bytes,
            peak: None,
            bytes: change.total_bytes,
            blocks: change.total_blocks,
            total: usage.total_bytes,
        }
    }

    fn of(owner: &OwnerUsage, before: Usage) -> Self {
        let peak = Peak {
            bytes: owner.peak_bytes,
            exact: owner.peak_is_exact,
        };
        Self {
            peak: Some(peak),
            ..Self::new(owner.usage, before)
        }
    }
}

/// A quotient, to one decimal if it is not whole.
struct PerStride {
    amount: u64,
    strides: u64,
}

impl Display for PerStride {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let strides = self.strides.max(1);
        if self.amount.is_multiple_of(strides) {
            Display::fmt(&(self.amount / strides), f)
        } else {
            let width = f.width().unwrap_or(0);
            write!(f, "{:>width$.1}", self.amount as f64 / strides as f64)
        }
    }
}

/// The owners that have no row of their own.
#[derive(Default)]
struct Others {
    count: usize,
    now: Usage,
    before: Usage,
}

impl Others {
    fn add(&mut self, now: Usage, before: Usage) {
        self.count += 1;
        self.now += now;
        self.before += before;
    }
}

/// Writes the table, the coverage and what the profiler itself costs.
pub(super) fn write(
    now: &Snapshot,
    previous: Option<&Snapshot>,
    strides: u64,
    shown: usize,
    out: &mut Lines<'_>,
) {
    let before = |owner| previous.map_or_else(Usage::default, |then| then.owner(owner).usage);
    let mut owners = PageBuffer::new();
    let mut others = Others::default();
    let used = |owner: &OwnerUsage| owner.usage.total_blocks > 0;
    for owner in now
        .owners()
        .filter(used)
        .filter(|owner| !owner.owner.is_built_in())
    {
        if !owners.push(owner) {
            others.add(owner.usage, before(owner.owner));
        }
    }
    owners.sort_unstable_by_key(|owner| {
        (
            std::cmp::Reverse(owner.usage.live_bytes),
            owner.owner.name(),
            owner.owner,
        )
    });
    let (top, rest) = owners.split_at(shown.min(owners.len()));
    for owner in rest {
        others.add(owner.usage, before(owner.owner));
    }
    let built_in = [
        OwnerId::RUNTIME,
        OwnerId::PROFILER,
        OwnerId::UNATTRIBUTED,
        OwnerId::OVERFLOW,
    ];
    let built_in = built_in.map(|owner| now.owner(owner));

    let total = Row::new(
        now.total(),
        previous.map_or_else(Usage::default, Snapshot::total),
    );
    let widths = Widths::fit(top.iter().chain(&built_in), &total, strides);
    widths.heading(out);
    let show = |owner: &OwnerUsage, out: &mut Lines<'_>| {
        widths.row(
            owner.owner.name(),
            &Row::of(owner, before(owner.owner)),
            strides,
            out,
        );
    };
    for owner in top {
        show(owner, out);
    }
    if others.count > 0 {
        widths.row(
            "(others)",
            &Row::new(others.now, others.before),
            strides,
            out,
        );
    }
    for owner in built_in.iter().filter(|owner| used(owner)) {
        show(owner, out);
    }
    widths.row("total", &total, strides, out);
    notes(now, out);
}

fn notes(now: &Snapshot, out: &mut Lines<'_>) {
    out.put(format_args!(
        "| coverage {:.1} %; the profiler's own memory {}",
        now.coverage() * 100.0,
        Kib::of(Snapshot::profiler_memory() as u64),
    ));
    let corrupted = now.corrupted();
    if corrupted.blocks > 0 {
        out.put(format_args!(
            "| freed with a tag overwritten, still live above: {} blocks, {}",
            corrupted.blocks,
            Kib::of(corrupted.bytes),
        ));
    }
    let unplaced = now.unplaced();
    if unplaced.blocks > 0 {
        out.put(format_args!(
            "| not counted, as there was no page for a tag: {} blocks, {}",
            unplaced.blocks,
            Kib::of(unplaced.bytes),
        ));
    }
}

impl Widths {
    /// Columns wide enough for every number; the names get the rest.
    fn fit<'a>(
        owners: impl Iterator<Item = &'a OwnerUsage> + Clone,
        total: &Row,
        strides: u64,
    ) -> Self {
        let peak = owners.map(|owner| owner.peak_bytes).max().unwrap_or(0);
        let rate = |amount: u64| digits(amount / strides.max(1)) + 2;
        let live = digits(total.live).max(4);
        // One more for the sign that a peak is a bound.
        let peak = digits(peak).max(4) + 1;
        let bytes = rate(total.bytes).max(10);
        let blocks = rate(total.blocks).max(6);
        let all = digits(total.total).max(5);
        let taken = 2 + live + peak + bytes + blocks + all + 5;
        let name = WIDTH.saturating_sub(taken).max(8);
        Self {
            name,
            live,
            peak,
            rate: bytes,
            blocks,
            total: all,
        }
    }

    fn heading(self, out: &mut Lines<'_>) {
        out.put(format_args!(
            "| {:name$} {:>live$} {:>peak$} {:>rate$} {:>blocks$} {:>total$}",
            "bytes of",
            "live",
            "peak",
            "per stride",
            "blocks",
            "total",
            name = self.name,
            live = self.live,
            peak = self.peak,
            rate = self.rate,
            blocks = self.blocks,
            total = self.total,
        ));
    }

    fn row(self, name: &str, row: &Row, strides: u64, out: &mut Lines<'_>) {
        out.put(format_args!(
            "| {:name$} {:>live$} {:>peak$} {:>rate$} {:>blocks$} {:>total$}",
            Shortened {
                text: name,
                width: self.name
            },
            row.live,
            PeakColumn(row.peak),
            PerStride {
                amount: row.bytes,
                strides
            },
            PerStride {
                amount: row.blocks,
                strides
            },
            row.total,
            name = self.name,
            live = self.live,
            peak = self.peak,
            rate = self.rate,
            blocks = self.blocks,
            total = self.total,
        ));
    }
}

/// A peak; `≤` before one that is an upper bound.
struct PeakColumn(Option<Peak>);

impl Display for PeakColumn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let width = f.width().unwrap_or(0);
        match self.0 {
            None => write!(f, "{:width$}", ""),
            Some(Peak { bytes, exact: true }) => write!(f, "{bytes:>width$}"),
            Some(Peak {
                bytes,
                exact: false,
            }) => {
                let blanks = width.saturating_sub(digits(bytes) + 1);
                write!(f, "{:blanks$}≤{bytes}", "")
            }
        }
    }
}
