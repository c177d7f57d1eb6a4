//! Destructors that panic: of payloads, of the values of panics, of errors, of elements.

use std::fmt;

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;
use sgn::{Error, ErrorKind};

use super::{assert_panic, place, run};

/// Panics when it is dropped.
#[derive(Debug)]
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        // A second panic at once would end the process.
        if !std::thread::panicking() {
            panic!("{}", self.0);
        }
    }
}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Bomb {}

#[sgn::source]
fn bombs() -> Bomb {
    Bomb("payload")
}

#[sgn::sink]
struct Sink {
    #[prop(default = "")]
    at: &'static str,
}

#[sgn::sink]
impl Sink {
    fn pull(&mut self, x: &Frame<Bomb>) -> Result<(), Bomb> {
        let _ = x;
        match self.at {
            "error" => Err(Bomb("error")),
            "panic" => std::panic::panic_any(Bomb("panic")),
            _ => Ok(()),
        }
    }
}

fn pipeline(at: &'static str) -> Pipeline {
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(bombs::builder("src"), Sink::builder("bad").at(at))
        .expect("it is well");
    pipeline
}

#[test]
fn a_payload_that_panics_is_of_the_pad_that_drops_it() {
    let error = run(&mut pipeline("looks"));
    assert_panic(&error, "payload");
    assert_eq!(
        place(&error),
        (Some("bad"), Some("pull"), Some("bad:snk:x"), Some(1))
    );

    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            bombs::builder("src"),
            NullSink::<Bomb>::builder("bad").sink_pads(["x"]),
        )
        .unwrap();
    let error = run(&mut pipeline);
    assert_panic(&error, "payload");
    assert_eq!(
        place(&error),
        (Some("bad"), Some("pull"), Some("bad:snk:x"), Some(1))
    );
}

#[sgn::sink]
fn looks(x: &Bomb) -> Result<(), String> {
    Err(format!("refused {}", x.0))
}

#[sgn::sink]
fn looks_at_frames(x: &Frame<Bomb>, y: &Frame<Bomb>) -> Result<(), String> {
    let _ = (x, y);
    Err(String::from("refused both"))
}

#[sgn::transform]
fn passes(x: &Bomb, y: &Bomb) -> Result<u32, String> {
    Err(format!("refused {} {}", x.0, y.0))
}

#[sgn::transform]
fn joins(x: &Bomb, y: &u32) -> u32 {
    let _ = x;
    *y
}

#[sgn::source]
fn changes(#[state] calls: &mut u32) -> Frame<u32> {
    *calls += 1;
    Frame::new(1).with_spec(Spec::new(*calls / 2))
}

/// Its first payload may be dropped.
#[sgn::source]
fn later(#[state] calls: &mut u32) -> Frame<Bomb> {
    *calls += 1;
    if *calls == 1 {
        Frame::gap()
    } else {
        Frame::new(Bomb("payload"))
    }
}

/// The error of a function element that looks comes before the panic of what it looked at.
#[test]
fn the_error_of_a_function_that_looks_is_kept() {
    fn fails(build: impl FnOnce(&mut Pipeline) -> sgn::Result<()>, pad: &str, text: &str) {
        let mut pipeline = Pipeline::new();
        build(&mut pipeline).unwrap();
        let error = run(&mut pipeline);
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(place(&error).2, Some(pad), "{error}");
    }
    fails(
        |p| p.connect(bombs::builder("src"), looks::builder("bad")),
        "bad:snk:x",
        ": refused payload",
    );
    fails(
        |p| {
            let (one, two) = (p.add(bombs::builder("one"))?, p.add(bombs::builder("two"))?);
            let bad = p.add(looks_at_frames::builder("bad"))?;
            p.link(one.out, bad.x)?;
            p.link(two.out, bad.y)
        },
        "bad:snk:x",
        ": refused both",
    );
    fails(
        |p| {
            let (one, two) = (p.add(bombs::builder("one"))?, p.add(bombs::builder("two"))?);
            let bad = p.add(passes::builder("bad"))?;
            p.link(one.out, bad.x)?;
            p.link(two.out, bad.y)?;
            let end = p.add(NullSink::<u32>::builder("end").sink_pads(["x"]))?;
            p.link(bad.out, end.frame["x"])
        },
        "bad:src:out",
        ": refused payload payload",
    );
    // The second pad fails while the function has a look at the first.
    fails(
        |p| {
            let (one, two) = (
                p.add(later::builder("one"))?,
                p.add(changes::builder("two"))?,
            );
            let bad = p.add(joins::builder("bad"))?;
            p.link(one.out, bad.x)?;
            p.link(two.out, bad.y)?;
            let end = p.add(NullSink::<u32>::builder("end").sink_pads(["x"]))?;
            p.link(bad.out, end.frame["x"])
        },
        "bad:snk:y",
        "spec",
    );
}

/// Panics when it is dropped, even while another panic unwinds.
#[derive(Debug)]
struct Always(&'static str);

impl Drop for Always {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

/// Of two payloads that are looked at together and both panic, and of a panic while one is looked at, the first counts.
#[test]
fn a_payload_that_panics_while_a_panic_unwinds_does_not_end_the_process() {
    #[sgn::source]
    fn always(#[prop] text: &'static str) -> Always {
        Always(text)
    }
    #[sgn::sink]
    fn looks_at_both(x: &Frame<Always>, y: &Frame<Always>) {
        let _ = (x, y);
    }
    #[sgn::sink]
    fn panics(x: &Frame<Always>) {
        let _ = x;
        panic!("the first");
    }
    #[sgn::sink]
    struct PanicsIn;
    #[sgn::sink]
    impl PanicsIn {
        fn pull(&mut self, x: &Frame<Always>) {
            let _ = x;
            panic!("the first");
        }
    }

    let mut both = Pipeline::new();
    let one = both.add(always::builder("one").text("of one")).unwrap();
    let two = both.add(always::builder("two").text("of two")).unwrap();
    let sink = both.add(looks_at_both::builder("bad")).unwrap();
    both.link(one.out, sink.x).unwrap();
    both.link(two.out, sink.y).unwrap();
    let error = run(&mut both);
    assert_panic(&error, "of two");
    assert_eq!(place(&error).0, Some("bad"), "{error}");

    let source = always::builder("src").text("the second");
    let mut function = Pipeline::new();
    function.connect(source, panics::builder("bad")).unwrap();
    let source = always::builder("src").text("the second");
    let mut method = Pipeline::new();
    method.connect(source, PanicsIn::builder("bad")).unwrap();
    for mut pipeline in [function, method] {
        let error = run(&mut pipeline);
        assert_panic(&error, "the first");
        assert_eq!(place(&error).0, Some("bad"), "{error}");
    }
}

/// The frame of the source is left over, and its destructor panics after the run has failed.
#[test]
fn what_a_failed_run_leaves_over_does_not_take_the_place_of_its_error() {
    #[sgn::transform]
    fn fails(x: Frame<u32>, y: &Frame<Bomb>) -> Result<Frame<u32>, String> {
        let _ = (x, y);
        Err(String::from("the first error"))
    }
    #[sgn::sink]
    fn never(x: &Frame<Bomb>) {
        let _ = x;
    }
    let mut pipeline = Pipeline::new();
    let bombs = pipeline.add(bombs::builder("src")).unwrap();
    let numbers = pipeline
        .add(IterSource::builder("numbers").iter("x", 0..2_u32))
        .unwrap();
    let fails = pipeline.add(fails::builder("fails")).unwrap();
    let end = pipeline
        .add(NullSink::<u32>::builder("end").sink_pads(["x"]))
        .unwrap();
    let never = pipeline.add(never::builder("never")).unwrap();
    pipeline.link(bombs.out, fails.y).unwrap();
    pipeline.link(numbers.out["x"], fails.x).unwrap();
    pipeline.link(fails.out, end.frame["x"]).unwrap();
    pipeline.link(bombs.out, never.x).unwrap();
    let error = run(&mut pipeline);
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert!(error.to_string().contains("the first error"), "{error}");
    assert_eq!(place(&error).0, Some("fails"));
}

#[test]
fn the_value_of_a_panic_that_panics_is_no_second_panic() {
    let error = run(&mut pipeline("panic"));
    assert_panic(&error, "a value that is no text");
    assert_eq!(
        place(&error),
        (Some("bad"), Some("pull"), Some("bad:snk:x"), Some(1))
    );
}

#[test]
fn an_error_that_panics_when_dropped_is_told_and_dropped() {
    let error = run(&mut pipeline("error"));
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert!(error.to_string().ends_with("stride 1: error"), "{error}");
    drop(error);
}

/// An element that holds a bomb.
#[sgn::sink]
struct Holds {
    #[prop(default)]
    refused: bool,
    #[state(Bomb("element"))]
    bomb: Bomb,
}

#[sgn::sink]
impl Holds {
    fn on_build(&mut self) -> Result<(), String> {
        if self.refused {
            Err(String::from("refused"))
        } else {
            Ok(())
        }
    }

    fn pull(&mut self, x: &Frame<u32>) {
        let _ = (x, &self.bomb);
    }
}

#[test]
fn an_element_that_panics_when_dropped_does_not_take_the_place_of_the_error() {
    let mut pipeline = Pipeline::new();
    let refused: Error = pipeline
        .add(Holds::builder("holds").refused(true))
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Configuration);
    assert!(refused.to_string().ends_with("refused"), "{refused}");

    pipeline.add(Holds::builder("holds")).unwrap();
    let taken = pipeline.add(Holds::builder("holds")).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::DuplicateElementName);

    let twins = ["a", "a", "b"].map(|name| NewElement::new(Holds::builder(name)).unwrap());
    assert_eq!(
        pipeline.insert(twins, []).unwrap_err().kind(),
        ErrorKind::DuplicateElementName
    );
    let unknown = pipeline.connect("nobody", Holds::builder("c")).unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::UnknownElement);
    assert_eq!(pipeline.elements(), ["holds"]);
    let nothing: sgn::Result<Group> = select("nobody", Vec::<String>::new());
    assert_eq!(
        pipeline
            .connect(Holds::builder("d"), nothing)
            .unwrap_err()
            .kind(),
        ErrorKind::EmptySelection
    );
}

/// All that is dropped by a pipeline panics, and nothing comes out of it.
#[test]
fn a_pipeline_can_be_dropped() {
    let mut all = Pipeline::new();
    let source = all.add(bombs::builder("src")).unwrap();
    let values: Vec<Bomb> = vec![Bomb("value")];
    let held = all
        .add(IterSource::builder("values").iter("x", values.into_iter().map(|_| 1_u32)))
        .unwrap();
    let one = all.add(Holds::builder("one")).unwrap();
    let two = all.add(Holds::builder("two")).unwrap();
    let end = all
        .add(NullSink::<Bomb>::builder("end").sink_pads(["x"]))
        .unwrap();
    all.link(held.out["x"], one.x).unwrap();
    all.link(held.out["x"], two.x).unwrap();
    all.link(source.out, end.frame["x"]).unwrap();
    assert!(format!("{all:?}").contains("one (Holds)"));
    drop(all);
}
