//! All counters at one moment.

#[path = "../../../../sgn/src/memory/snapshot/read.rs"]
mod read;
#[path = "../../../../sgn/src/memory/snapshot/table.rs"]
mod table;
#[path = "../../../../sgn/src/memory/snapshot/usage.rs"]
mod usage;

use crate::memory::id::owner::OwnerId;

pub(super) use usage::Usage;

/// Stands in for the library's: there are no estimates.
mod estimate {
    use real::ops::Range;

    use crate::memory::snapshot::table::Chunk;
    use crate::memory::snapshot::usage::Usage;

    pub(super) struct Variances;

    impl Variances {
        pub(super) fn with_room_for(_sites: usize) -> Option<Self> {
            Some(Self)
        }

        pub(super) fn read(&mut self, _chunk: &mut Chunk, _sites: &Range<usize>) {}

        pub(super) fn add_ended(&mut self) -> Usage {
            Usage::default()
        }
    }
}

/// The numbers that a reader sees.
pub(super) struct Seen {
    pub(super) total: Usage,
    pub(super) sites: Usage,
    pub(super) owners: Usage,
    /// The peak of [`OwnerId::RUNTIME`].
    pub(super) peak: u64,
}

/// Reads all counters.
pub(super) fn take() -> Seen {
    let counters = read::Counters::take().expect("pages");
    Seen {
        total: counters.total,
        sites: counters.table.used().map(|(_, usage)| usage).sum(),
        owners: counters.owners.iter().map(|numbers| numbers.usage).sum(),
        peak: counters.owners[OwnerId::RUNTIME.index()].peak,
    }
}
