//! What a run does, where the recorded cases do not look: startup, ends, failures, and what it leaves behind.

use std::sync::Arc;

use parking_lot::Mutex;
use sgn::ErrorKind;
use sgn::elements::{CollectFrames, CollectSink, IterSource, NullSink, PassThrough};
use sgn::prelude::*;

/// What elements note down for the test to read.
type Notes = Arc<Mutex<Vec<String>>>;

/// Hands numbers on and notes when it is started.
#[sgn::transform]
struct Announcer {
    #[prop]
    notes: Notes,
    #[prop]
    name: String,
    #[state]
    held: Option<Frame<u32>>,
}

#[sgn::transform]
impl Announcer {
    fn on_startup(&mut self) {
        self.notes.lock().push(self.name.clone());
    }

    fn pull(&mut self, x: Frame<u32>) {
        self.held = Some(x);
    }

    fn new(&mut self) -> Option<Frame<u32>> {
        self.held.take()
    }
}

#[test]
fn elements_are_started_upstream_first_once_a_run() -> sgn::Result<()> {
    let notes = Notes::default();
    let announcer = |name: &str| {
        Announcer::build(name)
            .notes(Arc::clone(&notes))
            .name(name.to_owned())
    };
    let mut p = Pipeline::new();
    // inserted against the stream, so that the order cannot come from that of insertion
    p.add(announcer("third"))?;
    p.add(announcer("second"))?;
    p.add(announcer("first"))?;
    p.connect(IterSource::build("src").iter("x", 1..=2_u32), "first")?;
    p.connect_by("first", "second", &[("out", "x")])?;
    p.connect_by("second", "third", &[("out", "x")])?;
    p.connect("third", NullSink::<u32>::build("snk").sink_pads(["x"]))?;
    p.run()?;
    assert_eq!(*notes.lock(), ["first", "second", "third"]);
    assert_eq!(
        p.run_with(RunOptions::new())?.strides,
        0,
        "all sinks are at EOS"
    );
    assert_eq!(notes.lock().len(), 6, "each run starts the elements");
    Ok(())
}

/// Refuses to start.
#[sgn::sink]
struct Sleeper {}

#[sgn::sink]
impl Sleeper {
    fn on_startup(&mut self) -> Result<(), String> {
        Err(String::from("too early"))
    }

    fn pull(&mut self, _x: &Frame<u32>) {}
}

#[test]
fn an_element_that_cannot_start_ends_the_run_before_its_first_stride() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(
        IterSource::build("src").iter("x", 1..=2_u32),
        Sleeper::build("bed"),
    )?;
    let error = p.run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert_eq!((error.element(), error.stride()), (Some("bed"), None));
    assert!(error.to_string().contains("too early"), "{error}");
    Ok(())
}

#[test]
fn a_value_that_is_missing_is_a_gap_and_not_the_end() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let values = [Some(1), None, Some(2)].into_iter();
    let src = IterSource::<u32>::build("src")
        .source_pads(["x"])
        .optional_iters(vec![(String::from("x"), Box::new(values))]);
    p.add(src)?;
    let snk = p.add(
        CollectFrames::<u32>::build("snk")
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

/// A short and a long stream into one sink with that policy: how many values of the long one arrive?
fn long_stream_with(policy: EosPolicy) -> sgn::Result<usize> {
    let mut p = Pipeline::new();
    p.add(
        IterSource::build("src")
            .iter("short", 0..2)
            .iter("long", 0..5),
    )?;
    let snk = p.add(
        CollectSink::<i32>::build("snk")
            .sink_pads(["short", "long"])
            .eos(policy),
    )?;
    p.connect("src", "snk")?;
    p.run()?;
    Ok(p.element(&snk)?.data("long").len())
}

#[test]
fn a_sink_ends_with_its_first_stream_or_with_its_last() -> sgn::Result<()> {
    assert_eq!(long_stream_with(EosPolicy::Any)?, 3);
    assert_eq!(long_stream_with(EosPolicy::All)?, 5);
    Ok(())
}

#[test]
fn a_run_that_was_cut_short_goes_on() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("x", 0..4))?;
    let snk = p.add(CollectSink::<i32>::build("snk").sink_pads(["x"]))?;
    p.connect("src", "snk")?;
    let summary = p.run_with(RunOptions::new().max_strides(3))?;
    assert_eq!((summary.strides, summary.finished), (3, false));
    assert!(!p.is_finished());
    let summary = p.run_with(RunOptions::new())?;
    assert_eq!((summary.strides, summary.finished), (2, true));
    assert_eq!(p.element(&snk)?.data("x"), [0, 1, 2, 3]);
    Ok(())
}

/// Asks for the end when it has seen that many frames.
#[sgn::sink]
struct Stopper {
    #[prop]
    after: u32,
    #[prop]
    stop: StopHandle,
    #[state]
    frames: Vec<Frame<u32>>,
}

#[sgn::sink]
impl Stopper {
    fn pull(&mut self, x: Frame<u32>) {
        self.frames.push(x);
        if self.frames.len() == self.after as usize {
            self.stop.stop();
        }
    }
}

#[test]
fn a_stop_from_inside_ends_an_endless_stream_with_eos() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("x", 0_u32..))?;
    let stop = p.stop_handle();
    let snk = p.add(Stopper::build("snk").after(3).stop(stop))?;
    p.connect("src", "snk")?;
    let summary = p.run_with(RunOptions::new())?;
    assert_eq!(
        (summary.strides, summary.stopped, summary.finished),
        (4, true, true)
    );
    let flags: Vec<bool> = p.element(&snk)?.frames.iter().map(Frame::is_eos).collect();
    assert_eq!(flags, [false, false, false, true]);
    Ok(())
}

/// Fails in its own way at the third number.
#[sgn::transform]
struct Brittle {
    #[prop]
    panics: bool,
}

#[sgn::transform]
impl Brittle {
    #[pad("x")]
    fn pull_x(&mut self, frame: Frame<u32>) -> Result<(), std::num::ParseIntError> {
        if frame.data() == Some(&2) {
            assert!(!self.panics, "two is too much");
            "two".parse::<u32>()?;
        }
        Ok(())
    }

    #[pad("x")]
    fn new_x(&mut self) -> Frame<u32> {
        Frame::gap()
    }
}

#[test]
fn a_failure_and_a_panic_say_where_they_happened() -> sgn::Result<()> {
    for (panics, kind, text) in [
        (false, ErrorKind::Callback, "invalid digit"),
        (true, ErrorKind::Panic, "two is too much"),
    ] {
        let mut p = Pipeline::new();
        p.connect(
            IterSource::build("src").iter("x", 0..9_u32),
            Brittle::build("glass").panics(panics),
        )?;
        p.connect("glass", NullSink::<u32>::build("snk").sink_pads(["x"]))?;
        let error = p.run().unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.element(), Some("glass"));
        assert_eq!(error.pad(), Some("glass:snk:x"));
        assert_eq!(
            error.callback().map(|callback| callback.name()),
            Some("pull")
        );
        assert_eq!(error.stride(), Some(3));
        assert!(error.to_string().contains(text), "{error}");
        let cause =
            std::error::Error::source(&error).map(|cause| cause.is::<std::num::ParseIntError>());
        assert_eq!(cause, if panics { None } else { Some(true) });
    }
    Ok(())
}

#[test]
fn a_frame_is_dropped_after_its_last_consumer() -> sgn::Result<()> {
    let payload = Arc::new(());
    let mut p = Pipeline::new();
    p.connect(
        IterSource::build("src").iter("x", vec![Arc::clone(&payload)]),
        PassThrough::<Arc<()>>::build("pass")
            .source_pads(["x"])
            .sink_pads(["x"]),
    )?;
    p.connect("pass", NullSink::<Arc<()>>::build("snk").sink_pads(["x"]))?;
    p.run_with(RunOptions::new().max_strides(1))?;
    assert_eq!(Arc::strong_count(&payload), 1);
    Ok(())
}

#[test]
fn two_pipelines_built_alike_run_alike() -> sgn::Result<()> {
    let order = || -> sgn::Result<Vec<String>> {
        let mut p = Pipeline::new();
        p.add(
            IterSource::build("src")
                .iter("a", 0..3)
                .iter("b", 0..3)
                .iter("c", 0..3),
        )?;
        for name in ["u", "v", "w"] {
            p.connect_by(
                "src",
                PassThrough::<i32>::build(name)
                    .source_pads([name])
                    .sink_pads(["x"])
                    .routes(vec![(name.into(), "x".into())]),
                &[("b", "x")],
            )?;
        }
        p.connect(
            group(["u", "v", "w"])?,
            NullSink::<i32>::build("snk").sink_pads(["w", "v", "u"]),
        )?;
        p.connect(
            select("src", ["c", "a"])?,
            NullSink::<i32>::build("rest").sink_pads(["a", "c"]),
        )?;
        p.call_order()
    };
    let first = order()?;
    assert_eq!(first.len(), 20);
    for _ in 0..20 {
        assert_eq!(order()?, first);
    }
    Ok(())
}
