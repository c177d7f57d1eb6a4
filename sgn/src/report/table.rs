//! The table: one row per owner, and a last row to which they add up.

use std::fmt::{self, Display, Formatter};

use super::only::Only;
use super::output::Lines;
use super::text::{Kib, WIDTH, digits};
use super::threads;
use crate::memory::PageBuffer;
use crate::memory::{OwnerId, OwnerUsage, Snapshot, Usage};
use crate::text::Shortened;

/// The unit of a table: bytes, unless the names would get no room.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Unit {
    name: &'static str,
    bytes: u64,
}

const UNITS: [Unit; 4] = [
    Unit {
        name: "bytes",
        bytes: 1,
    },
    Unit {
        name: "KiB",
        bytes: 1 << 10,
    },
    Unit {
        name: "MiB",
        bytes: 1 << 20,
    },
    Unit {
        name: "GiB",
        bytes: 1 << 30,
    },
];

/// The least room for names; a larger unit is taken before they get less.
const NAME: usize = 20;

impl Unit {
    /// Converts `bytes` to this unit, rounded to a whole number.
    fn of(self, bytes: u64) -> u64 {
        let (whole, rest) = (bytes / self.bytes, bytes % self.bytes);
        whole + u64::from(rest >= self.bytes.div_ceil(2) && rest > 0)
    }
}

/// The columns that are the same in every row.
#[derive(Clone, Copy)]
struct Widths {
    unit: Unit,
    name: usize,
    live: usize,
    peak: usize,
    rate: usize,
    blocks: usize,
    total: usize,
}

/// The numbers of one row; every one is exact, or all are estimates.
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
    /// Returns a row without a peak: peaks of different moments do not add up.
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

    fn of(owner: &OwnerUsage, before: Usage, has_peak: bool) -> Self {
        let peak = Peak {
            bytes: owner.peak_bytes,
            exact: owner.peak_is_exact,
        };
        Self {
            peak: has_peak.then_some(peak),
            ..Self::new(owner.usage, before)
        }
    }
}

/// A quotient, to one decimal if it is not whole.
struct PerStride {
    amount: u64,
    strides: u64,
    /// The divisor of the amount.
    unit: u64,
}

impl Display for PerStride {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let parts = self.strides.max(1).saturating_mul(self.unit);
        if self.amount.is_multiple_of(parts) {
            Display::fmt(&(self.amount / parts), f)
        } else {
            let width = f.width().unwrap_or(0);
            write!(f, "{:>width$.1}", self.amount as f64 / parts as f64)
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
    only: Option<&Only>,
    out: &mut Lines<'_>,
) {
    let before = |owner| previous.map_or_else(Usage::default, |then| then.owner(owner).usage);
    let mut owners = PageBuffer::new();
    let mut others = Others::default();
    let used = |owner: &OwnerUsage| owner.usage != Usage::default();
    for owner in now
        .owners()
        .filter(used)
        .filter(|owner| !owner.owner.is_built_in())
    {
        let has_row = only.is_none_or(|only| only.has(owner.owner));
        if !(has_row && owners.push(owner)) {
            others.add(owner.usage, before(owner.owner));
        }
    }
    owners.sort_unstable_by(|one, other| {
        let bytes = other.usage.live_bytes.cmp(&one.usage.live_bytes);
        let names = || now.name(one.owner).cmp(now.name(other.owner));
        bytes
            .then_with(names)
            .then_with(|| one.owner.cmp(&other.owner))
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
        OwnerId::ENDED,
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
            now.name(owner.owner),
            &Row::of(owner, before(owner.owner), now.samples().is_none()),
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
    if widths.unit != UNITS[0] {
        out.put(format_args!(
            "| rounded: the rows add up to the total to within a {} each",
            widths.unit.name
        ));
    }
    notes(now, previous, out);
}

fn notes(now: &Snapshot, previous: Option<&Snapshot>, out: &mut Lines<'_>) {
    if now.is_of_process() {
        let coverage = now.coverage() * 100.0;
        match now.is_of_now() {
            true => out.put(format_args!(
                "| coverage {coverage:.1} %; the profiler's own memory {}",
                Kib::of(Snapshot::profiler_memory() as u64),
            )),
            false => out.put(format_args!("| coverage {coverage:.1} %")),
        }
    }
    if now.is_of_now() {
        threads::write(now, out);
    }
    if now.refused_tables() > 0 && previous.is_none_or(|then| then.refused_tables() == 0) {
        out.put(format_args!(
            "| the system refuses threads a table of counters: they share one"
        ));
    }
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
    /// Columns wide enough for every number, in the first unit that leaves room for the names.
    fn fit<'a>(
        owners: impl Iterator<Item = &'a OwnerUsage> + Clone,
        total: &Row,
        strides: u64,
    ) -> Self {
        let peak = owners.map(|owner| owner.peak_bytes).max().unwrap_or(0);
        let widths = UNITS.map(|unit| Self::in_unit(unit, peak, total, strides));
        let roomy = widths.iter().find(|widths| widths.name >= NAME);
        *roomy.unwrap_or(&widths[UNITS.len() - 1])
    }

    fn in_unit(unit: Unit, peak: u64, total: &Row, strides: u64) -> Self {
        // A decimal, its point, and one more digit by rounding.
        let rate = |amount: u64| digits(amount / strides.max(1)) + 3;
        let live = digits(unit.of(total.live)).max(4);
        // One more for the sign that a peak is a bound.
        let peak = digits(unit.of(peak)).max(4) + 1;
        let bytes = rate(total.bytes / unit.bytes).max(10);
        let blocks = rate(total.blocks).max(6);
        let all = digits(unit.of(total.total)).max(5);
        let taken = 2 + live + peak + bytes + blocks + all + 5;
        let name = WIDTH.saturating_sub(taken).max(8);
        Self {
            unit,
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
            Heading(self.unit.name),
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
            self.unit.of(row.live),
            PeakColumn(row.peak.map(|peak| Peak {
                bytes: self.unit.of(peak.bytes),
                ..peak
            })),
            PerStride {
                amount: row.bytes,
                strides,
                unit: self.unit.bytes
            },
            PerStride {
                amount: row.blocks,
                strides,
                unit: 1
            },
            self.unit.of(row.total),
            name = self.name,
            live = self.live,
            peak = self.peak,
            rate = self.rate,
            blocks = self.blocks,
            total = self.total,
        ));
    }
}

/// The heading of the first column.
struct Heading(&'static str);

impl Display for Heading {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let blanks = f.width().unwrap_or(0).saturating_sub(self.0.len() + 3);
        write!(f, "{} of{:blanks$}", self.0, "")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::hostile::{MILLION, shows_no_harm};

    fn widths(bytes: u64) -> Widths {
        let usage = Usage {
            live_bytes: bytes,
            live_blocks: 10,
            total_bytes: bytes,
            total_blocks: 10,
        };
        Widths::fit([].iter(), &Row::new(usage, Usage::default()), 1)
    }

    #[test]
    fn a_larger_unit_is_taken_before_names_lose_their_room() {
        let unit = |bytes| widths(bytes).unit.name;
        assert_eq!(unit(100_000_000), "bytes");
        assert_eq!(unit(100_000_000_000), "KiB");
        assert_eq!(unit(100_000_000_000_000), "MiB");
        for power in 0..64 {
            let widths = widths(1 << power);
            assert!(widths.name >= NAME || widths.unit == UNITS[3], "2^{power}");
        }
    }

    #[test]
    fn units_round_to_the_nearest() {
        let [bytes, kib, ..] = UNITS;
        assert_eq!((bytes.of(0), bytes.of(7)), (0, 7));
        assert_eq!((kib.of(511), kib.of(512), kib.of(1536)), (0, 1, 2));
        assert_eq!(UNITS[3].of(u64::MAX), 1 << 34);
    }

    #[test]
    fn hostile_names() {
        let widths = widths(1000);
        shows_no_harm(3, MILLION, 1, 1, |hostile, out| {
            widths.row(&hostile.next_text(), &Row::default(), 1, out);
        });
    }
}
