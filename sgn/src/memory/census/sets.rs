//! Sets of holders, each stored once.

use crate::memory::sys::pages::PageBuffer;

/// The most holders that a set names; a block with more has [`SetId::MANY`].
pub(super) const MOST: usize = 4;

/// The number of a set of holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SetId(u32);

impl SetId {
    /// The set without a holder.
    pub(super) const NONE: Self = Self(0);
    /// All sets of more than [`MOST`] holders.
    pub(super) const MANY: Self = Self(1);

    pub(super) const fn number(self) -> u32 {
        self.0
    }
}

/// A set: the one that it was made from, and the holder that was added.
#[derive(Clone, Copy, Debug)]
struct Set {
    before: SetId,
    holder: u32,
    len: u32,
    /// The set that was last made from this one, and the holder that was added to it.
    next: SetId,
    next_holder: u32,
}

/// All sets of one census.
///
/// Holders are added in ascending order: so a set and the holder that is added to it determine the new set, and the one
/// that was last made is the only one that can be made again.
pub(super) struct Sets(PageBuffer<Set>);

impl Sets {
    /// Returns the two sets that always exist; `None` if the system has no pages.
    pub(super) fn new() -> Option<Self> {
        let mut sets = PageBuffer::new();
        let set = |len| Set {
            before: SetId::NONE,
            holder: u32::MAX,
            len,
            next: SetId::NONE,
            next_holder: u32::MAX,
        };
        (sets.push(set(0)) && sets.push(set(MOST as u32 + 1))).then_some(Self(sets))
    }

    /// Returns the set with `holder` added, which must be no smaller than any holder added before; `None` if the system
    /// has no pages.
    pub(super) fn with(&mut self, set: SetId, holder: u32) -> Option<SetId> {
        let known = self.0[set.0 as usize];
        if set == SetId::MANY || known.holder == holder && set != SetId::NONE {
            return Some(set);
        }
        if known.next_holder == holder {
            return Some(known.next);
        }
        let next = if known.len as usize == MOST {
            SetId::MANY
        } else {
            let fresh = Set {
                before: set,
                holder,
                len: known.len + 1,
                next: SetId::NONE,
                next_holder: u32::MAX,
            };
            if !self.0.push(fresh) {
                return None;
            }
            SetId(self.0.len() as u32 - 1)
        };
        let known = &mut self.0[set.0 as usize];
        known.next = next;
        known.next_holder = holder;
        Some(next)
    }

    /// Returns the number of holders in a set; those of [`SetId::MANY`] are one more than [`MOST`].
    pub(super) fn len(&self, set: SetId) -> usize {
        self.0[set.0 as usize].len as usize
    }

    /// Returns the holders of a set, the greatest first; none for [`SetId::MANY`].
    pub(super) fn holders(&self, set: SetId) -> impl Iterator<Item = u32> + Clone + '_ {
        let first = (set != SetId::NONE && set != SetId::MANY).then_some(set);
        std::iter::successors(first, |set| {
            let before = self.0[set.0 as usize].before;
            (before != SetId::NONE).then_some(before)
        })
        .map(|set| self.0[set.0 as usize].holder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_stored_once() {
        let mut sets = Sets::new().expect("pages");
        let one = sets.with(SetId::NONE, 3).expect("pages");
        assert_eq!(sets.with(SetId::NONE, 3), Some(one));
        assert_eq!(sets.with(one, 3), Some(one));
        let two = sets.with(one, 5).expect("pages");
        assert_eq!(sets.with(one, 5), Some(two));
        assert!(sets.holders(two).eq([5, 3]));
        assert_eq!(
            (sets.len(SetId::NONE), sets.len(one), sets.len(two)),
            (0, 1, 2)
        );
    }

    #[test]
    fn more_than_four_are_many() {
        let mut sets = Sets::new().expect("pages");
        let mut set = SetId::NONE;
        for holder in 0..9 {
            set = sets.with(set, holder).expect("pages");
            assert_eq!(set == SetId::MANY, holder as usize >= MOST);
        }
        assert_eq!(sets.holders(set).count(), 0);
    }
}
