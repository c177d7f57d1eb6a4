//! The stress program of the allocator; see `stress.rs`, and `torture.sh` for the profiles.

mod oracle;
mod stress;

use std::alloc::System;

use oracle::Oracle;
use sgn::memory::CountingAllocator;

#[global_allocator]
static ALLOCATOR: Oracle<CountingAllocator<System>> = Oracle::new(CountingAllocator::system());

fn main() {
    stress::run(&ALLOCATOR);
}
