//! The first error is kept, whatever comes after it.

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

use super::{assert_panic, place, run};

/// Fails in its stride, and again when it is asked what it absorbed.
#[sgn::sink]
struct Worse {
    #[state]
    strides: u32,
}

#[sgn::sink]
impl Worse {
    fn pull(&mut self, x: &Frame<u32>) {
        let _ = x;
        self.strides += 1;
        assert!(self.strides < 2, "first");
    }

    fn eos_error(&mut self) -> Option<String> {
        panic!("second");
    }
}

#[test]
fn a_panic_in_a_stride_is_not_replaced_by_what_follows() {
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            IterSource::builder("src").iter("x", 0..9_u32),
            Worse::builder("bad"),
        )
        .unwrap();
    let error = run(&mut pipeline);
    assert_panic(&error, "first");
    assert_eq!(
        place(&error),
        (Some("bad"), Some("pull"), Some("bad:snk:x"), Some(2))
    );
}

#[test]
fn absorbed_errors_and_panics_are_told_together() {
    #[sgn::sink]
    struct Absorbs {}
    #[sgn::sink]
    impl Absorbs {
        fn pull(&mut self, x: &Frame<u32>) {
            let _ = x;
        }
        fn eos_error(&mut self) -> Option<String> {
            Some(String::from("the disk was full"))
        }
    }
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..1_u32))
        .unwrap();
    let absorbs = pipeline.add(Absorbs::builder("absorbs")).unwrap();
    let worse = pipeline.add(Worse::builder("worse")).unwrap();
    let idle = pipeline
        .add(NullSink::<u32>::builder("idle").sink_pads(["x"]))
        .unwrap();
    pipeline.link(source.out["x"], absorbs.x).unwrap();
    pipeline.link(source.out["x"], idle.frame["x"]).unwrap();
    pipeline.link(source.out["x"], worse.x).unwrap();
    let error = run(&mut pipeline);
    // The second stride of `worse` is that of EOS.
    assert_panic(&error, "first");

    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..0_u32))
        .unwrap();
    let absorbs = pipeline.add(Absorbs::builder("absorbs")).unwrap();
    let worse = pipeline.add(Worse::builder("worse")).unwrap();
    pipeline.link(source.out["x"], absorbs.x).unwrap();
    pipeline.link(source.out["x"], worse.x).unwrap();
    let error = run(&mut pipeline);
    let text = error.to_string();
    assert!(
        text.contains("the disk was full") && text.contains("`eos_error` panicked"),
        "{text}"
    );
    assert!(error.is(sgn::ErrorKind::Panic) && error.is(sgn::ErrorKind::Eos));
}
