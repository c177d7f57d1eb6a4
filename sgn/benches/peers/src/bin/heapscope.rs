//! The workloads under heapscope: exact, with a region for each step. Needs frame pointers.

#[path = "../../../memory/workloads.rs"]
mod workloads;

#[global_allocator]
static ALLOCATOR: heapscope::Alloc = heapscope::Alloc::system();

struct Heapscope(Option<heapscope::Profiler>);

impl workloads::Profiler for Heapscope {
    fn start(&mut self, _state: &str) {
        let profiler = heapscope::Profiler::builder().no_output().build();
        self.0 = Some(profiler.expect("this program was built with frame pointers"));
    }

    fn within<R>(&mut self, step: usize, work: impl FnOnce() -> R) -> R {
        let _region = heapscope::region(workloads::STEPS[step]);
        work()
    }
}

fn main() {
    workloads::run(Heapscope(None));
}
