//! A whole report, as text.
//!
//! No test harness: what it allocates would be in the report.

use std::hint::black_box;

use sgn::memory::{self, Mark, OwnerId, mark, register, scope};
use sgn::report::{Moment, TextReport};

sgn::counting_allocator!();

static WINDOW: Mark = Mark::new(
    "src/window.rs",
    123,
    "let window = samples[start..start + length].to_vec();",
);
static NAMES: Mark = Mark::new(
    "crates/a-crate-with-a-name/src/elements/with/a/very/long/path/names.rs",
    45_678,
    "let names = inputs.iter()\n        .map(|input| input.to_string())\n        .collect::<Vec<_>>();",
);
static CACHE: Mark = Mark::new("src/cache.rs", 7, "cache.push(Box::new(entry));");

/// What the profiler's pages weigh depends on the system.
fn without_pages(line: &str) -> &str {
    let (told, _) = line
        .split_once("; the profiler's own memory")
        .unwrap_or((line, ""));
    told
}

fn main() {
    // Before counting, so that the owners' names are nobody's.
    let window = register("window:src:H1");
    let other = register("window:src:L1");
    let names = register("an_element_with_a_rather_long_name:src:a_long_pad");
    let mut kept = Vec::with_capacity(1000);
    let mut text = String::with_capacity(1 << 16);
    let mut report = TextReport::new().top(2);
    assert!(memory::enable());

    for stride in 0..2_usize {
        let keep = |owner: OwnerId, at: &'static Mark, bytes: usize| {
            scope(owner, || {
                mark(at);
                black_box(vec![1_u8; bytes])
            })
        };
        kept.push(keep(window, &WINDOW, 8192 + 1024 * stride));
        kept.push(keep(other, &WINDOW, 4096));
        kept.extend((0..50).map(|_| keep(names, &CACHE, 24)));
        drop(keep(names, &NAMES, 100_000));
        kept.push(keep(names, &NAMES, 300));
        kept.push(black_box(vec![1; 500]));
        text.clear();
        report.write(Moment::now(1), &mut |line| {
            // A path is never cut.
            assert!(
                line.chars().count() <= 70 || line.contains(".rs:45678"),
                "{line}"
            );
            text.push_str(without_pages(line));
            text.push('\n');
        });
    }
    memory::disable();
    let expected = include_str!("report_golden/second.txt");
    assert!(
        text == expected,
        "found, instead of `tests/tests/report_golden/second.txt`:\n{text}"
    );
}
