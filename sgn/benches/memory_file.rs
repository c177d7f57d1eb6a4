//! Measures the cost of recording a run: `name value unit`.
//!
//! The time between two strides is measured by the element, with and without a file, in strides that are all sampled; the
//! difference is what the file takes of the run's own thread. All lines change in each stride.

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use sgn::elements::IterSource;
use sgn::memory::{Mark, OwnerId, mark, register, scope};
use sgn::prelude::*;

sgn::counting_allocator!();

/// The strides of a run, which are all sampled.
const STRIDES: usize = 60;
const HOUR: u64 = 3600;

/// The median time between two strides of the last run, in nanoseconds.
static MEDIAN: AtomicU64 = AtomicU64::new(0);

/// Lines of some owners, which all change at once.
struct Lines {
    owners: Vec<OwnerId>,
    marks: &'static [Mark],
    kept: Vec<Box<[u8]>>,
    ended: Option<Instant>,
    gaps: Vec<Duration>,
}

impl Lines {
    fn new(owners: usize, lines: usize) -> Self {
        let marks = (0..lines as u32).map(|line| Mark::new("src/main.rs", line, "let x = vec![];"));
        let owners = 0..owners;
        Self {
            kept: std::iter::repeat_with(Box::default)
                .take(owners.len() * lines)
                .collect(),
            owners: owners
                .map(|number| register(&format!("element{number}:src:out")))
                .collect(),
            marks: Box::leak(marks.collect()),
            ended: None,
            gaps: Vec::with_capacity(STRIDES),
        }
    }

    fn change(&mut self, stride: usize) {
        self.gaps.extend(self.ended.map(|ended| ended.elapsed()));
        // Moments are a second apart in a run that is not so short; so the file is written by now.
        std::thread::sleep(Duration::from_millis(100));
        let mut kept = self.kept.iter_mut().enumerate();
        for owner in &self.owners {
            scope(*owner, || {
                for (at, (number, kept)) in self.marks.iter().zip(&mut kept) {
                    mark(at);
                    *kept = vec![1; 64 + (number * 7 + stride * 13) % 1000].into();
                }
            });
        }
        if stride + 1 == STRIDES {
            self.gaps.sort_unstable();
            let median = self.gaps[self.gaps.len() / 2].as_nanos();
            MEDIAN.store(median as u64, Relaxed);
        }
        self.ended = Some(Instant::now());
    }
}

/// Returns the median time between two strides in microseconds.
fn run(owners: usize, lines: usize, file: Option<&Path>) -> f64 {
    let mut lines = Lines::new(owners, lines);
    let strides = (0..STRIDES).inspect(move |stride| lines.change(*stride));
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            IterSource::builder("src").iter("out", strides),
            sgn::elements::NullSink::<usize>::builder("snk").sink_pads(["in"]),
        )
        .expect("they fit");
    let reports = MemoryReport::on().every(Duration::from_secs(HOUR));
    let options = RunOptions::new().memory_report(reports);
    pipeline
        .run_with(match file {
            Some(file) => options.memory_file(MemoryFile::at(file)),
            None => options,
        })
        .expect("the run ends");
    MEDIAN.load(Relaxed) as f64 / 1000.0
}

fn main() {
    let number = |place| {
        let argument = std::env::args().nth(place);
        argument.and_then(|text| text.parse::<usize>().ok())
    };
    let (owners, lines) = (number(1).unwrap_or(100), number(2).unwrap_or(1000));
    let plain = run(owners, lines, None);
    let name = format!("memory-file-{}.sgnprof", std::process::id());
    let file = std::env::temp_dir().join(name);
    let recorded = run(owners, lines, Some(&file));
    println!(
        "file_snapshot_us_{owners}x{lines} {:.1} us",
        recorded - plain
    );
    // At one moment a second, names and all.
    let length = fs::metadata(&file).map_or(0, |file| file.len());
    println!(
        "file_bytes_per_hour_{owners}x{lines} {} bytes",
        length / STRIDES as u64 * HOUR
    );
    let _ = fs::remove_file(file);
}
