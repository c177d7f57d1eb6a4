//! The lines and owners whose numbers have changed from one snapshot to the next.

use std::ops::Range;
use std::ptr;

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::PageBuffer;

/// The numbers of all lines and owners of the process at the last snapshot, from which the next one's changes follow.
///
/// All is on pages of its own: 56 bytes a line, and 24 an owner.
pub(crate) struct LastNumbers {
    lines: PageBuffer<KnownLine>,
    owners: PageBuffer<KnownOwner>,
}

#[derive(Clone, Copy)]
struct KnownLine {
    owner: Option<OwnerId>,
    mark: Option<&'static Mark>,
    usage: Usage,
}

#[derive(Clone, Copy)]
struct KnownOwner {
    owner: Option<OwnerId>,
    peak_bytes: u64,
    peak_is_exact: bool,
}

/// A line whose numbers have changed, or a line that is new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChangedLine {
    /// The place of the line. That of an owner that has ended may be another line's later, which is new then.
    pub(crate) place: usize,
    pub(crate) is_new: bool,
    pub(crate) owner: OwnerId,
    pub(crate) mark: Option<&'static Mark>,
    pub(crate) usage: Usage,
}

/// An owner whose peak has changed, or an owner that is new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChangedOwner {
    pub(crate) owner: OwnerId,
    /// The place of its name in [`Changes::names`], if it is new.
    name: Option<(usize, usize)>,
    pub(crate) peak_bytes: u64,
    pub(crate) peak_is_exact: bool,
}

/// All changes between two snapshots.
pub(crate) struct Changes {
    pub(crate) lines: PageBuffer<ChangedLine>,
    pub(crate) owners: PageBuffer<ChangedOwner>,
    names: PageBuffer<u8>,
}

impl Changes {
    /// Returns no changes.
    pub(crate) const fn new() -> Self {
        Self {
            lines: PageBuffer::new(),
            owners: PageBuffer::new(),
            names: PageBuffer::new(),
        }
    }

    /// Removes all, and keeps the pages.
    fn clear(&mut self) {
        self.lines.clear();
        self.owners.clear();
        self.names.clear();
    }

    /// Returns the name of an owner that is new.
    pub(crate) fn name(&self, owner: &ChangedOwner) -> Option<&str> {
        let (start, end) = owner.name?;
        let name: &[u8] = self.names.get::<Range<usize>>(start..end)?;
        std::str::from_utf8(name).ok()
    }
}

impl LastNumbers {
    /// Returns those before the first snapshot, which are all zero.
    pub(crate) const fn new() -> Self {
        Self {
            lines: PageBuffer::new(),
            owners: PageBuffer::new(),
        }
    }

    /// Sets `changes` to those up to `now`, a snapshot of the process; `false`, and the next call finds them, too, if the
    /// system has no pages.
    ///
    /// Takes some nanoseconds a line, and some tens for each that has changed.
    pub(crate) fn advance(&mut self, now: &Snapshot, changes: &mut Changes) -> bool {
        changes.clear();
        let has_room = self.add_owners(now, changes) && self.add_lines(now, changes);
        if !has_room {
            // Some changes are known here and handed to nobody; so all are handed out next time.
            self.lines.clear();
            self.owners.clear();
        }
        has_room
    }

    fn add_owners(&mut self, now: &Snapshot, changes: &mut Changes) -> bool {
        use std::fmt::Write as _;
        for owner in now.owners() {
            let index = owner.owner.index();
            let nobody = KnownOwner {
                owner: None,
                peak_bytes: 0,
                peak_is_exact: false,
            };
            while self.owners.len() <= index {
                if !self.owners.push(nobody) {
                    return false;
                }
            }
            let known = &mut self.owners[index];
            let is_new = known.owner != Some(owner.owner);
            let has_same_peak =
                known.peak_bytes == owner.peak_bytes && known.peak_is_exact == owner.peak_is_exact;
            if !is_new && has_same_peak {
                continue;
            }
            *known = KnownOwner {
                owner: Some(owner.owner),
                peak_bytes: owner.peak_bytes,
                peak_is_exact: owner.peak_is_exact,
            };
            let start = changes.names.len();
            if is_new && changes.names.write_str(now.name(owner.owner)).is_err() {
                return false;
            }
            let changed = ChangedOwner {
                owner: owner.owner,
                name: is_new.then_some((start, changes.names.len())),
                peak_bytes: owner.peak_bytes,
                peak_is_exact: owner.peak_is_exact,
            };
            if !changes.owners.push(changed) {
                return false;
            }
        }
        true
    }

    fn add_lines(&mut self, now: &Snapshot, changes: &mut Changes) -> bool {
        let nothing = KnownLine {
            owner: None,
            mark: None,
            usage: Usage::default(),
        };
        for (place, usage) in now.table().all() {
            while self.lines.len() <= place {
                if !self.lines.push(nothing) {
                    return false;
                }
            }
            let known = &mut self.lines[place];
            if known.usage == usage && known.owner.is_none() {
                continue;
            }
            let Some(site) = now.site(place) else {
                continue;
            };
            let same_mark = known.mark.map(ptr::from_ref) == site.mark.map(ptr::from_ref);
            let is_new = known.owner != Some(site.owner) || !same_mark;
            if known.usage == usage && !is_new {
                continue;
            }
            *known = KnownLine {
                owner: Some(site.owner),
                mark: site.mark,
                usage,
            };
            let changed = ChangedLine {
                place,
                is_new,
                owner: site.owner,
                mark: site.mark,
                usage,
            };
            if !changes.lines.push(changed) {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::scopes::register::register;

    #[test]
    fn a_second_look_at_one_snapshot_finds_no_change() {
        let owner = register("changes:src:out");
        let now = Snapshot::take();
        let mut last = LastNumbers::new();
        let mut changes = Changes::new();
        assert!(last.advance(&now, &mut changes));
        let changed = changes.owners.iter().find(|changed| changed.owner == owner);
        let name = changed.and_then(|changed| changes.name(changed));
        assert_eq!(name, Some("changes:src:out"));
        assert!(last.advance(&now, &mut changes));
        assert_eq!((changes.lines.len(), changes.owners.len()), (0, 0));
    }
}
