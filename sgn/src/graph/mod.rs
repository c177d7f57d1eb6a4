//! Elements and the links between them, before anything runs.
//!
//! Every call that changes a graph is atomic: it checks first, and on error nothing has changed.

mod check;
mod connect;
mod group;
mod holders;
mod link;
mod node;
mod order;
mod place;
mod plan;
mod query;

pub use self::group::{Group, IntoGroup, group, select};

use std::any::{Any, TypeId};
use std::collections::HashMap;

pub(crate) use self::holders::census;
pub(crate) use self::node::Node;
use self::place::index;
pub(crate) use self::place::{PadPlace, Place};
pub(crate) use self::plan::Plan;
use crate::element::NewElement;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Mark;
use crate::pad::{CloneFunction, Direction, ElementId, PadId, SinkPad, SourcePad, next_pipeline};

/// The elements of one pipeline and their links.
pub(crate) struct Graph {
    id: u32,
    nodes: Vec<Node>,
    names: HashMap<String, Place>,
    clones: HashMap<TypeId, Box<dyn Any + Send>>,
}

impl Graph {
    pub(crate) fn new() -> Self {
        Self {
            id: next_pipeline(),
            nodes: Vec::new(),
            names: HashMap::new(),
            clones: HashMap::new(),
        }
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn nodes_mut(&mut self) -> &mut [Node] {
        &mut self.nodes
    }

    /// Returns the id that the next inserted element will have.
    pub(crate) fn next_element(&self) -> ElementId {
        ElementId {
            pipeline: self.id,
            index: index(self.nodes.len()),
        }
    }

    pub(crate) fn place_of(&self, name: &str) -> Option<Place> {
        self.names.get(name).copied()
    }

    /// Records which elements have seen the end of their streams.
    pub(crate) fn note_ends(&mut self) {
        self.nodes.iter_mut().for_each(Node::note_end);
    }

    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    pub(crate) fn node_of(&self, id: ElementId) -> Result<u32> {
        if id.pipeline == self.id {
            Ok(id.index)
        } else {
            Err(of_another_pipeline())
        }
    }

    pub(crate) fn allow_clone<T: Clone + Send + 'static>(&mut self) {
        let clone: CloneFunction<T> = T::clone;
        self.clones.insert(TypeId::of::<T>(), Box::new(clone));
    }

    /// Inserts `elements` and makes `links`, given by full names source first.
    pub(crate) fn insert(
        &mut self,
        elements: Vec<NewElement>,
        links: &[(&str, &str)],
        at: &'static Mark,
    ) -> Result<()> {
        let before = self.nodes.len();
        let outcome = self
            .take_in(elements)
            .and_then(|()| self.resolve_names(links))
            .and_then(|links| self.link_all(&links, at));
        if outcome.is_err() {
            self.forget_after(before);
        }
        outcome
    }

    /// Returns a place among the source pads, for a handle of this pipeline.
    pub(crate) fn source_place<T>(&self, pad: SourcePad<T>) -> Result<PadPlace> {
        self.place(pad.id, Direction::Source)
    }

    /// Returns a place among the sink pads, for a handle of this pipeline.
    pub(crate) fn sink_place<T>(&self, pad: SinkPad<T>) -> Result<PadPlace> {
        self.place(pad.id, Direction::Sink)
    }

    fn place(&self, pad: PadId, direction: Direction) -> Result<PadPlace> {
        Ok(PadPlace {
            node: self.node_of(pad.element)?,
            direction,
            index: pad.index,
        })
    }

    fn take_in(&mut self, elements: Vec<NewElement>) -> Result<()> {
        for element in elements {
            let node = index(self.nodes.len());
            let mut node = Node::new(node, element);
            self.register(&node)?;
            for (payload, clone) in node.clone_functions() {
                self.clones.entry(payload).or_insert(clone);
            }
            self.nodes.push(node);
        }
        Ok(())
    }

    fn register(&mut self, node: &Node) -> Result<()> {
        let names = || node.all_names();
        if let Some((name, place)) = names().find(|(name, _)| self.names.contains_key(*name)) {
            return Err(self.name_taken(node, name, place));
        }
        self.names
            .extend(names().map(|(name, place)| (name.to_owned(), place)));
        Ok(())
    }

    fn name_taken(&self, node: &Node, name: &str, place: Place) -> Error {
        let holder = match self.names.get(name) {
            Some(Place::Element(holder)) => {
                format!("an element ({})", self.node(*holder).type_name())
            }
            Some(Place::Pad(pad)) => format!("a pad of element `{}`", self.node(pad.node).name()),
            None => String::from("nothing"),
        };
        let error = match place {
            Place::Element(_) => Error::new(
                ErrorKind::DuplicateElementName,
                format!("there is already {holder} called `{name}` in this pipeline; element names are unique"),
            ),
            Place::Pad(_) => Error::new(
                ErrorKind::DuplicatePadName,
                format!(
                    "pad `{name}` of element `{}` cannot be registered: there is already {holder} of that name",
                    node.name()
                ),
            )
            .of_pad(name),
        };
        error.of_element(node.name())
    }

    /// Drops the elements from `before` on, which have no links yet; the graph is complete before a destructor runs.
    fn forget_after(&mut self, before: usize) {
        for node in self.nodes.drain(before..) {
            for (name, _) in node.all_names() {
                self.names.remove(name);
            }
            // The error that caused the drop is the one to report.
            let _ = node.dispose();
        }
    }
}

impl Graph {
    /// Drops the elements; the errors of those whose destructors panicked.
    pub(crate) fn dispose(&mut self) -> Vec<Error> {
        self.nodes
            .drain(..)
            .filter_map(|node| node.dispose().err())
            .collect()
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        self.dispose();
    }
}

fn of_another_pipeline() -> Error {
    Error::new(
        ErrorKind::ForeignHandle,
        "this handle belongs to another pipeline; use one that this pipeline's `add` returned",
    )
}
