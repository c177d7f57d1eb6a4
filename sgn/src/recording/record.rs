//! The records of a file, but for the numbers of a moment.

use std::time::Duration;

use super::bytes::{Bytes, put_float, put_number, put_text};
use super::parts::{Element, Event, Finding, Held, Line, Link, Program, Statement};

/// The first byte of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Program = 1,
    Graph = 2,
    Owner = 3,
    Line = 4,
    /// All numbers, which need no moment before them.
    Whole = 5,
    /// The numbers as differences from the moment before.
    Difference = 6,
    Findings = 7,
    Holders = 8,
    Event = 9,
}

impl Kind {
    pub(super) fn of(byte: u8) -> Option<Self> {
        use Kind::{Difference, Event, Findings, Graph, Holders, Line, Owner, Program, Whole};
        let all = [
            Program, Graph, Owner, Line, Whole, Difference, Findings, Holders, Event,
        ];
        all.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// The elements and links of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Graph {
    pub(crate) elements: Vec<Element>,
    pub(crate) links: Vec<Link>,
}

/// A record as it is written and read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Record {
    Program(Program),
    Graph(Graph),
    /// The owner of that index.
    Owner(usize, String),
    /// The line of that index.
    Line(usize, Line),
    Moment(MomentRecord),
    Findings(Vec<Finding>),
    Holders(Vec<Held>),
    Event(Event),
}

/// One moment; its numbers are coded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MomentRecord {
    /// True if it needs no moment before it.
    pub(super) is_whole: bool,
    /// The time and the strides since the moment before; since the start if it is whole.
    pub(super) passed: Duration,
    pub(super) strides: u64,
    /// The number of live blocks that were sampled; `None` if each was counted.
    pub(super) samples: Option<u64>,
    /// True if a report was made.
    pub(super) has_report: bool,
    /// True if the moment was not taken for its stride alone.
    pub(super) is_timed: bool,
    /// The number of lines and owners so far, if it is whole.
    pub(super) counts: (usize, usize),
    pub(super) coded: Vec<u8>,
}

impl Record {
    /// Returns the bytes of the record: its kind, and its fields in the order in which the format documents them.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.kind() as u8];
        match self {
            Self::Program(program) => put_program(&mut bytes, program),
            Self::Graph(graph) => put_graph(&mut bytes, graph),
            Self::Owner(index, name) => {
                put_number(&mut bytes, *index as u64);
                put_text(&mut bytes, name);
            }
            Self::Line(index, line) => put_line(&mut bytes, *index, line),
            Self::Moment(moment) => put_moment(&mut bytes, moment),
            Self::Findings(findings) => put_list(&mut bytes, findings, put_finding),
            Self::Holders(holders) => put_list(&mut bytes, holders, put_held),
            Self::Event(event) => {
                put_time(&mut bytes, event.at);
                put_number(&mut bytes, event.stride);
                put_text(&mut bytes, &event.kind);
                put_text(&mut bytes, &event.text);
            }
        }
        bytes
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Program(_) => Kind::Program,
            Self::Graph(_) => Kind::Graph,
            Self::Owner(..) => Kind::Owner,
            Self::Line(..) => Kind::Line,
            Self::Moment(moment) if moment.is_whole => Kind::Whole,
            Self::Moment(_) => Kind::Difference,
            Self::Findings(_) => Kind::Findings,
            Self::Holders(_) => Kind::Holders,
            Self::Event(_) => Kind::Event,
        }
    }

    /// Returns the record of `bytes`; `None` if they are none.
    ///
    /// Bytes after the last field are those of a later version of the format, and are not looked at.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let mut rest = Bytes(rest);
        let kind = Kind::of(*kind)?;
        Some(match kind {
            Kind::Program => Self::Program(program(&mut rest)?),
            Kind::Graph => Self::Graph(graph(&mut rest)?),
            Kind::Owner => Self::Owner(rest.index()?, rest.text()?),
            Kind::Line => Self::Line(rest.index()?, line(&mut rest)?),
            Kind::Whole => Self::Moment(moment(&mut rest, true)?),
            Kind::Difference => Self::Moment(moment(&mut rest, false)?),
            Kind::Findings => Self::Findings(rest.list(finding)?),
            Kind::Holders => Self::Holders(rest.list(held)?),
            Kind::Event => Self::Event(Event {
                at: time(&mut rest)?,
                stride: rest.number()?,
                kind: rest.text()?,
                text: rest.text()?,
            }),
        })
    }
}

fn put_list<T>(bytes: &mut Vec<u8>, items: &[T], put: impl Fn(&mut Vec<u8>, &T)) {
    put_number(bytes, items.len() as u64);
    for item in items {
        put(bytes, item);
    }
}

/// Writes a time in microseconds.
fn put_time(bytes: &mut Vec<u8>, time: Duration) {
    put_number(bytes, u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
}

fn time(rest: &mut Bytes<'_>) -> Option<Duration> {
    rest.number().map(Duration::from_micros)
}

/// Writes a number that may be missing: one more than it, or zero.
fn put_optional(bytes: &mut Vec<u8>, number: Option<u64>) {
    put_number(bytes, number.map_or(0, |number| number.saturating_add(1)));
}

fn optional(rest: &mut Bytes<'_>) -> Option<Option<u64>> {
    rest.number().map(|number| number.checked_sub(1))
}

fn put_texts(bytes: &mut Vec<u8>, texts: &[String]) {
    put_list(bytes, texts, |bytes, text| put_text(bytes, text));
}

fn put_program(bytes: &mut Vec<u8>, program: &Program) {
    put_text(bytes, &program.name);
    put_texts(bytes, &program.arguments);
    put_text(bytes, &program.host);
    put_number(bytes, u64::from(program.process));
    put_number(bytes, program.started);
    put_text(bytes, &program.version);
    put_text(bytes, &program.cadence);
    put_optional(bytes, program.sampled);
}

fn program(rest: &mut Bytes<'_>) -> Option<Program> {
    Some(Program {
        name: rest.text()?,
        arguments: rest.list(Bytes::text)?,
        host: rest.text()?,
        process: u32::try_from(rest.number()?).ok()?,
        started: rest.number()?,
        version: rest.text()?,
        cadence: rest.text()?,
        sampled: optional(rest)?,
    })
}

fn put_graph(bytes: &mut Vec<u8>, graph: &Graph) {
    put_list(bytes, &graph.elements, |bytes, element| {
        put_text(bytes, &element.name);
        put_text(bytes, &element.role);
        put_text(bytes, &element.kind);
        put_list(bytes, &element.properties, |bytes, (name, value)| {
            put_text(bytes, name);
            put_text(bytes, value);
        });
        put_texts(bytes, &element.pads);
    });
    put_list(bytes, &graph.links, |bytes, link| {
        put_text(bytes, &link.source);
        put_text(bytes, &link.sink);
        put_text(bytes, link.payload.as_deref().unwrap_or_default());
    });
}

fn graph(rest: &mut Bytes<'_>) -> Option<Graph> {
    Some(Graph {
        elements: rest.list(|rest| {
            Some(Element {
                name: rest.text()?,
                role: rest.text()?,
                kind: rest.text()?,
                properties: rest.list(|rest| Some((rest.text()?, rest.text()?)))?,
                pads: rest.list(Bytes::text)?,
            })
        })?,
        links: rest.list(|rest| {
            Some(Link {
                source: rest.text()?,
                sink: rest.text()?,
                payload: Some(rest.text()?).filter(|payload| !payload.is_empty()),
            })
        })?,
    })
}

fn put_line(bytes: &mut Vec<u8>, index: usize, line: &Line) {
    put_number(bytes, index as u64);
    put_number(bytes, line.owner as u64);
    put_number(bytes, u64::from(line.statement.is_some()));
    if let Some(statement) = &line.statement {
        put_text(bytes, &statement.file);
        put_number(bytes, u64::from(statement.line));
        put_text(bytes, &statement.text);
        put_text(bytes, &statement.function);
    }
}

fn line(rest: &mut Bytes<'_>) -> Option<Line> {
    Some(Line {
        owner: rest.index()?,
        statement: match rest.number()? {
            0 => None,
            _ => Some(Statement {
                file: rest.text()?,
                line: u32::try_from(rest.number()?).ok()?,
                text: rest.text()?,
                function: rest.text()?,
            }),
        },
    })
}

fn put_moment(bytes: &mut Vec<u8>, moment: &MomentRecord) {
    put_time(bytes, moment.passed);
    put_number(bytes, moment.strides);
    put_number(
        bytes,
        u64::from(moment.has_report) | u64::from(moment.is_timed) << 1,
    );
    put_optional(bytes, moment.samples);
    if moment.is_whole {
        put_number(bytes, moment.counts.0 as u64);
        put_number(bytes, moment.counts.1 as u64);
    }
    bytes.extend_from_slice(&moment.coded);
}

fn moment(rest: &mut Bytes<'_>, is_whole: bool) -> Option<MomentRecord> {
    let (passed, strides, reasons) = (time(rest)?, rest.number()?, rest.number()?);
    Some(MomentRecord {
        is_whole,
        passed,
        strides,
        has_report: reasons & 1 != 0,
        is_timed: reasons & 2 != 0,
        samples: optional(rest)?,
        counts: match is_whole {
            true => (rest.index()?, rest.index()?),
            false => (0, 0),
        },
        coded: rest.0.to_vec(),
    })
}

fn put_finding(bytes: &mut Vec<u8>, finding: &Finding) {
    put_number(bytes, finding.line as u64);
    put_text(bytes, &finding.verdict);
    put_number(bytes, u64::from(finding.is_alarm));
    put_float(bytes, finding.bytes_per_stride);
    put_float(bytes, finding.slope_error);
    put_float(bytes, finding.blocks_per_stride);
    put_float(bytes, finding.bytes_per_second);
    put_number(bytes, finding.since_stride);
    for bytes_of_fifth in finding.fifths {
        put_number(bytes, bytes_of_fifth);
    }
    put_number(bytes, finding.unreachable.0);
    put_number(bytes, finding.unreachable.1);
    put_list(bytes, &finding.holders, put_held);
}

fn finding(rest: &mut Bytes<'_>) -> Option<Finding> {
    Some(Finding {
        line: rest.index()?,
        verdict: rest.text()?,
        is_alarm: rest.number()? & 1 == 1,
        bytes_per_stride: rest.float()?,
        slope_error: rest.float()?,
        blocks_per_stride: rest.float()?,
        bytes_per_second: rest.float()?,
        since_stride: rest.number()?,
        fifths: {
            let mut fifths = [0; 5];
            for fifth in &mut fifths {
                *fifth = rest.number()?;
            }
            fifths
        },
        unreachable: (rest.number()?, rest.number()?),
        holders: rest.list(held)?,
    })
}

fn put_held(bytes: &mut Vec<u8>, held: &Held) {
    put_text(bytes, &held.holder);
    put_number(bytes, held.bytes);
    put_number(bytes, held.blocks);
}

fn held(rest: &mut Bytes<'_>) -> Option<Held> {
    Some(Held {
        holder: rest.text()?,
        bytes: rest.number()?,
        blocks: rest.number()?,
    })
}
