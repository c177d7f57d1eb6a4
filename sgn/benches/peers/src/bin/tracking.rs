//! The workloads under tracking-allocator, with a group for each step and a tracker that adds up
//! bytes and blocks by group: the least that makes a figure of what it tells.

#[path = "../../../memory/workloads.rs"]
mod workloads;

use std::alloc::System;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tracking_allocator::{
    AllocationGroupId, AllocationGroupToken, AllocationRegistry, AllocationTracker, Allocator,
};

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

const GROUPS: usize = 16;

static ALLOCATED: [AtomicUsize; GROUPS] = [const { AtomicUsize::new(0) }; GROUPS];
static FREED: [AtomicUsize; GROUPS] = [const { AtomicUsize::new(0) }; GROUPS];

struct Sums;

impl AllocationTracker for Sums {
    fn allocated(&self, _: usize, bytes: usize, _: usize, group: AllocationGroupId) {
        ALLOCATED[group.as_usize().get() % GROUPS].fetch_add(bytes, Relaxed);
    }

    fn deallocated(
        &self,
        _: usize,
        bytes: usize,
        _: usize,
        owner: AllocationGroupId,
        _: AllocationGroupId,
    ) {
        FREED[owner.as_usize().get() % GROUPS].fetch_add(bytes, Relaxed);
    }
}

struct Tracking {
    steps: [AllocationGroupToken; workloads::STEPS.len()],
    all: Option<AllocationGroupToken>,
}

impl workloads::Profiler for Tracking {
    fn start(&mut self, _state: &str) {
        AllocationRegistry::set_global_tracker(Sums).expect("there is no other tracker");
        AllocationRegistry::enable_tracking();
        // only what is inside of a group is tracked
        let all = Box::leak(Box::new(self.all.take().expect("it starts once")));
        std::mem::forget(all.enter());
    }

    fn within<R>(&mut self, step: usize, work: impl FnOnce() -> R) -> R {
        let _group = self.steps[step].enter();
        work()
    }
}

fn main() {
    let group = |_| AllocationGroupToken::register().expect("a group");
    workloads::run(Tracking {
        steps: std::array::from_fn(group),
        all: Some(group(0)),
    });
}
