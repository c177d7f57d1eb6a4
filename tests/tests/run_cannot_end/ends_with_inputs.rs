//! A transform's output ends when its inputs have, whatever its frames say.

use sgn::elements::{CollectSink, IterSource, PassThrough};
use sgn::prelude::*;
use sgn::testing::Harness;

use crate::elements::{Denies, Sums, chain, patient, renew};

#[test]
fn of_a_function() {
    let mut chain = chain!(renew::builder("t"));
    let summary = chain.run().unwrap();
    assert_eq!((summary.strides, summary.finished), (4, true));
    assert_eq!(chain.collected(), [0, 1, 2]);
}

#[test]
fn of_a_struct_that_denies_it() {
    let mut chain = chain!(Denies::builder("t"));
    let summary = chain.run().unwrap();
    assert_eq!((summary.strides, summary.finished), (4, true));
    assert_eq!(chain.collected(), [0, 1, 2]);
}

#[test]
fn of_dynamic_pads_when_the_last_one_has_ended() {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("src")
        .iter("short", [1_u32])
        .iter("long", [10_u32, 10, 10]);
    pipeline.add(source).unwrap();
    let sums = Sums::builder("t")
        .sink_pads(["short", "long"])
        .source_pads(["a", "b"]);
    pipeline.add(sums).unwrap();
    let sink = CollectSink::<u32>::builder("snk")
        .sink_pads(["a", "b"])
        .eos(EosPolicy::All);
    let sink = pipeline.add(sink).unwrap();
    pipeline.connect("src", "t").unwrap();
    pipeline.connect("t", "snk").unwrap();
    let summary = pipeline.run_with(patient()).unwrap();
    assert_eq!((summary.strides, summary.finished), (4, true));
    for pad in ["a", "b"] {
        let sink = pipeline.element(&sink).unwrap();
        assert_eq!(sink.data(pad), [11, 21, 31, 31], "{pad}");
    }
}

#[test]
fn of_both_sides_of_a_diamond() {
    for policy in [EosPolicy::Any, EosPolicy::All] {
        let mut pipeline = Pipeline::new();
        let source = pipeline
            .add(IterSource::builder("src").iter("x", 0..3_u32))
            .unwrap();
        let plain = PassThrough::<u32>::builder("plain")
            .sink_pads(["x"])
            .source_pads(["x"]);
        let plain = pipeline.add(plain).unwrap();
        let denies = pipeline.add(Denies::builder("denies")).unwrap();
        let sink = CollectSink::<u32>::builder("snk")
            .sink_pads(["plain", "denies"])
            .eos(policy);
        let sink = pipeline.add(sink).unwrap();
        pipeline.link(source.out["x"], plain.frame["x"]).unwrap();
        pipeline.link(source.out["x"], denies.x).unwrap();
        pipeline.link(plain.out["x"], sink.frame["plain"]).unwrap();
        pipeline.link(denies.out, sink.frame["denies"]).unwrap();
        let summary = pipeline.run_with(patient()).unwrap();
        assert_eq!((summary.strides, summary.finished), (4, true), "{policy:?}");
        for pad in ["plain", "denies"] {
            assert_eq!(pipeline.element(&sink).unwrap().data(pad), [0, 1, 2]);
        }
    }
}

#[test]
fn through_a_chain_in_one_stride() {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..3_u32))
        .unwrap();
    let mut last = source.out["x"];
    for place in 0..20 {
        let next = pipeline.add(renew::builder(format!("t{place}"))).unwrap();
        pipeline.link(last, next.x).unwrap();
        last = next.out;
    }
    let sink = CollectSink::<u32>::builder("snk").sink_pads(["x"]);
    let sink = pipeline.add(sink).unwrap();
    pipeline.link(last, sink.frame["x"]).unwrap();
    assert_eq!(pipeline.run_with(patient()).unwrap().strides, 4);
}

#[test]
fn and_stays_ended_when_an_input_goes_on() {
    let mut kit = Harness::new(Denies::builder("t")).unwrap();
    let (x, out) = (kit.pads().x, kit.pads().out);
    let ends = [false, true, false, true, false];
    for eos in ends {
        kit.push(x, Frame::new(1).with_eos(eos));
    }
    let given = ends.map(|_| {
        kit.stride().unwrap();
        kit.take(out).unwrap().is_eos()
    });
    assert_eq!(given, [false, true, true, true, true]);
}

#[test]
fn sooner_if_its_frames_say_so() {
    #[sgn::transform]
    fn first_two(x: Frame<u32>, #[state] seen: &mut u32) -> Frame<u32> {
        *seen += 1;
        let eos = *seen == 2;
        x.with_eos(eos)
    }
    let mut chain = chain!(first_two::builder("t"));
    assert_eq!(chain.run().unwrap().strides, 2);
    assert_eq!(chain.collected(), [0, 1]);
}
