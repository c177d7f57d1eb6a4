//! The stress program of the allocator on jemalloc.

#[path = "../../../../../tests/torture/src/oracle.rs"]
mod oracle;
#[path = "../../../../../tests/torture/src/stress.rs"]
mod stress;

use oracle::Oracle;
use sgn::memory::CountingAllocator;

#[global_allocator]
static ALLOCATOR: Oracle<CountingAllocator<tikv_jemallocator::Jemalloc>> =
    Oracle::new(CountingAllocator::new(tikv_jemallocator::Jemalloc));

fn main() {
    stress::run(&ALLOCATOR);
}
