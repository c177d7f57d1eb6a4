//! The snapshots that are there, and of which time they are.
//!
//! Time is told in *moments*: an owner gets its number at one, and ends at one. A snapshot resolves
//! names and lines when it is asked for them; so a number is not given to another owner while there is
//! a snapshot of the time when the one before had it. Nobody waits and nothing is locked.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

/// How many snapshots are told apart. While there are more at once, no number is given anew.
const PLACES: usize = if cfg!(miri) { 16 } else { 1024 };

static MOMENT: AtomicU64 = AtomicU64::new(1);
/// Before which moment no snapshot began to be read, by its place.
static BEGUN: [AtomicU64; PLACES] = [const { AtomicU64::new(0) }; PLACES];
/// When it was read, `u64::MAX` meanwhile; zero where there is none.
static READ: [AtomicU64; PLACES] = [const { AtomicU64::new(0) }; PLACES];
static WITHOUT_PLACE: AtomicUsize = AtomicUsize::new(0);

/// A moment later than all before.
pub(super) fn next_moment() -> u64 {
    MOMENT.fetch_add(1, SeqCst) + 1
}

/// Whether there is a snapshot of an owner that had its number from `since` to `until`.
pub(super) fn is_any_of(since: u64, until: u64) -> bool {
    let mut places = READ.iter().zip(&BEGUN);
    WITHOUT_PLACE.load(SeqCst) > 0
        || places.any(|(read, begun)| {
            let read = read.load(SeqCst);
            read != 0 && since <= read && begun.load(SeqCst) < until
        })
}

/// Says that there is a snapshot, until it is dropped.
#[derive(Debug)]
pub(in crate::memory) struct Living {
    place: Option<usize>,
    begun: u64,
    read: u64,
}

impl Living {
    /// Of a snapshot that is going to be read.
    pub(in crate::memory) fn begin() -> Self {
        // Until the moment is known, it counts as one of all times.
        let is_taken =
            |place: &AtomicU64| place.compare_exchange(0, u64::MAX, SeqCst, SeqCst).is_ok();
        let place = READ.iter().position(is_taken);
        if place.is_none() {
            WITHOUT_PLACE.fetch_add(1, SeqCst);
        }
        let begun = MOMENT.load(SeqCst);
        if let Some(place) = place {
            BEGUN[place].store(begun, SeqCst);
        }
        Self {
            place,
            begun,
            read: u64::MAX,
        }
    }

    /// Of a snapshot that has been read.
    pub(in crate::memory) fn has_been_read(self) -> Self {
        let read = MOMENT.load(SeqCst);
        if let Some(place) = self.place {
            READ[place].store(read, SeqCst);
        }
        let mut this = self;
        this.read = read;
        this
    }

    /// Whether the snapshot is of an owner that had its number from `since` to `until`.
    pub(in crate::memory) fn is_of(&self, (since, until): (u64, u64)) -> bool {
        since <= self.read && self.begun < until
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        match self.place {
            Some(place) => {
                BEGUN[place].store(0, SeqCst);
                READ[place].store(0, SeqCst);
            }
            None => {
                WITHOUT_PLACE.fetch_sub(1, SeqCst);
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
        let living = Living::begin().has_been_read();
        let [until, after] = [next_moment(), next_moment()];
        for (times, is_of) in [
            ((since, u64::MAX), true),
            ((since, until), true),
            ((before, since), false),
            ((until, after), false),
        ] {
            assert_eq!(living.is_of(times), is_of, "{times:?}");
        }
        assert!(is_any_of(since, until));
    }

    #[test]
    fn while_it_is_read_it_is_of_those_who_come_as_well() {
        let living = Living::begin();
        let [since, until] = [next_moment(), next_moment()];
        assert!(is_any_of(since, until));
        let living = living.has_been_read();
        assert!(living.is_of((since, until)));
        let later = (next_moment(), u64::MAX);
        assert!(!living.is_of(later));
    }
}
