//! A report adds up, fits a terminal, and allocates nothing.
//!
//! No test harness: its threads would allocate between two numbers that are compared.

use std::hint::black_box;
use std::sync::OnceLock;

use sgn::memory::{self, Mark, OwnerId, Snapshot, mark, register, release, scope};
use sgn::report::{Moment, TextReport};

sgn::counting_allocator!();

static WINDOW: Mark = Mark::new("src/main.rs", 123, "let window = samples.to_vec();");
static NAMES: Mark = Mark::new(
    "crates/a-crate-with-a-name/src/elements/with/a/very/long/path/gain.rs",
    45_678,
    "let names = inputs.iter()\n        .map(|input| input.to_string())\n        .collect::<Vec<_>>();",
);

fn marked(at: &'static Mark, bytes: usize) -> Vec<u8> {
    mark(at);
    black_box(vec![1; bytes])
}

/// The number in a column of a row, counted from the right.
fn column(row: &str, from_right: usize) -> u64 {
    let words: Vec<&str> = row.split_whitespace().collect();
    words[words.len() - from_right]
        .parse()
        .expect("a whole number")
}

fn main() {
    assert!(memory::enable());
    let source = register("source:src:H1");
    let gain = register("an_element_with_a_rather_long_name:src:a_long_pad");
    let mut text = String::with_capacity(1 << 16);
    let mut report = TextReport::new().top(4);
    let mut kept = Vec::with_capacity(100);

    for stride in 0..3 {
        scope(source, || kept.push(marked(&WINDOW, 1000)));
        scope(gain, || {
            kept.push(black_box(vec![1; 5000]));
            kept.push(marked(&NAMES, 77));
            drop(marked(&NAMES, 20_000 * (stride + 1)));
        });
        let now = Snapshot::take();
        let before = now.total();
        let (mut lines, mut empty) = (0, 0);
        report.write(Moment::of(now, 1), &mut |line| {
            lines += 1;
            empty += usize::from(line.is_empty());
            // A path is never cut.
            assert!(
                line.chars().count() <= 70 || line.contains(".rs:"),
                "{line}"
            );
            text.push_str(line);
            text.push('\n');
        });
        assert!(lines > 10);
        assert_eq!(empty, 0);
        assert_eq!(
            Snapshot::take().total(),
            before,
            "a report allocates nothing"
        );
        assert!(
            text.contains("| #1: an_element_with_a_"),
            "no line is known:\n{text}"
        );
        assert!(text.contains("| Change from start "), "{text}");
        assert_eq!(text.contains("diff from previous"), stride > 0, "{text}");
        assert!(text.contains("|     let names = inputs.iter() .map(|input|") || stride == 0);

        let table: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.starts_with("| bytes of"))
            .skip(1)
            .collect();
        let end = table
            .iter()
            .position(|row| row.starts_with("| total"))
            .expect("a total");
        let sum: u64 = table[..end].iter().map(|row| column(row, 1)).sum();
        assert_eq!(sum, column(table[end], 1), "{text}");
        assert_eq!(sum, before.total_bytes);
        let live: u64 = table[..end].iter().map(|row| column(row, 5)).sum();
        assert_eq!(live, column(table[end], 4), "{text}");
        assert_eq!(live, before.live_bytes);
        assert!(table[end + 1].starts_with("| coverage "));
        if std::env::var_os("SGN_SHOW").is_some() {
            eprint!("{text}");
        }
        text.clear();
    }

    // More owners than the table shows are one row.
    let owners: Vec<OwnerId> = (0..20)
        .map(|number| register(&format!("e{number}:src:x")))
        .collect();
    for owner in &owners {
        scope(*owner, || kept.push(marked(&WINDOW, 100)));
    }
    let now = Snapshot::take();
    let total = now.total().live_bytes;
    let mut sum = 0;
    TextReport::new()
        .rows(3)
        .write(Moment::of(now, 0), &mut |line| {
            if line.starts_with("| total") {
                assert_eq!(sum, total);
            }
            if line.starts_with("| (others)") {
                sum += column(line, 4);
            } else if line.matches(':').count() >= 2 && !line.contains('#')
                || line.starts_with("| (")
            {
                sum += column(line, 5);
            }
        });
    assert_eq!(sum, total);
    owners.into_iter().for_each(release);

    large_report_allocates_nothing();
}

/// A hundred owners of a thousand lines each.
fn large_report_allocates_nothing() {
    // kept by a static, so that a leak checker finds them
    static MARKS: OnceLock<Box<[Mark]>> = OnceLock::new();
    let marks = MARKS.get_or_init(|| {
        (1..=1000)
            .map(|line| Mark::new("src/large.rs", line, "let block = vec![];"))
            .collect()
    });
    let owners: Vec<OwnerId> = (0..100)
        .map(|number| register(&format!("large{number}:src:out")))
        .collect();
    let mut kept = Vec::with_capacity(owners.len() * marks.len());
    for (index, owner) in owners.iter().enumerate() {
        scope(*owner, || {
            kept.extend(marks.iter().map(|at| marked(at, 1 + index)))
        });
    }
    let mut report = TextReport::new();
    for _ in 0..3 {
        let now = Snapshot::take();
        assert!(now.live_sites() >= 100_000);
        let before = now.total();
        let mut rows = 0;
        report.write(Moment::of(now, 1), &mut |line| {
            rows += usize::from(line.contains("large"))
        });
        let after = Snapshot::take().total();
        assert_eq!(after, before, "a large report allocates nothing");
        assert!(rows >= 50, "{rows} rows");
    }
    owners.into_iter().for_each(release);
}
