//! In which order the elements run, and how each frame reaches its consumers.

use std::collections::{BTreeSet, HashMap};

use super::{Graph, PadPlace, index};
use crate::error::{Error, ErrorKind, Result};
use crate::pad::{Delivery, Direction, Intake};

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
        for (source, sink, delivery) in &plan.deliveries {
            self.wire_one(*source, *sink, *delivery)?;
        }
        Ok(())
    }

    fn wire_one(&mut self, source: PadPlace, sink: PadPlace, delivery: Delivery) -> Result<()> {
        let payload = self.node(source.node).sources[source.index as usize]
            .payload
            .id;
        let clone = self.clones.get(&payload).map(|clone| &**clone);
        let mut slot = None;
        let mut at = 0;
        self.nodes[source.node as usize]
            .object
            .sources(&mut |port| {
                if at == source.index {
                    slot = Some(port.share_slot());
                }
                at += 1;
            });
        let mut wired = false;
        let mut at = 0;
        self.nodes[sink.node as usize].object.sinks(&mut |port| {
            if let (true, Some(slot)) = (at == sink.index, &slot) {
                wired = port.wire(&**slot, delivery, clone);
            }
            at += 1;
        });
        if wired {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Internal,
            format!(
                "`{}` and `{}` could not be wired",
                self.full_name(source),
                self.full_name(sink)
            ),
        ))
    }

    /// How a frame reaches `sinks`, which are in the order in which they run.
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
            .any(|sink| self.intake(**sink) != self.intake(*last))
            || (last_element
                .iter()
                .any(|sink| self.intake(**sink) == Intake::Borrow));
        sinks
            .iter()
            .map(|sink| match (self.intake(*sink), sink == last && !mixed) {
                (Intake::Take, true) => Delivery::Move,
                (Intake::Take, false) => Delivery::Copy,
                (Intake::Borrow, true) => Delivery::LookLast,
                (Intake::Borrow, false) => Delivery::Look,
            })
            .collect()
    }

    fn order(&self) -> Result<Vec<u32>> {
        let count = self.nodes.len();
        let mut waits_for: Vec<usize> = vec![0; count];
        let mut lookers: HashMap<PadPlace, BTreeSet<u32>> = HashMap::new();
        for node in &self.nodes {
            for (sink, from) in node
                .sinks
                .iter()
                .filter_map(|sink| Some((sink, sink.fed_by?)))
            {
                waits_for[node.position()] += 1;
                if sink.intake == Intake::Borrow {
                    lookers
                        .entry(from)
                        .or_default()
                        .insert(index(node.position()));
                }
            }
        }
        let mut ready: BTreeSet<u32> = (0..)
            .zip(&waits_for)
            .filter(|(_, open)| **open == 0)
            .map(|(node, _)| node)
            .collect();
        let mut deferred: BTreeSet<u32> = BTreeSet::new();
        let mut order = Vec::with_capacity(count);
        while let Some(node) = ready.pop_first().or_else(|| deferred.pop_first()) {
            let forced = ready.is_empty();
            if !forced && self.should_wait(node, &lookers) {
                deferred.insert(node);
                continue;
            }
            order.push(node);
            for from in self.node(node).sinks.iter().filter_map(|sink| sink.fed_by) {
                if let Some(waiting) = lookers.get_mut(&from)
                    && waiting.remove(&node)
                    && waiting.is_empty()
                {
                    lookers.remove(&from);
                    ready.append(&mut deferred);
                }
            }
            for sink in self
                .node(node)
                .sources
                .iter()
                .flat_map(|source| &source.feeds)
            {
                let open = &mut waits_for[sink.node as usize];
                *open -= 1;
                if *open == 0 {
                    ready.insert(sink.node);
                }
            }
        }
        if order.len() == count {
            Ok(order)
        } else {
            Err(self.cycle(&waits_for))
        }
    }

    /// Whether `node` would take a frame at which others still want to look.
    fn should_wait(&self, node: u32, lookers: &HashMap<PadPlace, BTreeSet<u32>>) -> bool {
        self.node(node).sinks.iter().any(|sink| {
            let others = sink.fed_by.and_then(|from| lookers.get(&from));
            sink.intake == Intake::Take
                && others.is_some_and(|others| others.iter().any(|other| *other != node))
        })
    }

    /// Follows the links among what could not be ordered until they close.
    fn cycle(&self, waits_for: &[usize]) -> Error {
        let stuck = |node: u32| waits_for[node as usize] > 0;
        let upstream = |node: u32| {
            let mut from = self.node(node).sinks.iter().filter_map(|sink| sink.fed_by);
            from.find(|from| stuck(from.node)).map(|from| from.node)
        };
        let mut path: Vec<u32> = Vec::new();
        let mut next = (0..index(waits_for.len())).find(|node| stuck(*node));
        while let Some(node) = next {
            if let Some(start) = path.iter().position(|seen| *seen == node) {
                path.drain(..start);
                break;
            }
            path.push(node);
            next = upstream(node);
        }
        path.reverse();
        path.extend(path.first().copied());
        let names: Vec<String> = path
            .iter()
            .map(|node| format!("`{}`", self.node(*node).name()))
            .collect();
        Error::new(
            ErrorKind::Cycle,
            format!(
                "the links lead in a circle: {}; frames flow one way, so one of these links must go",
                names.join(" -> ")
            ),
        )
    }
}
