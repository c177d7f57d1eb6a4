//! Makes the rows of the table: elements, and below them their fields, pads and lines.

use std::collections::{BTreeMap, BTreeSet};

use super::amounts::{grouped, size};
use super::choice::Choice;
use super::facts::Facts;
use super::row::{Key, Row};
use super::track::{Rate, Track};
use crate::memory::Usage;
use crate::recording::run::{Held, Peak, Statement};
use crate::text::{file_name, split_pad};

/// Returns the rows that are to be seen, in their order.
pub(super) fn rows(facts: &Facts<'_>, track: &Track, choice: &Choice) -> Vec<Row> {
    let builder = Builder::new(facts, track, choice);
    let groups = builder.groups();
    let mut elements = Vec::new();
    let mut below = BTreeMap::new();
    for group in groups {
        let Some((element, children)) = builder.group(&group) else {
            continue;
        };
        below.insert(element.key.clone(), children);
        elements.push(element);
    }
    choice.sort(&mut elements);
    // Below all others, whatever the order.
    elements.sort_by_key(|row| row.is_built_in);
    let mut rows = Vec::new();
    for element in elements {
        let children = below.remove(&element.key).unwrap_or_default();
        rows.push(element);
        rows.extend(children);
    }
    rows
}

/// An element, or an owner that is no pad.
#[derive(Debug, Default)]
struct Group<'a> {
    name: &'a str,
    owners: Vec<usize>,
    fields: Vec<(&'a str, &'a Held)>,
    is_in_graph: bool,
    /// Known of elements of the graph.
    role: &'a str,
    kind: &'a str,
}

struct Builder<'a> {
    facts: &'a Facts<'a>,
    track: &'a Track,
    choice: &'a Choice,
    lines_of: Vec<Vec<usize>>,
    alarms: BTreeSet<usize>,
    filter: String,
}

impl<'a> Builder<'a> {
    fn new(facts: &'a Facts<'a>, track: &'a Track, choice: &'a Choice) -> Self {
        let mut lines_of = vec![Vec::new(); facts.owners.len()];
        for (line, known) in facts.lines.iter().enumerate() {
            if let Some(lines) = lines_of.get_mut(known.owner) {
                lines.push(line);
            }
        }
        let alarms = facts.findings.iter().filter(|finding| finding.is_alarm);
        Self {
            facts,
            track,
            choice,
            lines_of,
            alarms: alarms.map(|finding| finding.line).collect(),
            filter: choice.filter.to_lowercase(),
        }
    }

    /// Returns the elements of the graph in its order, and then the owners that are none of their pads.
    fn groups(&self) -> Vec<Group<'a>> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        let mut places = BTreeMap::new();
        for element in self.facts.elements {
            places.insert(element.name.as_str(), groups.len());
            groups.push(Group {
                name: &element.name,
                is_in_graph: true,
                role: &element.role,
                kind: &element.kind,
                ..Group::default()
            });
        }
        for (owner, name) in self.facts.owners.iter().enumerate() {
            let (element, _) = split_pad(name);
            let place = *places.entry(element).or_insert_with(|| {
                groups.push(Group {
                    name: element,
                    ..Group::default()
                });
                groups.len() - 1
            });
            groups[place].owners.push(owner);
        }
        for held in self.facts.holders {
            // The longest name of an element that fits, as names may have points.
            let mut points = held.holder.rmatch_indices('.');
            let found = points.find_map(|(at, _)| Some((at, *places.get(&held.holder[..at])?)));
            if let Some((at, place)) = found {
                groups[place].fields.push((&held.holder[at + 1..], held));
            }
        }
        groups
    }

    fn matches(&self, text: &str) -> bool {
        self.filter.is_empty() || text.to_lowercase().contains(&self.filter)
    }

    /// Returns the row of an element and those below it; `None` if there is nothing to be seen.
    fn group(&self, group: &Group<'a>) -> Option<(Row, Vec<Row>)> {
        let usage = self.usage(&group.owners);
        if !group.is_in_graph && usage == Usage::default() {
            return None;
        }
        let key = Key::Element(group.name.to_owned());
        let is_named = self.matches(group.name);
        let below = self.below(group, is_named);
        if !is_named && below.is_empty() {
            return None;
        }
        // What was found below the name of an element is shown.
        let is_open = self.choice.is_open(&key) || !is_named;
        let held = group.fields.iter().map(|(_, held)| held.bytes).sum();
        let has_census = !self.facts.holders.is_empty();
        let what = match (group.role, group.kind) {
            ("", _) if group.name.starts_with('(') => String::from("no element"),
            (role, kind) if kind == group.name => role.to_owned(),
            (role, kind) => format!("{role} {kind}").trim().to_owned(),
        };
        let element = Row {
            key,
            depth: 0,
            name: group.name.to_owned(),
            detail: told(group.name, &what, usage),
            text: String::new(),
            usage,
            peak: self.peak(&group.owners),
            held: (has_census && group.is_in_graph).then_some(held),
            rate: self.rate(&group.owners),
            owners: group.owners.clone(),
            is_open: (!below.is_empty()).then_some(is_open),
            is_alarm: below.iter().any(|row| row.is_alarm),
            is_built_in: !group.is_in_graph && group.name.starts_with('('),
        };
        Some((element, if is_open { below } else { Vec::new() }))
    }

    fn below(&self, group: &Group<'a>, is_all: bool) -> Vec<Row> {
        let mut rows: Vec<Row> = group
            .fields
            .iter()
            .filter(|(_, held)| is_all || self.matches(&held.holder))
            .map(|(field, held)| field_row(field, held))
            .collect();
        let mut pads: Vec<(Row, Vec<Row>)> = Vec::new();
        for &owner in &group.owners {
            let (element, pad) = split_pad(self.facts.owners[owner]);
            let is_whole = is_all || self.matches(&format!("{element}:{pad}"));
            let mut lines = self.lines(owner, is_whole);
            self.choice.sort(&mut lines);
            let usage = self.usage(&[owner]);
            if usage == Usage::default() || !is_whole && lines.is_empty() {
                continue;
            }
            pads.push((self.pad_row(owner, pad, usage, &lines), lines));
        }
        if let [(only, lines)] = &mut pads[..]
            && only.name.is_empty()
        {
            rows.append(lines);
            return rows;
        }
        let mut order: Vec<Row> = pads.iter().map(|(pad, _)| pad.clone()).collect();
        self.choice.sort(&mut order);
        for pad in order {
            let lines = pads.iter_mut().find(|(row, _)| row.key == pad.key);
            let lines = lines.map(|(_, lines)| std::mem::take(lines));
            rows.push(pad);
            rows.extend(lines.unwrap_or_default());
        }
        rows
    }

    fn pad_row(&self, owner: usize, pad: &str, usage: Usage, lines: &[Row]) -> Row {
        Row {
            key: Key::Pad(owner),
            depth: 1,
            name: pad.to_owned(),
            detail: told(self.facts.owners[owner], "", usage),
            text: String::new(),
            usage,
            peak: self.peak(&[owner]),
            held: None,
            rate: self.rate(&[owner]),
            owners: vec![owner],
            is_open: None,
            is_alarm: lines.iter().any(|row| row.is_alarm),
            is_built_in: false,
        }
    }

    /// Returns the lines of an owner; none if all it has is outside of marked lines.
    fn lines(&self, owner: usize, is_all: bool) -> Vec<Row> {
        let lines = self.lines_of[owner].iter();
        let rows: Vec<Row> = lines
            .filter(|line| self.facts.usage(**line) != Usage::default())
            .map(|line| self.line(*line))
            .collect();
        let is_marked = |row: &Row| {
            let Key::Line(line) = row.key else {
                return false;
            };
            self.facts.lines[line].statement.is_some()
        };
        if !rows.iter().any(is_marked) {
            return Vec::new();
        }
        let is_seen = |row: &Row| is_all || self.matches(&row.detail);
        rows.into_iter().filter(is_seen).collect()
    }

    fn line(&self, line: usize) -> Row {
        let usage = self.facts.usage(line);
        let statement = self.facts.lines[line].statement.as_ref();
        let (name, detail, text) = match statement {
            Some(statement) => {
                let Statement {
                    file, line, text, ..
                } = statement;
                let name = file_name(file);
                (
                    format!("{name}:{line}"),
                    format!("{file}:{line}  {}", text.trim()),
                    text.trim().to_owned(),
                )
            }
            None => (
                String::from("elsewhere"),
                String::from("outside of marked lines"),
                String::new(),
            ),
        };
        Row {
            key: Key::Line(line),
            depth: 2,
            name,
            detail,
            text,
            usage,
            peak: None,
            held: None,
            rate: self.track.rate(line, usage),
            owners: Vec::new(),
            is_open: None,
            is_alarm: self.alarms.contains(&line),
            is_built_in: false,
        }
    }

    fn lines_of<'b>(&'b self, owners: &'b [usize]) -> impl Iterator<Item = usize> + 'b {
        owners
            .iter()
            .flat_map(|owner| &self.lines_of[*owner])
            .copied()
    }

    fn usage(&self, owners: &[usize]) -> Usage {
        self.lines_of(owners)
            .map(|line| self.facts.usage(line))
            .sum()
    }

    fn rate(&self, owners: &[usize]) -> Rate {
        let mut sum = Rate::default();
        for line in self.lines_of(owners) {
            sum += self.track.rate(line, self.facts.usage(line));
        }
        sum
    }

    /// Returns the peak of some owners together, which is at most the sum of their peaks.
    fn peak(&self, owners: &[usize]) -> Option<Peak> {
        let peaks = owners
            .iter()
            .filter_map(|owner| self.facts.peaks.get(*owner));
        let peaks: Vec<&Peak> = peaks.filter(|peak| peak.bytes > 0).collect();
        Some(Peak {
            bytes: peaks.iter().map(|peak| peak.bytes).sum(),
            is_exact: peaks.len() < 2 && peaks.iter().all(|peak| peak.is_exact),
        })
    }
}

fn field_row(field: &str, held: &Held) -> Row {
    Row {
        key: Key::Field(held.holder.clone()),
        depth: 1,
        name: format!(".{field}"),
        detail: format!(
            "{} keeps {} in {} blocks alive",
            held.holder,
            size(held.bytes as f64),
            grouped(held.blocks)
        ),
        text: String::new(),
        usage: Usage::default(),
        peak: None,
        held: Some(held.bytes),
        rate: Rate::default(),
        owners: Vec::new(),
        is_open: None,
        is_alarm: false,
        is_built_in: false,
    }
}

/// Returns a name with its numbers in words.
fn told(name: &str, what: &str, usage: Usage) -> String {
    let comma = if what.is_empty() { "" } else { ", " };
    format!(
        "{name}: {what}{comma}live {} in {} blocks; in all {} in {}",
        size(usage.live_bytes as f64),
        grouped(usage.live_blocks),
        size(usage.total_bytes as f64),
        grouped(usage.total_blocks)
    )
}
