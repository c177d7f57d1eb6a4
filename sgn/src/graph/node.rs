//! One element of a graph with its pads and their links.

use std::any::{Any, TypeId};

use super::place::{PadPlace, Place, index};
use crate::counting::ModeLease;
use crate::element::{Budget, Contained, EosPolicy, NewElement, Role};
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::memory::{Mark, OwnerId, Scope};
use crate::pad::{Access, Direction, PayloadType, PortName};
use crate::thread::CodePlace;

/// A source pad as the graph sees it.
#[derive(Debug)]
pub(crate) struct SourceInfo {
    pub(crate) short: String,
    pub(crate) full: String,
    pub(crate) owner: OwnerId,
    pub(crate) payload: PayloadType,
    /// The sink pads that it feeds, in the order they were linked.
    pub(crate) feeds: Vec<PadPlace>,
    /// The number of them that take its frames as their own.
    pub(crate) takers: u32,
}

/// A sink pad as the graph sees it.
#[derive(Debug)]
pub(crate) struct SinkInfo {
    pub(crate) short: String,
    pub(crate) full: String,
    pub(crate) owner: OwnerId,
    pub(crate) payload: PayloadType,
    pub(crate) access: Access,
    /// The source pad that feeds it.
    pub(crate) fed_by: Option<PadPlace>,
    /// The line that linked it.
    pub(crate) linked_at: Option<&'static Mark>,
}

/// An element in a graph.
pub(crate) struct Node {
    place: u32,
    name: String,
    internal: String,
    internal_owner: OwnerId,
    role: Role,
    type_name: &'static str,
    eos: EosPolicy,
    budget: Budget,
    has_ended: bool,
    pub(crate) sources: Vec<SourceInfo>,
    pub(crate) sinks: Vec<SinkInfo>,
    pub(crate) object: Contained,
    _counting: Option<ModeLease>,
}

impl Node {
    pub(crate) fn new(place: u32, element: NewElement) -> Self {
        let NewElement {
            name,
            mut object,
            eos,
            budget,
            counting,
        } = element;
        let mut sources = Vec::new();
        object.sources(&mut |port| {
            let payload = port.payload();
            let name = port.name();
            sources.push(SourceInfo {
                short: name.short.clone(),
                full: name.full.clone(),
                owner: name.owner,
                payload,
                feeds: Vec::new(),
                takers: 0,
            });
        });
        let mut sinks = Vec::new();
        object.sinks(&mut |port| {
            let payload = port.payload();
            let access = port.access();
            let name = port.name();
            sinks.push(SinkInfo {
                short: name.short.clone(),
                full: name.full.clone(),
                owner: name.owner,
                payload,
                access,
                fed_by: None,
                linked_at: None,
            });
        });
        let internal = object.core().internal.name();
        Self {
            place,
            internal: internal.full.clone(),
            internal_owner: internal.owner,
            role: object.facts().role,
            type_name: object.facts().type_name,
            name,
            eos,
            budget,
            has_ended: false,
            sources,
            sinks,
            object,
            _counting: counting,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the full name of the internal pad.
    pub(crate) fn internal(&self) -> &str {
        &self.internal
    }

    pub(crate) const fn internal_owner(&self) -> OwnerId {
        self.internal_owner
    }

    /// Returns the owners of all pads: those of sink pads, of the internal pad, of source pads.
    pub(crate) fn owners(&self) -> impl Iterator<Item = OwnerId> + '_ {
        let sinks = self.sinks.iter().map(|pad| pad.owner);
        let sources = self.sources.iter().map(|pad| pad.owner);
        sinks.chain([self.internal_owner]).chain(sources)
    }

    /// Returns the limits for the memory of the element.
    pub(crate) const fn budget(&self) -> Budget {
        self.budget
    }

    pub(crate) const fn role(&self) -> Role {
        self.role
    }

    /// Returns the place of the code of the element's type.
    pub(crate) fn code(&self) -> CodePlace {
        self.object.facts().place
    }

    pub(crate) const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// Returns true if the element, if it is a sink, has seen the end of its streams.
    pub(crate) fn is_finished(&mut self) -> bool {
        let seen = self.object.end_of_stream();
        match self.eos {
            EosPolicy::Any => seen.any,
            EosPolicy::All => seen.all,
        }
    }

    /// Records whether the element has seen the end of its streams, for queries between runs.
    pub(crate) fn note_end(&mut self) {
        self.has_ended = self.is_finished();
    }

    /// Returns true if the element, if it is a sink, had seen the end of its streams when that was last noted.
    pub(crate) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Returns the element's own name and the full names of its pads, with what they stand for.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = (&str, Place)> {
        let pad = |direction| {
            move |index| {
                Place::Pad(PadPlace {
                    node: self.place,
                    direction,
                    index,
                })
            }
        };
        let sources = (0..).map(pad(Direction::Source));
        let sinks = (0..).map(pad(Direction::Sink));
        std::iter::once((self.name(), Place::Element(self.place)))
            .chain(
                self.sources
                    .iter()
                    .map(|pad| pad.full.as_str())
                    .zip(sources),
            )
            .chain(self.sinks.iter().map(|pad| pad.full.as_str()).zip(sinks))
            .chain(std::iter::once((
                self.internal(),
                pad(Direction::Internal)(0),
            )))
    }

    /// Returns the full names of the pads of one direction.
    pub(crate) fn pad_names(&self, direction: Direction) -> Vec<&str> {
        match direction {
            Direction::Source => self.sources.iter().map(|pad| pad.full.as_str()).collect(),
            Direction::Sink => self.sinks.iter().map(|pad| pad.full.as_str()).collect(),
            Direction::Internal => vec![self.internal()],
        }
    }

    /// Returns the short names of the pads of one direction with their places, in pad order.
    pub(crate) fn short_names(&self, direction: Direction) -> Vec<(&str, PadPlace)> {
        let names: Vec<&str> = match direction {
            Direction::Source => self.sources.iter().map(|pad| pad.short.as_str()).collect(),
            Direction::Sink => self.sinks.iter().map(|pad| pad.short.as_str()).collect(),
            Direction::Internal => Vec::new(),
        };
        let places = (0..).map(|index| PadPlace {
            node: self.place,
            direction,
            index,
        });
        names.into_iter().zip(places).collect()
    }

    /// Returns the functions that clone the payloads of this element's pads, as far as its author's code says so.
    pub(crate) fn clone_functions(&mut self) -> Vec<(TypeId, Box<dyn Any + Send>)> {
        self.object.clone_functions()
    }

    /// Returns the source pads at whose frames the element looks, once for each pad through which it does.
    pub(crate) fn looks_at(&self) -> impl Iterator<Item = PadPlace> {
        let looks = self
            .sinks
            .iter()
            .filter(|sink| sink.access == Access::Shared);
        looks.filter_map(|sink| sink.fed_by)
    }

    /// Returns the callback that a panic came out of since the last call, and its pad.
    ///
    /// Ports record a panic where that costs nothing. A fixed sink pad that takes its frames does not, so if no port
    /// has recorded one, the pad is the only sink pad, or the one whose own `owner` was the current one. Where pads
    /// share an owner, as when there are more of them than owners, the pad may remain unknown.
    pub(crate) fn take_unwound(&mut self, owner: OwnerId) -> (Callback, Option<String>) {
        let mut found = None;
        let mut look = |name: &PortName| {
            if let Some(callback) = name.unwound.take() {
                found = Some((callback, Some(name.full.clone())));
            }
        };
        self.object.sinks(&mut |port| look(port.name()));
        look(self.object.core().internal.name());
        self.object.sources(&mut |port| look(port.name()));
        found.unwrap_or_else(|| self.guess(owner))
    }

    fn guess(&self, owner: OwnerId) -> (Callback, Option<String>) {
        let sinks = self
            .sinks
            .iter()
            .map(|pad| (pad.owner, &pad.full, Callback::Pull));
        let sources = self
            .sources
            .iter()
            .map(|pad| (pad.owner, &pad.full, Callback::New));
        let callback = if self.sinks.is_empty() {
            Callback::New
        } else {
            Callback::Pull
        };
        let of_owner = sinks
            .clone()
            .chain(sources.clone())
            .filter(|(own, ..)| *own == owner);
        let of_callback = sinks.chain(sources).filter(|(.., own)| *own == callback);
        match only(of_owner).or_else(|| only(of_callback)) {
            Some((_, pad, callback)) => (callback, Some(pad.clone())),
            None => (callback, None),
        }
    }

    /// Drops the element. Allocations of its destructor are still charged to the element.
    ///
    /// # Errors
    ///
    /// A destructor that panicked, of the element or of a payload that it or its ports held.
    pub(crate) fn dispose(self) -> Result<()> {
        let Self {
            name,
            type_name,
            internal_owner,
            object,
            ..
        } = self;
        let _scope = Scope::enter(internal_owner);
        object.dispose().map_err(|text| {
            Error::new(
                ErrorKind::Panic,
                format!("the destructor of element `{name}` ({type_name}) panicked: {text}"),
            )
            .of_element(&name)
            .in_callback(Callback::Drop)
        })
    }

    pub(crate) fn position(&self) -> usize {
        self.place as usize
    }
}

/// Returns the item, if there is one and no other.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} ({}) at {}",
            self.name,
            self.type_name,
            index(self.position())
        )
    }
}
