//! Each element alone, then all in a pipeline.

use own_elements::{Gate, Mix, Sine, loudness};
use sgn::elements::CollectFrames;
use sgn::prelude::*;
use sgn::testing::Harness;

#[test]
fn the_sine_ends_after_its_blocks() -> sgn::Result<()> {
    let mut sine = Harness::new(Sine::builder("sine").frequency(2.0).blocks(3))?;
    let out = sine.pads().out;
    let blocks = sine.until_eos(out)?;
    assert_eq!(blocks.len(), 3);
    let peak = blocks[0].data().map(|block| block[1]);
    assert!(peak.is_some_and(|peak| (peak - 1.0).abs() < 1e-9));
    Ok(())
}

#[test]
fn the_frequency_has_a_range() {
    let error = Harness::new(Sine::builder("sine").frequency(1e6)).expect_err("far too high");
    assert_eq!(error.property(), Some("frequency"));
}

#[test]
fn the_gate_opens_at_its_threshold() -> sgn::Result<()> {
    let mut gate = Harness::new(Gate::builder("gate").threshold(0.3))?;
    let pads = gate.pads().clone();

    gate.push(pads.signal, Frame::new(vec![1.0]))
        .push(pads.level, Frame::new(0.2));
    gate.stride()?;
    assert!(gate.take(pads.out).is_some_and(|frame| frame.is_gap()));
    assert!(!gate.element().is_open());

    gate.push(pads.signal, Frame::new(vec![1.0]))
        .push(pads.level, Frame::new(0.4));
    gate.stride()?;
    assert_eq!(
        gate.take(pads.out).and_then(Frame::into_data),
        Some(vec![1.0])
    );
    Ok(())
}

#[test]
fn the_mix_adds_all_its_pads() -> sgn::Result<()> {
    let mut mix = Harness::new(Mix::builder("mix").sink_pads(["a", "b", "c"]))?;
    let pads = mix.pads().clone();
    for (name, block) in [("a", vec![1.0]), ("b", vec![2.0, 3.0]), ("c", vec![])] {
        mix.push(pads.input[name], Frame::new(block));
    }
    mix.stride()?;
    assert_eq!(
        mix.take(pads.out).and_then(Frame::into_data),
        Some(vec![3.0, 3.0])
    );
    Ok(())
}

#[test]
fn all_of_them_run_in_a_pipeline() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let sine = p.add(Sine::builder("sine").blocks(5))?;
    let level = p.add(loudness::builder("level"))?;
    let gate = p.add(Gate::builder("gate"))?;
    let mix = p.add(Mix::builder("mix").sink_pads(["dry", "gated"]))?;
    let end = p.add(CollectFrames::builder("end").sink_pads(["mixed"]))?;
    p.link(sine.out, level.block)?;
    p.link(sine.out, gate.signal)?;
    p.link(level.out, gate.level)?;
    p.link(sine.out, mix.input["dry"])?;
    p.link(gate.out, mix.input["gated"])?;
    p.link(mix.out, end.frame["mixed"])?;
    p.run()?;
    let frames = p.element(&end)?.frames("mixed");
    assert_eq!(frames.len(), 5);
    let doubled = frames[0].data().map(|block| block[2]);
    assert!(doubled.is_some_and(|sample| (sample - 2.0).abs() < 1e-9));
    Ok(())
}

#[test]
fn text_makes_the_same_pipeline() -> sgn::Result<()> {
    let text = "sine name=s ! loudness ! gate.level  s. ! gate.signal  gate name=gate ! mix.gated  \
                s. ! mix.dry  mix sink_pads=dry,gated name=mix ! print_peak label='peak '";
    sgn::launch::pipeline(text)?.run()
}
