//! Hidden problems: each of several is in the text.

use sgn::ErrorKind;
use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

#[test]
fn every_problem_has_a_line() {
    let mut pipeline = Pipeline::new();
    pipeline
        .add(IterSource::builder("src").iter("a", 0..1).iter("b", 0..1))
        .unwrap();
    let error = pipeline.check().unwrap_err();
    assert_eq!(
        (error.kind(), error.problems().len()),
        (ErrorKind::Several, 3)
    );
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "the pipeline cannot run: 3 problems");
    assert!(
        lines[1].starts_with("  - the pipeline has no sink"),
        "{text}"
    );
    assert!(
        lines[2].starts_with("  - source pad `src:src:a` feeds nothing"),
        "{text}"
    );
    assert!(
        lines[3].starts_with("  - source pad `src:src:b` feeds nothing"),
        "{text}"
    );
    assert_eq!(lines.len(), 4);
    assert_eq!(format!("{error:?}"), text);
}

#[test]
fn the_first_twenty_are_told_and_the_others_are_counted() {
    let mut pipeline = Pipeline::new();
    let pads: Vec<String> = (0..100).map(|pad| format!("p{pad}")).collect();
    pipeline
        .add(NullSink::<u32>::builder("snk").sink_pads(pads))
        .unwrap();
    let error = pipeline.check().unwrap_err();
    assert_eq!(error.problems().len(), 100);
    for text in [error.to_string(), format!("{error:?}")] {
        assert_eq!(text.lines().count(), 1 + 20 + 1);
        assert!(
            text.contains("`snk:snk:p19`") && text.ends_with("\n  and 80 more"),
            "{text}"
        );
    }
}

#[test]
fn a_problem_of_several_lines_forges_no_other() {
    #[sgn::sink]
    struct Absorbs {}
    #[sgn::sink]
    impl Absorbs {
        fn pull(&mut self, x: &Frame<u32>) {
            let _ = x;
        }
        fn eos_error(&mut self) -> Option<String> {
            Some(String::from("bad\n  - element `other`: forged"))
        }
    }
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            IterSource::builder("src").iter("x", 0..1_u32),
            Absorbs::builder("snk"),
        )
        .unwrap();
    let text = super::run(&mut pipeline).to_string();
    assert!(
        text.ends_with("bad\n      |   - element `other`: forged"),
        "{text}"
    );
    let problems = text.lines().filter(|line| line.starts_with("  - "));
    assert_eq!(problems.count(), 1, "{text}");
}
