//! The numbers and names of one moment, as the table needs them.

use std::time::Duration;

use crate::memory::Usage;
use crate::recording::run::{Element, Finding, Held, Line, Peak, Program};
use crate::recording::state::State;

/// A run at one moment.
#[derive(Clone, Debug)]
pub(super) struct Facts<'a> {
    pub(super) program: &'a Program,
    /// The elements of the pipeline, in the order of the graph.
    pub(super) elements: &'a [Element],
    pub(super) owners: Vec<&'a str>,
    pub(super) lines: &'a [Line],
    /// The numbers of the lines, by their index.
    pub(super) usages: Vec<Usage>,
    /// The peaks of the owners, by their index.
    pub(super) peaks: Vec<Peak>,
    pub(super) findings: &'a [Finding],
    pub(super) holders: &'a [Held],
    pub(super) at: Duration,
    pub(super) stride: u64,
}

impl<'a> Facts<'a> {
    /// Returns what the reader of a file knows now.
    pub(super) fn of(state: &'a State) -> Self {
        let lines = 0..state.lines.len();
        let owners = 0..state.owners.len();
        Self {
            program: &state.program,
            elements: &state.graph.elements,
            owners: state.owners.iter().map(String::as_str).collect(),
            lines: &state.lines,
            usages: lines.map(|index| state.line(index)).collect(),
            peaks: owners.map(|index| state.peak(index)).collect(),
            findings: &state.findings,
            holders: &state.holders,
            at: state.at,
            stride: state.stride,
        }
    }

    /// Returns the sum over all lines.
    pub(super) fn total(&self) -> Usage {
        self.usages.iter().copied().sum()
    }

    /// Returns the numbers of a line; zero if it has none.
    pub(super) fn usage(&self, line: usize) -> Usage {
        self.usages.get(line).copied().unwrap_or_default()
    }

    /// Returns the live bytes of each owner.
    pub(super) fn live(&self) -> Vec<u64> {
        let mut live = vec![0; self.owners.len()];
        for (line, usage) in self.lines.iter().zip(&self.usages) {
            if let Some(live) = live.get_mut(line.owner) {
                *live += usage.live_bytes;
            }
        }
        live
    }

    /// Returns the full name of the owner of a line.
    pub(super) fn owner_of(&self, line: usize) -> &'a str {
        let owner = self.lines.get(line).map(|line| line.owner);
        owner
            .and_then(|owner| self.owners.get(owner).copied())
            .unwrap_or("")
    }
}

/// Facts that were not read from a file, for tests.
#[cfg(test)]
pub(super) mod made {
    use super::*;
    use crate::recording::run::Run;

    /// Returns the facts of `run` at one of its moments.
    pub(in super::super) fn facts(run: &Run, moment: usize) -> Facts<'_> {
        let moment = &run.moments[moment];
        Facts {
            program: &run.program,
            elements: &run.elements,
            owners: run.owners.iter().map(|owner| owner.name.as_str()).collect(),
            lines: &run.lines,
            usages: moment.lines.clone(),
            peaks: moment.peaks.clone(),
            findings: &run.findings,
            holders: &run.holders,
            at: moment.at,
            stride: moment.stride,
        }
    }
}
