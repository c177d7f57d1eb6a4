//! The workloads on the system's allocator, named with `#[global_allocator]`.
//!
//! So calls of it are inlined; those of std's default, which `memory_plain` has, are not.

#[path = "memory/workloads.rs"]
mod workloads;

use std::alloc::System;

#[global_allocator]
static ALLOCATOR: System = System;

struct Nobody;

impl workloads::Profiler for Nobody {
    fn start(&mut self, _state: &str) {}
}

fn main() {
    workloads::run(Nobody);
}
