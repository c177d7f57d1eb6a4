//! Queries of a graph: its elements, pads and links by name.

use super::{Graph, Plan};
use crate::pad::Direction;

impl Graph {
    /// Returns the names of the elements, sorted.
    pub(crate) fn element_names(&self) -> Vec<String> {
        sorted(self.nodes().iter().map(|node| node.name().to_owned()))
    }

    /// Returns the full names of the pads, sorted.
    pub(crate) fn pad_names(&self, internal: bool) -> Vec<String> {
        let directions: &[Direction] = if internal {
            &[Direction::Source, Direction::Sink, Direction::Internal]
        } else {
            &[Direction::Source, Direction::Sink]
        };
        sorted(self.nodes().iter().flat_map(|node| {
            directions
                .iter()
                .flat_map(|direction| node.pad_names(*direction))
                .map(str::to_owned)
        }))
    }

    /// Returns the links between pads, upstream first, sorted; with `internal` also the steps inside elements.
    pub(crate) fn pad_edges(&self, internal: bool) -> Vec<(String, String)> {
        let mut edges = Vec::new();
        for node in self.nodes() {
            for sink in &node.sinks {
                if let Some(from) = sink.fed_by {
                    edges.push((self.full_name(from).to_owned(), sink.full.clone()));
                }
                if internal {
                    edges.push((sink.full.clone(), node.internal().to_owned()));
                }
            }
            if internal {
                edges.extend(
                    node.sources
                        .iter()
                        .map(|pad| (node.internal().to_owned(), pad.full.clone())),
                );
            }
        }
        sorted(edges)
    }

    /// Returns the links between elements, upstream first, sorted and each once; with `internal` an element with
    /// itself.
    pub(crate) fn element_edges(&self, internal: bool) -> Vec<(String, String)> {
        let mut edges = Vec::new();
        for node in self.nodes() {
            let upstream = node.sinks.iter().filter_map(|sink| sink.fed_by);
            edges.extend(upstream.map(|from| {
                (
                    self.node(from.node).name().to_owned(),
                    node.name().to_owned(),
                )
            }));
            if internal {
                edges.push((node.name().to_owned(), node.name().to_owned()));
            }
        }
        let mut edges = sorted(edges);
        edges.dedup();
        edges
    }

    /// Returns the full names of the pads in the order in which a stride calls them.
    pub(crate) fn call_order(&self, plan: &Plan) -> Vec<String> {
        let directions = [Direction::Sink, Direction::Internal, Direction::Source];
        let nodes = plan.order.iter().map(|node| self.node(*node));
        nodes
            .flat_map(|node| {
                directions
                    .into_iter()
                    .flat_map(|direction| node.pad_names(direction))
            })
            .map(str::to_owned)
            .collect()
    }
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_unstable();
    items
}
