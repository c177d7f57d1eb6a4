//! The workloads on the system's allocator: what the others are compared with.

#[path = "memory/workloads.rs"]
mod workloads;

struct Nobody;

impl workloads::Profiler for Nobody {
    fn start(&mut self, _state: &str) {}
}

fn main() {
    workloads::run(Nobody);
}
