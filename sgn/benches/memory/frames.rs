//! A pipeline of `sgn` with frames of three sizes and about ten allocations a frame.
//!
//! Of its elements one filters the samples and one measures their power, as elements do; the others
//! only handle the frame.

use std::hint::black_box;

use sgn::prelude::*;

struct Packet {
    samples: Vec<f32>,
    names: [String; 2],
}

#[sgn::source]
struct Antenna {
    #[prop]
    bytes: usize,
    #[prop]
    frames: u64,
    #[state]
    sent: u64,
}

#[sgn::source]
impl Antenna {
    fn new(&mut self) -> Frame<Packet> {
        self.sent += 1;
        let names = ["channel", "unit"].map(|name| black_box(name).to_owned());
        let samples = black_box(vec![self.sent as f32; self.bytes / size_of::<f32>()]);
        Frame::new(Packet { samples, names }).with_eos(self.sent >= self.frames)
    }
}

#[sgn::transform]
fn filter(packet: Packet) -> Packet {
    let mut samples = black_box(packet.samples.clone());
    let mut last = 0.0;
    for sample in &mut samples {
        last += 0.25 * (*sample - last);
        *sample = last;
    }
    let [channel, unit] = packet.names;
    let channel = format!("{channel} filtered");
    let names = [channel, unit];
    Packet { samples, names }
}

#[sgn::transform]
fn label(mut packet: Packet) -> Packet {
    packet.names[1].push_str(" per second and hertz");
    let key = black_box(packet.names[0].to_uppercase());
    packet.names[0].clone_from(&key);
    packet
}

#[sgn::sink]
fn measure(packet: Packet) {
    let power = packet
        .samples
        .iter()
        .map(|sample| sample * sample)
        .sum::<f32>();
    let text = format!("{}: {}", packet.names[0], power > 1.0);
    black_box(text);
}

/// Runs `frame64` and the like; whether `name` is one of them.
pub(super) fn run(name: &str, frames: u64) -> bool {
    let bytes = match name {
        "frame64" => 64,
        "frame1500" => 1500,
        "frame65536" => 65_536,
        _ => return false,
    };
    let mut pipeline = Pipeline::new();
    let antenna = Antenna::builder("antenna").bytes(bytes).frames(frames);
    let antenna = pipeline.add(antenna).expect("the name is free");
    let filter = pipeline
        .add(filter::builder("filter"))
        .expect("the name is free");
    let label = pipeline
        .add(label::builder("label"))
        .expect("the name is free");
    let measure = pipeline
        .add(measure::builder("measure"))
        .expect("the name is free");
    pipeline.link(antenna.out, filter.packet).expect("a link");
    pipeline.link(filter.out, label.packet).expect("a link");
    pipeline.link(label.out, measure.packet).expect("a link");
    pipeline.run().expect("nothing fails");
    true
}
