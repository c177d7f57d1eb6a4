//! The numbers of a census: bytes and blocks of each holder and line.

use crate::memory::census::heap::NO_BIRTH;
use crate::memory::census::sets::SetId;
use crate::memory::id::sites::SiteId;
use crate::memory::sys::pages::PageBuffer;

/// The holders of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// One holder.
    Holder(SetId),
    /// Several holders, by a block that counts its references.
    Shared(SetId),
    /// One of several holders, or one that may hold it no longer.
    Doubtful(SetId),
    /// The runtime: the pipeline, the profiler.
    Runtime,
    /// A static of the program or of a library.
    Static,
    /// A stack, a register, a thread-local.
    Stack,
    /// Memory that is not Rust's.
    Foreign,
    /// Nobody: no pointer leads to the block.
    Unreachable,
    /// Not known: the census did not finish, or a thread could not be stopped.
    Unknown,
}

impl Who {
    /// Returns two numbers that no other value has.
    fn key(self) -> (u32, u32) {
        match self {
            Self::Holder(set) => (0, set.number()),
            Self::Shared(set) => (1, set.number()),
            Self::Doubtful(set) => (2, set.number()),
            Self::Runtime => (3, 0),
            Self::Static => (4, 0),
            Self::Stack => (5, 0),
            Self::Foreign => (6, 0),
            Self::Unreachable => (7, 0),
            Self::Unknown => (8, 0),
        }
    }
}

/// The blocks of one line that some holders keep alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The holders.
    pub(crate) who: Who,
    /// The owner and line that allocated them.
    pub(in crate::memory) site: SiteId,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Their number.
    pub(crate) blocks: u64,
    /// The least birth among them; `None` if none is known.
    pub(crate) oldest: Option<u32>,
    /// The bytes of those that were unreachable in the census before, too.
    pub(crate) seen_bytes: u64,
    /// The number of those that were unreachable in the census before, too.
    pub(crate) seen_blocks: u64,
}

/// All rows of a census while they are summed up.
pub(super) struct Rows {
    rows: PageBuffer<Row>,
    /// A hash table of places in `rows`, plus one; its length is a power of two, or zero.
    places: PageBuffer<u32>,
}

impl Rows {
    pub(super) const fn new() -> Self {
        Self {
            rows: PageBuffer::new(),
            places: PageBuffer::new(),
        }
    }

    /// Adds a block; false if the system has no pages.
    pub(super) fn add(
        &mut self,
        who: Who,
        site: SiteId,
        size: usize,
        birth: u32,
        was_seen: bool,
    ) -> bool {
        if self.rows.len() * 2 >= self.places.len() && !self.grow() {
            return false;
        }
        let slot = self.slot(who, site);
        let place = match (self.places[slot] as usize).checked_sub(1) {
            Some(place) => place,
            None => {
                let fresh = Row {
                    who,
                    site,
                    bytes: 0,
                    blocks: 0,
                    oldest: None,
                    seen_bytes: 0,
                    seen_blocks: 0,
                };
                if !self.rows.push(fresh) {
                    return false;
                }
                self.places[slot] = self.rows.len() as u32;
                self.rows.len() - 1
            }
        };
        let row = &mut self.rows[place];
        row.bytes += size as u64;
        row.blocks += 1;
        if was_seen {
            row.seen_bytes += size as u64;
            row.seen_blocks += 1;
        }
        if birth != NO_BIRTH {
            row.oldest = Some(row.oldest.map_or(birth, |oldest| oldest.min(birth)));
        }
        true
    }

    /// Returns the slot of a row in the hash table: its own, or the free one that it may take.
    fn slot(&self, who: Who, site: SiteId) -> usize {
        let (kind, set) = who.key();
        let mixed = (u64::from(site.offset()) << 32 | u64::from(kind) << 29 ^ u64::from(set))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mask = self.places.len() - 1;
        let mut slot = (mixed >> 32) as usize & mask;
        while let Some(place) = (self.places[slot] as usize).checked_sub(1) {
            let row = &self.rows[place];
            if row.who == who && row.site == site {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) -> bool {
        let len = (self.places.len() * 2).max(1024);
        if !self.places.reset(len) {
            return false;
        }
        for place in 0..self.rows.len() {
            let row = self.rows[place];
            let slot = self.slot(row.who, row.site);
            self.places[slot] = place as u32 + 1;
        }
        true
    }

    /// Returns the rows, the one with the most bytes first.
    pub(super) fn into_sorted(mut self) -> PageBuffer<Row> {
        self.rows.sort_unstable_by(|one, other| {
            let by_site = || one.site.offset().cmp(&other.site.offset());
            (other.bytes.cmp(&one.bytes))
                .then_with(|| one.who.cmp(&other.who))
                .then_with(by_site)
        });
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_one_line_and_holder_are_one_row() {
        let site = |index| SiteId::from_index(index).expect("a site");
        let mut rows = Rows::new();
        for round in 0..3_000_u32 {
            let line = site(1 + round as usize % 1_500);
            assert!(rows.add(Who::Static, line, 10, 7 + round, round == 0));
            assert!(rows.add(Who::Stack, line, 1, NO_BIRTH, false));
        }
        let rows = rows.into_sorted();
        assert_eq!(rows.len(), 3_000);
        assert!(rows.iter().all(|row| row.blocks == 2));
        let first = rows
            .iter()
            .find(|row| (row.who, row.site) == (Who::Static, site(1)));
        let first = first.expect("the row of the first block");
        assert_eq!((first.bytes, first.oldest), (20, Some(7)));
        assert_eq!((first.seen_bytes, first.seen_blocks), (10, 1));
        assert!(rows[2_999].oldest.is_none());
    }
}
