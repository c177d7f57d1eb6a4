//! The stress program of the allocator on mimalloc.

#[path = "../../../../../tests/torture/src/oracle.rs"]
mod oracle;
#[path = "../../../../../tests/torture/src/stress.rs"]
mod stress;

use oracle::Oracle;
use sgn::memory::CountingAllocator;

#[global_allocator]
static ALLOCATOR: Oracle<CountingAllocator<mimalloc::MiMalloc>> =
    Oracle::new(CountingAllocator::new(mimalloc::MiMalloc));

fn main() {
    stress::run(&ALLOCATOR);
}
