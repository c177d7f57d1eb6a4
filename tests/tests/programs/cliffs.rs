//! No cliffs: what building, linking and starting cost grows as the pads, links and names do.
//!
//! A release program does the work in a process of its own and prints the CPU time of its fastest round: four times the
//! size takes four times as long, and sixteen times where a list is searched for each of its items.

#![expect(clippy::print_stdout, reason = "says what was measured")]

use std::process::Command;

use sgn_tests::examples::run;
use sgn_tests::programs::released;

fn printed(arguments: &[&str]) -> String {
    let printed = run(Command::new(released().program("cliffs")).args(arguments));
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    printed.out
}

/// Milliseconds.
fn cost(work: &str, size: usize) -> f64 {
    let text = printed(&[work, &size.to_string()]);
    text.trim().parse().expect("a number")
}

#[test]
fn four_times_the_size_is_four_times_the_work() {
    for work in printed(&[]).lines() {
        let (few, many) = (cost(work, 8_000), cost(work, 32_000));
        println!("{work}: {few:.1} ms, {many:.1} ms");
        // A larger size leaves the caches, so that linear work may take more than four times as long; a clock that
        // counts ticks of 4 ms makes short times uncertain.
        assert!(many < 9.0 * few + 20.0, "{work}: {few:.1} ms, {many:.1} ms");
    }
}

/// The figures that the users were promised, with room for a machine that does other work.
#[test]
fn the_sizes_that_hurt_are_done_in_time() {
    let start = cost("run", 16_000);
    let fan_out = cost("fan_out", 20_000);
    println!("start: {start:.1} ms, fan-out: {fan_out:.1} ms");
    assert!(
        start < 100.0,
        "16,000 pads on one element: run start and a stride in {start:.1} ms, not some 20"
    );
    assert!(
        fan_out < 300.0,
        "20,000 sinks on one pad: linked in {fan_out:.1} ms, not some 100"
    );
}
