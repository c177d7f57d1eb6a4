//! The workloads of a program that names its steps and lines, and never installed the counting allocator.

#[path = "memory/ours.rs"]
mod ours;
#[path = "memory/workloads.rs"]
mod workloads;

fn main() {
    workloads::run(ours::Ours::new());
}
