//! Snapshots of numbers that were recorded, mostly by another process.

use std::borrow::Cow;

use crate::memory::id::anomalies::Blocks;
use crate::memory::id::limits::CHUNK;
use crate::memory::id::mark::Mark;
use crate::memory::id::moments::LiveSnapshot;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites;
use crate::memory::mode::OffPeriods;
use crate::memory::snapshot::read::Counters;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;

/// A line whose numbers were recorded; its owner is registered in this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordedLine {
    pub(crate) owner: OwnerId,
    pub(crate) mark: Option<&'static Mark>,
    pub(crate) usage: Usage,
}

impl Snapshot {
    /// Returns a snapshot with the numbers of `lines`, and with the peaks of `owners`; `None` if the system has no pages.
    ///
    /// It has nothing of this process, and does not know what the profiler itself needed.
    pub(crate) fn rebuilt(
        lines: impl Iterator<Item = RecordedLine>,
        owners: impl Iterator<Item = (OwnerId, u64, bool)>,
    ) -> Option<Self> {
        if !sites::prepare() {
            return None;
        }
        let live = LiveSnapshot::begin();
        let mut counters = Counters::nothing(sites::end() + CHUNK)?;
        for line in lines {
            let mark = line.mark.map_or(std::ptr::null(), std::ptr::from_ref);
            let site = sites::look_up(line.owner, mark).index();
            if !counters.table.set(site, line.usage) {
                return None;
            }
        }
        let peaks = counters.finish_rebuilt(sites::end())?;
        for (owner, bytes, is_exact) in owners {
            if let Some(numbers) = peaks.get_mut(owner.index()) {
                (numbers.peak, numbers.several_tables) = (bytes, !is_exact);
            }
        }
        Some(Self {
            counters,
            live: live.finish_reading(),
            corrupted: Blocks::default(),
            unplaced: Blocks::default(),
            refused_tables: 0,
            off_periods: OffPeriods::none(),
            label: Cow::Borrowed(""),
            part: None,
            is_rebuilt: true,
        })
    }
}
