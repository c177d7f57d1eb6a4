//! The facade: inserts elements, links them and runs them.

mod holders;
mod memory;
mod narrate;
mod observe;
mod query;

use std::fmt;
use std::panic::Location;
use std::sync::OnceLock;

pub use self::memory::ElementUsage;

use crate::element::{Element, Handle, IntoElement, NewElement, charge_backtraces_to_the_runtime};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Graph, Group, IntoGroup, Place, Plan};
use crate::memory::{Mark, OwnerId, Scope, mark_at, mark_in};
use crate::memory_report::{Driver, Past, Request};
use crate::pad::{ElementId, HandleParts, SinkPad, SourcePad};
use crate::scheduler::{self, RunOptions, RunSummary, StopHandle};

/// A directed acyclic graph of elements, and the means to run it.
///
/// Every call that changes the pipeline is atomic: on error nothing has changed.
///
/// ```
/// use sgn::elements::{CollectSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let numbers = pipeline.add(IterSource::builder("numbers").iter("out", 1..=3_u32))?;
/// let all = pipeline.add(CollectSink::builder("all").sink_pads(["in"]))?;
/// pipeline.link(numbers.out["out"], all.frame["in"])?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&all)?.data("in"), [1, 2, 3]);
/// # Ok(())
/// # }
/// ```
pub struct Pipeline {
    graph: Graph,
    /// Made when it is first needed after a change.
    plan: OnceLock<Plan>,
    stop: StopHandle,
    past: Past,
}

impl Pipeline {
    /// Returns an empty pipeline.
    #[must_use]
    pub fn new() -> Self {
        Self {
            graph: Graph::new(),
            plan: OnceLock::new(),
            stop: StopHandle::default(),
            past: Past::new(),
        }
    }

    /// Builds an element, takes it in, and returns its pads as typed fields.
    ///
    /// # Errors
    ///
    /// Those of [`NewElement::new`], and a name that the pipeline has already, of the element or of one of its
    /// pads.
    pub fn add<B: IntoElement>(&mut self, builder: B) -> Result<<B::Element as Element>::Handle> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        let mut element = NewElement::new(builder)?;
        let parts = parts(self.graph.next_element(), &mut element);
        self.insert([element], [])?;
        Ok(B::Element::handle(&parts))
    }

    /// Takes in elements and makes links between pads, given by their full names, the source first: all or nothing.
    ///
    /// Either list may be empty, `[]`.
    ///
    /// ```
    /// use sgn::elements::{IterSource, NullSink};
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// let source = NewElement::new(IterSource::builder("src").iter("H1", 0..3))?;
    /// let sink = NewElement::new(NullSink::<i32>::builder("snk").sink_pads(["in"]))?;
    /// pipeline.insert([source, sink], [("src:src:H1", "snk:snk:in")])?;
    /// pipeline.run()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A name that the pipeline has already, of an element or of one of its pads, and those of
    /// [`link_by_name`](Self::link_by_name).
    #[track_caller]
    pub fn insert<'a>(
        &mut self,
        elements: impl IntoIterator<Item = NewElement>,
        links: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<()> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        self.forget_plan();
        let elements = elements.into_iter().collect();
        let links: Vec<_> = links.into_iter().collect();
        self.graph.insert(elements, &links, link_line())
    }

    /// Links two pads by their typed handles: a wrong payload does not compile.
    ///
    /// A source pad may feed any number of sink pads. Those that look (`&Frame<T>`) cost nothing; of those that
    /// take (`Frame<T>`) the last one to run gets the frame and each other one a copy, billed to itself.
    ///
    /// Of pads that were named at construction, take one by its name: `handle.field["H1"]`. Pads known by their names
    /// only are linked by [`link_by_name`](Self::link_by_name).
    ///
    /// # Errors
    ///
    /// A handle of another pipeline, a sink pad that is linked already, or a payload that is not known to be
    /// `Clone` and would feed a second owner.
    #[track_caller]
    pub fn link<T>(&mut self, source: SourcePad<T>, sink: SinkPad<T>) -> Result<()> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        let link = (
            self.graph.source_place(source)?,
            self.graph.sink_place(sink)?,
        );
        self.forget_plan();
        self.graph.link_all(&[link], link_line())
    }

    /// Links two pads by their full names, `element:src:pad` to `element:snk:pad`.
    ///
    /// ```
    /// use sgn::elements::{IterSource, NullSink};
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// pipeline.add(IterSource::builder("src").iter("H1", 0..3))?;
    /// pipeline.add(NullSink::<i32>::builder("snk").sink_pads(["in"]))?;
    /// pipeline.link_by_name("src:src:H1", "snk:snk:in")?;
    /// let error = pipeline.link_by_name("src:src:H2", "snk:snk:in").unwrap_err();
    /// assert!(error.to_string().contains("did you mean `src:src:H1`?"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`link`](Self::link), names that do not exist (the error lists what does, and the near miss), a
    /// pad of the wrong direction, and payloads that differ.
    #[track_caller]
    pub fn link_by_name(&mut self, source: &str, sink: &str) -> Result<()> {
        self.insert([], [(source, sink)])
    }

    /// Links elements, groups or selections by the implicit rules, inserting what is new.
    ///
    /// 1. Short names that are on both sides are linked name to name; the others stay as they are.
    /// 2. If no name is on both sides, one source pad feeds all sink pads.
    /// 3. Anything else is an error: say it with [`connect_by`](Self::connect_by) or [`link`](Self::link).
    ///
    /// ```
    /// use sgn::elements::{IterSource, NullSink};
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// pipeline.connect(
    ///     IterSource::builder("src").iter("H1", 0..3).iter("L1", 5..8),
    ///     NullSink::<i32>::builder("snk").sink_pads(["L1", "H1"]),
    /// )?;
    /// pipeline.run()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of building, inserting and linking; an element without pads on that side; one short name twice on a
    /// side; several source pads for one sink pad; nothing in common.
    #[track_caller]
    pub fn connect(&mut self, source: impl IntoGroup, sink: impl IntoGroup) -> Result<()> {
        self.connect_by(source, sink, [])
    }

    /// Links elements, groups or selections by a map of short names, the source first, inserting what is new.
    ///
    /// An empty map means the implicit rules of [`connect`](Self::connect).
    ///
    /// ```
    /// use sgn::elements::{IterSource, NullSink};
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// let source = IterSource::builder("src").iter("H1", 0..3).iter("L1", 5..8);
    /// let sink = NullSink::<i32>::builder("snk").sink_pads(["left", "right"]);
    /// pipeline.connect_by(source, sink, [("H1", "left"), ("L1", "right")])?;
    /// pipeline.run()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect), and names that are not on their side.
    #[track_caller]
    pub fn connect_by<'a>(
        &mut self,
        source: impl IntoGroup,
        sink: impl IntoGroup,
        map: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<()> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        self.forget_plan();
        let map: Vec<_> = map.into_iter().collect();
        self.graph
            .connect(source.into_group()?, sink.into_group()?, &map, link_line())
    }

    /// Connects as [`connect`](Self::connect) does, for a line of a launch string.
    pub(crate) fn connect_in_text(&mut self, source: Group, sink: Group, line: u32) -> Result<()> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        self.forget_plan();
        let at = mark_in("(launch string)", line, COPY);
        self.graph.connect(source, sink, &[], at)
    }

    /// Says that `T` can be cloned, for pipelines in which only generic elements meet it.
    ///
    /// Elements with concrete payload types, and the stock sources, say so by themselves.
    ///
    /// ```
    /// use sgn::elements::{NullSink, NullSource, PassThrough};
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// pipeline.allow_clone::<u32>();
    /// pipeline.connect(
    ///     NullSource::<u32>::builder("src").source_pads(["x"]).num_frames(2),
    ///     PassThrough::<u32>::builder("first").sink_pads(["x"]).source_pads(["x"]),
    /// )?;
    /// pipeline.connect("src", PassThrough::<u32>::builder("second").sink_pads(["x"]).source_pads(["x"]))?;
    /// pipeline.connect("first", NullSink::<u32>::builder("a").sink_pads(["x"]))?;
    /// pipeline.connect("second", NullSink::<u32>::builder("b").sink_pads(["x"]))?;
    /// pipeline.run()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_clone<T: Clone + Send + 'static>(&mut self) {
        self.forget_plan();
        self.graph.allow_clone::<T>();
    }

    /// Finds everything that keeps the pipeline from running, at once.
    ///
    /// # Errors
    ///
    /// No sinks, unlinked pads, links in a circle, and payloads that would have to be cloned and cannot be.
    /// Several problems are one error of kind [`ErrorKind::Several`] that lists them.
    pub fn check(&self) -> Result<()> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        planned(&self.graph, &self.plan).map(|_| ())
    }

    /// Drops the plan, because the graph changes.
    fn forget_plan(&mut self) {
        self.plan = OnceLock::new();
    }

    /// Runs until every sink has seen the end of its stream.
    ///
    /// Checks the pipeline, calls every element's `on_startup`, upstream first, and then makes strides. If
    /// `SGNLOGLEVEL` is set, logging is set up by it, and `SGNLOGLEVEL=pipeline:MEMPROF` prints memory reports.
    /// Errors that elements absorbed (`eos_error`) are reported at the end. A pipeline that has finished runs no
    /// further stride. [Every run ends](RunOptions#every-run-ends) once its sources have.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check); a callback that failed or panicked, with its element, pad and stride; a
    /// data spec that changed; a transform that loses the end of its streams; a value of `SGNLOGLEVEL` that cannot be
    /// read; a broken budget, if [`RunOptions::broken_budget`] makes it an error.
    pub fn run(&mut self) -> Result<()> {
        self.run_with(RunOptions::new()).map(|_| ())
    }

    /// Runs as `options` say.
    ///
    /// A `main` that ends with this call returns `sgn::Result<RunSummary>`: see [`RunSummary`].
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn run_with(&mut self, options: RunOptions) -> Result<RunSummary> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        let _roles = observe::set_up_log(&self.graph)?;
        let request = Request::find(
            &self.graph,
            options.memory_report,
            options.memory_file.as_ref(),
            options.dump_on_signal,
        )?;
        let plan = planned(&self.graph, &self.plan)?;
        self.graph.wire(plan)?;
        let started = std::time::Instant::now();
        let mut reports = Driver::begin(request, &self.graph, &mut self.past)?;
        charge_backtraces_to_the_runtime();
        let outcome = scheduler::run(&mut self.graph, plan, &options, &self.stop, &mut reports);
        reports.end(outcome.as_ref().err(), &mut self.graph);
        self.graph.note_ends();
        if outcome.as_ref().map_or(true, |summary| summary.finished) {
            self.stop.reset();
        }
        narrate::outcome(&outcome, started.elapsed());
        outcome
    }

    /// Returns a handle that ends the run from another thread or from inside an element, or the next one before it
    /// begins.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Returns the element behind a handle.
    ///
    /// # Errors
    ///
    /// A handle of another pipeline.
    pub fn element<H: Handle>(&self, handle: &H) -> Result<&H::Element> {
        let node = self.graph.node_of(handle.id())?;
        self.graph
            .node(node)
            .object
            .as_any()
            .downcast_ref()
            .ok_or_else(other_type)
    }

    /// Returns the element behind a handle, for changing its state between runs.
    ///
    /// ```
    /// use sgn::elements::{CollectSink, IterSource};
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// let source = pipeline.add(IterSource::builder("src").iter("x", 0..3))?;
    /// let sink = pipeline.add(CollectSink::<i32>::builder("snk").sink_pads(["x"]))?;
    /// pipeline.connect(source.id(), "snk")?;
    /// pipeline.run()?;
    /// assert_eq!(pipeline.element_mut(&sink)?.take("x"), [0, 1, 2]);
    /// let sink: &CollectSink<i32> = pipeline.element_by_name("snk").expect("it was added");
    /// assert!(sink.data("x").is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A handle of another pipeline.
    pub fn element_mut<H: Handle>(&mut self, handle: &H) -> Result<&mut H::Element> {
        let node = self.graph.node_of(handle.id())?;
        let object = self.graph.nodes_mut()[node as usize].object.as_any_mut();
        object.downcast_mut().ok_or_else(other_type)
    }

    /// Returns the element of that name, if there is one and it is an `E`.
    pub fn element_by_name<E: Element>(&self, name: &str) -> Option<&E> {
        match self.graph.place_of(name)? {
            Place::Element(node) => self.graph.node(node).object.as_any().downcast_ref(),
            Place::Pad(_) => None,
        }
    }
}

/// Returns the plan of the graph, which is made unless there is one.
fn planned<'a>(graph: &Graph, plan: &'a OnceLock<Plan>) -> Result<&'a Plan> {
    match plan.get() {
        Some(plan) => Ok(plan),
        None => {
            let made = graph.check()?;
            Ok(plan.get_or_init(|| made))
        }
    }
}

impl Drop for Pipeline {
    /// Drops the elements, and logs the panic of a destructor.
    fn drop(&mut self) {
        for error in self.graph.dispose() {
            narrate::error(&error);
        }
    }
}

impl Default for Pipeline {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("elements", &self.graph.nodes())
            .finish_non_exhaustive()
    }
}

pub(crate) fn parts(id: ElementId, element: &mut NewElement) -> HandleParts {
    let named = element.object.core().named;
    let mut sources = Vec::new();
    element
        .object
        .sources(&mut |port| sources.push(port.name().short.clone()));
    let mut sinks = Vec::new();
    element
        .object
        .sinks(&mut |port| sinks.push(port.name().short.clone()));
    HandleParts {
        id,
        sources,
        sinks,
        dynamic_sources: named.sources,
        dynamic_sinks: named.sinks,
    }
}

/// The text for the line of a link in a memory report.
const COPY: &str = "a copy of each frame, for this link";

/// Returns the line of the caller that links.
#[track_caller]
fn link_line() -> &'static Mark {
    mark_at(Location::caller(), COPY)
}

fn other_type() -> Error {
    Error::new(
        ErrorKind::Internal,
        "the element behind this handle is of another type",
    )
}
