//! How runs end, and that they can be repeated.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgn::elements::{CollectSink, IterSource, PassThrough};
use sgn::prelude::*;

#[test]
fn a_sink_ends_with_any_of_its_inputs_or_with_all() {
    for (policy, expected) in [
        (EosPolicy::Any, vec![1, 2]),
        (EosPolicy::All, vec![1, 2, 3, 4, 5]),
    ] {
        let mut pipeline = Pipeline::new();
        pipeline
            .add(
                IterSource::builder("src")
                    .iter("long", 1..=5)
                    .iter("short", [7]),
            )
            .unwrap();
        let sink = CollectSink::<i32>::builder("snk")
            .sink_pads(["long", "short"])
            .eos(policy);
        let sink = pipeline.add(sink).unwrap();
        pipeline.connect("src", "snk").unwrap();
        pipeline.run().unwrap();
        assert_eq!(
            pipeline.element(&sink).unwrap().data("long"),
            expected,
            "{policy:?}"
        );
        assert!(pipeline.is_finished());
        assert_eq!(
            pipeline.run_with(RunOptions::new()).unwrap().strides,
            0,
            "a finished pipeline stays so"
        );
    }
}

#[test]
fn a_limited_run_is_continued_by_the_next() {
    let mut pipeline = Pipeline::new();
    pipeline
        .add(IterSource::builder("src").iter("x", 0..5))
        .unwrap();
    let sink = pipeline
        .add(CollectSink::<i32>::builder("snk").sink_pads(["x"]))
        .unwrap();
    pipeline.connect("src", "snk").unwrap();
    let first = pipeline.run_with(RunOptions::new().max_strides(2)).unwrap();
    assert_eq!((first.strides, first.finished), (2, false));
    assert_eq!(pipeline.element(&sink).unwrap().data("x"), [0, 1]);
    let second = pipeline.run_with(RunOptions::new()).unwrap();
    assert_eq!((second.strides, second.finished), (4, true));
    assert_eq!(pipeline.element(&sink).unwrap().data("x"), [0, 1, 2, 3, 4]);
}

#[test]
fn a_stop_handle_ends_the_streams_from_inside() {
    #[sgn::sink]
    struct Enough {
        #[prop]
        stop: StopHandle,
        #[state]
        seen: Vec<(u64, bool)>,
    }
    #[sgn::sink]
    impl Enough {
        fn pull(&mut self, x: &Frame<u64>) {
            self.seen
                .push((x.data().copied().unwrap_or_default(), x.is_eos()));
            if self.seen.len() == 3 {
                self.stop.stop();
            }
        }
    }
    let mut pipeline = Pipeline::new();
    let stop = pipeline.stop_handle();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..u64::MAX))
        .unwrap();
    let pass = pipeline
        .add(
            PassThrough::<u64>::builder("pass")
                .sink_pads(["x"])
                .source_pads(["x"]),
        )
        .unwrap();
    let sink = pipeline.add(Enough::builder("snk").stop(stop)).unwrap();
    pipeline.link(source.out["x"], pass.frame["x"]).unwrap();
    pipeline.link(pass.out["x"], sink.x).unwrap();
    let summary = pipeline.run_with(RunOptions::new()).unwrap();
    assert!(summary.stopped && summary.finished);
    let seen = &pipeline.element(&sink).unwrap().seen;
    assert_eq!(*seen, [(0, false), (1, false), (2, false), (3, true)]);
}

#[test]
fn a_stop_handle_ends_the_streams_from_another_thread() {
    #[sgn::sink]
    struct Counts {
        #[prop]
        seen: Arc<AtomicUsize>,
    }
    #[sgn::sink]
    impl Counts {
        fn pull(&mut self, x: &Frame<u64>) {
            let _ = x;
            self.seen.fetch_add(1, Ordering::Relaxed);
        }
    }
    let seen = Arc::new(AtomicUsize::new(0));
    let mut pipeline = Pipeline::new();
    let stop = pipeline.stop_handle();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..u64::MAX))
        .unwrap();
    let sink = pipeline
        .add(Counts::builder("snk").seen(Arc::clone(&seen)))
        .unwrap();
    pipeline.link(source.out["x"], sink.x).unwrap();
    let outside = std::thread::Builder::new();
    let outside = outside
        .spawn(move || {
            while seen.load(Ordering::Relaxed) < 10 {
                std::thread::yield_now();
            }
            stop.stop();
        })
        .unwrap();
    let summary = pipeline.run_with(RunOptions::new()).unwrap();
    assert!(summary.stopped && summary.finished && summary.strides >= 10);
    outside.join().unwrap();
}

#[test]
fn two_runs_of_one_pipeline_are_equal() {
    let build = || {
        let mut pipeline = Pipeline::new();
        for name in ["c", "a", "b"] {
            pipeline
                .add(IterSource::builder(name).iter(name, 0..3))
                .unwrap();
        }
        let sink = CollectSink::<i32>::builder("snk").sink_pads(["a", "b", "c"]);
        pipeline.add(sink).unwrap();
        pipeline.connect(group(["a", "b", "c"]), "snk").unwrap();
        pipeline.call_order().unwrap()
    };
    let order = build();
    assert_eq!(
        order[..2],
        ["c:inl:inl", "c:src:c"],
        "elements run in the order of insertion"
    );
    for _ in 0..20 {
        assert_eq!(build(), order);
    }
}
