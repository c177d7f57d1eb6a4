//! The workloads on `sgn`, which hands on to jemalloc.

#[path = "../../../memory/ours.rs"]
mod ours;
#[path = "../../../memory/workloads.rs"]
mod workloads;

sgn::counting_allocator!(tikv_jemallocator::Jemalloc);

fn main() {
    workloads::run(ours::Ours::new());
}
