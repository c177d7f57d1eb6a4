//! The workloads under dhat-rs, heap profiling with whole call stacks as it does by default.

#[path = "../../../memory/workloads.rs"]
mod workloads;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

struct Dhat(Option<dhat::Profiler>);

impl workloads::Profiler for Dhat {
    fn start(&mut self, _state: &str) {
        // `testing` writes no file at the end, and observes as much
        self.0 = Some(dhat::Profiler::builder().testing().build());
    }
}

fn main() {
    workloads::run(Dhat(None));
}
