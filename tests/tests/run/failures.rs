//! How runs fail: what the error says, and what is left.

use sgn::elements::{CollectSink, IterSource, NullSink};
use sgn::prelude::*;
use sgn::{Error, ErrorKind};

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
        .add(IterSource::builder("src").iter("x", 0..10))
        .unwrap();
    let fails = pipeline
        .add(Fails::builder("bad").at(at).panics(panics))
        .unwrap();
    let sink = pipeline
        .add(CollectSink::<i32>::builder("snk").sink_pads(["x"]))
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
        .add(IterSource::builder("src").iter("x", 0..4))
        .unwrap();
    for name in ["b", "a"] {
        let sink = pipeline.add(Absorbs::builder(name)).unwrap();
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
    let source = pipeline.add(Changes::builder("src")).unwrap();
    let sink = pipeline
        .add(NullSink::<u32>::builder("snk").sink_pads(["x"]))
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
