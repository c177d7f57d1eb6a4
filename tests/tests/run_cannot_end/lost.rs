//! An element that holds the end back is named, and one that only needs time is not.

use sgn::elements::IterSource;
use sgn::prelude::*;
use sgn::{Error, ErrorKind};

use crate::elements::{
    Chain, Delay, Loses, LosesSome, chain, count, lose, null_sink, patient, renew,
};

/// Runs and holds the error to what is known of it.
fn loses(pipeline: &mut Pipeline, element: &str, pad: &str) -> Error {
    let error = pipeline.run_with(patient()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EndLost, "{error}");
    assert_eq!(error.element(), Some(element), "{error}");
    assert_eq!(error.pad(), Some(pad), "{error}");
    let text = error.to_string();
    for said in [
        element,
        pad,
        "`with_eos(true)`",
        "`eos = manual`",
        "`RunOptions::grace_strides`",
    ] {
        assert!(text.contains(said), "{text}");
    }
    error
}

#[test]
fn by_a_function() {
    let Chain { mut pipeline } = chain!(lose::builder("t"));
    let error = loses(&mut pipeline, "t", "t:src:out");
    assert_eq!(
        error.stride(),
        Some(1004),
        "four strides of the streams, and the grace"
    );
}

#[test]
fn by_a_struct_again_in_a_second_run() {
    let Chain { mut pipeline } = chain!(Loses::builder("t"));
    loses(&mut pipeline, "t", "t:src:out");
    let error = loses(&mut pipeline, "t", "t:src:out");
    assert_eq!(error.stride(), Some(1000));
}

#[test]
fn with_the_errors_that_elements_absorbed_before() {
    #[sgn::transform]
    struct Absorbs {
        #[state]
        held: Option<u32>,
    }
    #[sgn::transform(eos = manual)]
    impl Absorbs {
        fn pull(&mut self, x: &Frame<u32>) {
            self.held = x.data().copied();
        }
        fn new(&mut self) -> Frame<u32> {
            Frame::from_option(self.held)
        }
        fn eos_error(&mut self) -> Option<String> {
            Some("one block was unreadable".to_owned())
        }
    }
    let Chain { mut pipeline } = chain!(Absorbs::builder("t"));
    let error = loses(&mut pipeline, "t", "t:src:out");
    assert!(error.is(ErrorKind::Eos), "{error}");
    assert!(
        error.to_string().contains("one block was unreadable"),
        "{error}"
    );
}

#[test]
fn by_one_of_dynamic_pads() {
    let mut pipeline = Pipeline::new();
    pipeline
        .add(IterSource::builder("src").iter("x", 0..3_u32))
        .unwrap();
    let some = LosesSome::builder("t")
        .sink_pads(["x"])
        .source_pads(["good", "bad"]);
    pipeline.add(some).unwrap();
    let sink = null_sink(&["good", "bad"], EosPolicy::All);
    pipeline.add(sink).unwrap();
    pipeline.connect("src", "t").unwrap();
    pipeline.connect("t", "snk").unwrap();
    loses(&mut pipeline, "t", "t:src:bad");
}

#[test]
fn by_one_side_of_a_diamond() {
    let mut pipeline = Pipeline::new();
    pipeline
        .add(IterSource::builder("src").iter("x", 0..3_u32))
        .unwrap();
    pipeline.add(renew::builder("plain")).unwrap();
    pipeline.add(lose::builder("loses")).unwrap();
    pipeline
        .add(null_sink(&["plain", "loses"], EosPolicy::All))
        .unwrap();
    pipeline
        .insert(
            [],
            [
                ("src:src:x", "plain:snk:x"),
                ("src:src:x", "loses:snk:x"),
                ("plain:src:out", "snk:snk:plain"),
                ("loses:src:out", "snk:snk:loses"),
            ],
        )
        .unwrap();
    loses(&mut pipeline, "loses", "loses:src:out");
}

#[test]
fn by_the_first_of_several() {
    let mut pipeline = Pipeline::new();
    pipeline.add(lose::builder("c")).unwrap();
    pipeline.add(renew::builder("b")).unwrap();
    pipeline.add(lose::builder("a")).unwrap();
    pipeline
        .add(IterSource::builder("src").iter("x", 0..3_u32))
        .unwrap();
    pipeline.add(null_sink(&["x"], EosPolicy::Any)).unwrap();
    pipeline
        .insert(
            [],
            [
                ("src:src:x", "a:snk:x"),
                ("a:src:out", "b:snk:x"),
                ("b:src:out", "c:snk:x"),
                ("c:src:out", "snk:snk:x"),
            ],
        )
        .unwrap();
    loses(&mut pipeline, "a", "a:src:out");
}

#[test]
fn not_by_one_that_drains() {
    for strides in [1, 5, 900] {
        let mut chain = chain!(Delay::builder("t").strides(strides));
        let summary = chain.run().unwrap();
        assert!(summary.finished);
        assert_eq!(summary.strides, 4 + strides as u64);
        assert_eq!(chain.collected(), [0, 1, 2], "{strides}");
    }
}

#[test]
fn not_by_several_that_drain_one_after_the_other() {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..3_u32))
        .unwrap();
    let first = pipeline.add(Delay::builder("first").strides(700)).unwrap();
    let then = pipeline.add(Delay::builder("then").strides(700)).unwrap();
    pipeline.add(null_sink(&["x"], EosPolicy::Any)).unwrap();
    pipeline.link(source.out["x"], first.x).unwrap();
    pipeline.link(first.out, then.x).unwrap();
    pipeline.link_by_name("then:src:out", "snk:snk:x").unwrap();
    assert_eq!(pipeline.run_with(patient()).unwrap().strides, 4 + 1400);
}

#[test]
fn not_before_the_grace_that_was_asked_for() {
    let mut chain = chain!(Delay::builder("t").strides(2000));
    loses(&mut chain.pipeline, "t", "t:src:out");
    let mut chain = chain!(Delay::builder("t").strides(2000));
    let summary = chain
        .pipeline
        .run_with(patient().grace_strides(2001))
        .unwrap();
    assert_eq!(summary.strides, 2004);
    assert_eq!(chain.collected(), [0, 1, 2]);
}

#[test]
fn not_while_a_source_goes_on() {
    let mut pipeline = Pipeline::new();
    pipeline
        .add(IterSource::builder("src").iter("x", 0..3_u32))
        .unwrap();
    pipeline.add(count::builder("endless")).unwrap();
    pipeline.add(lose::builder("t")).unwrap();
    pipeline
        .add(null_sink(&["x", "endless"], EosPolicy::All))
        .unwrap();
    pipeline
        .insert(
            [],
            [
                ("src:src:x", "t:snk:x"),
                ("t:src:out", "snk:snk:x"),
                ("endless:src:out", "snk:snk:endless"),
            ],
        )
        .unwrap();
    let options = patient().max_strides(5000);
    let summary = pipeline.run_with(options.clone()).unwrap();
    assert_eq!((summary.strides, summary.finished), (5000, false));
    pipeline.stop_handle().stop();
    let error = pipeline.run_with(options).unwrap_err();
    assert_eq!(error.element(), Some("t"));
}
