//! A stop is kept until it has ended a run, and ends it also where an element holds the end back.

use sgn::elements::{CollectSink, IterSource};
use sgn::prelude::*;
use sgn::{ErrorKind, StopCause};

use crate::elements::{Denies, Loses, endless, lose, patient, renew};

fn numbers() -> (Pipeline, impl Fn(&Pipeline) -> Vec<u32>) {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 5..u32::MAX))
        .unwrap();
    let sink = CollectSink::<u32>::builder("snk").sink_pads(["x"]);
    let sink = pipeline.add(sink).unwrap();
    pipeline.link(source.out["x"], sink.frame["x"]).unwrap();
    (pipeline, move |pipeline: &Pipeline| {
        pipeline.element(&sink).unwrap().data("x").to_vec()
    })
}

#[test]
fn before_the_run_it_ends_the_streams_in_the_first_stride() {
    let (mut pipeline, collected) = numbers();
    let stop = pipeline.stop_handle();
    stop.stop();
    assert!(stop.is_stopping());
    let summary = pipeline.run_with(patient()).unwrap();
    assert_eq!((summary.strides, summary.finished), (1, true));
    assert!(summary.stopped);
    assert_eq!(summary.stopped_by, Some(StopCause::Handle));
    assert_eq!(
        collected(&pipeline),
        [5],
        "the frame marked EOS has its data"
    );
    assert!(!stop.is_stopping(), "it has had its effect");
}

#[test]
fn before_a_run_that_cannot_start_it_is_kept() {
    let mut pipeline = Pipeline::new();
    pipeline.stop_handle().stop();
    pipeline.run().unwrap_err();
    assert!(pipeline.stop_handle().is_stopping());
}

#[test]
fn at_a_stride_limit_it_is_kept_for_the_next_run() {
    let (mut pipeline, collected) = numbers();
    let summary = pipeline.run_with(patient().max_strides(2)).unwrap();
    assert_eq!(summary.stopped_by, None);
    pipeline.stop_handle().stop();
    let summary = pipeline.run_with(patient()).unwrap();
    assert_eq!((summary.strides, summary.finished), (1, true));
    assert_eq!(collected(&pipeline), [5, 6, 7]);
}

#[test]
fn in_the_last_stride_before_a_limit_it_is_told_and_kept() {
    let mut pipeline = endless(|pipeline| {
        let pads = pipeline.add(renew::builder("t"))?;
        Ok((pads.x, pads.out))
    });
    let summary = pipeline.run_with(patient().max_strides(3)).unwrap();
    assert_eq!(summary.stopped_by, Some(StopCause::Handle));
    assert!(!summary.finished);
    let summary = pipeline.run_with(patient()).unwrap();
    assert_eq!((summary.strides, summary.finished), (1, true));
}

#[test]
fn a_run_after_one_that_was_stopped_starts_afresh() {
    let (mut pipeline, _) = numbers();
    pipeline.stop_handle().stop();
    pipeline.run_with(patient()).unwrap();
    let summary = pipeline.run_with(patient()).unwrap();
    assert_eq!((summary.strides, summary.finished), (0, true));
    assert_eq!(summary.stopped_by, None);
}

#[test]
fn a_transform_that_denies_the_end_does_not_matter() {
    let mut pipeline = endless(|pipeline| {
        let pads = pipeline.add(Denies::builder("t"))?;
        Ok((pads.x, pads.out))
    });
    let summary = pipeline.run_with(patient()).unwrap();
    assert_eq!((summary.strides, summary.finished), (4, true));
}

#[test]
fn a_transform_that_holds_the_end_back_is_named() {
    for is_function in [true, false] {
        let mut pipeline = endless(|pipeline| {
            if is_function {
                let pads = pipeline.add(lose::builder("t"))?;
                Ok((pads.x, pads.out))
            } else {
                let pads = pipeline.add(Loses::builder("t"))?;
                Ok((pads.x, pads.out))
            }
        });
        let error = pipeline.run_with(patient().grace_strides(20)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::EndLost);
        assert_eq!(error.element(), Some("t"));
        assert!(
            error
                .to_string()
                .starts_with("stopped by a stop handle, but "),
            "{error}"
        );
        assert!(!pipeline.stop_handle().is_stopping());
    }
}
