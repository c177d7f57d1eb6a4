//! The workloads on mimalloc, without `sgn`.

#[path = "../../../memory/workloads.rs"]
mod workloads;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Nobody;

impl workloads::Profiler for Nobody {
    fn start(&mut self, _state: &str) {}
}

fn main() {
    workloads::run(Nobody);
}
