//! Panics in a stride: of every callback, of payloads, iterators and closures.

use sgn::elements::{CallableTransform, CollectSink, IterSource, NullSink, PassThrough};
use sgn::prelude::*;

use super::{assert_panic, place, run};

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

    fn pull_left(&mut self, x: Frame<u32>) {
        self.ended = x.is_eos();
        self.maybe("left");
    }

    fn pull_right(&mut self, x: &Frame<u32>) {
        let _ = x;
        self.maybe("right");
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

/// Every callback of an element whose twin of the same type runs before it.
#[test]
fn every_callback_is_told_from_the_others_of_its_element() {
    for (at, callback, pad) in [
        ("left", "pull", "bad:snk:left"),
        ("right", "pull", "bad:snk:right"),
        ("internal", "internal", "bad:inl:inl"),
        ("up", "new", "bad:src:up"),
        ("down", "new", "bad:src:down"),
    ] {
        let mut pipeline = Pipeline::new();
        let source = pipeline
            .add(IterSource::builder("src").iter("x", 0..10_u32))
            .unwrap();
        let good = pipeline.add(Panics::builder("good").at("nowhere")).unwrap();
        let bad = pipeline.add(Panics::builder("bad").at(at)).unwrap();
        let sink = pipeline
            .add(NullSink::<u32>::builder("snk").sink_pads(["a", "b", "c"]))
            .unwrap();
        pipeline.link(source.out["x"], good.left).unwrap();
        pipeline.link(source.out["x"], good.right).unwrap();
        pipeline.link(good.up, bad.left).unwrap();
        pipeline.link(good.up, bad.right).unwrap();
        pipeline.link(good.down, sink.frame["c"]).unwrap();
        pipeline.link(bad.up, sink.frame["a"]).unwrap();
        pipeline.link(bad.down, sink.frame["b"]).unwrap();
        let error = run(&mut pipeline);
        assert_panic(&error, "as told");
        assert_eq!(
            place(&error),
            (Some("bad"), Some(callback), Some(pad), Some(3)),
            "{error}"
        );
    }
}

#[sgn::transform]
fn half(x: u32) -> u32 {
    assert_ne!(x, 2, "no half of two");
    x / 2
}

#[sgn::sink]
fn check(first: &u32, second: u32) {
    assert_ne!(*first + second, 4, "no four");
}

#[test]
fn functions_are_elements_like_others() {
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            IterSource::builder("src").iter("x", 0..10_u32),
            half::builder("half"),
        )
        .unwrap();
    pipeline
        .connect("half", NullSink::<u32>::builder("snk").sink_pads(["x"]))
        .unwrap();
    let error = run(&mut pipeline);
    assert_panic(&error, "no half of two");
    assert_eq!(
        place(&error),
        (Some("half"), Some("new"), Some("half:src:out"), Some(3))
    );

    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..10_u32))
        .unwrap();
    let check = pipeline.add(check::builder("check")).unwrap();
    pipeline.link(source.out["x"], check.first).unwrap();
    pipeline.link(source.out["x"], check.second).unwrap();
    let error = run(&mut pipeline);
    assert_panic(&error, "no four");
    // A function with two inputs is called for the last of them.
    assert_eq!(
        place(&error),
        (
            Some("check"),
            Some("pull"),
            Some("check:snk:second"),
            Some(3)
        )
    );
}

#[test]
fn an_iterator_and_a_closure_are_of_the_element_that_calls_them() {
    let values = (0..10_u32).inspect(|value| assert_ne!(*value, 4, "no more"));
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            IterSource::builder("src")
                .iter("a", 0..10_u32)
                .iter("b", values),
            NullSink::<u32>::builder("snk").sink_pads(["a", "b"]),
        )
        .unwrap();
    let error = run(&mut pipeline);
    assert_panic(&error, "no more");
    assert_eq!(
        place(&error),
        (Some("src"), Some("new"), Some("src:src:b"), Some(5))
    );

    let mut pipeline = Pipeline::new();
    let divide = CallableTransform::<u32, u32>::builder("divide")
        .map("of", ["x"], |data| 10 / data[0])
        .map("by", ["x"], |data| data[0] / 10);
    pipeline
        .connect(IterSource::builder("src").iter("x", 0..10_u32), divide)
        .unwrap();
    pipeline
        .connect(
            "divide",
            NullSink::<u32>::builder("snk").sink_pads(["of", "by"]),
        )
        .unwrap();
    let error = run(&mut pipeline);
    assert_panic(&error, "divide by zero");
    assert_eq!(
        place(&error),
        (Some("divide"), Some("new"), Some("divide:src:of"), Some(1))
    );
}

#[test]
fn a_copy_at_a_fan_out_is_of_the_pad_for_which_it_is_made() {
    struct Unique(u32);
    impl Clone for Unique {
        fn clone(&self) -> Self {
            assert_ne!(self.0, 1, "there is only one");
            Self(self.0)
        }
    }
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", (0..3).map(Unique)))
        .unwrap();
    for name in ["first", "last"] {
        let pass = pipeline
            .add(
                PassThrough::<Unique>::builder(name)
                    .source_pads(["x"])
                    .sink_pads(["x"]),
            )
            .unwrap();
        let sink = pipeline
            .add(NullSink::<Unique>::builder(format!("{name}_end")).sink_pads(["x"]))
            .unwrap();
        pipeline.link(source.out["x"], pass.frame["x"]).unwrap();
        pipeline.link(pass.out["x"], sink.frame["x"]).unwrap();
    }
    let error = run(&mut pipeline);
    assert_panic(&error, "there is only one");
    assert_eq!(
        place(&error),
        (Some("first"), Some("clone"), Some("first:snk:x"), Some(2))
    );
}

#[test]
fn a_panic_in_a_pipeline_within_an_element_is_an_error_of_both() {
    #[sgn::transform]
    fn whole(x: u32) -> Result<u32, sgn::Error> {
        let mut pipeline = Pipeline::new();
        let sink = CollectSink::<u32>::builder("all").sink_pads(["x"]);
        pipeline.connect(
            IterSource::builder("inner").iter("x", [x]),
            half::builder("half"),
        )?;
        pipeline.connect("half", sink)?;
        pipeline.run_with(RunOptions::new().handle_signals(false))?;
        Ok(x)
    }
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            IterSource::builder("src").iter("x", 0..10_u32),
            whole::builder("whole"),
        )
        .unwrap();
    pipeline
        .connect("whole", NullSink::<u32>::builder("snk").sink_pads(["x"]))
        .unwrap();
    let error = run(&mut pipeline);
    assert_eq!(
        place(&error),
        (Some("whole"), Some("new"), Some("whole:src:out"), Some(3))
    );
    let inner: &sgn::Error = std::error::Error::source(&error)
        .unwrap()
        .downcast_ref()
        .unwrap();
    assert_panic(inner, "no half of two");
    assert_eq!(
        place(inner),
        (Some("half"), Some("new"), Some("half:src:out"), Some(1))
    );
}
