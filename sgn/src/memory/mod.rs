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
mod corrupted;
mod counters;
mod current;
mod diff;
mod findings;
mod granule;
mod guards;
mod known;
mod owner;
pub(crate) mod pages;
mod path;
mod ranking;
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
pub use current::{SavedMark, mark, owner, restore_mark, save_mark, set_owner, set_stride};
pub use diff::Diff;
pub use findings::{Finding, growth, largest, most_blocks};
pub use guards::{MarkAfter, MarkScope, NamedOwner};
pub use owner::{OwnerId, owners, register, release};
pub use scope::{Scope, scope};
pub use site::Mark;
pub use sizes::Sizes;
pub use snapshot::{OwnerUsage, SiteUsage, Snapshot};
pub use switch::{disable, enable, is_enabled, is_installed};
pub use usage::{Change, Usage};
