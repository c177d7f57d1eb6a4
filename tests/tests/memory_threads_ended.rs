//! Threads that ever were: when a thousand have come and gone, their numbers are there, and a report, a
//! switch and the profiler's own memory cost what is in use.

use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread::Builder;
use std::time::{Duration, Instant};

use sgn::memory::{self, Mark, OwnerId, Snapshot, Usage, mark, register, scope};
use sgn::report::{Moment, TextReport};

sgn::counting_allocator!();

const THREADS: usize = 1000;
const STACK: usize = 64 << 10;

static LINE: Mark = Mark::new("threads_ended.rs", 1, "in a thread");

/// Runs so many threads at once; each leaves a block to be freed here.
fn come_and_go(threads: usize, owner: OwnerId) -> Vec<Vec<u8>> {
    let barrier = Arc::new(Barrier::new(threads));
    let start = |number: usize| {
        let barrier = Arc::clone(&barrier);
        let work = move || {
            let block = scope(owner, || {
                mark(&LINE);
                drop(black_box(vec![1_u8; 50]));
                black_box(vec![1_u8; number])
            });
            barrier.wait();
            block
        };
        let builder = Builder::new().name("one".into()).stack_size(STACK);
        builder.spawn(work).expect("a thread")
    };
    let all: Vec<_> = (1..=threads).map(start).collect();
    all.into_iter()
        .map(|thread| thread.join().expect("no panic"))
        .collect()
}

fn assert_adds_up(now: &Snapshot) {
    let owners: Usage = now.owners().map(|owner| owner.usage).sum();
    assert_eq!(owners, now.total());
    let sites: Usage = now.sites().map(|site| site.usage).sum();
    assert_eq!(sites, now.total());
}

/// The shortest of twenty reports.
fn time_of_a_report() -> Duration {
    let mut report = TextReport::new();
    let once = |_| {
        let start = Instant::now();
        report.write(Moment::now(1), &mut |line| {
            black_box(line);
        });
        start.elapsed()
    };
    (0..20).map(once).min().expect("twenty")
}

fn main() {
    assert!(memory::enable());
    let owner = register("threads:src:out");
    drop(come_and_go(20, owner));
    let few = (
        Snapshot::profiler_memory(),
        Snapshot::take().owner(owner).usage,
    );
    for round in 1..=3_u64 {
        let blocks = come_and_go(THREADS, owner);
        let now = Snapshot::take();
        assert_adds_up(&now);
        let more = now.owner(owner).usage.since(few.1);
        let sum: u64 = (1..=THREADS as u64).sum();
        assert_eq!(
            (more.live_bytes, more.live_blocks),
            (sum.cast_signed(), THREADS as i64)
        );
        assert_eq!(
            (more.total_bytes, more.total_blocks),
            (
                round * (sum + 50 * THREADS as u64),
                round * 2 * THREADS as u64
            )
        );
        drop(blocks);
        assert_eq!(Snapshot::take().owner(owner).usage.live_bytes, 0);
    }
    // Some of the blocks were freed by other threads than those of their birth, and tables were merged.
    let tables = Snapshot::profiler_memory();
    assert!(tables < few.0 + (2 << 20), "{} to {tables}", few.0);
    memory::disable();
    assert!(memory::enable());
    let switched = Snapshot::profiler_memory();
    // A few pages of the tables that are still in use, and not 64 KiB for each of the thousand that were.
    assert!(
        switched < tables + (512 << 10),
        "a switch touches what is in use: {tables} to {switched}"
    );
    let took = time_of_a_report();
    if !cfg!(debug_assertions) {
        assert!(took <= Duration::from_millis(1), "{took:?}");
    }
}
