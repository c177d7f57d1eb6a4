//! How long a snapshot and its report take for 100 owners of 1000 lines each: `name value unit`.

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sgn::memory::{self, Mark, OwnerId, Snapshot, mark, register, scope};
use sgn::report::Report;

sgn::counting_allocator!();

const OWNERS: usize = 100;
const LINES: usize = 1000;
const ROUNDS: usize = 51;
/// What taking the times allocates.
const TIMES_BYTES: u64 = (ROUNDS * size_of::<Duration>()) as u64;

fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2].as_secs_f64() * 1e6
}

fn main() {
    assert!(memory::enable());
    let marks: &'static [Mark] = Box::leak(
        (0..LINES as u32)
            .map(|line| Mark::new("src/main.rs", line, "let x = vec![];"))
            .collect(),
    );
    let owners: Vec<OwnerId> = (0..OWNERS)
        .map(|number| register(&format!("element{number}:src:out")))
        .collect();
    let mut kept = Vec::with_capacity(OWNERS * LINES);
    for owner in owners {
        scope(owner, || {
            for at in marks {
                mark(at);
                kept.push(black_box(Box::new(at.line())));
            }
        });
    }
    println!(
        "snapshot_100k_sites {:.0} us",
        median(|| drop(black_box(Snapshot::take())))
    );
    let before = Snapshot::take().total();
    let mut report = Report::new();
    let mut bytes = 0;
    let both = median(|| report.write(Snapshot::take(), 1, &mut |line| bytes += line.len()));
    println!("report_100x1000_us {both:.0} us");
    let allocated = Snapshot::take().total().since(before).total_bytes;
    println!("report_100x1000_bytes {} bytes", allocated - TIMES_BYTES);
    black_box(bytes);
}
