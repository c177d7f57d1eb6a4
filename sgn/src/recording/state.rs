//! A run up to one record: what a reader knows after reading it.

use std::time::Duration;

use super::coder::Decoder;
use super::numbers::Numbers;
use super::parts::{Event, Finding, Held, Line, Peak, Program};
use super::reader::Next;
use super::record::{Graph, MomentRecord, Record};
use crate::memory::Usage;

/// The most lines, and the most owners, that a file may say that it has; a program has fewer.
const MOST: usize = 1 << 21;

/// The most lines, or owners, in a row whose records are lost, so that a wrong index takes little memory.
const MOST_LOST: usize = 1 << 16;

/// The part of a run that a record changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The numbers are those of another moment.
    Moment,
    /// The findings and holders are others.
    Findings,
    Event,
    /// Names, or nothing.
    Other,
}

/// A run up to one record.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) program: Program,
    pub(crate) graph: Graph,
    pub(crate) owners: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) holders: Vec<Held>,
    /// The last event.
    pub(crate) event: Event,
    pub(crate) at: Duration,
    pub(crate) stride: u64,
    pub(crate) samples: Option<u64>,
    /// True if a report was made at this moment.
    pub(crate) has_report: bool,
    /// True if the moment was not taken for its stride alone.
    pub(crate) is_timed: bool,
    /// The bytes that were no records, and the place of the first; `None` if there were none.
    pub(crate) damage: Option<(u64, u64)>,
    numbers: Numbers,
    /// True if the next numbers can only be read if they are whole.
    needs_whole: bool,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            program: Program::default(),
            graph: Graph::default(),
            owners: Vec::new(),
            lines: Vec::new(),
            findings: Vec::new(),
            holders: Vec::new(),
            event: Event::default(),
            at: Duration::ZERO,
            stride: 0,
            samples: None,
            has_report: false,
            is_timed: false,
            damage: None,
            numbers: Numbers::new(),
            needs_whole: true,
        }
    }

    /// Returns the numbers of a line now; zero if there is no such line.
    pub(crate) fn line(&self, index: usize) -> Usage {
        self.numbers.line(index)
    }

    /// Returns the peak of an owner now; zero if there is no such owner.
    pub(crate) fn peak(&self, index: usize) -> Peak {
        self.numbers.peak(index)
    }

    /// Goes on to what `next` is.
    pub(super) fn apply(&mut self, next: Next) -> Step {
        let record = match next {
            Next::Record(record) => record,
            Next::Damage { at, bytes } => {
                self.lose(at, bytes);
                return Step::Other;
            }
        };
        match record {
            Record::Program(program) => self.program = program,
            Record::Graph(graph) => self.graph = graph,
            Record::Owner(index, name) => {
                if grow(&mut self.owners, index, || String::from(LOST)) {
                    self.owners[index] = name;
                }
            }
            Record::Line(index, line) => {
                let has_owner = grow(&mut self.owners, line.owner, || String::from(LOST));
                if has_owner && grow(&mut self.lines, index, Line::default) {
                    self.lines[index] = line;
                }
            }
            Record::Moment(moment) => return self.moment(&moment),
            Record::Findings(findings) => {
                self.findings = findings;
                return Step::Findings;
            }
            Record::Holders(holders) => {
                self.holders = holders;
                return Step::Findings;
            }
            Record::Event(event) => {
                self.event = event;
                return Step::Event;
            }
        }
        Step::Other
    }

    fn lose(&mut self, at: u64, bytes: u64) {
        let (lost, first) = self.damage.unwrap_or((0, at));
        self.damage = Some((lost + bytes, first));
        self.needs_whole = true;
    }

    fn moment(&mut self, moment: &MomentRecord) -> Step {
        if moment.is_whole {
            let (lines, owners) = moment.counts;
            let room = |known: usize| MOST.min(known + MOST_LOST);
            if lines > room(self.lines.len()) || owners > room(self.owners.len()) {
                return Step::Other;
            }
            self.numbers = Numbers::new();
            self.numbers.grow(lines, owners);
            (self.at, self.stride, self.needs_whole) = (Duration::ZERO, 0, false);
        } else if self.needs_whole {
            return Step::Other;
        }
        self.numbers.grow(self.lines.len(), self.owners.len());
        // Names of lines and owners may be lost, if the file is damaged.
        let (lines, owners) = self.numbers.counts();
        let _ = lines == 0 || grow(&mut self.lines, lines - 1, Line::default);
        let _ = owners == 0 || grow(&mut self.owners, owners - 1, || String::from(LOST));
        if self.owners.is_empty() {
            self.owners.push(String::from(LOST));
        }
        let strides = if moment.is_whole { 0 } else { moment.strides };
        let mut decoder = Decoder::new(&moment.coded);
        self.numbers.step(
            &mut decoder,
            strides,
            |_| Usage::default(),
            |_| Peak::default(),
        );
        if !self.adds_up() {
            self.numbers = Numbers::new();
            self.needs_whole = true;
            return Step::Other;
        }
        self.at = self.at.saturating_add(moment.passed);
        self.stride = self.stride.saturating_add(moment.strides);
        self.samples = moment.samples;
        (self.has_report, self.is_timed) = (moment.has_report, moment.is_timed);
        Step::Moment
    }
}

impl State {
    /// Returns true if all sums of the numbers fit their types, which a file of ours takes care of.
    fn adds_up(&self) -> bool {
        let add = |sum: u64, number: u64| {
            sum.checked_add(number)
                .filter(|sum| *sum <= i64::MAX as u64)
        };
        let lines = self
            .numbers
            .lines()
            .try_fold([0; 4], |sums: [u64; 4], line| {
                Some([
                    add(sums[0], line.live_bytes)?,
                    add(sums[1], line.live_blocks)?,
                    add(sums[2], line.total_bytes)?,
                    add(sums[3], line.total_blocks)?,
                ])
            });
        let (_, owners) = self.numbers.counts();
        let peaks = (0..owners).try_fold(0, |sum, owner| add(sum, self.numbers.peak(owner).bytes));
        lines.is_some() && peaks.is_some()
    }
}

/// The name of an owner whose record is damaged.
const LOST: &str = "(name lost)";

/// Appends items so that there is one at `index`; `false` if no file of ours has so many.
fn grow<T>(items: &mut Vec<T>, index: usize, item: impl FnMut() -> T) -> bool {
    if index >= MOST.min(items.len() + MOST_LOST) {
        return false;
    }
    if index >= items.len() {
        items.resize_with(index + 1, item);
    }
    true
}
