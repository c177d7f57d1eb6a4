//! Plans how each frame of a stride reaches its consumers.

use std::any::Any;

use super::{Graph, Node, PadPlace, index};
use crate::error::{Error, ErrorKind, Result};
use crate::pad::{Access, Delivery, Direction};

/// The order of a stride and the way frames are handed on in it.
///
/// The pads of one element run back to back (all sink pads, `internal`, all source pads), so an element is one
/// step, and elements in an order that respects the links make a stride.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) order: Vec<u32>,
    deliveries: Vec<(PadPlace, PadPlace, Delivery)>,
}

impl Graph {
    /// Plans a stride.
    ///
    /// The order is deterministic: of the elements that could run next, the one inserted first does. An element
    /// that only looks at a frame goes before one that takes it, where the links leave the choice, so that the
    /// frame can move to its owner instead of being copied.
    pub(crate) fn plan(&self) -> Result<Plan> {
        let order = self.order()?;
        let mut position = vec![0; order.len()];
        for (place, node) in order.iter().enumerate() {
            position[*node as usize] = place;
        }
        let mut deliveries = Vec::new();
        let mut problems = Vec::new();
        for node in &order {
            for (pad, source) in self.node(*node).sources.iter().enumerate() {
                let from = PadPlace {
                    node: *node,
                    direction: Direction::Source,
                    index: index(pad),
                };
                let mut sinks = source.feeds.clone();
                sinks.sort_by_key(|sink| (position[sink.node as usize], sink.index));
                let ways = self.deliver(&sinks);
                if ways.contains(&Delivery::Copy) && !self.clones.contains_key(&source.payload.id) {
                    problems.push(self.not_cloneable(from));
                }
                deliveries.extend(
                    sinks
                        .into_iter()
                        .zip(ways)
                        .map(|(sink, way)| (from, sink, way)),
                );
            }
        }
        if problems.is_empty() {
            Ok(Plan { order, deliveries })
        } else {
            Err(Error::several("the pipeline cannot run", problems))
        }
    }

    /// Connects every sink port to the slot of the source port that feeds it.
    pub(crate) fn wire(&mut self, plan: &Plan) -> Result<()> {
        let mut ends: Vec<Vec<Option<(PadPlace, Delivery)>>> = self
            .nodes
            .iter()
            .map(|node| vec![None; node.sinks.len()])
            .collect();
        for (source, sink, delivery) in &plan.deliveries {
            ends[sink.node as usize][sink.index as usize] = Some((*source, *delivery));
        }
        // A visit goes past all ports of an element, so each element is visited once.
        let slots: Vec<Vec<Box<dyn Any>>> = self.nodes.iter_mut().map(slots_of).collect();
        for (node, ends) in (0..).zip(ends) {
            self.wire_sinks(node, &ends, &slots)?;
        }
        Ok(())
    }

    fn wire_sinks(
        &mut self,
        node: u32,
        ends: &[Option<(PadPlace, Delivery)>],
        slots: &[Vec<Box<dyn Any>>],
    ) -> Result<()> {
        let payload_of = |source: PadPlace| {
            self.nodes[source.node as usize].sources[source.index as usize]
                .payload
                .id
        };
        let clones: Vec<_> = ends
            .iter()
            .map(|end| self.clones.get(&payload_of(end.as_ref()?.0)))
            .collect();
        let sinks = &self.nodes[node as usize].sinks;
        let lines: Vec<_> = sinks.iter().map(|sink| sink.linked_at).collect();
        let mut refused = None;
        let mut at = 0;
        self.nodes[node as usize].object.sinks(&mut |port| {
            if let Some((source, delivery)) = ends[at] {
                let slot = &slots[source.node as usize][source.index as usize];
                let clone = clones[at].map(|clone| &**clone);
                if !port.wire(&**slot, delivery, clone) {
                    refused = Some((source, at));
                }
                port.copy_at(lines[at]);
            }
            at += 1;
        });
        let Some((source, at)) = refused else {
            return Ok(());
        };
        Err(Error::new(
            ErrorKind::Internal,
            format!(
                "`{}` and `{}` could not be wired",
                self.full_name(source),
                self.node(node).sinks[at].full,
            ),
        ))
    }

    /// Decides how a frame reaches `sinks`, which are in the order in which they run.
    fn deliver(&self, sinks: &[PadPlace]) -> Vec<Delivery> {
        let Some((last, earlier)) = sinks.split_last() else {
            return Vec::new();
        };
        let last_element: Vec<&PadPlace> = earlier
            .iter()
            .filter(|sink| sink.node == last.node)
            .collect();
        // One element may look at a frame while it takes the same frame through another pad. It then keeps both
        // in hand at once, so none of its pads may empty the slot.
        let mixed = last_element
            .iter()
            .any(|sink| self.access(**sink) != self.access(*last))
            || (last_element
                .iter()
                .any(|sink| self.access(**sink) == Access::Shared));
        sinks
            .iter()
            .map(|sink| match (self.access(*sink), sink == last && !mixed) {
                (Access::Owned, true) => Delivery::Move,
                (Access::Owned, false) => Delivery::Copy,
                (Access::Shared, true) => Delivery::LookLast,
                (Access::Shared, false) => Delivery::Look,
            })
            .collect()
    }
}

/// Returns the slots of the source ports, in pad order.
fn slots_of(node: &mut Node) -> Vec<Box<dyn Any>> {
    let mut slots = Vec::with_capacity(node.sources.len());
    node.object
        .sources(&mut |port| slots.push(port.share_slot()));
    slots
}
