//! How a pipeline runs: order, hand-over of frames, ends and failures.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgn::elements::{CollectSink, IterSource, NullSink, PassThrough};
use sgn::prelude::*;
use sgn::{Error, ErrorKind};

/// Gives `Counted` payloads for ever.
#[sgn::source]
struct Forever {
    #[prop]
    alive: Arc<AtomicUsize>,
    #[prop]
    clones: Arc<AtomicUsize>,
}

#[sgn::source]
impl Forever {
    fn new(&mut self) -> Frame<Counted> {
        self.alive.fetch_add(1, Ordering::Relaxed);
        Frame::new(Counted {
            alive: Arc::clone(&self.alive),
            clones: Arc::clone(&self.clones),
        })
    }
}

/// Knows how many of it are alive and how often one was cloned.
struct Counted {
    alive: Arc<AtomicUsize>,
    clones: Arc<AtomicUsize>,
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.clones.fetch_add(1, Ordering::Relaxed);
        self.alive.fetch_add(1, Ordering::Relaxed);
        Self {
            alive: Arc::clone(&self.alive),
            clones: Arc::clone(&self.clones),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

#[sgn::sink]
fn look(frame: &Frame<Counted>) {
    let _ = frame;
}

#[sgn::sink]
fn take(frame: Frame<Counted>) {
    drop(frame);
}

#[sgn::transform]
fn hand_on(frame: Frame<Counted>) -> Frame<Counted> {
    frame
}

/// Looks at a frame before it takes the same one through its other pad.
#[sgn::sink]
#[derive(Default)]
struct LooksAndTakes {}

#[sgn::sink]
impl LooksAndTakes {
    fn pull_look(&mut self, frame: &Frame<Counted>) {
        assert!(frame.data().is_some());
    }

    fn pull_take(&mut self, frame: Frame<Counted>) {
        assert!(frame.data().is_some());
    }
}

struct Counters {
    alive: Arc<AtomicUsize>,
    clones: Arc<AtomicUsize>,
}

fn counted(pipeline: &mut Pipeline) -> (Counters, SourcePad<Counted>) {
    let counters = Counters {
        alive: Arc::default(),
        clones: Arc::default(),
    };
    let source = Forever::build("src")
        .alive(Arc::clone(&counters.alive))
        .clones(Arc::clone(&counters.clones));
    let source = pipeline.add(source).unwrap();
    (counters, source.out)
}

fn ten_strides(pipeline: &mut Pipeline) {
    let summary = pipeline
        .run_with(RunOptions::new().max_strides(10))
        .unwrap();
    assert_eq!((summary.strides, summary.finished), (10, false));
}

#[test]
fn lookers_cost_no_clone_and_the_frame_dies_with_the_last_of_them() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    for name in ["a", "b", "c"] {
        let sink = pipeline.add(look::build(name)).unwrap();
        pipeline.link(out, sink.frame).unwrap();
    }
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 0);
    assert_eq!(counters.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn of_several_owners_the_last_gets_the_frame_and_the_others_a_copy() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    for name in ["a", "b", "c"] {
        let sink = pipeline.add(take::build(name)).unwrap();
        pipeline.link(out, sink.frame).unwrap();
    }
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 2 * 10);
    assert_eq!(counters.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn a_looker_that_was_linked_last_still_runs_before_the_owner() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    let owner = pipeline.add(take::build("owner")).unwrap();
    let looker = pipeline.add(look::build("looker")).unwrap();
    pipeline.link(out, owner.frame).unwrap();
    pipeline.link(out, looker.frame).unwrap();
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 0);
    let order = pipeline.call_order().unwrap();
    let place = |name: &str| order.iter().position(|pad| pad == name).unwrap();
    assert!(
        place("looker:snk:frame") < place("owner:snk:frame"),
        "{order:?}"
    );
}

#[test]
fn a_looker_downstream_of_the_owner_costs_one_copy() {
    // `late` looks at the frame and needs what the owner makes of it, so the owner cannot have the original.
    #[sgn::sink]
    fn late(original: &Frame<Counted>, processed: &Frame<Counted>) {
        assert!(original.data().is_some() && processed.data().is_some());
    }
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    let owner = pipeline.add(hand_on::build("owner")).unwrap();
    let late = pipeline.add(late::build("late")).unwrap();
    pipeline.link(out, owner.frame).unwrap();
    pipeline.link(out, late.original).unwrap();
    pipeline.link(owner.out, late.processed).unwrap();
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 10);
    assert_eq!(counters.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn one_element_may_look_at_a_frame_and_take_it() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    let both = pipeline.add(LooksAndTakes::build("both")).unwrap();
    pipeline.link(out, both.look).unwrap();
    pipeline.link(out, both.take).unwrap();
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 10);
}

#[test]
fn a_payload_that_cannot_be_cloned_has_one_owner() {
    struct Unique;
    #[sgn::source]
    fn unique() -> Unique {
        Unique
    }
    #[sgn::sink]
    fn own(x: Unique) {
        drop(x);
    }
    #[sgn::sink]
    fn see(x: &Unique) {
        let _ = x;
    }
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(unique::build("src")).unwrap();
    let first = pipeline.add(own::build("first")).unwrap();
    let second = pipeline.add(own::build("second")).unwrap();
    let looker = pipeline.add(see::build("looker")).unwrap();
    pipeline.link(source.out, first.x).unwrap();
    pipeline.link(source.out, looker.x).unwrap();
    let error = pipeline.link(source.out, second.x).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotCloneable);
    assert_eq!(error.pad(), Some("src:src:out"));
    assert!(error.to_string().contains("Unique"), "{error}");
    assert_eq!(
        pipeline.pad_links(false).len(),
        2,
        "the refused link changed nothing"
    );
}

#[test]
fn a_sink_ends_with_any_of_its_inputs_or_with_all() {
    for (policy, expected) in [
        (EosPolicy::Any, vec![1, 2]),
        (EosPolicy::All, vec![1, 2, 3, 4, 5]),
    ] {
        let mut pipeline = Pipeline::new();
        pipeline
            .add(
                IterSource::build("src")
                    .iter("long", 1..=5)
                    .iter("short", [7]),
            )
            .unwrap();
        let sink = CollectSink::<i32>::build("snk")
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
        .add(IterSource::build("src").iter("x", 0..5))
        .unwrap();
    let sink = pipeline
        .add(CollectSink::<i32>::build("snk").sink_pads(["x"]))
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
        .add(IterSource::build("src").iter("x", 0..u64::MAX))
        .unwrap();
    let pass = pipeline
        .add(
            PassThrough::<u64>::build("pass")
                .sink_pads(["x"])
                .source_pads(["x"]),
        )
        .unwrap();
    let sink = pipeline.add(Enough::build("snk").stop(stop)).unwrap();
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
        .add(IterSource::build("src").iter("x", 0..u64::MAX))
        .unwrap();
    let sink = pipeline
        .add(Counts::build("snk").seen(Arc::clone(&seen)))
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

/// Fails as it is told.
#[sgn::transform]
struct Fails {
    #[prop]
    at: &'static str,
    #[prop]
    panics: bool,
    #[state]
    calls: u32,
    #[state]
    ended: bool,
}

#[sgn::transform]
impl Fails {
    fn maybe(&mut self, at: &str) -> Result<(), std::num::ParseIntError> {
        if self.at == at {
            self.calls += 1;
            if self.calls == 3 || at == "on_startup" {
                assert!(!self.panics, "as told, in {at}");
                "x".parse::<i32>()?;
            }
        }
        Ok(())
    }

    fn on_startup(&mut self) -> Result<(), std::num::ParseIntError> {
        self.maybe("on_startup")
    }

    fn pull(&mut self, x: Frame<i32>) -> Result<(), std::num::ParseIntError> {
        self.ended = x.is_eos();
        self.maybe("pull")
    }

    fn internal(&mut self) -> Result<(), std::num::ParseIntError> {
        self.maybe("internal")
    }

    fn new(&mut self) -> Result<Frame<i32>, std::num::ParseIntError> {
        self.maybe("new")?;
        Ok(Frame::new(0).with_eos(self.ended))
    }
}

fn run_failing(at: &'static str, panics: bool) -> (Error, Pipeline) {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::build("src").iter("x", 0..10))
        .unwrap();
    let fails = pipeline
        .add(Fails::build("bad").at(at).panics(panics))
        .unwrap();
    let sink = pipeline
        .add(CollectSink::<i32>::build("snk").sink_pads(["x"]))
        .unwrap();
    pipeline.link(source.out["x"], fails.x).unwrap();
    pipeline.link(fails.out, sink.frame["x"]).unwrap();
    let error = pipeline.run().unwrap_err();
    (error, pipeline)
}

#[test]
fn a_failing_callback_is_named_with_element_pad_and_stride() {
    let places = [
        ("pull", "bad:snk:x"),
        ("internal", "bad:inl:inl"),
        ("new", "bad:src:out"),
    ];
    for (callback, pad) in places {
        let (error, _) = run_failing(callback, false);
        assert_eq!(error.kind(), ErrorKind::Callback);
        assert_eq!(error.element(), Some("bad"));
        assert_eq!(error.pad(), Some(pad));
        assert_eq!(
            error.callback().map(|callback| callback.name()),
            Some(callback)
        );
        assert_eq!(error.stride(), Some(3));
        assert!(
            error.to_string().contains(pad) && error.to_string().contains("stride 3"),
            "{error}"
        );
        let source = std::error::Error::source(&error).expect("the user's error is the source");
        assert!(source.downcast_ref::<std::num::ParseIntError>().is_some());
    }
    let (error, _) = run_failing("on_startup", false);
    assert_eq!(
        error.callback().map(|callback| callback.name()),
        Some("on_startup")
    );
    assert_eq!((error.element(), error.stride()), (Some("bad"), None));
}

#[test]
fn a_panic_is_an_error_with_the_same_places() {
    for (callback, pad) in [
        ("pull", "bad:snk:x"),
        ("internal", "bad:inl:inl"),
        ("new", "bad:src:out"),
    ] {
        let (error, mut pipeline) = run_failing(callback, true);
        assert_eq!(error.kind(), ErrorKind::Panic);
        assert_eq!(
            (error.element(), error.pad(), error.stride()),
            (Some("bad"), Some(pad), Some(3))
        );
        assert_eq!(
            error.callback().map(|callback| callback.name()),
            Some(callback)
        );
        assert!(error.to_string().contains("as told"), "{error}");
        // The pipeline is still whole, and a further run goes on where this one was cut short.
        assert!(pipeline.run_with(RunOptions::new()).unwrap().finished);
    }
}

#[test]
fn absorbed_errors_come_out_when_the_streams_have_ended() {
    #[sgn::sink]
    #[derive(Default)]
    struct Absorbs {
        #[state]
        broken: bool,
    }
    #[sgn::sink]
    impl Absorbs {
        fn pull(&mut self, x: &Frame<i32>) {
            self.broken |= x.data() == Some(&2);
        }

        fn eos_error(&mut self) -> Option<String> {
            self.broken.then(|| String::from("the disk was full"))
        }
    }
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::build("src").iter("x", 0..4))
        .unwrap();
    for name in ["b", "a"] {
        let sink = pipeline.add(Absorbs::build(name)).unwrap();
        pipeline.link(source.out["x"], sink.x).unwrap();
    }
    let error = pipeline.run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Eos);
    let names: Vec<_> = error.problems().iter().filter_map(Error::element).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(error.to_string().contains("`a`, `b`"), "{error}");
    assert!(format!("{error:?}").contains("the disk was full"));
}

#[test]
fn a_changed_data_spec_ends_the_run_at_the_sink_pad() {
    #[sgn::source]
    #[derive(Default)]
    struct Changes {
        #[state]
        count: u32,
    }
    #[sgn::source]
    impl Changes {
        fn new(&mut self) -> Frame<u32> {
            self.count += 1;
            let spec = if self.count < 4 { "a" } else { "b" };
            Frame::gap().with_spec(Spec::new(spec))
        }
    }
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Changes::build("src")).unwrap();
    let sink = pipeline
        .add(NullSink::<u32>::build("snk").sink_pads(["x"]))
        .unwrap();
    pipeline.link(source.out, sink.frame["x"]).unwrap();
    let error = pipeline.run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SpecChanged);
    assert_eq!((error.pad(), error.stride()), (Some("snk:snk:x"), Some(4)));
    assert!(
        error.to_string().contains("first \"a\", now \"b\""),
        "{error}"
    );
}

#[test]
fn two_runs_of_one_pipeline_are_equal() {
    let build = || {
        let mut pipeline = Pipeline::new();
        for name in ["c", "a", "b"] {
            pipeline
                .add(IterSource::build(name).iter(name, 0..3))
                .unwrap();
        }
        let sink = CollectSink::<i32>::build("snk").sink_pads(["a", "b", "c"]);
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
