//! The workloads on `sgn`, which hands on to mimalloc.

#[path = "../../../memory/ours.rs"]
mod ours;
#[path = "../../../memory/workloads.rs"]
mod workloads;

sgn::counting_allocator!(mimalloc::MiMalloc);

fn main() {
    workloads::run(ours::Ours::new());
}
