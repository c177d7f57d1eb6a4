//! Wrong callback: a panic before the first stride, or after the last one.

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

use super::{assert_panic, place, run};

#[sgn::sink]
struct Opens {
    #[prop]
    in_startup: bool,
}

#[sgn::sink]
impl Opens {
    fn on_startup(&mut self) {
        let port: Option<u16> = if self.in_startup { None } else { Some(1) };
        port.expect("no port given");
    }

    fn pull(&mut self, x: &Frame<u32>) {
        let _ = x;
    }

    fn eos_error(&mut self) -> Option<String> {
        panic!("no log to write to")
    }
}

fn pipeline(in_startup: bool) -> Pipeline {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("s").iter("o", 0..2_u32))
        .expect("it is well");
    let idle = pipeline
        .add(NullSink::<u32>::builder("idle").sink_pads(["x"]))
        .expect("it is well");
    let opens = pipeline
        .add(Opens::builder("opens").in_startup(in_startup))
        .expect("it is well");
    pipeline
        .link(source.out["o"], idle.frame["x"])
        .expect("it is well");
    pipeline.link(source.out["o"], opens.x).expect("it is well");
    pipeline
}

#[test]
fn a_panic_in_on_startup_is_of_on_startup_and_of_no_stride() {
    let error = run(&mut pipeline(true));
    assert_panic(&error, "no port given");
    assert_eq!(
        place(&error),
        (
            Some("opens"),
            Some("on_startup"),
            Some("opens:inl:inl"),
            None
        )
    );
    let text = error.to_string();
    assert!(
        text.contains("`on_startup` panicked in element `opens`") && !text.contains("stride"),
        "{text}"
    );
}

#[test]
fn a_panic_in_eos_error_is_of_eos_error() {
    let error = run(&mut pipeline(false));
    assert_panic(&error, "no log to write to");
    assert_eq!(
        place(&error),
        (
            Some("opens"),
            Some("eos_error"),
            Some("opens:inl:inl"),
            None
        )
    );
}
