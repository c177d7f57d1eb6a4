//! Queries of a pipeline: names, links, roles, and the order of a stride.

use super::{Pipeline, planned};
use crate::element::Role;
use crate::error::Result;
use crate::graph::{IntoGroup, Node, Place};
use crate::memory::{OwnerId, Scope};
use crate::pad::Direction;

/// # What is in it
///
/// ```
/// use sgn::element::Role;
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::pad::Direction;
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(
///     IterSource::builder("src").iter("H1", 0..3),
///     NullSink::<i32>::builder("snk").sink_pads(["H1"]),
/// )?;
/// assert_eq!(pipeline.elements(), ["snk", "src"]);
/// assert_eq!(pipeline.role("src"), Some(Role::Source));
/// assert!(pipeline.contains("snk:snk:H1"));
///
/// assert_eq!(pipeline.pads(), ["snk:snk:H1", "src:src:H1"]);
/// assert_eq!(pipeline.all_pads().len(), 4);
/// assert_eq!(pipeline.pads_of("src", Direction::Source)?, [("H1".into(), "src:src:H1".into())]);
///
/// let link = |from: &str, to: &str| (from.to_owned(), to.to_owned());
/// assert_eq!(pipeline.pad_links(), [link("src:src:H1", "snk:snk:H1")]);
/// assert!(pipeline.all_pad_links().contains(&link("snk:snk:H1", "snk:inl:inl")));
/// assert_eq!(pipeline.element_links(), [link("src", "snk")]);
/// assert!(pipeline.all_element_links().contains(&link("src", "src")));
///
/// assert_eq!(pipeline.call_order()?, ["src:inl:inl", "src:src:H1", "snk:snk:H1", "snk:inl:inl"]);
/// pipeline.run()?;
/// assert!(pipeline.is_finished());
/// # Ok(())
/// # }
/// ```
impl Pipeline {
    /// Returns the role of the element of that name, if there is one.
    pub fn role(&self, name: &str) -> Option<Role> {
        match self.graph.place_of(name)? {
            Place::Element(node) => Some(self.graph.node(node).role()),
            Place::Pad(_) => None,
        }
    }

    /// Returns true if every sink has seen the end of its stream, by its policy.
    pub fn is_finished(&self) -> bool {
        let nodes = self.graph.nodes().iter();
        let mut sinks = nodes.filter(|node| node.role() == Role::Sink);
        sinks.all(Node::has_ended)
    }

    /// Returns true if an element or a pad (by its full name) of that name is in the pipeline.
    pub fn contains(&self, name: &str) -> bool {
        self.graph.place_of(name).is_some()
    }

    /// Returns the names of the elements, sorted.
    pub fn elements(&self) -> Vec<String> {
        self.graph.element_names()
    }

    /// Returns the full names of the source pads and sink pads, sorted.
    pub fn pads(&self) -> Vec<String> {
        self.graph.pad_names(false)
    }

    /// Returns the full names of all pads, sorted: those of [`pads`](Self::pads), and the internal ones.
    pub fn all_pads(&self) -> Vec<String> {
        self.graph.pad_names(true)
    }

    /// Returns the short and full names of the pads that `group` has on one side, in declared order.
    ///
    /// # Errors
    ///
    /// Those of finding the group, and a group without pads on that side.
    pub fn pads_of(
        &self,
        group: impl IntoGroup,
        direction: Direction,
    ) -> Result<Vec<(String, String)>> {
        self.graph.side_of(group.into_group()?, direction)
    }

    /// Returns the links between pads by full names, upstream first, sorted.
    pub fn pad_links(&self) -> Vec<(String, String)> {
        self.graph.pad_edges(false)
    }

    /// Returns the links of [`pad_links`](Self::pad_links), and the steps inside elements through their internal pads,
    /// sorted.
    pub fn all_pad_links(&self) -> Vec<(String, String)> {
        self.graph.pad_edges(true)
    }

    /// Returns the links between elements by name, upstream first, sorted, each once.
    pub fn element_links(&self) -> Vec<(String, String)> {
        self.graph.element_edges(false)
    }

    /// Returns the links of [`element_links`](Self::element_links), and each element with itself, sorted.
    pub fn all_element_links(&self) -> Vec<(String, String)> {
        self.graph.element_edges(true)
    }

    /// Returns the full names of all pads in the order in which a stride calls them.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check).
    pub fn call_order(&self) -> Result<Vec<String>> {
        let _scope = Scope::enter(OwnerId::RUNTIME);
        let plan = planned(&self.graph, &self.plan)?;
        Ok(self.graph.call_order(plan))
    }
}
