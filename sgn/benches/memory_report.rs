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

/// Microseconds: the median, and the shortest, which is what it takes when nobody disturbs.
fn measure(name: &str, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    println!("{name} {:.0} us", micros(times[ROUNDS / 2]));
    println!("{name}_shortest {:.0} us", micros(times[0]));
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
    measure("snapshot_100x1000_us", || drop(black_box(Snapshot::take())));
    let mut report = Report::new();
    let mut bytes = 0;
    let before = Snapshot::take().total();
    measure("report_100x1000_us", || {
        report.write(Snapshot::take(), 1, &mut |line| bytes += line.len());
    });
    let allocated = Snapshot::take().total().since(before).total_bytes;
    println!("report_100x1000_bytes {} bytes", allocated - TIMES_BYTES);
    black_box(bytes);
}
