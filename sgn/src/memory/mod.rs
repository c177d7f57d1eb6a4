//! Counting allocator: charges each allocation to an owner and a source line, and reads the counters as snapshots.
//!
//! # Layers
//!
//! The [`CountingAllocator`] counts. A [`Scope`] sets the owner of a thread's allocations, a [`Mark`] sets their line.
//! A [`Snapshot`] holds all counters at one moment, and [`Finding`]s compare two snapshots. No layer knows the one
//! above it, and none knows elements or pipelines.
//!
//! # How a block is accounted for
//!
//! A pair of owner and line is a *site*. The allocator counts an allocation at the current site of its thread and keeps
//! an eight-byte tag with the block, which stores the site. The free reads the tag and counts at the same site,
//! whichever thread or owner frees the block. Each thread counts in a table of its own; a reader sums the tables. So
//! the parts always add up, no number is negative, and switching counting off and on keeps the balance.
//!
//! # What each choice costs
//!
//! The first three rows measure the allocator as it is, in each of its modes. Each further row undoes one design choice
//! and measures again. The figures are the instructions that a program executes beyond one that names no allocator, as
//! most programs do: for an allocation and its free of 64 bytes (*micro*), for such a pair of 16 to 4096 bytes
//! (*mixed*), and for a frame of six pairs and one `realloc` with eight scopes and eight marks (*pipe*). *Time* is the
//! CPU time of *micro* relative to that program: the range of the middle half of 32 interleaved runs on a loaded
//! machine. Runs of the same program differ by up to a tenth, so overlapping ranges show no difference. Measured on an
//! AMD EPYC with glibc 2.36, rustc 1.95, `opt-level = 3`, no LTO; `just bench-memory` prints today's figures. All rows
//! were measured together. One instruction of *micro* was saved since then: it is 24 now, 13 switched off, and 17
//! sampled.
//!
//! | choice undone | micro | mixed | pipe | time | why the choice stands |
//! |---|---|---|---|---|---|
//! | none | 25 | 25 | 224 | 1.11-1.26 | |
//! | switched off | 14 | 14 | 148 | 1.10-1.12 | the tag is still written, so that switching keeps the balance |
//! | sampled | 18 | 24 | 187 | 1.15-1.18 | recording a sample takes long, and in *mixed* one block in about 250 is sampled |
//! | tags of blocks of 1 KiB and more in a table | 29 | 63 | 396 | 1.12-1.21 | other allocators need this, as a tag past the end (a *trailer*) could double the size of a block there; glibc's does not |
//! | tags accessed by `read_volatile` | 29 | 29 | 252 | 1.13-1.25 | as safe; used on processors without an instruction of our own |
//! | no peaks | 20 | 20 | 189 | 1.06-1.09 | a peak cannot be computed afterwards |
//! | counters and peaks are updated with a `lock` prefix | 28 | 28 | 245 | 1.30-1.35 | measured on one thread; two threads at one line would also contend |
//! | no site cache | 148 | 148 | 1085 | 1.88-1.94 | each allocation looks owner and line up in a hash table |
//! | the mode is checked first | 27 | 27 | 238 | 1.13-1.20 | disabling clears every thread's site cache instead; *micro* takes one instruction more while switched off |
//! | owner and mark in two words | 26 | 26 | 235 | 1.15-1.19 | two words are as good: a mark takes two instructions less and an allocation one more; a frame of 64 bytes through a pipeline of `sgn` takes 4205 instead of 4215 |
//! | the site of a tag and the constant bits beside it (the *canary*) are checked separately | 29 | 29 | 253 | 1.12-1.27 | one comparison of the whole tag checks both, and detects more damage; *micro* takes one instruction more while switched off |
//! | inlined into the program | 29 | 32 | 303 | 1.18-1.29 | each access to a thread-local becomes a call; while switched off, *micro* is 13, but *pipe* 197 |
//!
//! A program that names `System` as its `#[global_allocator]` takes 15 instructions less for a pair than
//! one that names none: the compiler puts `malloc` in the place of Rust's functions. Against such a
//! program *micro* is 39, and 28 switched off (`micro_explicit_ir` of `sgn/benches/memory.sh`). With
//! fat LTO the compiler does so for a program that names none, too: there *micro* is 41, and 31
//! switched off. At `opt-level = "s"`, where each access to a thread-local is a call, it is 73, and
//! 45 switched off; with fat LTO besides, 47 and 33.
//!
//! # Limits
//!
//! There is room for 65 530 owners at a time, where a released owner counts as long as it has live blocks, and for a
//! million lines of them; what exceeds this counts to `(overflow)`. An owner that was [released](release) and has no
//! live block may end: what it allocated is a part of `(ended)` from then on, and its number may be assigned to another
//! owner. So a process that registers owners for ever needs only as many numbers as there are owners at one time. Every
//! sum stays exact at any moment.
//!
//! On Linux, a library that was loaded at run time and contains the counting allocator stays loaded after `dlclose` if
//! it has counted a block: the system calls one of its functions whenever a thread ends. On other systems it must not
//! be unloaded.
//!
//! # Example
//!
//! ```
//! sgn::counting_allocator!();
//!
//! use sgn::memory::{self, Snapshot};
//!
//! fn main() {
//!     memory::enable();
//!     let owner = memory::register("gain:src:out");
//!     let kept = memory::scope(owner, || std::hint::black_box(vec![0_u8; 1000]));
//!     let now = Snapshot::take().owner(owner);
//!     assert_eq!((now.usage.live_bytes, now.usage.live_blocks), (1000, 1));
//!     drop(kept);
//!     assert_eq!(Snapshot::take().owner(owner).usage.live_bytes, 0);
//! }
//! ```
//!
//! Reading a snapshot, and finding its largest lines:
//!
//! ```
//! use sgn::memory::{
//!     self, Blocks, Change, CountingAllocator, Diff, Finding, OwnerId, OwnerName, OwnerUsage, SiteUsage, Snapshot,
//!     StandardError,
//! };
//!
//! #[global_allocator]
//! static COUNTED: CountingAllocator = CountingAllocator::system();
//!
//! #[sgn::profile(owner = "loader")]
//! fn load() -> Vec<u8> {
//!     vec![1; 10_000]
//! }
//!
//! fn main() {
//!     assert!(memory::enable() && memory::is_enabled());
//!     let before = Snapshot::take();
//!     let kept = load();
//!     let now = Snapshot::take_all();
//!
//!     let found = memory::largest(&now, 1, |site| !site.owner.is_built_in());
//!     let site: SiteUsage = found[0].site;
//!     let name: OwnerName = site.owner.name();
//!     assert_eq!((name.as_str(), site.usage.live_bytes), ("loader", 10_000));
//!     let grown = memory::growth(&now, &before, 1, |site| !site.owner.is_built_in());
//!     let grown: Finding = grown[0];
//!     assert_eq!(grown.change.live_blocks, 1);
//!
//!     let diff: Diff<'_> = now.diff(&before);
//!     let change: Change = diff.owner(site.owner);
//!     assert_eq!((change.live_bytes, diff.earlier().owner(site.owner).usage.live_bytes), (10_000, 0));
//!     assert_eq!(diff.total_error(), 0.0);
//!
//!     let owner: OwnerUsage = now.owner(site.owner);
//!     let exact: StandardError = owner.standard_error;
//!     assert_eq!(exact.live_bytes, 0.0);
//!     let rest = [OwnerId::PROFILER, OwnerId::ENDED, OwnerId::OVERFLOW].map(|owner| now.owner(owner).usage);
//!     assert_eq!(rest[0], now.profiler());
//!     assert!(now.live_sites() > 0 && now.coverage() > 0.0 && now.coverage() <= 1.0);
//!     assert!(now.total().live_bytes >= now.runtime().live_bytes + now.unattributed().live_bytes);
//!
//!     // what could not be counted
//!     let damaged: Blocks = now.corrupted();
//!     assert_eq!((damaged.blocks, now.unplaced().blocks, now.refused_tables()), (0, 0, 0));
//!     assert!(Snapshot::profiler_memory() <= Snapshot::profiler_address_space());
//!     drop(kept);
//! }
//! ```
//!
//! # Fork
//!
//! A child made by `fork` goes on counting from its parent's numbers.

mod alloc;
pub(crate) mod census;
mod dumps;
mod growth;
mod id;
mod index;
mod mode;
mod sampling;
mod scopes;
mod snapshot;
mod sys;
mod thread;
mod verdicts;

pub use alloc::allocator::{CountingAllocator, IndexingAllocator};
pub use census::holders::{HeldLine, Holder, HolderKind, Holders};
pub use dumps::dump;
#[cfg(all(unix, not(miri)))]
pub(crate) use dumps::request_dump;
pub(crate) use dumps::{DumpListener, last_dump_request};
pub(crate) use growth::history::History;
pub use id::anomalies::Blocks;
pub use id::mark::Mark;
pub use id::names::{OwnerName, owners};
pub use id::owner::OwnerId;
pub(crate) use index::birth::end_stride;
pub(crate) use index::table::is_in_use as has_index;
pub(crate) use mode::is_on;
pub use mode::{Mode, disable, enable, enable_sampled, is_enabled, is_installed, mode};
pub use sampling::rate::{ParseSamplingError, Sampling};
pub(crate) use scopes::guards::{mark_at, mark_in};
pub(crate) use scopes::origin::Origin;
pub(crate) use scopes::register::Hold;
pub use scopes::register::{register, release};
pub(crate) use scopes::scope::Entered;
pub use scopes::scope::{Scope, scope};
pub(crate) use snapshot::changes::{ChangedLine, Changes, LastNumbers};
pub use snapshot::diff::Diff;
pub use snapshot::entries::{OwnerUsage, SiteUsage};
pub use snapshot::estimate::StandardError;
pub use snapshot::finding::Finding;
pub(crate) use snapshot::part::Part;
#[cfg(feature = "viewers")]
pub(crate) use snapshot::rebuilt::RecordedLine;
pub use snapshot::snapshot::Snapshot;
pub(crate) use snapshot::top::{churn, largest_and_most};
pub use snapshot::top::{growth, largest};
pub use snapshot::usage::{Change, Usage};
pub(crate) use snapshot::watched::{WatchedLine, WatchedOwners};
pub(crate) use sys::pages::PageBuffer;
pub(crate) use thread::state::change_owner;
pub(crate) use thread::state::set_owner;
pub use thread::state::{mark, owner};
pub(crate) use thread::unowned_threads::unowned_threads;
#[cfg(any(test, feature = "viewers"))]
pub(crate) use verdicts::holders::Held;
pub(crate) use verdicts::holders::{LineHolder, LineHolders};
pub use verdicts::trend::Trend;
pub(crate) use verdicts::trend::Trends;
pub use verdicts::verdict::Verdict;

/// Items that only generated code names, through `sgn::__private`.
pub(crate) mod generated {
    pub use super::scopes::guards::{MarkAfter, MarkScope, NamedOwner};
    pub use super::thread::state::{SavedMark, restore_mark, save_mark, set_owner};
}
