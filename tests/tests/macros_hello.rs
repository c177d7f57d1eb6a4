//! The three attributes on structs, impls and functions, at work in one pipeline.

use std::sync::Arc;

use parking_lot::Mutex;
use sgn::prelude::*;

/// Emits `Frame 1`, `Frame 2`, ... and ends after `max_frames`.
#[sgn::source]
struct Counter {
    /// How many frames to emit.
    #[prop(default = 10, range = 1..=100)]
    max_frames: u32,
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<String> {
        self.count += 1;
        Frame::new(format!("Frame {}", self.count)).with_eos(self.count >= self.max_frames)
    }
}

#[sgn::transform]
fn shout(text: String, #[prop(default = 1)] times: usize) -> String {
    text.to_uppercase().repeat(times)
}

#[sgn::sink]
fn print(text: &String, #[prop] seen: Arc<Mutex<Vec<String>>>) {
    seen.lock().push(text.clone());
}

#[test]
fn a_source_a_transform_and_a_sink_run() -> sgn::Result<()> {
    let seen = Arc::default();
    let mut p = Pipeline::new();
    let src = p.add(Counter::builder("src").max_frames(2))?;
    let up = p.add(shout::builder("up").times(2))?;
    let snk = p.add(print::builder("snk").seen(Arc::clone(&seen)))?;
    p.link(src.out, up.text)?;
    p.link(up.out, snk.text)?;
    p.run()?;
    let seen = seen.lock();
    assert_eq!(*seen, ["FRAME 1FRAME 1", "FRAME 2FRAME 2"]);
    Ok(())
}
