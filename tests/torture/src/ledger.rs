//! What the threads asked for, by owner and line, and whether a snapshot says the same.

use sgn::memory::{Mark, OwnerId, SiteUsage, Snapshot, mark};

pub(super) const OWNERS: usize = 5;

static MARKS: [Mark; 3] = [
    Mark::new("stress.rs", 1, "one"),
    Mark::new("stress.rs", 2, "two"),
    Mark::new("stress.rs", 3, "three"),
];

/// The marks, and what is outside of all marked statements.
const LINES: usize = MARKS.len() + 1;

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
        if let Some(at) = MARKS.get(self.line) {
            mark(at);
        }
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

/// The ledgers of all sites.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ledgers([[Ledger; LINES]; OWNERS]);

impl Ledgers {
    pub(super) fn allocated(&mut self, site: Site, size: usize) {
        count(&mut self.0[site.owner][site.line].allocated, size);
    }

    pub(super) fn freed(&mut self, site: Site, size: usize) {
        count(&mut self.0[site.owner][site.line].freed, size);
    }

    pub(super) fn add(&mut self, other: &Self) {
        let pairs = self.0.iter_mut().flatten().zip(other.0.iter().flatten());
        for (sum, ledger) in pairs {
            for index in 0..2 {
                sum.allocated[index] += ledger.allocated[index];
                sum.freed[index] += ledger.freed[index];
            }
        }
    }

    /// Holds the rows of `owners` against the ledgers, line by line; all that was made was freed.
    ///
    /// `all_counted` is false if counting was off at times: then the ledgers are the most that a
    /// row may say.
    pub(super) fn check(&self, owners: [OwnerId; OWNERS], all_counted: bool) {
        let now = Snapshot::take();
        let mut rows = 0;
        for site in now.sites() {
            let Some(owner) = owners.iter().position(|owner| *owner == site.owner) else {
                continue;
            };
            rows += 1;
            self.check_row(owner, &site, all_counted);
        }
        assert_eq!(rows, Site::COUNT, "every site has one row");
    }

    fn check_row(&self, owner: usize, row: &SiteUsage, all_counted: bool) {
        let line = row.mark.map_or(MARKS.len(), |mark| {
            let place = MARKS.iter().position(|known| std::ptr::eq(known, mark));
            place.expect("one of the marks")
        });
        let Ledger { allocated, freed } = self.0[owner][line];
        assert_eq!(allocated, freed, "the threads freed all they had");
        let usage = row.usage;
        let total = [usage.total_bytes, usage.total_blocks];
        if all_counted {
            assert_eq!(total, allocated, "{row:?}");
        } else {
            assert!(
                total[0] <= allocated[0] && total[1] <= allocated[1],
                "{row:?}"
            );
        }
        assert_eq!((usage.live_bytes, usage.live_blocks), (0, 0), "{row:?}");
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
