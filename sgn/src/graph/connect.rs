//! Links by the implicit rules.

use std::collections::{HashMap, HashSet};

use super::group::{Filter, Group, Member, Target};
use super::link::{Link, listed};
use super::{Graph, PadPlace, Place, index};
use crate::element::{NewElement, Role};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Mark;
use crate::pad::Direction;
use crate::suggest::did_you_mean;

/// A member whose element is in the graph.
struct Found {
    node: u32,
    filters: Vec<Filter>,
}

/// The pads on one side of a `connect`, by short name.
type Side = Vec<(String, PadPlace)>;

fn by_name(side: &Side) -> HashMap<&str, PadPlace> {
    side.iter()
        .map(|(short, pad)| (short.as_str(), *pad))
        .collect()
}

impl Graph {
    /// Inserts what is new and links `source` to `sink`: by `map` (short names, source first) if it is not empty,
    /// else by the implicit rules.
    pub(crate) fn connect(
        &mut self,
        source: Group,
        sink: Group,
        map: &[(&str, &str)],
        at: &'static Mark,
    ) -> Result<()> {
        let before = self.nodes.len();
        let outcome = self.try_connect(source, sink, map, at);
        if outcome.is_err() {
            self.forget_after(before);
        }
        outcome
    }

    /// Returns the pads of `group` on one side, in declared order.
    pub(crate) fn side_of(
        &self,
        group: Group,
        direction: Direction,
    ) -> Result<Vec<(String, String)>> {
        let members = group
            .members
            .into_iter()
            .map(|member| self.find_member(member))
            .collect::<Result<Vec<_>>>()?;
        let side = self.side(&members, direction)?;
        if side.is_empty() {
            return Err(Error::new(
                ErrorKind::EmptySelection,
                format!("the selection has no {direction}s"),
            ));
        }
        Ok(side
            .into_iter()
            .map(|(short, pad)| (short, self.full_name(pad).to_owned()))
            .collect())
    }

    fn try_connect(
        &mut self,
        source: Group,
        sink: Group,
        map: &[(&str, &str)],
        at: &'static Mark,
    ) -> Result<()> {
        let sources = self.settle(source)?;
        let sinks = self.settle(sink)?;
        let links = {
            let from = self.side(&sources, Direction::Source)?;
            let to = self.side(&sinks, Direction::Sink)?;
            match map {
                [] => self.imply(&sources, &from, &sinks, &to)?,
                map => self.map_by_hand(&from, &to, map)?,
            }
        };
        self.link_all(&links, at)
    }

    /// Inserts the new elements of a group; the others are found.
    fn settle(&mut self, group: Group) -> Result<Vec<Found>> {
        group
            .members
            .into_iter()
            .map(|member| match member.target {
                Target::New(element) => {
                    let node = index(self.nodes.len());
                    self.take_in(vec![*element])?;
                    Ok(Found {
                        node,
                        filters: member.filters,
                    })
                }
                _ => self.find_member(member),
            })
            .collect()
    }

    fn find_member(&self, member: Member) -> Result<Found> {
        let node = match member.target {
            Target::Id(id) => self.node_of(id)?,
            Target::Name(name) => match self.place_of(&name) {
                Some(Place::Element(node)) => node,
                _ => return Err(self.unknown_element(&name)),
            },
            Target::New(element) => return Err(self.unknown_element(NewElement::name(&element))),
        };
        Ok(Found {
            node,
            filters: member.filters,
        })
    }

    pub(crate) fn unknown_element(&self, name: &str) -> Error {
        let names: Vec<&str> = self.nodes().iter().map(|node| node.name()).collect();
        let hint = match did_you_mean(name, names.iter().copied()) {
            near if !near.is_empty() => near,
            _ if names.is_empty() => String::from("; the pipeline is empty"),
            _ => format!("; there are {}", listed(&names)),
        };
        Error::new(
            ErrorKind::UnknownElement,
            format!("no element `{name}` in this pipeline{hint}"),
        )
        .of_element(name)
    }

    fn side(&self, members: &[Found], direction: Direction) -> Result<Side> {
        let mut side = Side::new();
        let mut known: HashMap<&str, PadPlace> = HashMap::new();
        for member in members {
            for (short, pad) in self.pads_of(member, direction)? {
                if let Some(twin) = known.insert(short, pad) {
                    return Err(Error::new(
                        ErrorKind::DuplicatePadInGroup,
                        format!(
                            "`{}` and `{}` are both called `{short}` on this side; select one of them, or connect \
                             them one by one",
                            self.full_name(twin),
                            self.full_name(pad),
                        ),
                    ));
                }
                side.push((short.to_owned(), pad));
            }
        }
        Ok(side)
    }

    fn pads_of(&self, member: &Found, direction: Direction) -> Result<Vec<(&str, PadPlace)>> {
        let node = self.node(member.node);
        let misplaced = match direction {
            Direction::Source => node.role() == Role::Sink,
            _ => node.role() == Role::Source,
        };
        if misplaced && member.filters.is_empty() {
            return Err(Error::new(
                ErrorKind::WrongDirection,
                format!(
                    "{} element `{}` has no {direction}s; it cannot stand on this side of `connect`",
                    node.role(),
                    node.name()
                ),
            )
            .of_element(node.name()));
        }
        let mut pads = node.short_names(direction);
        for filter in &member.filters {
            if !filter.lenient {
                self.check_known(member.node, &filter.names)?;
            }
            let names: HashSet<&str> = filter.names.iter().map(String::as_str).collect();
            pads.retain(|(short, _)| names.contains(short));
        }
        Ok(pads)
    }

    fn check_known(&self, node: u32, names: &[String]) -> Result<()> {
        let node = self.node(node);
        let known = || {
            let sinks = node.sinks.iter().map(|pad| pad.short.as_str());
            node.sources
                .iter()
                .map(|pad| pad.short.as_str())
                .chain(sinks)
        };
        let own: HashSet<&str> = known().collect();
        match names.iter().find(|name| !own.contains(name.as_str())) {
            None => Ok(()),
            Some(name) => Err(Error::new(
                ErrorKind::UnknownPad,
                format!(
                    "element `{}` has no pad `{name}` to select; it has {}",
                    node.name(),
                    listed(&known().collect::<Vec<_>>())
                ),
            )
            .of_element(node.name())),
        }
    }

    fn map_by_hand(&self, from: &Side, to: &Side, map: &[(&str, &str)]) -> Result<Vec<Link>> {
        let (sources, sinks) = (by_name(from), by_name(to));
        let find = |known: &HashMap<&str, PadPlace>,
                    side: &Side,
                    name: &str,
                    direction: Direction| {
            known.get(name).copied().ok_or_else(|| {
                let known: Vec<&str> = side.iter().map(|(short, _)| short.as_str()).collect();
                Error::new(
                    ErrorKind::UnknownPad,
                    format!(
                        "no {direction} with the short name `{name}` on this side of `connect`; there are {}",
                        listed(&known)
                    ),
                )
                .of_pad(name)
            })
        };
        map.iter()
            .map(|(source, sink)| {
                let sink = find(&sinks, to, sink, Direction::Sink)?;
                Ok((find(&sources, from, source, Direction::Source)?, sink))
            })
            .collect()
    }

    fn imply(
        &self,
        sources: &[Found],
        from: &Side,
        sinks: &[Found],
        to: &Side,
    ) -> Result<Vec<Link>> {
        let known = by_name(to);
        let common: Vec<Link> = from
            .iter()
            .filter_map(|(short, source)| Some((*source, *known.get(short.as_str())?)))
            .collect();
        if !common.is_empty() {
            return Ok(common);
        }
        match (from.as_slice(), to.as_slice()) {
            ([(_, source)], [_, ..]) => Ok(to.iter().map(|(_, sink)| (*source, *sink)).collect()),
            ([_, _, ..], [(_, sink)]) => Err(Error::new(
                ErrorKind::ManyToOne,
                format!(
                    "several source pads ({}) cannot feed the one sink pad `{}`; select one of them",
                    self.listed_pads(from),
                    self.full_name(*sink)
                ),
            )
            .of_pad(self.full_name(*sink))),
            _ => Err(Error::new(
                ErrorKind::AmbiguousLinking,
                format!(
                    "nothing says how to link {} ({}) to {} ({}): no short name is on both sides; give a map, or \
                     link them one by one",
                    self.listed_members(sources),
                    self.listed_pads(from),
                    self.listed_members(sinks),
                    self.listed_pads(to),
                ),
            )),
        }
    }

    fn listed_pads(&self, side: &Side) -> String {
        if side.is_empty() {
            return String::from("no pads");
        }
        listed(
            &side
                .iter()
                .map(|(_, pad)| self.full_name(*pad))
                .collect::<Vec<_>>(),
        )
    }

    fn listed_members(&self, members: &[Found]) -> String {
        listed(
            &members
                .iter()
                .map(|member| self.node(member.node).name())
                .collect::<Vec<_>>(),
        )
    }
}
