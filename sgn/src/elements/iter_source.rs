//! A source of the values of iterators.

use std::collections::HashMap;
use std::fmt;

use super::{Given, match_names};
use crate::element::ElementBuilder as _;
use crate::error::Error;
use crate::frame::Frame;
use crate::pad::{Pad, PadNames};

/// The values that one pad gives.
///
/// ```
/// use sgn::elements::{CollectSink, IterSource, Values};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let counts: Values<u32> = Box::new(1..=3);
/// let with_a_gap: Values<Option<u32>> = Box::new([Some(7), None, Some(9)].into_iter());
/// let mut pipeline = Pipeline::new();
/// let sink = pipeline.add(CollectSink::<u32>::builder("snk").sink_pads(["a", "b"]))?;
/// pipeline.connect(
///     IterSource::builder("src")
///         .source_pads(["a", "b"])
///         .iters(vec![("a".to_owned(), counts)])
///         .optional_iters(vec![("b".to_owned(), with_a_gap)])
///         .eos_on_empty(false)
///         .eos_on_empty_by_pad(vec![("a".to_owned(), true), ("b".to_owned(), false)]),
///     "snk",
/// )?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&sink)?.data("b"), [7, 9]);
/// # Ok(())
/// # }
/// ```
pub type Values<T> = Box<dyn Iterator<Item = T> + Send>;

/// Gives the values of iterators, one a stride.
///
/// Each pad has an iterator. A pad whose iterator is exhausted gives gaps for ever, marked EOS unless
/// [`eos_on_empty`](IterSourceBuilder::eos_on_empty) says no. The EOS frame is one of its own: n values make n + 1
/// strides.
///
/// ```
/// use sgn::elements::{CollectSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let source = pipeline.add(IterSource::builder("src").iter("H1", [1.0, 2.0]).iter("L1", [3.0, 4.0]))?;
/// let sink = pipeline.add(CollectSink::<f64>::builder("snk").sink_pads(["H1", "L1"]))?;
/// pipeline.connect("src", "snk")?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&sink)?.data("L1"), [3.0, 4.0]);
/// # let _ = source.out["H1"];
/// # Ok(())
/// # }
/// ```
#[sgn::source]
pub struct IterSource<T: Clone + Send + 'static> {
    /// The values of each pad. Names must be those of the pads; with none at all, every pad is empty.
    #[prop(default)]
    iters: Vec<(String, Values<T>)>,
    /// The values of each pad, where `None` is a gap; adds to `iters`.
    #[prop(default)]
    optional_iters: Vec<(String, Values<Option<T>>)>,
    /// True if a pad marks its frames EOS when its values are exhausted.
    #[prop(default = true)]
    eos_on_empty: bool,
    /// The same for each pad; names must be those of the pads.
    #[prop(default)]
    eos_on_empty_by_pad: Vec<(String, bool)>,
    #[state]
    streams: Vec<Stream<T>>,
}

/// Values whose iterator allocates at the line that gave it.
struct GivenValues<I> {
    given: Given,
    values: I,
}

impl<I: Iterator> Iterator for GivenValues<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.given.call(|| self.values.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.values.size_hint()
    }
}

/// The values that one pad has left to give.
struct Stream<T> {
    values: Option<Values<Option<T>>>,
    eos_on_empty: bool,
}

impl<T> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("is_empty", &self.values.is_none())
            .finish_non_exhaustive()
    }
}

impl<T: Clone + Send + 'static> fmt::Debug for IterSource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterSource")
            .field("streams", &self.streams)
            .finish_non_exhaustive()
    }
}

impl<T: Clone + Send + 'static> IterSourceBuilder<T> {
    /// Adds the pad `pad` that gives `values`.
    #[track_caller]
    pub fn iter<I>(mut self, pad: impl Into<String>, values: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        let pad = pad.into();
        self.settings().source_pads.push(pad.clone());
        let values = GivenValues {
            given: Given::here(),
            values: values.into_iter(),
        };
        self.iters.push((pad, Box::new(values)));
        self
    }
}

#[sgn::source]
impl<T: Clone + Send + 'static> IterSource<T> {
    fn on_build(&mut self, pads: &PadNames) -> Result<(), Error> {
        let plain = self
            .iters
            .drain(..)
            .map(|(pad, values)| (pad, Box::new(values.map(Some)) as Values<Option<T>>));
        let given: Vec<_> = plain.chain(self.optional_iters.drain(..)).collect();
        if !given.is_empty() {
            let names: Vec<&str> = given.iter().map(|(pad, _)| pad.as_str()).collect();
            match_names("an iterator", &names, pads.sources())?;
        }
        if !self.eos_on_empty_by_pad.is_empty() {
            let names: Vec<&str> = self
                .eos_on_empty_by_pad
                .iter()
                .map(|(pad, _)| pad.as_str())
                .collect();
            match_names("`eos_on_empty`", &names, pads.sources())?;
        }
        let mut given: HashMap<_, _> = given.into_iter().collect();
        let own: HashMap<&str, bool> = self
            .eos_on_empty_by_pad
            .iter()
            .map(|(pad, eos)| (pad.as_str(), *eos))
            .collect();
        for pad in pads.sources() {
            self.streams.push(Stream {
                values: given.remove(pad),
                eos_on_empty: own.get(pad.as_str()).copied().unwrap_or(self.eos_on_empty),
            });
        }
        Ok(())
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<T> {
        let stream = &mut self.streams[pad.index()];
        match stream.values.as_mut().and_then(Iterator::next) {
            Some(Some(value)) => Frame::new(value),
            Some(None) => Frame::gap(),
            None => {
                stream.values = None;
                Frame::gap().with_eos(stream.eos_on_empty)
            }
        }
    }
}
