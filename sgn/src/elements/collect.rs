//! Sinks that keep what they take.

use super::by_name::ByName;
use super::{match_names, places_of};
use crate::error::Error;
use crate::frame::Frame;
use crate::pad::{Pad, PadNames};

/// Keeps the payloads that each pad takes.
///
/// Gaps and frames without data are dropped.
///
/// It grows as long as the streams go on: for a bounded memory take a [`DequeSink`](super::DequeSink).
///
/// ```
/// use sgn::elements::{CollectSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let source = pipeline.add(IterSource::builder("src").iter("out", 0..3))?;
/// let sink = pipeline.add(CollectSink::builder("snk").sink_pads(["in"]))?;
/// pipeline.link(source.out["out"], sink.frame["in"])?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&sink)?.data("in"), [0, 1, 2]);
/// # Ok(())
/// # }
/// ```
#[sgn::sink]
#[derive(Debug)]
pub struct CollectSink<T: Send + 'static> {
    /// The payloads that each pad holds before the run; names must be those of the pads.
    #[prop(default)]
    collects: Vec<(String, Vec<T>)>,
    #[state]
    by_name: ByName,
}

#[sgn::sink]
impl<T: Send + 'static> CollectSink<T> {
    /// Returns the payloads that pad `pad` has taken, oldest first; empty if there is no such pad.
    pub fn data(&self, pad: &str) -> &[T] {
        self.place(pad).map_or(&[], |place| &self.collects[place].1)
    }

    /// Hands out the payloads that pad `pad` has taken, and starts afresh.
    pub fn take(&mut self, pad: &str) -> Vec<T> {
        self.place(pad)
            .map(|place| std::mem::take(&mut self.collects[place].1))
            .unwrap_or_default()
    }

    fn place(&self, pad: &str) -> Option<usize> {
        let name_of = |place: usize| self.collects[place].0.as_str();
        self.by_name.find(pad, name_of)
    }

    fn on_build(&mut self, pads: &PadNames) -> Result<(), Error> {
        self.by_name = ByName::of(pads.sinks());
        if !self.collects.is_empty() {
            let mut names = Vec::with_capacity(self.collects.len());
            for (pad, _) in &self.collects {
                names.push(pad.as_str());
            }
            match_names("a collection", &names, pads.sinks())?;
            let mut order = places_of(&names, pads.sinks());
            bring_into(&mut order, &mut self.collects);
            return Ok(());
        }
        self.collects.reserve_exact(pads.sinks().len());
        for pad in pads.sinks() {
            self.collects.push((pad.clone(), Vec::new()));
        }
        Ok(())
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<T>) {
        if !frame.is_gap() {
            self.collects[pad.index()].1.extend(frame.into_data());
        }
    }
}

/// Keeps the frames that each pad takes.
///
/// It keeps their flags, too, and grows as long as the streams go on.
///
/// With the frames that have no payload, and with something in it from the start:
///
/// ```
/// use sgn::elements::{CollectFrames, CollectSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.add(IterSource::builder("src").iter("x", [1, 2]))?;
/// let frames = pipeline.add(CollectFrames::<i32>::builder("frames").sink_pads(["x"]).skip_empty(false))?;
/// let sum = pipeline.add(
///     CollectSink::<i32>::builder("data").sink_pads(["x"]).collects(vec![("x".to_owned(), vec![0])]),
/// )?;
/// pipeline.connect("src", "frames")?;
/// pipeline.connect("src", "data")?;
/// pipeline.run()?;
/// assert!(pipeline.element(&frames)?.frames("x").last().is_some_and(Frame::is_eos));
/// assert_eq!(pipeline.element(&sum)?.data("x"), [0, 1, 2]);
/// # Ok(())
/// # }
/// ```
#[sgn::sink]
#[derive(Debug)]
pub struct CollectFrames<T: Send + 'static> {
    /// True if gaps are dropped.
    #[prop(default = true)]
    skip_empty: bool,
    #[state]
    kept: Vec<(String, Vec<Frame<T>>)>,
    #[state]
    by_name: ByName,
}

#[sgn::sink]
impl<T: Send + 'static> CollectFrames<T> {
    /// Returns the frames that pad `pad` has kept, oldest first; empty if there is no such pad.
    pub fn frames(&self, pad: &str) -> &[Frame<T>] {
        let name_of = |place: usize| self.kept[place].0.as_str();
        let place = self.by_name.find(pad, name_of);
        place.map_or(&[], |place| &self.kept[place].1)
    }

    fn on_build(&mut self, pads: &PadNames) {
        self.by_name = ByName::of(pads.sinks());
        self.kept.reserve_exact(pads.sinks().len());
        for pad in pads.sinks() {
            self.kept.push((pad.clone(), Vec::new()));
        }
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<T>) {
        if !(self.skip_empty && frame.is_gap()) {
            self.kept[pad.index()].1.push(frame);
        }
    }
}

/// Moves each item to the place that `order` says for it. Not a sort, which would be compiled for each payload.
fn bring_into<T>(order: &mut [usize], items: &mut [T]) {
    for place in 0..order.len() {
        while order[place] != place {
            let target = order[place];
            items.swap(place, target);
            order.swap(place, target);
        }
    }
}
