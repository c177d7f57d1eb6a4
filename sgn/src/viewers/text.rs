//! A recorded run as the text of the memory report.
//!
//! The report is that of the last moment before the one that was asked for, and is compared with the report before, as
//! the run itself would have written it. Only what the file does not have is missing: the profiler's own memory, and the
//! standard errors of sampled numbers.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use crate::memory::{
    self, Held, History, LineHolder, LineHolders, Mark, OwnerId, RecordedLine, Snapshot, Trends,
};
use crate::recording::read::{Followed, Until};
use crate::recording::reader::ReadError;
use crate::recording::run::{Finding, Statement};
use crate::recording::state::{State, Step};
use crate::report::{self, Cause, Moment, Progress, TextReport};

/// The names of a file, as this process knows them.
#[derive(Default)]
struct Known {
    owners: Vec<OwnerId>,
    owner_of_line: Vec<OwnerId>,
    marks: Vec<Option<&'static Mark>>,
    /// The marks of statements: two lines of one statement have one mark.
    statements: HashMap<Statement, &'static Mark>,
}

impl Known {
    /// Makes owners and marks of those names that are new. They stay as long as the process.
    fn learn(&mut self, state: &State) {
        for name in &state.owners[self.owners.len()..] {
            let built_in = memory::owners()
                .filter(|owner| owner.is_built_in())
                .find(|owner| owner.name().as_str() == name);
            self.owners
                .push(built_in.unwrap_or_else(|| memory::register(name)));
        }
        for line in &state.lines[self.marks.len()..] {
            let mark = line
                .statement
                .as_ref()
                .map(|statement| self.mark(statement));
            self.marks.push(mark);
            self.owner_of_line.push(self.owners[line.owner]);
        }
    }

    fn mark(&mut self, statement: &Statement) -> &'static Mark {
        if let Some(mark) = self.statements.get(statement) {
            return mark;
        }
        let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let mark = Box::leak(Box::new(Mark::of_statement(
            text(&statement.file),
            statement.line,
            text(&statement.text),
            text(&statement.function),
        )));
        self.statements.insert(statement.clone(), mark);
        mark
    }

    /// Returns the numbers of this moment as a snapshot.
    fn snapshot(&self, state: &State) -> Option<Snapshot> {
        let lines = state.lines.iter().zip(&self.marks).enumerate();
        let lines = lines.map(|(index, (line, mark))| RecordedLine {
            owner: self.owners[line.owner],
            mark: *mark,
            usage: state.line(index),
        });
        let owners = self.owners.iter().enumerate().map(|(index, owner)| {
            let peak = state.peak(index);
            (*owner, peak.bytes, peak.is_exact)
        });
        Snapshot::rebuilt(lines, owners)
    }
}

impl Known {
    /// Returns who holds the lines that `findings` are about.
    fn holders(&self, findings: &[Finding]) -> Option<LineHolders> {
        let mut holders = LineHolders::new();
        for finding in findings {
            let (Some(owner), Some(mark)) = (
                self.owner_of_line.get(finding.line),
                self.marks.get(finding.line),
            ) else {
                continue;
            };
            let named = finding
                .holders
                .iter()
                .map(|held| (LineHolder::Named(&held.holder), held.bytes, held.blocks));
            let (bytes, blocks) = finding.unreachable;
            for (holder, bytes, blocks) in named.chain([(LineHolder::Nobody, bytes, blocks)]) {
                let held = Held {
                    holder,
                    bytes,
                    blocks,
                };
                if blocks > 0 && !holders.push(*owner, *mark, &held) {
                    return None;
                }
            }
        }
        Some(holders)
    }
}

/// The progress of a run at its last report.
#[derive(Clone, Copy, Default)]
struct Reported {
    stride: u64,
    at: Duration,
}

/// Hands the report of the run in the file at `path`, at the moment `until`, to `line`, with `top` lines in each list.
///
/// Calls `progress` with the number of bytes that were read. Hands out nothing, and returns false, if the file has no
/// moment up to that one.
///
/// # Errors
///
/// The file cannot be read, or is no profile.
pub(crate) fn report(
    path: &Path,
    until: Until,
    top: usize,
    progress: &mut dyn FnMut(u64),
    line: &mut dyn FnMut(&str),
) -> Result<bool, ReadError> {
    let no_pages = || {
        ReadError::Io(std::io::Error::other(
            "the system has no pages for the numbers",
        ))
    };
    let mut known = Known::default();
    let mut history = History::new();
    let mut text = TextReport::new().top(top);
    let (mut last, mut before) = (None, Reported::default());
    let mut followed = Followed::open(path)?;
    let (mut findings, mut held) = (Vec::new(), Vec::new());
    while let Some(step) = followed.step()? {
        progress(followed.position());
        let state = followed.state();
        if step == Step::Findings {
            findings.clone_from(&state.findings);
            held.clone_from(&state.holders);
        }
        if step != Step::Moment {
            continue;
        }
        if until.is_after(state) {
            break;
        }
        known.learn(state);
        let snapshot = known.snapshot(state).ok_or_else(no_pages)?;
        history.add(&snapshot, state.stride, state.at, state.is_timed);
        // The report before is what this one is compared with.
        if let Some((snapshot, true, reported)) = last.replace((
            snapshot,
            state.has_report,
            Reported {
                stride: state.stride,
                at: state.at,
            },
        )) {
            text.skip(snapshot);
            before = reported;
        }
    }
    let Some((snapshot, _, now)) = last else {
        return Ok(false);
    };
    let holders = known.holders(&findings);
    let trends = Trends::find(&mut history, &snapshot, holders.as_ref());
    let progress = Progress {
        stride: now.stride,
        time: now.at,
        interval: now.at.saturating_sub(before.at),
        cause: Cause::Recorded,
    };
    let strides = now.stride.saturating_sub(before.stride);
    let moment = Moment::of(snapshot, strides).with(progress, trends, None, holders);
    text.write(moment, line);
    let sums = held
        .iter()
        .map(|held| (held.holder.as_str(), held.bytes, held.blocks));
    report::holders(sums, top, line);
    if let Some(cut) = followed.cut() {
        line(&format!("| {cut}"));
    }
    Ok(true)
}
