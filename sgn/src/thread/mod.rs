//! Threads that belong to the element that starts them.
//!
//! The allocations of a thread are charged to the pad that it runs for. The pipeline does this for its own thread only.
//! If an element starts a thread by other means than the functions below, the thread's allocations are
//! `(unattributed)`, except while it runs a closure that was written in a method of the element. Each of these
//! functions passes the owner and the line of the calling thread on to another one:
//!
//! | to | write |
//! |---|---|
//! | start a thread | [`spawn()`] in the place of `std::thread::spawn` |
//! | start threads that borrow | [`scope()`] in the place of `std::thread::scope` |
//! | build a pool of rayon | [`.start_handler(sgn::thread::start_handler())`](start_handler) |
//! | hand work to any pool, or to `std::thread::Builder` | [`owned`]`(move \|\| ..)` in the place of `move \|\| ..` |
//! | do so for each item, or lend a pool to one element after the other | [`Owner`] |
//!
//! A thread that such a thread starts by the same means belongs to the element, too. An owner is kept as long as a
//! thread has it: if the element is dropped meanwhile, further allocations of the thread are charged to the name that
//! the element had, and to no other one.
//!
//! ```
//! use sgn::elements::{CollectSink, IterSource};
//! use sgn::prelude::*;
//!
//! sgn::counting_allocator!();
//!
//! /// Gives for each number a table that a thread of its own has made.
//! #[sgn::transform]
//! fn tables(rows: usize) -> Vec<u64> {
//!     let thread = sgn::thread::spawn(move || {
//!         let table = vec![1; rows];
//!         table
//!     });
//!     thread.join().expect("the thread does not panic")
//! }
//!
//! fn main() -> sgn::Result<()> {
//!     sgn::memory::enable();
//!     let mut p = Pipeline::new();
//!     p.connect(IterSource::builder("sizes").iter("out", [1000_usize, 2000]), tables::builder("tables"))?;
//!     p.connect("tables", CollectSink::<Vec<u64>>::builder("kept").sink_pads(["in"]))?;
//!     p.run()?;
//!
//!     let memory = p.memory();
//!     let row = memory.sites().find(|row| row.mark.is_some_and(|mark| mark.text().contains("vec![1; rows]")));
//!     let row = row.expect("a row of the line in the thread");
//!     assert_eq!((row.owner.name().as_str(), row.usage.live_bytes), ("tables:src:out", 3000 * 8));
//!     Ok(())
//! }
//! ```
//!
//! # Cost
//!
//! Passing an owner on takes a lock twice, each time to count a thread that has it, which is cheap compared with
//! starting a thread. While counting is off, or without the counting allocator, nothing else is done.

mod code;
mod code_place;
mod owner;
mod running;
mod scope;
mod spawn;

pub(crate) use self::code_place::CodePlace;
pub use self::owner::{Owner, owned, start_handler};
pub(crate) use self::running::{Running, several};
pub use self::scope::{Scope, scope};
pub use self::spawn::spawn;

/// Items that only generated code names, through `sgn::__private`.
pub(crate) mod generated {
    pub use super::code::Code;
    pub use super::code_place::CodePlace;
}
