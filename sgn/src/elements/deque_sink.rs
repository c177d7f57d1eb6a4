//! A sink that keeps the latest.

use std::collections::VecDeque;

use super::by_name::ByName;
use crate::frame::Frame;
use crate::pad::{Pad, PadNames};

/// Keeps the latest payloads that each pad takes.
///
/// Gaps and frames without data are dropped.
///
/// ```
/// use sgn::elements::{DequeSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let source = pipeline.add(IterSource::builder("src").iter("out", 0..10))?;
/// let sink = pipeline.add(DequeSink::builder("snk").sink_pads(["in"]).max_len(2))?;
/// pipeline.link(source.out["out"], sink.frame["in"])?;
/// pipeline.run()?;
/// assert!(pipeline.element(&sink)?.data("in").eq(&[8, 9]));
/// # Ok(())
/// # }
/// ```
///
/// Between runs [`pop`](Self::pop) empties it, the oldest payload first:
///
/// ```
/// use sgn::elements::{DequeSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let sink = pipeline.add(DequeSink::builder("snk").sink_pads(["x"]))?;
/// pipeline.connect(IterSource::builder("src").iter("x", 0..2), "snk")?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element_mut(&sink)?.pop("x"), Some(0));
/// # Ok(())
/// # }
/// ```
#[sgn::sink]
#[derive(Debug)]
pub struct DequeSink<T: Send + 'static> {
    /// The number of payloads that each pad keeps; older ones are dropped. Without it there is no
    /// bound.
    #[prop(default = usize::MAX)]
    max_len: usize,
    #[state]
    deques: Vec<(String, VecDeque<T>)>,
    #[state]
    by_name: ByName,
}

#[sgn::sink]
impl<T: Send + 'static> DequeSink<T> {
    /// Returns the payloads that pad `pad` has kept, oldest first; none if there is no such pad.
    pub fn data(&self, pad: &str) -> impl Iterator<Item = &T> {
        let own = self.place(pad).map(|place| &self.deques[place].1);
        own.into_iter().flatten()
    }

    /// Takes the oldest payload of pad `pad`.
    pub fn pop(&mut self, pad: &str) -> Option<T> {
        let place = self.place(pad)?;
        self.deques[place].1.pop_front()
    }

    fn place(&self, pad: &str) -> Option<usize> {
        let name_of = |place: usize| self.deques[place].0.as_str();
        self.by_name.find(pad, name_of)
    }

    fn on_build(&mut self, pads: &PadNames) {
        self.by_name = ByName::of(pads.sinks());
        self.deques.reserve_exact(pads.sinks().len());
        for pad in pads.sinks() {
            self.deques.push((pad.clone(), VecDeque::new()));
        }
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<T>) {
        if frame.is_gap() {
            return;
        }
        let deque = &mut self.deques[pad.index()].1;
        deque.extend(frame.into_data());
        while deque.len() > self.max_len {
            deque.pop_front();
        }
    }
}
