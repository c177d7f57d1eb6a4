//! The live snapshots, and the period that each covers.
//!
//! Time is counted in *moments*: a new one begins whenever a number is assigned to an owner, and whenever an owner
//! ends. A snapshot looks up names and lines when its user reads them, so the number of an owner is not assigned to
//! another one while a snapshot from its time lives. No function here waits or takes a lock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

/// The number of live snapshots that have a slot. While there are more, no number of an owner is assigned again.
const SLOTS: usize = if cfg!(miri) { 16 } else { 1024 };

static MOMENT: AtomicU64 = AtomicU64::new(1);
/// For each slot, the moment at which reading the snapshot began.
static BEGUN: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
/// For each slot, the moment at which reading ended; `u64::MAX` until then, and zero in a free slot.
static READ: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
static WITHOUT_SLOT: AtomicUsize = AtomicUsize::new(0);

/// Returns a moment later than all before.
pub(super) fn next_moment() -> u64 {
    MOMENT.fetch_add(1, SeqCst) + 1
}

/// Returns true if a live snapshot covers an owner that had its number from `since` to `until`: if there was a moment
/// in this time at which the snapshot was being read.
pub(super) fn is_any_covering(since: u64, until: u64) -> bool {
    let mut slots = READ.iter().zip(&BEGUN);
    WITHOUT_SLOT.load(SeqCst) > 0
        || slots.any(|(read, begun)| {
            let read = read.load(SeqCst);
            read != 0 && since <= read && begun.load(SeqCst) < until
        })
}

/// Registers a live snapshot, until it is dropped.
#[derive(Debug)]
pub(in crate::memory) struct LiveSnapshot {
    slot: Option<usize>,
    begun: u64,
    read: u64,
}

impl LiveSnapshot {
    /// Registers a snapshot that is going to be read.
    pub(in crate::memory) fn begin() -> Self {
        // Until the moment is known, the snapshot covers all times.
        let is_taken =
            |slot: &AtomicU64| slot.compare_exchange(0, u64::MAX, SeqCst, SeqCst).is_ok();
        let slot = READ.iter().position(is_taken);
        if slot.is_none() {
            WITHOUT_SLOT.fetch_add(1, SeqCst);
        }
        let begun = MOMENT.load(SeqCst);
        if let Some(slot) = slot {
            BEGUN[slot].store(begun, SeqCst);
        }
        Self {
            slot,
            begun,
            read: u64::MAX,
        }
    }

    /// Records that the snapshot has been read.
    pub(in crate::memory) fn finish_reading(self) -> Self {
        let read = MOMENT.load(SeqCst);
        if let Some(slot) = self.slot {
            READ[slot].store(read, SeqCst);
        }
        let mut this = self;
        this.read = read;
        this
    }

    /// Registers another snapshot of the same moments, which has been read.
    pub(in crate::memory) fn copy(&self) -> Self {
        // Until its own times are stored, it covers all.
        let copy = Self::begin();
        if let Some(slot) = copy.slot {
            BEGUN[slot].store(self.begun, SeqCst);
            READ[slot].store(self.read, SeqCst);
        }
        Self {
            slot: copy.forget(),
            begun: self.begun,
            read: self.read,
        }
    }

    /// Returns the slot, which stays registered.
    fn forget(self) -> Option<usize> {
        let slot = self.slot;
        std::mem::forget(self);
        slot
    }

    /// Returns true if the snapshot covers an owner that had its number from `since` to `until`.
    pub(in crate::memory) fn covers(&self, (since, until): (u64, u64)) -> bool {
        since <= self.read && self.begun < until
    }
}

impl Drop for LiveSnapshot {
    fn drop(&mut self) {
        match self.slot {
            Some(slot) => {
                BEGUN[slot].store(0, SeqCst);
                READ[slot].store(0, SeqCst);
            }
            None => {
                WITHOUT_SLOT.fetch_sub(1, SeqCst);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_of_those_who_were_there() {
        let [before, since] = [next_moment(), next_moment()];
        let live = LiveSnapshot::begin().finish_reading();
        let [until, after] = [next_moment(), next_moment()];
        for (times, is_covered) in [
            ((since, u64::MAX), true),
            ((since, until), true),
            ((before, since), false),
            ((until, after), false),
        ] {
            assert_eq!(live.covers(times), is_covered, "{times:?}");
        }
        assert!(is_any_covering(since, until));
    }

    #[test]
    fn a_copy_covers_the_same_and_is_live_by_itself() {
        let [since, until] = [next_moment(), next_moment()];
        let live = LiveSnapshot::begin().finish_reading();
        let after = next_moment();
        let copy = live.copy();
        drop(live);
        for times in [(since, u64::MAX), (since, until), (after, u64::MAX)] {
            let expected = times == (since, u64::MAX);
            assert_eq!(copy.covers(times), expected, "{times:?}");
        }
        assert!(is_any_covering(since, u64::MAX));
    }

    #[test]
    fn while_it_is_read_it_is_of_those_who_come_as_well() {
        let live = LiveSnapshot::begin();
        let [since, until] = [next_moment(), next_moment()];
        assert!(is_any_covering(since, until));
        let live = live.finish_reading();
        assert!(live.covers((since, until)));
        let later = (next_moment(), u64::MAX);
        assert!(!live.covers(later));
    }
}
