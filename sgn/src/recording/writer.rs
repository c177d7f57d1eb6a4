//! Writes records, and the numbers of moments as differences.

use std::time::Duration;

use super::coder::Encoder;
use super::envelope::{HEADER, put_record};
use super::numbers::Numbers;
use super::parts::{Line, Peak, Program};
use super::record::{Graph, MomentRecord, Record};
use crate::memory::Usage;

/// The bytes of differences after which all numbers are written again, as a multiple of the bytes that these take.
///
/// So they take at most an eighth more, and a reader that begins in the middle has at most as much before it.
const WHOLE_AFTER: usize = 8;

/// A moment that is to be written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct When {
    pub(super) at: Duration,
    /// The number of strides of all runs.
    pub(super) stride: u64,
    pub(super) samples: Option<u64>,
    pub(super) has_report: bool,
    pub(super) is_timed: bool,
}

/// The records of a file, as far as they are not handed on.
#[derive(Debug)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    numbers: Numbers,
    /// The program and its graph, and true if they are written.
    head: Option<(Program, Graph)>,
    has_head: bool,
    /// The names of the owners, the lines and their numbers now.
    owners: Vec<String>,
    peaks: Vec<Peak>,
    lines: Vec<Line>,
    usages: Vec<Usage>,
    /// The number of owners and lines that are written.
    written: (usize, usize),
    last: When,
    /// The bytes of the last whole moment, and of the differences since; `None` if the next has to be whole.
    sizes: Option<(usize, usize)>,
}

impl Writer {
    /// Returns the writer of a new file.
    pub(super) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            numbers: Numbers::new(),
            head: None,
            has_head: false,
            owners: Vec::new(),
            peaks: Vec::new(),
            lines: Vec::new(),
            usages: Vec::new(),
            written: (0, 0),
            last: When::default(),
            sizes: None,
        }
    }

    /// Sets the program and its graph, from now on.
    pub(super) fn set_head(&mut self, program: Program, graph: Graph) {
        (self.head, self.has_head) = (Some((program, graph)), false);
    }

    /// Adds an owner.
    pub(super) fn add_owner(&mut self, name: String) {
        self.owners.push(name);
        self.peaks.push(Peak::default());
    }

    /// Adds a line.
    pub(super) fn add_line(&mut self, line: Line) {
        self.lines.push(line);
        self.usages.push(Usage::default());
    }

    /// Sets the numbers of a line for the next moments.
    pub(super) fn set_line(&mut self, index: usize, usage: Usage) {
        if let Some(line) = self.usages.get_mut(index) {
            *line = usage;
        }
    }

    /// Sets the peak of an owner for the next moments.
    pub(super) fn set_peak(&mut self, index: usize, peak: Peak) {
        if let Some(owner) = self.peaks.get_mut(index) {
            *owner = peak;
        }
    }

    /// Writes a record.
    pub(super) fn put(&mut self, record: &Record) {
        put_record(&mut self.bytes, &record.to_bytes());
    }

    /// Writes the program, the graph, the owners and the lines that are not written yet.
    pub(super) fn put_names(&mut self) {
        if let Some((program, graph)) = self.head.as_ref().filter(|_| !self.has_head) {
            let records = [
                Record::Program(program.clone()),
                Record::Graph(graph.clone()),
            ];
            records.iter().for_each(|record| self.put(record));
            self.has_head = true;
        }
        for index in self.written.0..self.owners.len() {
            let record = Record::Owner(index, self.owners[index].clone());
            self.put(&record);
        }
        for index in self.written.1..self.lines.len() {
            let record = Record::Line(index, self.lines[index].clone());
            self.put(&record);
        }
        self.written = (self.owners.len(), self.lines.len());
    }

    /// Writes the numbers of a moment.
    pub(super) fn put_moment(&mut self, now: When) {
        self.put_names();
        let is_whole = self
            .sizes
            .is_none_or(|(whole, since)| since > WHOLE_AFTER * whole);
        if is_whole {
            self.numbers = Numbers::new();
            self.last = When::default();
        }
        self.numbers.grow(self.lines.len(), self.owners.len());
        let mut moment = MomentRecord {
            is_whole,
            passed: now.at.saturating_sub(self.last.at),
            strides: now.stride.saturating_sub(self.last.stride),
            samples: now.samples,
            has_report: now.has_report,
            is_timed: now.is_timed,
            counts: self.numbers.counts(),
            coded: Vec::new(),
        };
        let mut encoder = Encoder::new(&mut moment.coded);
        let strides = if is_whole { 0 } else { moment.strides };
        let (usages, peaks) = (&self.usages, &self.peaks);
        self.numbers.step(
            &mut encoder,
            strides,
            |line| usages[line],
            |owner| peaks[owner],
        );
        encoder.finish();
        let before = self.bytes.len();
        self.put(&Record::Moment(moment));
        let size = self.bytes.len() - before;
        self.sizes = Some(match self.sizes {
            Some((whole, since)) if !is_whole => (whole, since + size),
            _ => (size.max(HEADER), 0),
        });
        // As the reader knows it: in microseconds.
        self.last = When {
            at: self.last.at
                + Duration::from_micros(now.at.saturating_sub(self.last.at).as_micros() as u64),
            ..now
        };
    }

    /// Removes the bytes that were written since the last call.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Notes that bytes have not reached the file, or that it is another one: names and numbers are written again.
    pub(super) fn has_lost_bytes(&mut self) {
        self.has_head = false;
        self.written = (0, 0);
        self.sizes = None;
    }
}
