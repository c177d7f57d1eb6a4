//! Every byte is accounted for, by the stress program of `tests/torture`.
//!
//! On an allocator that is not known to be glibc's, so that large blocks have their tags in the
//! table, as on any other; the program of `tests/torture` itself has them past the ends.
//!
//! No test harness: the oracle counts what it allocates too, and it allocates at any time.

#[path = "../torture/src/oracle.rs"]
mod oracle;
#[path = "../torture/src/stress.rs"]
mod stress;

use std::alloc::System;

use oracle::Oracle;
use sgn::memory::CountingAllocator;

#[global_allocator]
static ALLOCATOR: Oracle<CountingAllocator<Oracle<System>>> =
    Oracle::new(CountingAllocator::new(Oracle::new(System)));

fn main() {
    stress::run(&ALLOCATOR);
}
