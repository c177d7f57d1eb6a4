//! The result of a census by lines: the blocks that nobody can reach, and the holders of the others.

use std::fmt::Write as _;
use std::ops::Range;
use std::ptr;

use crate::memory::census::holders::{HolderKind, Holders};
use crate::memory::id::anomalies::Blocks;
use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::sys::pages::PageBuffer;

/// The holder of some blocks of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineHolder<'a> {
    /// Nobody: the blocks cannot be reached.
    Nobody,
    /// A field of an element, such as `count.sessions`, or another root.
    Named(&'a str),
}

/// The blocks of one line that one holder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held<'a> {
    pub(crate) holder: LineHolder<'a>,
    pub(crate) bytes: u64,
    pub(crate) blocks: u64,
}

/// The holders of the blocks of each line, at the moment of one census.
pub(crate) struct LineHolders {
    rows: PageBuffer<Row>,
    names: PageBuffer<u8>,
}

#[derive(Clone, Copy)]
struct Row {
    owner: OwnerId,
    mark: Option<&'static Mark>,
    /// The place of the holder's name in the names; `None` if there is no holder.
    name: Option<(usize, usize)>,
    bytes: u64,
    blocks: u64,
}

impl LineHolders {
    pub(crate) const fn new() -> Self {
        Self {
            rows: PageBuffer::new(),
            names: PageBuffer::new(),
        }
    }

    /// Returns the holders of each line that a census has found.
    ///
    /// Nobody has those blocks that the census before did not reach either; a block that was reached a while ago may be
    /// on its way.
    pub(crate) fn of(census: &Holders) -> Self {
        let mut all = Self::new();
        for line in census.lines() {
            let row = Row {
                owner: line.owner,
                mark: line.mark,
                name: None,
                bytes: line.leaked_bytes,
                blocks: line.leaked_blocks,
            };
            let row = match line.holder.kind() {
                HolderKind::Unreachable => row,
                _ => {
                    let start = all.names.len();
                    let _ = write!(all.names, "{}", line.holder);
                    Row {
                        name: Some((start, all.names.len())),
                        bytes: line.bytes,
                        blocks: line.blocks,
                        ..row
                    }
                }
            };
            // Without room the line has no holder.
            let _ = row.blocks == 0 || all.rows.push(row);
        }
        all
    }

    /// Adds what one holder has of the line of `mark` and `owner`; `false` if there is no page for it.
    #[cfg(any(test, feature = "viewers"))]
    pub(crate) fn push(
        &mut self,
        owner: OwnerId,
        mark: Option<&'static Mark>,
        held: &Held<'_>,
    ) -> bool {
        let name = match held.holder {
            LineHolder::Nobody => None,
            LineHolder::Named(name) => {
                let start = self.names.len();
                if self.names.write_str(name).is_err() {
                    return false;
                }
                Some((start, self.names.len()))
            }
        };
        self.rows.push(Row {
            owner,
            mark,
            name,
            bytes: held.bytes,
            blocks: held.blocks,
        })
    }

    /// Returns the rows of a line.
    fn of_site<'a>(&'a self, site: &SiteUsage) -> impl Iterator<Item = Held<'a>> {
        let SiteUsage { owner, mark, .. } = *site;
        let same = |one: Option<&'static Mark>, other: Option<&'static Mark>| {
            one.map(ptr::from_ref) == other.map(ptr::from_ref)
        };
        let rows = self
            .rows
            .iter()
            .filter(move |row| row.owner == owner && same(row.mark, mark));
        rows.map(|row| Held {
            holder: match row.name {
                Some((start, end)) => LineHolder::Named(self.name(start..end)),
                None => LineHolder::Nobody,
            },
            bytes: row.bytes,
            blocks: row.blocks,
        })
    }

    fn name(&self, place: Range<usize>) -> &str {
        std::str::from_utf8(&self.names[place]).unwrap_or_default()
    }

    /// Returns the blocks of a line that nobody can reach.
    pub(crate) fn unreachable(&self, site: &SiteUsage) -> Blocks {
        let lost = self
            .of_site(site)
            .filter(|held| held.holder == LineHolder::Nobody);
        lost.fold(Blocks::default(), |sum, held| Blocks {
            bytes: sum.bytes + held.bytes,
            blocks: sum.blocks + held.blocks,
        })
    }

    /// Returns the holders of a line that have a name.
    pub(crate) fn named<'a>(&'a self, site: &SiteUsage) -> impl Iterator<Item = Held<'a>> {
        self.of_site(site)
            .filter(|held| held.holder != LineHolder::Nobody)
    }

    /// Returns the holder of most of the bytes of a line.
    pub(crate) fn largest(&self, site: &SiteUsage) -> Option<Held<'_>> {
        self.named(site).max_by_key(|held| held.bytes)
    }
}

impl std::fmt::Debug for LineHolders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineHolders")
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
