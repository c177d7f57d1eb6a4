//! The workloads under stats_alloc.

#[path = "../../../memory/workloads.rs"]
mod workloads;

use std::alloc::System;

use stats_alloc::StatsAlloc;

#[global_allocator]
static ALLOCATOR: StatsAlloc<System> = StatsAlloc::system();

struct Stats;

impl workloads::Profiler for Stats {
    fn start(&mut self, _state: &str) {}
}

fn main() {
    workloads::run(Stats);
}
