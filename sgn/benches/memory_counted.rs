//! The workloads on the counting allocator.

#[path = "memory/workloads.rs"]
mod workloads;

sgn::counting_allocator!();

fn main() {
    workloads::run(true);
}
