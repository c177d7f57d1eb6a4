//! The result of a census, with the names of the holders.

use std::fmt;

use crate::memory::census::census::{Census, Doubt, Limits, Missing};
use crate::memory::census::names::{HolderNames, Thing};
use crate::memory::census::roots::Roots;
use crate::memory::census::rows::{Row, Who};
use crate::memory::census::sets::{MOST, SetId};
use crate::memory::census::unreachable::Unreachable;
use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites;
use crate::memory::index::birth;
use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::snapshot::estimate::StandardError;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;

/// The holders of all live blocks at one moment: who keeps them alive, as opposed to who allocated them.
///
/// [`Pipeline::holders`](crate::Pipeline::holders) takes a census of all blocks. The sum over its [`lines`](Self::lines)
/// and [`not_found`](Self::not_found) is what is live, to the byte. Making and reading it allocates nothing through the
/// counted allocator.
///
/// ```
/// use sgn::memory::{HeldLine, Holder, HolderKind, Holders};
///
/// /// Returns the bytes that a field such as `count.sessions` keeps alive and shares with nobody.
/// fn held_by(holders: &Holders, field: &str) -> u64 {
///     let is_by_field = |line: &HeldLine<'_>| {
///         let holder: Holder<'_> = line.holder;
///         holder.kind() == HolderKind::Field && holder.names().eq([field])
///     };
///     holders.lines().filter(is_by_field).map(|line| line.bytes).sum()
/// }
/// # let _ = held_by;
/// ```
pub struct Holders {
    census: Census,
    names: HolderNames,
}

/// The kind of a [`Holder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HolderKind {
    /// One field of one element.
    Field,
    /// One element itself: the block in which it lies, and those of its pads.
    Element,
    /// A frame that waits at a pad.
    InFlight,
    /// Several fields, through a block that counts its references, such as an `Arc` or a channel.
    Shared,
    /// One of several fields, or a field whose container may have dropped it: the census cannot tell.
    Doubtful,
    /// The pipeline itself, or the profiler.
    Runtime,
    /// A static of the program or of a library.
    Static,
    /// A stack, a register or a thread-local.
    Stack,
    /// Memory of C libraries, and other memory in which no blocks of the program lie.
    Elsewhere,
    /// No holder. A block that is unreachable in two censuses is leaked.
    Unreachable,
    /// Not known, as the census did not finish or could not stop all threads.
    Unknown,
}

/// One line of a census: the blocks that one holder keeps alive and one line has allocated.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HeldLine<'a> {
    /// The holder, which keeps the blocks alive.
    pub holder: Holder<'a>,
    /// The owner that allocated them.
    pub owner: OwnerId,
    /// The statement that allocated them; `None` if it has no mark.
    pub mark: Option<&'static Mark>,
    /// Their bytes.
    pub bytes: u64,
    /// Their number.
    pub blocks: u64,
    /// The number of strides that all runs of the process have completed since the oldest of them was allocated; `None`
    /// if that is not known.
    pub age: Option<u32>,
    /// The number of those that were unreachable in the census before, too.
    pub leaked_blocks: u64,
    /// The bytes of those that were unreachable in the census before, too.
    pub leaked_bytes: u64,
}

impl HeldLine<'_> {
    /// Returns the line as a snapshot has it, with what this holder holds as its live numbers.
    pub(crate) fn site(&self) -> SiteUsage {
        SiteUsage {
            owner: self.owner,
            mark: self.mark,
            usage: Usage {
                live_bytes: self.bytes,
                live_blocks: self.blocks,
                ..Usage::default()
            },
            standard_error: StandardError::default(),
        }
    }
}

/// The holder of some blocks; displays as `element.field`, or as a few words.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    who: Who,
    of: &'a Holders,
}

impl Holders {
    /// Takes a census, as [`Census::take`] does; `collect` returns the names of the holders, too.
    ///
    /// `before` has the blocks that were unreachable in the census before, and then those of this one.
    ///
    /// # Errors
    ///
    /// The cause why there is none.
    pub(crate) fn take(
        collect: impl FnOnce() -> Option<(Roots, HolderNames)>,
        runtime: &Roots,
        limits: Limits,
        before: &mut Unreachable,
    ) -> Result<Self, Missing> {
        let mut names = HolderNames::new();
        let roots = || {
            let (roots, collected) = collect()?;
            names = collected;
            Some(roots)
        };
        let mut census = Census::take(roots, runtime, limits, before)?;
        *before = census.take_unreachable();
        Ok(Self { census, names })
    }

    /// Returns the lines, the one with the most bytes first.
    pub fn lines(&self) -> impl Iterator<Item = HeldLine<'_>> {
        let now = birth::now();
        self.census
            .rows()
            .iter()
            .filter_map(move |row| self.line(row, now))
    }

    fn line(&self, row: &Row, now: u32) -> Option<HeldLine<'_>> {
        Some(HeldLine {
            holder: Holder {
                who: row.who,
                of: self,
            },
            owner: self.census.owner_of(row)?,
            mark: sites::mark_of(row.site),
            bytes: row.bytes,
            blocks: row.blocks,
            age: row.oldest.map(|oldest| now.saturating_sub(oldest)),
            leaked_blocks: row.seen_blocks,
            leaked_bytes: row.seen_bytes,
        })
    }

    /// Returns the snapshot of the process at the moment of the census.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        self.census.snapshot()
    }

    /// Returns the bytes and blocks that are live and that the census has not found.
    ///
    /// These are blocks that other threads were about to allocate or to free, and those in memory for which the system
    /// has refused the index.
    #[must_use]
    pub fn not_found(&self) -> (u64, u64) {
        self.census.not_indexed()
    }

    /// Returns why the holders of some blocks are not known, as a sentence without a full stop; `None` if all are.
    ///
    /// If there is such a reason, no block is called unreachable.
    #[must_use]
    pub fn doubt(&self) -> Option<impl fmt::Display + '_> {
        self.census.doubt()
    }
}

impl fmt::Debug for Holders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

impl<'a> Holder<'a> {
    /// Returns the kind of the holder.
    #[must_use]
    pub fn kind(&self) -> HolderKind {
        match self.who {
            Who::Holder(set) => {
                let holder = self.of.census.holders(set).next();
                match holder.map(|holder| self.of.names.thing(holder)) {
                    Some(Thing::Frame) => HolderKind::InFlight,
                    Some(Thing::Field) => HolderKind::Field,
                    Some(Thing::Element) | None => HolderKind::Element,
                }
            }
            Who::Shared(_) => HolderKind::Shared,
            Who::Doubtful(_) => HolderKind::Doubtful,
            Who::Runtime => HolderKind::Runtime,
            Who::Static => HolderKind::Static,
            Who::Stack => HolderKind::Stack,
            Who::Foreign => HolderKind::Elsewhere,
            Who::Unreachable => HolderKind::Unreachable,
            Who::Unknown => HolderKind::Unknown,
        }
    }

    /// Returns the names of the fields that may hold the blocks, such as `count.sessions`, and of the pads at which frames
    /// wait; none if more than four do, or if no field does.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let set = match self.who {
            Who::Holder(set) | Who::Shared(set) | Who::Doubtful(set) => set,
            _ => SetId::NONE,
        };
        let of = self.of;
        of.census.holders(set).map(|holder| of.names.get(holder))
    }
}

impl fmt::Display for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, between) = match self.kind() {
            HolderKind::Field | HolderKind::Element => ("", ""),
            HolderKind::InFlight => ("in flight at ", ""),
            HolderKind::Shared => ("shared by ", ", "),
            HolderKind::Doubtful => ("doubtful: ", " or "),
            HolderKind::Runtime => return f.write_str("the pipeline"),
            HolderKind::Static => return f.write_str("a static"),
            HolderKind::Stack => return f.write_str("a stack or a thread-local"),
            HolderKind::Elsewhere => return f.write_str("memory outside of Rust"),
            HolderKind::Unreachable => return f.write_str("nobody"),
            HolderKind::Unknown => return f.write_str("not known"),
        };
        f.write_str(before)?;
        let mut is_first = true;
        for name in self.names() {
            if !is_first {
                f.write_str(between)?;
            }
            f.write_str(name)?;
            is_first = false;
        }
        if is_first {
            write!(f, "more than {MOST} fields")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoIndex => {
                "the program's allocator keeps no index of live blocks; install it by \
                 `sgn::counting_allocator!(holders);` next to `main`"
            }
            Self::NotCounting => {
                "not every block is counted now; call `sgn::memory::enable()`, or set \
                 `SGNLOGLEVEL=pipeline:MEMPROF` without `SGN_MEMPROF_SAMPLE`"
            }
            Self::NoReading => "memory cannot be searched on this system",
            Self::NoPages => "the operating system has no pages for a census",
        })
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("the time limit of the census has passed"),
            Self::Running(1) => f.write_str("one thread did not stop in time"),
            Self::Running(threads) => write!(f, "{threads} threads did not stop in time"),
            Self::CannotStop(cannot) => {
                write!(f, "the other threads could not be stopped: {cannot}")
            }
            Self::NotListed => f.write_str("the system does not list the memory of the process"),
        }
    }
}
