//! Generic stock elements are launched with the payload of their neighbours, or with one that is said.

use sgn::prelude::*;
use sgn::{ErrorKind, registry};

/// A payload of the program's own.
#[derive(Clone, Debug)]
struct Strain(f64);

sgn::launchable!(Strain);

#[sgn::source]
fn detector(#[state] count: &mut u32) -> Frame<Strain> {
    *count += 1;
    Frame::new(Strain(f64::from(*count))).with_eos(*count == 3)
}

#[sgn::transform]
fn rms(strain: &Strain) -> Result<f64, std::fmt::Error> {
    Ok(strain.0.abs())
}

/// A payload that nobody has made launchable.
struct Odd;

#[sgn::source]
fn odd() -> Frame<Odd> {
    Frame::new(Odd).with_eos(true)
}

fn strides(text: &str) -> u64 {
    let mut pipeline = sgn::launch::pipeline(text).unwrap_or_else(|error| panic!("{error}"));
    let summary = pipeline.run_with(RunOptions::new());
    summary.expect("the run ends").strides
}

#[test]
fn stock_elements_are_launched_for_any_payload_that_is_there() {
    for text in [
        "null_source num_frames=2 ! null_sink",
        "null_source num_frames=2 payload=f64 ! pass_through ! null_sink",
        "null_source num_frames=4 source_pads=a,b ! pass_through sink_pads=a,b source_pads=a,b ! null_sink sink_pads=a,b",
        "detector ! null_sink",
        "detector ! pass_through ! pass_through ! rms ! collect_sink",
        "null_source num_frames=2 ! pass_through ! rms ! null_sink",
        "detector name=d ! rms ! null_sink  d. ! deque_sink max_len=2  d. ! collect_frames",
        "null_source num_frames=2 payload='Vec<f32>' ! null_sink",
    ] {
        assert_eq!(strides(text), 3, "{text}");
    }
}

#[test]
fn a_payload_that_is_not_there_is_refused_with_those_that_are() {
    for (text, says) in [
        (
            "odd ! null_sink",
            "`sgn::launchable!(Odd)` in the program adds it",
        ),
        (
            "null_source payload=bol ! null_sink",
            "did you mean `bool`?",
        ),
        (
            "null_source payload=u8 ! null_sink payload=u16",
            "takes `u16`",
        ),
    ] {
        let error = sgn::launch::pipeline(text).expect_err(text);
        assert_eq!(error.problems().len(), 1, "{error}");
        let error = error.to_string();
        assert!(error.contains(says), "{error}");
    }
    let sink = registry().get("null_sink").expect("it is stock");
    let error = sink.build("snk", [("sink_pads", "a")].into_iter().collect());
    let error = error.expect_err("the payload is not said");
    assert_eq!(error.kind(), ErrorKind::MissingProperty);
    assert!(error.to_string().contains("`payload=f64`"), "{error}");
    assert!(sink.payloads().contains(&"Strain"));
}

/// What can be made from text says for which payloads, and what cannot says why.
#[test]
fn every_generic_element_is_launchable_or_says_what_to_do() {
    for info in registry().iter().filter(|info| !info.generics().is_empty()) {
        match info.why_not_launchable() {
            None => assert!(info.payloads().contains(&"f64"), "{}", info.name()),
            Some(reason) => assert!(reason.contains("build it in code"), "{reason}"),
        }
    }
}
