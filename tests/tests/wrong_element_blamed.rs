//! Wrong element blamed for a panic: with more pads than owners the late ones share one, and an error still names the
//! element, the callback, and the pad wherever it can be told from the others of its element.
//!
//! A test without harness: the owners are the process's.

use sgn::elements::{CollectSink, IterSource, NullSink, PassThrough};
use sgn::memory::{OwnerId, register};
use sgn::prelude::*;

/// Panics in its third stride, in the callback that it is told.
#[sgn::transform]
struct Panics {
    #[prop]
    at: &'static str,
    #[state]
    calls: u32,
    #[state]
    ended: bool,
}

#[sgn::transform]
impl Panics {
    fn maybe(&mut self, at: &str) {
        self.calls += u32::from(self.at == at);
        assert!(self.calls < 3, "as told");
    }

    fn pull(&mut self, x: Frame<u32>) {
        self.ended = x.is_eos();
        self.maybe("pull");
    }

    fn internal(&mut self) {
        self.maybe("internal");
    }

    fn new_up(&mut self) -> Frame<u32> {
        self.maybe("up");
        Frame::gap().with_eos(self.ended)
    }

    fn new_down(&mut self) -> Frame<u32> {
        self.maybe("down");
        Frame::gap().with_eos(self.ended)
    }
}

#[sgn::sink]
struct ByPad {
    #[prop]
    panics: &'static str,
}

#[sgn::sink]
impl ByPad {
    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<u32>) {
        assert!(
            pad.name() != self.panics || frame.data() != Some(&2),
            "as told"
        );
    }
}

#[sgn::sink]
struct Two {
    #[prop]
    panics: bool,
}

#[sgn::sink]
impl Two {
    fn pull_a(&mut self, a: Frame<u32>) {
        assert!(!self.panics || a.data() != Some(&2), "as told");
    }

    fn pull_b(&mut self, b: Frame<u32>) {
        drop(b);
    }
}

fn failed(pipeline: &mut Pipeline) -> sgn::Error {
    let options = RunOptions::new().handle_signals(false);
    let error = pipeline.run_with(options).expect_err("an element panics");
    assert_eq!(
        (error.kind(), error.stride()),
        (sgn::ErrorKind::Panic, Some(3))
    );
    error
}

fn place(error: &sgn::Error) -> (Option<&str>, Option<&'static str>, Option<&str>) {
    (
        error.element(),
        error.callback().map(|callback| callback.name()),
        error.pad(),
    )
}

fn main() -> sgn::Result<()> {
    std::panic::set_hook(Box::new(|_| ()));
    while register("another owner") != OwnerId::OVERFLOW {}

    for (at, callback, pad) in [
        ("pull", "pull", "bad:snk:x"),
        ("internal", "internal", "bad:inl:inl"),
        ("up", "new", "bad:src:up"),
        ("down", "new", "bad:src:down"),
    ] {
        let mut pipeline = Pipeline::new();
        pipeline.connect(
            IterSource::builder("src").iter("x", 0..9_u32),
            Panics::builder("good").at(""),
        )?;
        let good_end = NullSink::<u32>::builder("good_end").sink_pads(["down"]);
        pipeline.connect("good", good_end)?;
        pipeline.connect_by("good", Panics::builder("bad").at(at), [("up", "x")])?;
        pipeline.connect(
            "bad",
            NullSink::<u32>::builder("end").sink_pads(["up", "down"]),
        )?;
        assert_eq!(
            place(&failed(&mut pipeline)),
            (Some("bad"), Some(callback), Some(pad))
        );
    }

    let numbers = || {
        IterSource::builder("src")
            .iter("a", 0..9_u32)
            .iter("b", 0..9_u32)
    };
    let mut pipeline = Pipeline::new();
    pipeline.connect(
        numbers(),
        ByPad::builder("bad").panics("b").sink_pads(["a", "b"]),
    )?;
    assert_eq!(
        place(&failed(&mut pipeline)),
        (Some("bad"), Some("pull"), Some("bad:snk:b"))
    );

    // Two fixed pads that take and share an owner cannot be told apart, and none is named rather than the wrong one.
    let mut pipeline = Pipeline::new();
    pipeline.connect(numbers(), Two::builder("bad").panics(true))?;
    assert_eq!(
        place(&failed(&mut pipeline)),
        (Some("bad"), Some("pull"), None)
    );

    // What shares an owner runs as everything else.
    let names: Vec<String> = (0..3000).map(|pad| format!("p{pad}")).collect();
    let source = names
        .iter()
        .zip(0_u32..)
        .fold(IterSource::builder("src"), |source, (name, value)| {
            source.iter(name, [value, value + 1])
        });
    let mut pipeline = Pipeline::new();
    pipeline.connect(
        source,
        PassThrough::<u32>::builder("pass")
            .sink_pads(&names)
            .source_pads(&names),
    )?;
    let all = pipeline.add(CollectSink::<u32>::builder("all").sink_pads(&names))?;
    pipeline.connect("pass", "all")?;
    pipeline.run_with(RunOptions::new().handle_signals(false))?;
    for (name, value) in names.iter().zip(0_u32..) {
        assert_eq!(pipeline.element(&all)?.data(name), [value, value + 1]);
    }
    Ok(())
}
