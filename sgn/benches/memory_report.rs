//! How long a snapshot and its report take for 100 owners of 1000 lines each: `name value unit`.

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sgn::memory::{self, Mark, OwnerId, Snapshot, mark, register, scope};
use sgn::report::{Moment, TextReport};

sgn::counting_allocator!();

const OWNERS: usize = 100;
const LINES: usize = 1000;
const ROUNDS: usize = 51;
/// What taking the times allocates.
const TIMES_BYTES: u64 = (ROUNDS * size_of::<Duration>()) as u64;

/// Microseconds: the median, and the shortest, which is what it takes when nobody disturbs.
fn measure(name: &str, mut prepare: impl FnMut(usize), mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|round| {
            prepare(round);
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
    let mut kept: Vec<Box<[u8]>> = Vec::with_capacity(OWNERS * LINES);
    for owner in &owners {
        scope(*owner, || {
            for at in marks {
                mark(at);
                kept.push(black_box(Box::new([1; 4])));
            }
        });
    }
    let nothing = |_| ();
    measure("snapshot_100x1000_us", nothing, || {
        drop(black_box(Snapshot::take()));
    });
    let mut report = TextReport::new();
    let mut bytes = 0;
    let before = Snapshot::take().total();
    measure("report_100x1000_us", nothing, || {
        report.write(Moment::of(Snapshot::take(), 1), &mut |line| {
            bytes += line.len()
        });
    });
    let allocated = Snapshot::take().total().since(before).total_bytes;
    println!("report_100x1000_bytes {} bytes", allocated - TIMES_BYTES);
    // The worst case: every line has another number of bytes each time, and no two are alike.
    let change_all = |round| {
        let mut kept = kept.iter_mut().enumerate();
        for owner in &owners {
            scope(*owner, || {
                for (at, (number, kept)) in marks.iter().zip(&mut kept) {
                    mark(at);
                    *kept = vec![1; 64 + (number * 7 + round * 13) % 1000].into();
                }
            });
        }
    };
    measure("report_all_changed_100x1000_us", change_all, || {
        report.write(Moment::of(Snapshot::take(), 1), &mut |line| {
            bytes += line.len()
        });
    });
    black_box(bytes);
}
