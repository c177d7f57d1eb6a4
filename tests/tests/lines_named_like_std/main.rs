//! What allocates has its line, whatever it is called.
//!
//! A type has methods, and a module functions, with the names of those of std that allocate nothing; all of them allocate.
//! Each is called in every place where a call can stand. The line below a comment `@name` is the one that a check calls by
//! that name, and the same in every function that a macro makes.

#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "every way to write a call is tried, not only the shortest"
)]

mod loops;
mod modules;
mod operators;
mod places;
mod texts;

use std::collections::BTreeMap;
use std::hint::black_box;

use sgn::memory::{self, Mark, Snapshot, register, scope};

sgn::counting_allocator!();

/// Allocates `bytes` and frees them, at no line of its own.
fn eat(bytes: usize) -> usize {
    black_box(vec![0_u8; bytes]).len()
}

/// The number of the line below the comment `@name` of a source.
#[track_caller]
fn line_of(source: &str, name: &str) -> u32 {
    let comment = format!("// @{name}");
    let mut lines = (2..)
        .zip(source.lines())
        .filter(|(_, line)| line.trim() == comment);
    let (number, _) = lines.next().expect("the line exists");
    assert!(lines.next().is_none(), "`{comment}` is there twice");
    number
}

/// Runs `work` for an owner of its own: how many bytes it allocated at which line.
fn bytes_by_line<R>(owner: &str, work: impl FnOnce() -> R) -> BTreeMap<u32, u64> {
    assert!(memory::enable());
    black_box(scope(register(owner), work));
    let mut found = BTreeMap::new();
    let snapshot = Snapshot::take();
    for site in snapshot.sites().filter(|site| site.owner.name() == owner) {
        let line = site.mark.map_or(0, Mark::line);
        let again = found.insert(line, site.usage.total_bytes);
        assert_eq!(again, None, "{owner}: two rows of line {line}");
    }
    found
}

/// `work` allocates exactly these bytes at exactly these lines of `source`.
fn check<R>(source: &str, owner: &str, work: impl FnOnce() -> R, expected: &[(&str, u64)]) {
    let expected: BTreeMap<u32, u64> = expected
        .iter()
        .map(|(name, bytes)| (line_of(source, name), *bytes))
        .collect();
    assert_eq!(bytes_by_line(owner, work), expected, "{owner}");
}

/// Calls a macro with the names of methods and functions of std.
macro_rules! with_names {
    ($call:ident) => {
        $call! {
            abs all any as_bytes as_deref as_mut as_ptr as_ref as_slice as_str borrow capacity ceil chain checked_add
            chunks clamp clear clone cloned cmp contains contains_key copied count data deref elapsed enumerate eq expect
            filter find first floor fold get get_mut get_unchecked into_data is_empty is_some iter iter_mut keys last len
            lt map max min mul_add next_power_of_two ok or parse peek pop position pow push replace reverse rev round
            saturating_sub skip split_at sqrt starts_with step_by sum swap take to_bits trim truncate unwrap unwrap_or
            values windows with_eos wrapping_add zip
        }
    };
}
use with_names;

macro_rules! pool {
    ($($name:ident)*) => {
        /// Holds nothing, and allocates in all of its methods.
        #[derive(Debug)]
        struct Pool;

        impl Pool {
            $(fn $name(&self, bytes: usize) -> usize { eat(bytes) })*
        }

        /// A module of the user's own, called like one of std's.
        mod mem {
            $(pub(super) fn $name(_: &super::Pool, bytes: usize) -> usize { super::eat(bytes) })*
        }
    };
}
with_names!(pool);
