//! The workloads on jemalloc, without `sgn`.

#[path = "../../../memory/workloads.rs"]
mod workloads;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

struct Nobody;

impl workloads::Profiler for Nobody {
    fn start(&mut self, _state: &str) {}
}

fn main() {
    workloads::run(Nobody);
}
