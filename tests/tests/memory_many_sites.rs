//! More lines than can be told apart: those that come too late are one row, `(overflow)`, and every
//! number stays right, also when several threads take the last places at once.

use std::hint::black_box;
use std::sync::OnceLock;
use std::thread::Builder;

use sgn::memory::{self, Mark, OwnerId, Snapshot, Usage, mark, register, scope};
use sgn::report::{Moment, TextReport};

sgn::counting_allocator!();

/// Most pairs of owner and line that have a row of their own; some are the profiler's and the test's.
const ROWS: usize = 1 << 20;
const THREADS: usize = 4;
const OWNERS: usize = 1000;
const LINES: usize = 1100;
const BYTES: usize = 3;

/// Allocates a block at each line of each owner, in order.
fn allocate(owners: &[OwnerId], lines: &'static [Mark]) -> Vec<Vec<u8>> {
    let mut kept = Vec::with_capacity(owners.len() * lines.len());
    for owner in owners {
        scope(*owner, || {
            for line in lines {
                mark(line);
                kept.push(black_box(vec![1_u8; BYTES]));
            }
        });
    }
    kept
}

/// The sum over `owners` and the rows that they have.
fn of(owners: &[OwnerId], now: &Snapshot) -> (Usage, u64) {
    let ours = |owner: &OwnerId| owners.binary_search(owner).is_ok();
    let sum = owners.iter().map(|owner| now.owner(*owner).usage).sum();
    let mut rows = 0;
    for site in now.sites().filter(|site| ours(&site.owner)) {
        assert_eq!(site.usage.total_blocks, 1, "{site:?}");
        assert_eq!(site.usage.total_bytes, BYTES as u64, "{site:?}");
        assert!(site.mark.is_some(), "{site:?}");
        rows += 1;
    }
    (sum, rows)
}

fn assert_adds_up(now: &Snapshot) {
    let owners: Usage = now.owners().map(|owner| owner.usage).sum();
    assert_eq!(owners, now.total());
    let sites: Usage = now.sites().map(|site| site.usage).sum();
    assert_eq!(sites, now.total());
    assert!(now.sites().count() <= ROWS);
}

/// Whether the report of `now` has a row of that name in its table.
fn is_reported(now: Snapshot, name: &str) -> bool {
    let mut found = false;
    let mut report = TextReport::new().rows(OWNERS * 2);
    report.write(Moment::of(now, 1), &mut |line| {
        found |= line.starts_with(&format!("| {name}"))
    });
    found
}

fn main() {
    // kept by a static, so that a leak checker finds them
    static MARKS: OnceLock<Box<[Mark]>> = OnceLock::new();
    assert!(memory::enable());
    let lines = MARKS.get_or_init(|| {
        (1..=u32::try_from(LINES).expect("a small number"))
            .map(|line| Mark::new("src/many.rs", line, "let block = vec![];"))
            .collect()
    });
    let owners: Vec<OwnerId> = (0..OWNERS)
        .map(|number| register(&format!("many{number}:src:out")))
        .collect();
    let first = scope(owners[0], || {
        mark(&lines[0]);
        black_box(vec![1_u8; BYTES])
    });
    drop(first);
    let at_first = Snapshot::take().owner(owners[0]).usage.total_blocks;
    assert_eq!(at_first, 1);

    let threads: Vec<_> = owners[1..]
        .chunks(OWNERS.div_ceil(THREADS))
        .map(|owners| {
            let owners = owners.to_vec();
            let builder = Builder::new().name("many".into());
            builder
                .spawn(move || allocate(&owners, lines))
                .expect("a thread")
        })
        .collect();
    let kept: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().expect("no panic"))
        .collect();

    let blocks = ((OWNERS - 1) * LINES) as u64;
    let now = Snapshot::take();
    assert_adds_up(&now);
    let (ours, rows) = of(&owners[1..], &now);
    let overflow = now.owner(OwnerId::OVERFLOW).usage;
    assert_eq!(ours.total_blocks, rows);
    assert_eq!(ours.total_blocks + overflow.total_blocks, blocks);
    assert_eq!(ours.live_bytes + overflow.live_bytes, blocks * BYTES as u64);
    // A number taken in vain, when two threads meet the same line, stays unused.
    assert!(rows > ROWS as u64 - 10_000, "{rows}");
    assert!(is_reported(now, "(overflow)"));

    // Lines that have a row still count there.
    scope(owners[0], || {
        mark(&lines[0]);
        drop(black_box(vec![1_u8; BYTES]));
    });
    assert_eq!(Snapshot::take().owner(owners[0]).usage.total_blocks, 2);
    // And those that have none count as nobody's, whoever asks, and wherever they are freed.
    let late = register("late:src:out");
    let block = scope(late, || black_box(vec![1_u8; 1000]));
    let now = Snapshot::take();
    assert_eq!(now.owner(late).usage, Usage::default());
    let more = now.owner(OwnerId::OVERFLOW).usage.since(overflow);
    assert!(more.live_bytes >= 1000, "{more:?}");
    scope(owners[0], || drop(block));

    drop(kept);
    let now = Snapshot::take();
    assert_adds_up(&now);
    assert_eq!(of(&owners[1..], &now).0.live_bytes, 0);
    assert_eq!(now.owner(late).usage, Usage::default());
    let left = now.owner(OwnerId::OVERFLOW).usage;
    assert!(
        left.live_bytes < 10_000,
        "only what the test itself keeps: {left:?}"
    );
    assert_eq!(now.corrupted().blocks, 0);
}
