//! The workloads on the counting allocator with its index of live blocks.

#[path = "memory/ours.rs"]
mod ours;
#[path = "memory/workloads.rs"]
mod workloads;

sgn::counting_allocator!(holders);

fn main() {
    workloads::run(ours::Ours::new());
}
