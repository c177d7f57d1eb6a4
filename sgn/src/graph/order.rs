//! Finds the order in which the elements run.

use std::collections::BTreeSet;

use super::{Graph, PadPlace, index};
use crate::error::{Error, ErrorKind, Result};
use crate::pad::Access;

/// The elements that want to look at the frames of one source pad and have no place in the order yet.
#[derive(Clone, Copy)]
struct Lookers {
    count: u32,
    /// The sum of their places, which is the place of the last one when there is one.
    places: u64,
    /// The node that was counted last: an element may look at frames through several of its pads.
    counted: Option<u32>,
    struck: Option<u32>,
}

impl Lookers {
    const NONE: Self = Self {
        count: 0,
        places: 0,
        counted: None,
        struck: None,
    };

    fn count(&mut self, node: u32) {
        if self.counted.replace(node) != Some(node) {
            self.count += 1;
            self.places += u64::from(node);
        }
    }

    /// Strikes `node` out; returns true if it was there.
    fn strike(&mut self, node: u32) -> bool {
        let is_news = self.struck.replace(node) != Some(node);
        if is_news {
            self.count -= 1;
            self.places -= u64::from(node);
        }
        is_news
    }

    /// Returns true if there is a node other than `node`.
    fn has_other_than(self, node: u32) -> bool {
        self.count > 1 || (self.count == 1 && self.places != u64::from(node))
    }
}

/// The lookers of each source pad of a graph.
struct AllLookers {
    /// For each element the place of its first source pad in the list.
    first: Vec<usize>,
    pads: Vec<Lookers>,
}

impl AllLookers {
    fn of(graph: &Graph) -> Self {
        let mut end = 0;
        let first = graph.nodes().iter().map(|node| {
            let first = end;
            end += node.sources.len();
            first
        });
        let first = first.collect();
        let mut all = Self {
            first,
            pads: vec![Lookers::NONE; end],
        };
        for (node, own) in (0..).zip(graph.nodes()) {
            for from in own.looks_at() {
                all.at(from).count(node);
            }
        }
        all
    }

    fn at(&mut self, pad: PadPlace) -> &mut Lookers {
        &mut self.pads[self.first[pad.node as usize] + pad.index as usize]
    }
}

impl Graph {
    /// Returns the elements in an order that respects the links; see [`plan`](Self::plan).
    pub(super) fn order(&self) -> Result<Vec<u32>> {
        let count = self.nodes().len();
        let mut waits_for: Vec<usize> = self
            .nodes()
            .iter()
            .map(|node| node.sinks.iter().filter_map(|sink| sink.fed_by).count())
            .collect();
        let mut lookers = AllLookers::of(self);
        let mut blocked = self.blocked(&mut lookers);
        let mut ready: BTreeSet<u32> = (0..)
            .zip(&waits_for)
            .filter(|(_, open)| **open == 0)
            .map(|(node, _)| node)
            .collect();
        let mut deferred: BTreeSet<u32> = BTreeSet::new();
        let mut order = Vec::with_capacity(count);
        loop {
            let node = match ready.pop_first() {
                Some(node) if blocked[node as usize] > 0 => {
                    deferred.insert(node);
                    continue;
                }
                Some(node) => node,
                // No element that looks can go first.
                None => match deferred.pop_first() {
                    Some(node) => node,
                    None => break,
                },
            };
            order.push(node);
            for from in self.node(node).looks_at() {
                let left = lookers.at(from);
                if !left.strike(node) || left.count > 1 {
                    continue;
                }
                // If one looker is left, the takers other than it keep waiting; if none is left, all takers may run.
                let is_last = left.count == 1;
                let last = left.places;
                for taker in self.takers(from) {
                    if taker == node || (is_last && u64::from(taker) != last) {
                        continue;
                    }
                    let open = &mut blocked[taker as usize];
                    *open -= 1;
                    if *open == 0 && deferred.remove(&taker) {
                        ready.insert(taker);
                    }
                }
            }
            let sources = &self.node(node).sources;
            for sink in sources.iter().flat_map(|source| &source.feeds) {
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

    /// Counts for each element the pads by which it would take a frame that others have yet to look at.
    fn blocked(&self, lookers: &mut AllLookers) -> Vec<usize> {
        let nodes = (0..).zip(self.nodes());
        let blocked = nodes.map(|(node, own)| {
            let takes = own
                .sinks
                .iter()
                .filter(|sink| sink.access == Access::Owned)
                .filter_map(|sink| sink.fed_by);
            takes
                .filter(|from| lookers.at(*from).has_other_than(node))
                .count()
        });
        blocked.collect()
    }

    /// Returns the elements that take the frames of `from` as their own, once for each pad.
    fn takers(&self, from: PadPlace) -> impl Iterator<Item = u32> {
        let feeds = &self.node(from.node).sources[from.index as usize].feeds;
        let takes = feeds
            .iter()
            .filter(|sink| self.access(**sink) == Access::Owned);
        takes.map(|sink| sink.node)
    }

    /// Follows the links among what could not be ordered until they close.
    fn cycle(&self, waits_for: &[usize]) -> Error {
        let stuck = |node: u32| waits_for[node as usize] > 0;
        let upstream = |node: u32| {
            let mut from = self.node(node).sinks.iter().filter_map(|sink| sink.fed_by);
            from.find(|from| stuck(from.node)).map(|from| from.node)
        };
        let mut path: Vec<u32> = Vec::new();
        let mut place_of = vec![None; waits_for.len()];
        let mut next = (0..index(waits_for.len())).find(|node| stuck(*node));
        while let Some(node) = next {
            if let Some(start) = place_of[node as usize] {
                path.drain(..start);
                break;
            }
            place_of[node as usize] = Some(path.len());
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
