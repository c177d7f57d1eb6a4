//! Makes links, by index or by full name.

use std::collections::HashMap;

use super::{Graph, PadPlace, Place};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Mark;
use crate::pad::{Access, Direction};
use crate::suggest::did_you_mean;

/// One link: from a source pad to a sink pad.
pub(super) type Link = (PadPlace, PadPlace);

impl Graph {
    /// Makes all of `links` or none; the copies that they need are made at the line `at`.
    pub(crate) fn link_all(&mut self, links: &[Link], at: &'static Mark) -> Result<()> {
        self.check_links(links)?;
        for &(source, sink) in links {
            let takes = self.access(sink) == Access::Owned;
            let info = &mut self.nodes[source.node as usize].sources[source.index as usize];
            info.feeds.push(sink);
            info.takers += u32::from(takes);
            let info = &mut self.nodes[sink.node as usize].sinks[sink.index as usize];
            info.fed_by = Some(source);
            info.linked_at = Some(at);
        }
        Ok(())
    }

    /// Finds the pads that `links`, source first, name in full.
    pub(crate) fn resolve_names(&self, links: &[(&str, &str)]) -> Result<Vec<Link>> {
        links
            .iter()
            .map(|(source, sink)| {
                let sink = self.find_pad(sink, Direction::Sink)?;
                Ok((self.find_pad(source, Direction::Source)?, sink))
            })
            .collect()
    }

    /// Returns the full name of a pad.
    pub(crate) fn full_name(&self, pad: PadPlace) -> &str {
        let node = self.node(pad.node);
        match pad.direction {
            Direction::Source => &node.sources[pad.index as usize].full,
            Direction::Sink => &node.sinks[pad.index as usize].full,
            Direction::Internal => node.internal(),
        }
    }

    fn find_pad(&self, name: &str, wanted: Direction) -> Result<PadPlace> {
        match self.place_of(name) {
            Some(Place::Pad(pad)) if pad.direction == wanted => Ok(pad),
            Some(Place::Pad(pad)) => Err(Error::new(
                ErrorKind::WrongDirection,
                format!("`{name}` is a {}, but a {wanted} belongs here", pad.direction),
            )
            .of_pad(name)),
            Some(Place::Element(node)) => Err(Error::new(
                ErrorKind::WrongDirection,
                format!(
                    "`{name}` is an element, but the full name of a {wanted} belongs here; its {wanted}s are {:?}",
                    self.node(node).pad_names(wanted)
                ),
            )
            .of_element(name)),
            None => Err(self.unknown_pad(name, wanted)),
        }
    }

    fn unknown_pad(&self, name: &str, wanted: Direction) -> Error {
        let known: Vec<&str> = self
            .nodes()
            .iter()
            .flat_map(|node| node.pad_names(wanted))
            .collect();
        let short = known
            .iter()
            .find(|full| full.rsplit(':').next() == Some(name));
        let hint = match (short, did_you_mean(name, known.iter().copied())) {
            (Some(full), _) => format!("; `link` takes full names: did you mean `{full}`?"),
            (None, hint) if !hint.is_empty() => hint,
            _ if known.is_empty() => format!("; the pipeline has no {wanted}s yet"),
            _ => format!("; the {wanted}s are {}", listed(&known)),
        };
        Error::new(
            ErrorKind::UnknownPad,
            format!("no {wanted} `{name}` in this pipeline{hint}"),
        )
        .of_pad(name)
    }

    fn check_links(&self, links: &[Link]) -> Result<()> {
        let mut taken = HashMap::new();
        let mut takers: HashMap<PadPlace, u32> = HashMap::new();
        for &(source, sink) in links {
            let fed_by = self.node(sink.node).sinks[sink.index as usize].fed_by;
            if let Some(present) = fed_by.or(taken.insert(sink, source)) {
                return Err(self.already_linked(source, sink, present));
            }
            self.check_payloads(source, sink)?;
            *takers.entry(source).or_default() += u32::from(self.access(sink) == Access::Owned);
        }
        let lacks_clone = |source: PadPlace| {
            let info = &self.node(source.node).sources[source.index as usize];
            let owners = info.takers + takers.get(&source).copied().unwrap_or_default();
            owners > 1 && !self.clones.contains_key(&info.payload.id)
        };
        match links.iter().find(|(source, _)| lacks_clone(*source)) {
            Some((source, _)) => Err(self.not_cloneable(*source)),
            None => Ok(()),
        }
    }

    fn already_linked(&self, source: PadPlace, sink: PadPlace, present: PadPlace) -> Error {
        let sink = self.full_name(sink);
        Error::new(
            ErrorKind::AlreadyLinked,
            format!(
                "cannot link `{}` -> `{sink}`: `{sink}` is linked to `{}` already, and a sink pad takes one link",
                self.full_name(source),
                self.full_name(present),
            ),
        )
        .of_pad(sink)
    }

    fn check_payloads(&self, source: PadPlace, sink: PadPlace) -> Result<()> {
        let gives = self.node(source.node).sources[source.index as usize].payload;
        let takes = self.node(sink.node).sinks[sink.index as usize].payload;
        if gives.id == takes.id {
            return Ok(());
        }
        let (source, sink) = (self.full_name(source), self.full_name(sink));
        Err(Error::new(
            ErrorKind::PayloadMismatch,
            format!(
                "cannot link `{source}` -> `{sink}`: `{source}` gives `{}`, `{sink}` takes `{}`",
                gives.name, takes.name
            ),
        )
        .of_pad(sink))
    }

    pub(super) fn access(&self, sink: PadPlace) -> Access {
        self.node(sink.node).sinks[sink.index as usize].access
    }

    pub(super) fn not_cloneable(&self, source: PadPlace) -> Error {
        let payload = self.node(source.node).sources[source.index as usize]
            .payload
            .name;
        let source = self.full_name(source);
        Error::new(
            ErrorKind::NotCloneable,
            format!(
                "`{source}` feeds several owners, but its payload `{payload}` is not known to be `Clone`; let all \
                 but one of them borrow (`&Frame<T>`), or call `pipeline.allow_clone::<T>()` if it is `Clone`"
            ),
        )
        .of_pad(source)
    }
}

/// Returns the first few of `names`, and how many more there are.
pub(super) fn listed(names: &[&str]) -> String {
    const MOST: usize = 8;
    let shown = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}
