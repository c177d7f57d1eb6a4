//! The workloads on the system's allocator: what the others are compared with.

#[path = "memory/workloads.rs"]
mod workloads;

fn main() {
    workloads::run(false);
}
