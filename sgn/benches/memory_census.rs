//! Prints the time of a census of many and of few blocks: `name value unit`.

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sgn::memory::{self, HolderKind};
use sgn::prelude::*;

sgn::counting_allocator!(holders);

const ROUNDS: usize = 11;

/// Holds blocks.
#[sgn::sink]
struct Keeper {
    #[prop]
    blocks: Vec<Vec<u64>>,
}

#[sgn::sink]
impl Keeper {
    fn pull(&mut self, frame: &Frame<u64>) {
        black_box(frame);
    }
}

/// Milliseconds: the median, and the shortest, which is what it takes when nobody disturbs.
fn measure(name: &str, blocks: usize, bytes: usize) {
    let made = (0..blocks).map(|number| vec![number as u64; bytes / size_of::<u64>()]);
    let mut pipeline = Pipeline::new();
    let keeper = Keeper::builder("keeper").blocks(made.collect::<Vec<_>>());
    pipeline.add(keeper).expect("a name of its own");
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let holders = pipeline.holders().expect("an index");
            let time = start.elapsed();
            assert!(holders.doubt().is_none(), "{:?}", holders.lines().next());
            let held = holders
                .lines()
                .filter(|line| line.holder.kind() == HolderKind::Field);
            assert!(held.map(|line| line.blocks).sum::<u64>() >= blocks as u64);
            time
        })
        .collect();
    times.sort_unstable();
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!("{name} {:.1} ms", millis(times[ROUNDS / 2]));
    println!("{name}_shortest {:.1} ms", millis(times[0]));
}

fn main() {
    assert!(memory::enable());
    measure("census_10k_ms", 10_000, 1024);
    measure("census_1e6_ms", 1_000_000, 1024);
}
