//! One element on the bench.

use std::fmt;
use std::sync::Arc;

use super::counts::Counts;
use super::feed::{AnyFeed, Feed};
use crate::budgets::Budgets;
use crate::element::{Element, IntoElement, NewElement};
use crate::error::{Error, ErrorKind, Result};
use crate::frame::Frame;
use crate::graph::Node;
use crate::memory::{Change, OwnerId, Scope};
use crate::pad::{Direction, ElementId, PadId, SinkPad, Slot, SourcePad, Stride, next_pipeline};
use crate::pipeline::parts;
use crate::scheduler::failed;

/// An element without a pipeline.
///
/// See the [module](super) for how to use it. A panic of the element is a panic of the test.
pub struct Harness<E: Element> {
    node: Node,
    pads: E::Handle,
    pipeline: u32,
    feeds: Vec<Option<Box<dyn AnyFeed>>>,
    strides: u64,
    started: bool,
    ending: bool,
    counts: Option<Counts>,
    budgets: Option<Budgets>,
}

impl<E: Element> Harness<E> {
    /// Builds the element as [`Pipeline::add`](crate::Pipeline::add) does.
    ///
    /// # Errors
    ///
    /// Those of [`NewElement::new`].
    pub fn new<B: IntoElement<Element = E>>(builder: B) -> Result<Self> {
        let mut element = NewElement::new(builder)?;
        let pipeline = next_pipeline();
        let id = ElementId { pipeline, index: 0 };
        let pads = E::handle(&parts(id, &mut element));
        let node = Node::new(0, element);
        let budgets = Budgets::begin([&node])?;
        Ok(Self {
            feeds: node.sinks.iter().map(|_| None).collect(),
            node,
            pads,
            pipeline,
            strides: 0,
            started: false,
            ending: false,
            counts: None,
            budgets,
        })
    }

    /// Returns the element's pads, as [`Pipeline::add`](crate::Pipeline::add) returns them.
    ///
    /// Clone them to use them while you push: `let pads = harness.pads().clone();`.
    pub const fn pads(&self) -> &E::Handle {
        &self.pads
    }

    /// Returns the element.
    ///
    /// # Panics
    ///
    /// Never: the harness holds what it was made with.
    pub fn element(&self) -> &E {
        match self.node.object.as_any().downcast_ref() {
            Some(element) => element,
            None => unreachable!("the harness was made with an element of this type"),
        }
    }

    /// Returns the element, to change its state.
    ///
    /// # Panics
    ///
    /// Never: the harness holds what it was made with.
    pub fn element_mut(&mut self) -> &mut E {
        match self.node.object.as_any_mut().downcast_mut() {
            Some(element) => element,
            None => unreachable!("the harness was made with an element of this type"),
        }
    }

    /// Adds a frame to those that wait for `pad`; each stride takes one.
    ///
    /// # Panics
    ///
    /// Panics if the pad is one of another element.
    #[track_caller]
    pub fn push<T: Send + 'static>(&mut self, pad: SinkPad<T>, frame: Frame<T>) -> &mut Self {
        let place = self.own(pad.id);
        if self.feeds[place].is_none() {
            let mut at = 0;
            let mut fresh = None;
            self.node.object.sinks(&mut |port| {
                if at == place {
                    fresh = Some(Feed::<T>::wire(port));
                }
                at += 1;
            });
            self.feeds[place] = fresh.map(|feed| Box::new(feed) as Box<dyn AnyFeed>);
        }
        let feed = self.feeds[place]
            .as_mut()
            .and_then(|feed| feed.as_any_mut().downcast_mut::<Feed<T>>());
        match feed {
            Some(feed) => feed.push(frame),
            None => unreachable!("a typed pad has the payload of its port"),
        }
        self
    }

    /// Runs one stride: every sink pad pulls its next frame, then `internal`, then every source pad gives one.
    ///
    /// The first stride calls `on_startup` before. Frames of the stride before that nobody took are dropped.
    ///
    /// # Errors
    ///
    /// A sink pad for which no frame waits; then nothing was called. A callback that failed; the error has element,
    /// pad and stride. A budget of the element that this stride breaks, the first time, if the program has the
    /// counting allocator.
    pub fn stride(&mut self) -> Result<()> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        self.check_fed()?;
        if !self.started {
            self.started = true;
            crate::memory::set_owner(self.node.internal_owner());
            let outcome = self.node.object.on_startup();
            outcome.map_err(|error| failed::on_startup(&self.node, error))?;
            crate::memory::set_owner(OwnerId::RUNTIME);
        }
        let mut stride = Stride::new();
        if self.ending {
            stride.end_streams();
        }
        self.node.object.sources(&mut |port| port.clear());
        for feed in self.feeds.iter_mut().flatten() {
            feed.clear();
            feed.feed(&stride);
        }
        if let Some(counts) = &mut self.counts {
            counts.begin();
        }
        if let Some(budgets) = &mut self.budgets {
            budgets.start();
        }
        self.strides += 1;
        let outcome = self.node.object.stride(&stride);
        crate::memory::set_owner(OwnerId::RUNTIME);
        self.node.note_end();
        if let Some(counts) = &mut self.counts {
            counts.end();
        }
        outcome.map_err(|failure| failed::in_stride(&self.node, self.strides, failure))?;
        let broken = self.budgets.as_mut();
        match broken.and_then(|budgets| budgets.after_stride(self.strides)) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Takes the frame that `pad` gave in the last stride; none before the first one, or if it was taken.
    ///
    /// # Panics
    ///
    /// Panics if the pad is one of another element.
    #[track_caller]
    pub fn take<T: Send + 'static>(&mut self, pad: SourcePad<T>) -> Option<Frame<T>> {
        let place = self.own(pad.id);
        let mut at = 0;
        let mut taken = None;
        self.node.object.sources(&mut |port| {
            if at == place {
                let slot = port.share_slot();
                let slot = slot.downcast_ref::<Arc<Slot<T>>>();
                taken = slot.and_then(|slot| slot.take(&Stride::new()));
            }
            at += 1;
        });
        taken
    }

    /// Strides until `pad` gives a frame marked EOS, or until a sink pad has no frame left; returns what it gave.
    ///
    /// A source that never ends keeps this from returning: [`end_streams`](Self::end_streams) first, or stride by
    /// hand.
    ///
    /// # Errors
    ///
    /// Those of [`stride`](Self::stride), except for a lack of frames.
    ///
    /// # Panics
    ///
    /// Panics if the pad is one of another element.
    #[track_caller]
    pub fn until_eos<T: Send + 'static>(&mut self, pad: SourcePad<T>) -> Result<Vec<Frame<T>>> {
        let mut given: Vec<Frame<T>> = Vec::new();
        while self.check_fed().is_ok() && !given.last().is_some_and(Frame::is_eos) {
            self.stride()?;
            given.extend(self.take(pad));
        }
        Ok(given)
    }

    /// Marks the frames of a source EOS from now on, as when a run is stopped.
    pub const fn end_streams(&mut self) {
        self.ending = true;
    }

    /// Returns how many strides were made.
    pub const fn strides(&self) -> u64 {
        self.strides
    }

    /// Returns true if the element, if it is a sink, has seen the end of its streams, by its policy.
    pub const fn is_finished(&self) -> bool {
        self.node.has_ended()
    }

    /// Returns the error that the element absorbed and reports at the end, if any.
    pub fn eos_error(&mut self) -> Option<Error> {
        let error = self.node.object.eos_error()?;
        Some(failed::absorbed(&self.node, error))
    }

    /// Counts what the element allocates in each stride from now on.
    ///
    /// # Errors
    ///
    /// The program has no counting allocator, or the system refuses the memory for counting.
    pub fn count_allocations(&mut self) -> Result<()> {
        self.counts = Some(Counts::start(&self.node)?);
        Ok(())
    }

    /// Returns what all pads together allocated in the last stride; zero unless allocations are counted.
    ///
    /// `on_startup` counts as nobody's, and what the harness allocates as the runtime's.
    pub fn allocations(&self) -> Change {
        self.counts
            .as_ref()
            .map_or_else(Change::default, Counts::all)
    }

    /// Returns what one pad allocated in the last stride; zero unless allocations are counted.
    ///
    /// # Panics
    ///
    /// Panics if the pad is one of another element.
    #[track_caller]
    pub fn allocations_of(&self, pad: impl Into<AnyPad>) -> Change {
        let pad: AnyPad = pad.into();
        let place = self.own(pad.id);
        let owner = match pad.direction {
            Direction::Sink => self.node.sinks[place].owner,
            _ => self.node.sources[place].owner,
        };
        self.counts
            .as_ref()
            .map_or_else(Change::default, |counts| counts.of(owner))
    }

    /// Returns the place of a pad in its list.
    #[track_caller]
    fn own(&self, pad: PadId) -> usize {
        assert!(
            pad.element.pipeline == self.pipeline,
            "this pad is one of another element; take it from `pads()` of this harness"
        );
        pad.index as usize
    }

    fn check_fed(&self) -> Result<()> {
        let empty =
            |feed: &Option<Box<dyn AnyFeed>>| feed.as_ref().is_none_or(|feed| feed.is_empty());
        let Some(place) = self.feeds.iter().position(empty) else {
            return Ok(());
        };
        let pad = &self.node.sinks[place].full;
        Err(Error::new(
            ErrorKind::UnlinkedSinkPad,
            format!(
                "no frame waits for sink pad `{pad}` in stride {}; push one for each sink pad and stride",
                self.strides + 1
            ),
        )
        .of_element(self.node.name())
        .of_pad(pad))
    }
}

impl<E: Element> fmt::Debug for Harness<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("element", &self.node)
            .field("strides", &self.strides)
            .finish_non_exhaustive()
    }
}

/// A pad of either direction, made from a typed one, for [`Harness::allocations_of`].
///
/// ```
/// use sgn::elements::PassThrough;
/// use sgn::prelude::*;
/// use sgn::testing::{AnyPad, Harness};
///
/// # fn main() -> sgn::Result<()> {
/// let both = Harness::new(PassThrough::<u8>::builder("both").sink_pads(["x"]).source_pads(["x"]))?;
/// let pads: [AnyPad; 2] = [both.pads().frame["x"].into(), both.pads().out["x"].into()];
/// assert!(pads.into_iter().all(|pad| both.allocations_of(pad).total_blocks == 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyPad {
    id: PadId,
    direction: Direction,
}

impl<T> From<SinkPad<T>> for AnyPad {
    fn from(pad: SinkPad<T>) -> Self {
        Self {
            id: pad.id,
            direction: Direction::Sink,
        }
    }
}

impl<T> From<SourcePad<T>> for AnyPad {
    fn from(pad: SourcePad<T>) -> Self {
        Self {
            id: pad.id,
            direction: Direction::Source,
        }
    }
}
