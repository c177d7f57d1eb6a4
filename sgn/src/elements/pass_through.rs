//! A transform that hands its frames on.

use std::collections::{HashMap, HashSet};

use super::{match_names, places};
use crate::error::{Error, ErrorKind};
use crate::frame::Frame;
use crate::pad::{Pad, PadNames};

/// Hands frames on unchanged, pad by pad.
///
/// A frame goes from a sink pad to the source pad of the same name, or as the routes say.
///
/// ```
/// use sgn::elements::{CollectSink, IterSource, PassThrough};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(
///     IterSource::builder("src").iter("x", 0..3),
///     PassThrough::<i32>::builder("pass").sink_pads(["x"]).source_pads(["x", "again"]).routes(vec![
///         ("x".into(), "x".into()),
///         ("again".into(), "x".into()),
///     ]),
/// )?;
/// let sink = pipeline.add(CollectSink::<i32>::builder("snk").sink_pads(["x", "again"]))?;
/// pipeline.connect("pass", "snk")?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&sink)?.data("again"), [0, 1, 2]);
/// # Ok(())
/// # }
/// ```
#[sgn::transform]
#[derive(Debug)]
pub struct PassThrough<T: Clone + Send + 'static> {
    /// For each source pad the sink pad whose frames it gives; without routes, equal names.
    #[prop(default)]
    routes: Vec<(String, String)>,
    #[state]
    frames: Vec<Option<Frame<T>>>,
    /// For each source pad the index of its sink pad, and whether it is the last one to give that frame.
    #[state]
    plan: Vec<(usize, bool)>,
}

#[sgn::transform]
impl<T: Clone + Send + 'static> PassThrough<T> {
    fn on_build(&mut self, pads: &PadNames) -> Result<(), Error> {
        self.plan = plan(&self.routes, pads)?;
        self.frames.resize_with(pads.sinks().len(), || None);
        Ok(())
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<T>) {
        self.frames[pad.index()] = Some(frame);
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Option<Frame<T>> {
        let (place, last) = self.plan[pad.index()];
        let frame = &mut self.frames[place];
        if last { frame.take() } else { frame.clone() }
    }
}

/// Returns for each source pad the index of its sink pad, and whether it is the last one to give that frame. Outside of
/// the element, so that it is compiled once for all payloads.
fn plan(routes: &[(String, String)], pads: &PadNames) -> Result<Vec<(usize, bool)>, Error> {
    if !routes.is_empty() {
        let names: Vec<&str> = routes.iter().map(|(source, _)| source.as_str()).collect();
        match_names("a route", &names, pads.sources())?;
    }
    let mut plan = Vec::with_capacity(pads.sources().len());
    let routes: HashMap<&str, &String> = routes
        .iter()
        .map(|(source, sink)| (source.as_str(), sink))
        .collect();
    let places = places(pads.sinks());
    for source in pads.sources() {
        let sink = routes.get(source.as_str()).copied().unwrap_or(source);
        let place = places.get(sink.as_str()).copied().ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                format!(
                    "source pad `{source}` hands on sink pad `{sink}`, which is not there; the sink pads are \
                     {:?}",
                    pads.sinks()
                ),
            )
        })?;
        plan.push((place, false));
    }
    let mut given = HashSet::new();
    for (place, last) in plan.iter_mut().rev() {
        *last = given.insert(*place);
    }
    Ok(plan)
}
