//! Guards of the profiler that are forgotten, dropped out of turn or kept too long.

use std::mem::forget;
use std::sync::OnceLock;
use std::thread;

use sgn::__private::{MarkAfter, MarkScope, NamedOwner, restore_mark, save_mark, set_owner};
use sgn::memory::{self, Mark, OwnerId, Scope, Snapshot, mark, owner, register, release};
use sgn::prelude::*;
use sgn::scheduler::signals::SignalScope;

use crate::lives::some_strides;

static MARK: Mark = Mark::new("guards.rs", 1, "one");
static HEAP: OnceLock<&'static Mark> = OnceLock::new();
static NAMED: NamedOwner = NamedOwner::new("guards.rs");

/// Leaves the profiler in any state but the one it found.
fn make_a_mess() {
    let one = register("attack:one");
    let two = register("attack:two");
    let first = Scope::enter(one);
    let lines = MarkScope::enter();
    let second = NAMED.enter();
    mark(HEAP.get_or_init(|| Box::leak(Box::new(Mark::new("heap", 2, "a mark of the heap")))));
    let saved = save_mark();
    // Out of turn: each goes back to what was there when it was made.
    drop(first);
    restore_mark(saved);
    forget(lines);
    drop(second);
    drop(MarkAfter(&MARK));
    forget(Scope::enter(two));
    assert_eq!(owner(), two);
    restore_mark(saved);
    // A line that was saved under one owner is restored under another one, whose name is given away meanwhile.
    for _ in 0..3 {
        release(two);
    }
    release(OwnerId::PROFILER);
    let _taken_over = register("attack:two");
    set_owner(register("attack:two"));
    restore_mark(saved);
    let blocks: Vec<String> = (0..8).map(|number| number.to_string()).collect();
    drop(blocks);
}

#[sgn::sink]
struct Messy {
    #[state]
    calls: u32,
}

#[sgn::sink]
impl Messy {
    fn pull(&mut self, x: Frame<u32>) {
        assert!(x.data().is_some());
        self.calls += 1;
        make_a_mess();
        forget(SignalScope::enter());
        assert!(memory::enable());
        memory::disable();
    }
}

#[sgn::source]
fn ones() -> u32 {
    make_a_mess();
    1
}

/// Two threads at once, so that they also give each other's owners away.
#[test]
fn a_mess_of_guards_is_a_mess_of_numbers_at_most() {
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let mut pipeline = Pipeline::new();
                let source = pipeline.add(ones::builder("src")).unwrap();
                let sink = pipeline.add(Messy::builder("snk")).unwrap();
                pipeline.link(source.out, sink.x).unwrap();
                pipeline.run_with(some_strides(2)).unwrap();
                assert_eq!(pipeline.element(&sink).unwrap().calls, 2);
                // What the thread-locals of a thread were left in does not matter to its destructors.
                make_a_mess();
            });
        }
    });
    let now = Snapshot::take();
    assert_eq!(now.owner(register("attack:later")).usage.live_bytes, 0);
    set_owner(OwnerId::UNATTRIBUTED);
}
