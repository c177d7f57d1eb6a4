//! Pipelines do what the recorded cases of the Python peer say.

mod runner;

use std::path::PathBuf;

use sgn::elements::{CollectFrames, IterSource};
use sgn::prelude::*;

/// Every case passes, of the project's own folder or of the one that `SGN_CONFORMANCE_DIR` names.
#[test]
#[expect(
    clippy::print_stdout,
    reason = "the table is what people run this test for"
)]
fn every_case_passes() {
    let directory =
        std::env::var_os("SGN_CONFORMANCE_DIR").map_or_else(runner::own_cases, PathBuf::from);
    let report = runner::run(&directory);
    // The harness may have begun a line.
    println!();
    for why in report.groups.iter().flat_map(|group| &group.deliberate) {
        println!("differs on purpose, {why}");
    }
    for why in report.failures() {
        println!("failed, {why}");
    }
    println!("{report}");
    assert!(
        report.total() > 0,
        "there are no cases in {}",
        directory.display()
    );
    assert_eq!(
        report.passed(),
        report.total(),
        "the cases that fail are listed above"
    );
}

/// The one deliberate difference: the peer takes a missing value for the end of the stream.
#[test]
fn a_value_that_is_missing_is_a_gap_and_not_the_end() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let values = [Some(1), None, Some(2)].into_iter();
    let src = IterSource::<u32>::builder("src")
        .source_pads(["x"])
        .optional_iters(vec![(String::from("x"), Box::new(values))]);
    p.add(src)?;
    let snk = p.add(
        CollectFrames::<u32>::builder("snk")
            .sink_pads(["x"])
            .skip_empty(false),
    )?;
    p.connect("src", "snk")?;
    assert_eq!(p.run_with(RunOptions::new())?.strides, 4);
    let frames = p.element(&snk)?.frames("x");
    assert_eq!(
        frames,
        [Frame::new(1), Frame::gap(), Frame::new(2), Frame::eos()]
    );
    Ok(())
}
