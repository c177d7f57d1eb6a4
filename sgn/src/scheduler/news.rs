//! Reports which elements have ended since the last report.

use super::ending::Seen;
use super::observer::{Event, Observer};
use crate::element::Role;
use crate::graph::Node;

/// The elements that were known to have ended.
pub(super) struct News(Vec<bool>);

impl News {
    pub(super) fn new(nodes: &mut [&mut Node], seen: &Seen) -> Self {
        Self(nodes.iter_mut().map(|node| Self::of(node, seen)).collect())
    }

    fn of(node: &mut Node, seen: &Seen) -> bool {
        match node.role() {
            Role::Sink => node.is_finished(),
            Role::Source | Role::Transform => seen.first_to_give(node).is_some(),
        }
    }

    /// Reports the elements that have ended since the last time.
    pub(super) fn tell(
        &mut self,
        nodes: &mut [&mut Node],
        seen: &Seen,
        stride: u64,
        observer: &mut dyn Observer,
    ) {
        for (node, known) in nodes.iter_mut().zip(&mut self.0) {
            if *known || !Self::of(node, seen) {
                continue;
            }
            *known = true;
            let element = node.name();
            observer.tell(match seen.first_to_give(node) {
                Some(pad) => Event::GaveEos {
                    element,
                    pad,
                    stride,
                },
                None => Event::SinkEnded { element, stride },
            });
        }
    }
}
