//! Every byte has an owner: the counting allocator, scopes, lines, and snapshots of it all.
//!
//! # Layers, none knowing the one above
//!
//! The [`CountingAllocator`] counts; a [`Scope`] says *who* allocates, a [`Mark`] on which *line*;
//! a [`Snapshot`] is the numbers at one moment, and findings compare two of them. Nothing here
//! knows an element or a pipeline.
//!
//! # How a block is accounted for
//!
//! A pair of owner and line is a *site*. A block's birth is counted at the current site of its
//! thread, and an eight-byte tag with the site is kept with the block; its end is read off the tag
//! and credited to the same site, whichever thread or owner frees it. Each thread counts in a table
//! of its own; a reader sums the tables. So all parts always add up, no number is negative, and
//! switching off and on unbalances nothing.
//!
//! # What each choice costs
//!
//! Measured with one choice at a time undone: instructions more than with the plain allocator of
//! glibc, for a pair of allocation and free of 64 bytes (*micro*), one of 16 to 4096 bytes (*mixed*),
//! and a frame of six pairs and a growth, with eight scopes and eight marks (*pipe*); CPU time of
//! *micro* against plain; x86-64, rustc 1.95, glibc 2.36. The rows are of one state of the path and
//! compare with each other. It has been rewritten since, which changed *micro* by one, to 38 (19
//! switched off), and *pipe* to fewer than 380: `just bench-memory` prints the figures of today, and
//! other profilers beside them.
//!
//! | | micro | mixed | pipe | time | why it is as it is |
//! |---|---|---|---|---|---|
//! | all choices as they are | 37 | 66 | 513 | 1.11 | |
//! | switched off | 13 | 37 | 307 | 1.12 | the tag is still written, so that switching unbalances nothing |
//! | tags behind all blocks | 38 | 42 | 405 | 1.19 | a table for large ones keeps powers of two in their size class |
//! | tags accessed by `read_volatile` | 47 | 74 | 552 | 1.34 | as safe; used on processors for which we have no instruction |
//! | no peaks | 17 | 58 | 461 | 1.05 | a peak that is missed cannot be found later |
//! | counters with `lock` | 43 | 71 | 530 | 1.20 | on one thread; two threads at one line wait for each other besides |
//! | no memory of the last sites | 152 | 200 | 1435 | 2.02 | owner and line are looked up in a hash table, unless the thread knows them already |
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
//! # Fork
//!
//! A child made by `fork` goes on counting from its parent's numbers.

mod allocator;
mod columns;
mod corrupted;
mod counters;
mod current;
mod diff;
mod findings;
mod granule;
mod guards;
mod inner;
mod known;
mod owner;
pub(crate) mod pages;
mod path;
mod ranking;
mod reading;
mod scope;
mod site;
mod sizes;
mod snapshot;
mod switch;
mod tag;
mod thread_end;
mod trailer;
mod usage;

pub use allocator::CountingAllocator;
pub use corrupted::Blocks;
pub use current::{SavedMark, mark, owner, restore_mark, save_mark, set_owner};
pub use diff::Diff;
pub use findings::{Finding, growth, largest, largest_and_most};
pub use guards::{MarkAfter, MarkScope, NamedOwner};
pub use owner::{OwnerId, owners, register, release};
pub use scope::{Scope, scope};
pub use site::Mark;
pub use sizes::Sizes;
pub use snapshot::{OwnerUsage, SiteUsage, Snapshot};
pub use switch::{disable, enable, is_enabled, is_installed};
pub use usage::{Change, Usage};
