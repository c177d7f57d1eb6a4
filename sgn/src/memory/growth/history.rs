//! The numbers of each line at the moments that are kept.

use std::ptr;
use std::time::Duration;

use crate::memory::growth::timeline::{SLOTS, Sample, Timeline};
use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::PageBuffer;

/// The largest number of lines with a history; of more, the largest have one.
pub(in crate::memory) const LINES: usize = 1024;

/// The live bytes and blocks of up to [`LINES`] lines through a run.
///
/// A line takes `12 * SLOTS` bytes and some tens, which is 3.7 KiB, so all of them take at most 4 MiB, however long the
/// run is; and two bytes are kept for each line of the program. All is on pages of its own.
pub(crate) struct History {
    timeline: Timeline,
    lines: PageBuffer<Line>,
    /// For each site, one more than the index of its line; zero if it has none.
    line_of: PageBuffer<u16>,
    /// The lines with live bytes at the last sample that had no room.
    left_out: usize,
}

/// The history of one line.
#[derive(Clone, Copy)]
pub(in crate::memory) struct Line {
    site: usize,
    owner: OwnerId,
    mark: Option<&'static Mark>,
    /// The stride from which on its numbers are known; they were zero before if this is zero.
    pub(in crate::memory) known_since: u64,
    /// True if the last judgement was that it grows.
    pub(in crate::memory) was_growing: bool,
    bytes: [u64; SLOTS],
    blocks: [u32; SLOTS],
}

/// A line at one kept moment.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::memory) struct Point {
    pub(in crate::memory) stride: u64,
    pub(in crate::memory) at: Duration,
    pub(in crate::memory) bytes: u64,
    pub(in crate::memory) blocks: u32,
}

impl Line {
    fn new(site: usize, usage: &SiteUsage) -> Self {
        Self {
            site,
            owner: usage.owner,
            mark: usage.mark,
            known_since: 0,
            was_growing: false,
            bytes: [0; SLOTS],
            blocks: [0; SLOTS],
        }
    }

    fn set(&mut self, slot: usize, usage: Usage) {
        self.bytes[slot] = usage.live_bytes;
        self.blocks[slot] = u32::try_from(usage.live_blocks).unwrap_or(u32::MAX);
    }

    /// Returns true if the site still belongs to the line: the site of an owner that has ended is used again.
    fn is_of(&self, now: &SiteUsage) -> bool {
        let mark = |mark: Option<&'static Mark>| mark.map(ptr::from_ref);
        self.owner == now.owner && mark(self.mark) == mark(now.mark)
    }

    /// Writes the history to `points`, which is emptied before; `ordered` is that of the timeline.
    pub(in crate::memory) fn read(
        &self,
        ordered: &[(usize, Sample)],
        points: &mut PageBuffer<Point>,
    ) {
        points.clear();
        for (slot, sample) in ordered {
            let point = Point {
                stride: sample.stride,
                at: sample.at,
                bytes: self.bytes[*slot],
                blocks: self.blocks[*slot],
            };
            if sample.stride >= self.known_since && !points.push(point) {
                break;
            }
        }
    }
}

impl History {
    pub(crate) const fn new() -> Self {
        Self {
            timeline: Timeline::new(),
            lines: PageBuffer::new(),
            line_of: PageBuffer::new(),
            left_out: 0,
        }
    }

    /// Returns the number of strides of the last sample, and its time; zero if there is none.
    pub(crate) fn last(&self) -> (u64, Duration) {
        let last = self.timeline.last();
        last.map_or((0, Duration::ZERO), |last| (last.stride, last.at))
    }

    /// Returns the first stride that has to be sampled whatever the time is.
    pub(crate) fn next_stride(&self) -> u64 {
        self.timeline.next_in_grid()
    }

    /// Returns how many lines with live bytes had no room in the last sample.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Adds the numbers of `now`, a snapshot of the process after `stride` strides of all runs, `at` after the start.
    ///
    /// `is_recent` says that the sample is not taken for its stride alone. Does nothing for a stride that has a sample.
    /// Takes some nanoseconds a line.
    pub(crate) fn add(&mut self, now: &Snapshot, stride: u64, at: Duration, is_recent: bool) {
        if self
            .timeline
            .last()
            .is_some_and(|last| last.stride >= stride)
        {
            return;
        }
        let Some(slot) = self.timeline.add(stride, at, is_recent) else {
            return;
        };
        self.forget_ended(now);
        for line in self.lines.iter_mut() {
            line.set(slot, now.table().at(line.site));
        }
        self.find_new(now, slot, stride);
    }

    /// Removes the lines whose owners have ended.
    fn forget_ended(&mut self, now: &Snapshot) {
        let mut index = 0;
        while let Some(line) = self.lines.get(index) {
            if now.site(line.site).is_some_and(|site| line.is_of(&site)) {
                index += 1;
            } else {
                self.remove(index);
            }
        }
    }

    fn remove(&mut self, index: usize) {
        self.line_of[self.lines[index].site] = 0;
        let last = self.lines.len() - 1;
        if index < last {
            self.lines[index] = self.lines[last];
            self.line_of[self.lines[index].site] = number(index);
        }
        self.lines.truncate(last);
    }

    /// Begins the histories of lines that have live bytes for the first time.
    fn find_new(&mut self, now: &Snapshot, slot: usize, stride: u64) {
        let had_room = self.left_out == 0;
        self.left_out = 0;
        let mut smallest = None;
        for (first, live_bytes) in now.table().live() {
            while self.line_of.len() < first + live_bytes.len() {
                if !self.line_of.push(0) {
                    return;
                }
            }
            for (site, bytes) in (first..).zip(live_bytes) {
                if *bytes == 0 || self.line_of[site] != 0 {
                    continue;
                }
                let Some(usage) = now
                    .site(site)
                    .filter(|usage| usage.owner != OwnerId::PROFILER)
                else {
                    continue;
                };
                if self.lines.len() < LINES {
                    let mut line = Line::new(site, &usage);
                    // Without room before, it may have been left out.
                    line.known_since = if had_room { 0 } else { stride };
                    line.set(slot, usage.usage);
                    if self.lines.push(line) {
                        self.line_of[site] = number(self.lines.len() - 1);
                        continue;
                    }
                }
                self.left_out += 1;
                let (index, least) = *smallest.get_or_insert_with(|| self.smallest(slot));
                if least < *bytes / 2 {
                    let mut line = Line::new(site, &usage);
                    line.known_since = stride;
                    line.set(slot, usage.usage);
                    self.line_of[self.lines[index].site] = 0;
                    self.line_of[site] = number(index);
                    self.lines[index] = line;
                    smallest = None;
                }
            }
        }
    }

    /// Returns the index and the live bytes of the smallest line.
    fn smallest(&self, slot: usize) -> (usize, u64) {
        let lines = self.lines.iter().map(|line| line.bytes[slot]).enumerate();
        lines
            .min_by_key(|(_, bytes)| *bytes)
            .unwrap_or((0, u64::MAX))
    }

    /// Calls `look` with each line, the points of its history, and its numbers in `now`.
    pub(in crate::memory) fn each(
        &mut self,
        now: &Snapshot,
        mut look: impl FnMut(&mut Line, &[Point], SiteUsage),
    ) {
        let ordered = self.timeline.in_order();
        let mut points = PageBuffer::new();
        for line in self.lines.iter_mut() {
            let Some(usage) = now.site(line.site).filter(|usage| line.is_of(usage)) else {
                continue;
            };
            line.read(&ordered, &mut points);
            look(line, &points, usage);
        }
    }
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History")
            .field("last", &self.last())
            .field("lines", &self.lines.len())
            .finish_non_exhaustive()
    }
}

/// Returns how a line is stored in [`History::line_of`].
fn number(index: usize) -> u16 {
    const { assert!(LINES < u16::MAX as usize) };
    index as u16 + 1
}
