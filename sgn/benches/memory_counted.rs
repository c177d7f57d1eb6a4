//! The workloads on the counting allocator.

#[path = "memory/ours.rs"]
mod ours;
#[path = "memory/workloads.rs"]
mod workloads;

sgn::counting_allocator!();

fn main() {
    workloads::run(ours::Ours::new());
}
