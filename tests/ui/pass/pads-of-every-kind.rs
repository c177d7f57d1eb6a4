//! Several pads of different types, named by the method, by an attribute, and at construction.
#![deny(warnings)]

use sgn::prelude::*;

/// Three detectors and a clock.
#[sgn::source]
#[derive(Debug)]
pub struct Detectors {
    #[state(vec![0.0; 4])]
    window: Vec<f32>,
}

#[sgn::source]
impl Detectors {
    /// The user's own constructor.
    #[must_use]
    pub fn new() -> Self {
        Self { window: Vec::new() }
    }

    #[pad("H1")]
    fn new_h1(&mut self) -> Frame<Vec<f32>> {
        Frame::new(self.window.clone())
    }

    #[pad("L1-raw")]
    fn new_l1(&mut self) -> Option<Frame<Vec<f32>>> {
        None
    }

    fn new_clock(&self) -> Result<Frame<u64>, std::fmt::Error> {
        Ok(Frame::new(1))
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<String> {
        Frame::new(pad.name().to_owned())
    }
}

/// Passes on.
#[sgn::transform]
#[derive(Debug)]
pub struct Through<T: Send + 'static, const N: usize>
where
    T: Clone,
{
    #[state([const { None }; N])]
    kept: [Option<Frame<T>>; N],
}

#[sgn::transform]
impl<T: Send + 'static, const N: usize> Through<T, N>
where
    T: Clone,
{
    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: &Frame<T>) {
        self.kept[pad.index()] = Some(frame.clone());
    }

    fn pull_in(&mut self, _: Frame<u8>) -> Result<(), std::fmt::Error> {
        self.internal();
        Ok(())
    }

    fn internal(&mut self) {
        self.helper();
    }

    fn helper(&self) {}

    fn new_in(&mut self) -> Frame<<Self as Bits>::Word> {
        Frame::new(0)
    }

    fn on_startup(&mut self) -> Result<(), String> {
        Err(String::from("not today"))
    }

    fn on_build(&mut self, pads: &PadNames) {
        let _ = pads.sinks();
    }

    fn eos_error(&mut self) -> Option<std::fmt::Error> {
        None
    }
}

/// A trait that the payload type goes through.
pub trait Bits {
    /// The payload.
    type Word;
}

impl<T: Send + 'static + Clone, const N: usize> Bits for Through<T, N> {
    type Word = u16;
}

/// Looks.
#[sgn::sink]
#[derive(Debug)]
pub struct Look;

#[sgn::sink(eos = all)]
impl Look {
    fn pull(&mut self, r#in: &Frame<u16>) {
        let _ = r#in;
    }

    #[cfg(any())]
    fn pull_never(&mut self, frame: Frame<Missing>) {
        let _ = frame;
    }
}

fn main() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let src = p.add(Detectors::builder("src").source_pads(["a", "b"]))?;
    let _ = (src.H1, src.l1, src.clock, src.out["a"]);
    let mid = p.add(Through::<String, 2>::builder("mid").sink_pads(["a", "b"]))?;
    let snk = p.add(Look::builder("snk"))?;
    p.link(src.out["a"], mid.frame["a"])?;
    p.link(mid.src_in, snk.r#in)?;
    Ok(())
}
