//! The bench for one element: frames, state, errors, ends, and allocations, exact while tests run in parallel.

use sgn::ErrorKind;
use sgn::prelude::*;
use sgn::testing::Harness;

sgn::counting_allocator!();

/// Collects what it is given, doubled, and allocates as much as it is told.
#[sgn::transform]
struct Doubler {
    #[prop(default = 8)]
    size: usize,
    #[state]
    started: bool,
    #[state]
    kept: Vec<u8>,
    #[state]
    eos: bool,
}

#[sgn::transform]
impl Doubler {
    fn on_startup(&mut self) -> Result<(), String> {
        if self.size == 0 {
            return Err("nothing to do".into());
        }
        self.started = true;
        Ok(())
    }

    fn pull_look(&mut self, frame: &Frame<String>) -> Result<(), String> {
        match frame.data() {
            Some(text) if text == "fail" => Err("told to fail".into()),
            _ => Ok(()),
        }
    }

    fn pull(&mut self, data: Frame<u8>) {
        self.eos = data.is_eos();
        self.kept.extend(data.into_data());
    }

    fn internal(&mut self) {
        self.kept = Vec::with_capacity(self.size);
    }

    fn new(&mut self) -> Frame<Vec<u8>> {
        Frame::new(std::hint::black_box(vec![1; 2 * self.size])).with_eos(self.eos)
    }

    #[pads(dynamic)]
    fn new_more(&mut self, pad: Pad<'_>) -> Option<Frame<usize>> {
        (pad.index() > 0).then(|| Frame::new(pad.index()))
    }
}

fn text(text: &str) -> Frame<String> {
    Frame::new(text.to_owned())
}

#[test]
fn frames_go_in_and_come_out_by_typed_pads() -> sgn::Result<()> {
    let mut kit = Harness::new(Doubler::builder("d").size(3).source_pads(["a", "b"]))?;
    let pads = kit.pads().clone();
    assert!(!kit.element().started);
    kit.push(pads.look, text("x"))
        .push(pads.data, Frame::new(1));
    assert!(kit.take(pads.out).is_none(), "nothing was given yet");
    kit.stride()?;
    assert!(kit.element().started);
    assert_eq!(
        kit.take(pads.out).and_then(Frame::into_data),
        Some(vec![1; 6])
    );
    assert!(kit.take(pads.out).is_none(), "a frame is taken once");
    assert!(kit.take(pads.more["a"]).is_some_and(|frame| frame.is_gap()));
    assert_eq!(kit.take(pads.more["b"]).and_then(Frame::into_data), Some(1));
    kit.element_mut().size = 1;
    kit.push(pads.look, text("y"))
        .push(pads.data, Frame::new(2));
    kit.stride()?;
    assert_eq!(
        kit.take(pads.out).and_then(Frame::into_data),
        Some(vec![1; 2])
    );
    assert_eq!(kit.strides(), 2);
    Ok(())
}

#[test]
fn a_stride_without_frames_calls_nothing() -> sgn::Result<()> {
    let mut kit = Harness::new(Doubler::builder("d").source_pads(["a"]))?;
    let pads = kit.pads().clone();
    kit.push(pads.look, text("x"));
    let error = kit.stride().expect_err("no data");
    assert_eq!(error.kind(), ErrorKind::UnlinkedSinkPad);
    assert_eq!(error.pad(), Some("d:snk:data"));
    assert!(!kit.element().started && kit.strides() == 0);
    Ok(())
}

#[test]
fn errors_say_where() -> sgn::Result<()> {
    let mut kit = Harness::new(Doubler::builder("d").source_pads(["a"]))?;
    let pads = kit.pads().clone();
    kit.push(pads.look, text("fail"))
        .push(pads.data, Frame::new(1));
    let error = kit.stride().expect_err("told to");
    assert_eq!(
        (error.kind(), error.stride()),
        (ErrorKind::Callback, Some(1))
    );
    assert_eq!(error.pad(), Some("d:snk:look"));
    // The bench goes on after an error, with the next frames.
    kit.push(pads.look, text("x"))
        .push(pads.data, Frame::new(1));
    kit.stride()?;

    let mut kit = Harness::new(Doubler::builder("d").size(0).source_pads(["a"]))?;
    let pads = kit.pads().clone();
    kit.push(pads.look, text("x"))
        .push(pads.data, Frame::new(1));
    let error = kit.stride().expect_err("nothing to do");
    assert!(error.to_string().contains("`on_startup`"), "{error}");
    Ok(())
}

#[test]
fn until_eos_stops_at_the_end_of_the_frames_or_of_the_stream() -> sgn::Result<()> {
    let mut kit = Harness::new(Doubler::builder("d").source_pads(["a"]))?;
    let pads = kit.pads().clone();
    for number in 0..5 {
        kit.push(pads.look, text("x"));
        kit.push(pads.data, Frame::new(number).with_eos(number == 2));
    }
    assert_eq!(kit.until_eos(pads.out)?.len(), 3);
    assert_eq!(kit.until_eos(pads.out)?.len(), 2);
    Ok(())
}

#[test]
fn a_source_can_be_asked_to_end() -> sgn::Result<()> {
    let builder = sgn::elements::NullSource::<u8>::builder("src").source_pads(["x"]);
    let mut kit = Harness::new(builder)?;
    let pad = kit.pads().out["x"];
    kit.stride()?;
    assert!(kit.take(pad).is_some_and(|frame| !frame.is_eos()));
    kit.end_streams();
    assert_eq!(kit.until_eos(pad)?.len(), 1);
    Ok(())
}

#[test]
#[should_panic(expected = "this pad is one of another element")]
fn a_pad_of_another_element_is_refused() {
    let build = || Harness::new(Doubler::builder("d").source_pads(["a"])).expect("well");
    let (mut one, other) = (build(), build());
    one.push(other.pads().data, Frame::new(1));
}

/// Several of these run at the same time, in elements of the same name.
fn count(size: usize) -> sgn::Result<()> {
    let mut kit = Harness::new(Doubler::builder("d").size(size).source_pads(["a"]))?;
    let pads = kit.pads().clone();
    kit.count_allocations()?;
    for _ in 0..20 {
        kit.push(pads.look, text("x")).push(pads.data, Frame::gap());
        kit.stride()?;
        let all = kit.allocations();
        assert_eq!((all.total_blocks, all.total_bytes), (2, 3 * size as u64));
        let out = kit.allocations_of(pads.out);
        assert_eq!((out.total_blocks, out.total_bytes), (1, 2 * size as u64));
        assert_eq!(kit.allocations_of(pads.data).total_blocks, 0);
    }
    Ok(())
}

#[test]
fn allocations_are_exact_for_100() -> sgn::Result<()> {
    count(100)
}

#[test]
fn allocations_are_exact_for_333() -> sgn::Result<()> {
    count(333)
}

#[test]
fn allocations_are_exact_for_4096() -> sgn::Result<()> {
    count(4096)
}
