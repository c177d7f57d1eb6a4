//! Every byte is accounted for, by the stress program of `tests/torture`.
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
static ALLOCATOR: Oracle<CountingAllocator<System>> = Oracle::new(CountingAllocator::new(System));

fn main() {
    stress::run(&ALLOCATOR);
}
