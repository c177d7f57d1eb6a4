//! What the threads asked for, by owner and line, and whether a snapshot says the same.

use sgn::memory::{Mark, OwnerId, SiteUsage, Snapshot, mark};

pub(super) const OWNERS: usize = 5;

static MARKS: [Mark; 3] = [
    Mark::new("stress.rs", 1, "one"),
    Mark::new("stress.rs", 2, "two"),
    Mark::new("stress.rs", 3, "three"),
];

/// The marks, and what is outside of all marked statements.
pub(super) const LINES: usize = MARKS.len() + 1;

/// Goes to a line below [`LINES`], from a scope's beginning.
pub(super) fn go_to(line: usize) {
    if let Some(at) = MARKS.get(line) {
        mark(at);
    }
}

/// Owner and line of a block, by their places in the tables here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) owner: usize,
    pub(super) line: usize,
}

impl Site {
    /// A site by a number below [`Site::COUNT`].
    pub(super) const fn new(number: usize) -> Self {
        Self {
            owner: number / LINES,
            line: number % LINES,
        }
    }

    pub(super) const COUNT: usize = OWNERS * LINES;

    /// Goes to the site's line, from a scope's beginning.
    pub(super) fn mark(self) {
        go_to(self.line);
    }
}

/// Bytes and blocks, allocated and freed, that the threads asked for at one site.
#[derive(Clone, Copy, Debug, Default)]
struct Ledger {
    allocated: [u64; 2],
    freed: [u64; 2],
}

fn count(counts: &mut [u64; 2], size: usize) {
    counts[0] += size as u64;
    counts[1] += 1;
}

/// The ledgers of one owner, by line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines([Ledger; LINES]);

impl Lines {
    pub(super) fn allocated(&mut self, line: usize, size: usize) {
        count(&mut self.0[line].allocated, size);
    }

    pub(super) fn freed(&mut self, line: usize, size: usize) {
        count(&mut self.0[line].freed, size);
    }

    /// Notes that all blocks were freed.
    pub(super) fn free_all(&mut self) {
        for ledger in &mut self.0 {
            ledger.freed = ledger.allocated;
        }
    }

    fn add(&mut self, other: &Self) {
        for (sum, ledger) in self.0.iter_mut().zip(&other.0) {
            for index in 0..2 {
                sum.allocated[index] += ledger.allocated[index];
                sum.freed[index] += ledger.freed[index];
            }
        }
    }

    /// Bytes and blocks ever allocated at all lines.
    pub(super) fn total(&self) -> [u64; 2] {
        [0, 1].map(|index| self.0.iter().map(|ledger| ledger.allocated[index]).sum())
    }

    /// Bytes and blocks that live at all lines.
    pub(super) fn live(&self) -> [u64; 2] {
        [0, 1].map(|index| self.0.iter().map(|ledger| ledger.live()[index]).sum())
    }

    /// Holds the owner's `rows` against the ledgers, line by line, and says how many rows there are.
    ///
    /// `all_counted` is false if counting was off at times: then the ledgers are the most that a
    /// row may say.
    pub(super) fn check(&self, rows: impl Iterator<Item = SiteUsage>, all_counted: bool) -> usize {
        let mut met = [false; LINES];
        for row in rows {
            let line = line_of(&row);
            assert!(!met[line], "two rows of one line: {row:?}");
            met[line] = true;
            self.0[line].check(&row, all_counted);
        }
        for (met, ledger) in met.iter().zip(&self.0) {
            assert!(
                *met || !all_counted || ledger.allocated == [0, 0],
                "a row is missing"
            );
        }
        met.iter().filter(|met| **met).count()
    }
}

fn line_of(row: &SiteUsage) -> usize {
    row.mark.map_or(MARKS.len(), |mark| {
        let place = MARKS.iter().position(|known| std::ptr::eq(known, mark));
        place.expect("one of the marks")
    })
}

impl Ledger {
    fn live(&self) -> [u64; 2] {
        [0, 1].map(|index| self.allocated[index] - self.freed[index])
    }

    fn check(&self, row: &SiteUsage, all_counted: bool) {
        let usage = row.usage;
        let found = [
            [usage.total_bytes, usage.total_blocks],
            [usage.live_bytes, usage.live_blocks],
        ];
        let asked = [self.allocated, self.live()];
        if all_counted {
            assert_eq!(found, asked, "{row:?}");
        } else {
            let mut pairs = found.iter().flatten().zip(asked.iter().flatten());
            assert!(pairs.all(|(found, asked)| found <= asked), "{row:?}");
        }
    }
}

/// The ledgers of all sites.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ledgers([Lines; OWNERS]);

impl Ledgers {
    pub(super) fn allocated(&mut self, site: Site, size: usize) {
        self.0[site.owner].allocated(site.line, size);
    }

    pub(super) fn freed(&mut self, site: Site, size: usize) {
        self.0[site.owner].freed(site.line, size);
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (sum, lines) in self.0.iter_mut().zip(&other.0) {
            sum.add(lines);
        }
    }

    /// Holds the rows of `owners` against the ledgers, line by line; all that was made was freed.
    ///
    /// `all_counted` is as for [`Lines::check`].
    pub(super) fn check(&self, owners: [OwnerId; OWNERS], all_counted: bool) {
        let now = Snapshot::take();
        for (owner, lines) in owners.into_iter().zip(&self.0) {
            assert_eq!(lines.live(), [0, 0], "the threads freed all they had");
            let rows = lines.check(now.sites().filter(|row| row.owner == owner), all_counted);
            assert_eq!(rows, LINES, "every site has one row");
        }
    }
}

/// Allocates at two statements marked by the macro: `size` bytes at one, twice that at the other.
#[sgn::profile]
pub(super) fn two_statements(size: usize) -> usize {
    let once = vec![1_u8; size];
    let twice = vec![2_u8; size * 2];
    std::hint::black_box([once, twice]).map(|block| block.len())[0]
}

/// Checks the rows of `owner`, who called [`two_statements`] and did nothing else: `bytes` is the
/// sum of the sizes.
pub(super) fn check_statements(owner: OwnerId, bytes: u64, calls: u64) {
    let now = Snapshot::take();
    let mut rows: Vec<_> = now.sites().filter(|site| site.owner == owner).collect();
    rows.sort_by_key(|row| row.usage.total_bytes);
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = row.mark.map(Mark::text).unwrap_or_default();
            let usage = row.usage;
            let name = text.split(' ').nth(1).unwrap_or_default();
            (
                name,
                usage.total_bytes,
                usage.total_blocks,
                usage.live_bytes,
            )
        })
        .collect();
    assert_eq!(
        found,
        [("once", bytes, calls, 0), ("twice", bytes * 2, calls, 0)]
    );
}
