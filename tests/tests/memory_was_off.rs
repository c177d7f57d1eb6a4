//! A report says so if counting was off for a part of the time.
//!
//! No test harness: what it allocates would be what is not counted.

use std::hint::black_box;
use std::process::Command;

use sgn::memory::{self, Sampling, Snapshot};
use sgn::report::{self, Moment, TextReport};

sgn::counting_allocator!();

const LINE: &str = "| Counting was off for a time: blocks made meanwhile are not in here";

/// The lines of a report of now.
fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    TextReport::new().write(Moment::now(1), &mut |line| {
        lines.push(line.to_owned());
    });
    lines
}

/// Returns true if the head of the report says that counting was off.
fn says_so() -> bool {
    let lines = lines();
    let place = lines.iter().position(|line| line == LINE);
    assert!(place.is_none_or(|place| place <= 3), "{lines:?}");
    assert_eq!(place.is_some(), Snapshot::take().was_off());
    place.is_some()
}

fn is_said_between(earlier: &Snapshot, later: &Snapshot) -> bool {
    let mut lines = Vec::new();
    report::diff(&later.diff(earlier), 3, &mut |line| {
        lines.push(line.to_owned());
    });
    lines[0] == LINE
}

/// From the first line of `main` on, until it is switched off.
fn switched_off_and_on(enable: fn() -> bool) {
    assert!(enable());
    let first = Snapshot::take();
    let kept = black_box(vec![1_u8; 100_000]);
    assert!(!says_so());
    let second = Snapshot::take();
    memory::disable();
    let unseen = black_box(vec![1_u8; 10]);
    assert!(says_so());
    let third = Snapshot::take();
    assert!(enable());
    assert!(says_so());
    let fourth = Snapshot::take();
    assert!(!is_said_between(&first, &second));
    assert!(is_said_between(&second, &third));
    assert!(is_said_between(&third, &fourth));
    assert!(is_said_between(&first, &fourth));
    assert!(!is_said_between(&fourth, &Snapshot::take()));
    drop((kept, unseen));
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("late") => {
            let unseen = black_box(vec![1_u8; 100_000]);
            assert!(memory::enable());
            assert!(says_so());
            drop(unseen);
        }
        Some("late and small") => {
            let unseen: Vec<Vec<u8>> = (0..1000).map(|_| black_box(vec![1; 40])).collect();
            assert!(memory::enable());
            assert!(says_so());
            drop(unseen);
        }
        Some("never") => {
            memory::disable();
            let unseen = black_box(vec![1_u8; 100_000]);
            assert!(says_so());
            drop(unseen);
        }
        Some("sampled") => {
            switched_off_and_on(|| memory::enable_sampled(Sampling::every(4096)));
        }
        Some("counted") => switched_off_and_on(memory::enable),
        Some("environment") => {
            let kept = black_box(vec![1_u8; 100_000]);
            assert!(!says_so());
            drop(kept);
        }
        _ => {
            let this = std::env::current_exe().expect("a path");
            for way in [
                "late",
                "late and small",
                "never",
                "sampled",
                "counted",
                "environment",
            ] {
                let mut child = Command::new(&this);
                child.arg(way).env_remove("SGNLOGLEVEL");
                if way == "environment" {
                    child.env("SGNLOGLEVEL", "pipeline:MEMPROF");
                }
                assert!(child.status().expect("it starts").success(), "{way}");
            }
        }
    }
}
