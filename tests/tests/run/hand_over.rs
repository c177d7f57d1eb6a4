//! How frames are handed from pad to pad: looked at, moved, copied, dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgn::ErrorKind;
use sgn::prelude::*;

/// Gives `Counted` payloads for ever.
#[sgn::source]
struct Forever {
    #[prop]
    alive: Arc<AtomicUsize>,
    #[prop]
    clones: Arc<AtomicUsize>,
}

#[sgn::source]
impl Forever {
    fn new(&mut self) -> Frame<Counted> {
        self.alive.fetch_add(1, Ordering::Relaxed);
        Frame::new(Counted {
            alive: Arc::clone(&self.alive),
            clones: Arc::clone(&self.clones),
        })
    }
}

/// Knows how many of it are alive and how often one was cloned.
struct Counted {
    alive: Arc<AtomicUsize>,
    clones: Arc<AtomicUsize>,
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.clones.fetch_add(1, Ordering::Relaxed);
        self.alive.fetch_add(1, Ordering::Relaxed);
        Self {
            alive: Arc::clone(&self.alive),
            clones: Arc::clone(&self.clones),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

#[sgn::sink]
fn look(frame: &Frame<Counted>) {
    let _ = frame;
}

#[sgn::sink]
fn take(frame: Frame<Counted>) {
    drop(frame);
}

#[sgn::transform]
fn hand_on(frame: Frame<Counted>) -> Frame<Counted> {
    frame
}

/// Looks at a frame before it takes the same one through its other pad.
#[sgn::sink]
#[derive(Default)]
struct LooksAndTakes {}

#[sgn::sink]
impl LooksAndTakes {
    fn pull_look(&mut self, frame: &Frame<Counted>) {
        assert!(frame.data().is_some());
    }

    fn pull_take(&mut self, frame: Frame<Counted>) {
        assert!(frame.data().is_some());
    }
}

struct Counters {
    alive: Arc<AtomicUsize>,
    clones: Arc<AtomicUsize>,
}

fn counted(pipeline: &mut Pipeline) -> (Counters, SourcePad<Counted>) {
    let counters = Counters {
        alive: Arc::default(),
        clones: Arc::default(),
    };
    let source = Forever::builder("src")
        .alive(Arc::clone(&counters.alive))
        .clones(Arc::clone(&counters.clones));
    let source = pipeline.add(source).unwrap();
    (counters, source.out)
}

fn ten_strides(pipeline: &mut Pipeline) {
    let summary = pipeline
        .run_with(RunOptions::new().max_strides(10))
        .unwrap();
    assert_eq!((summary.strides, summary.finished), (10, false));
}

#[test]
fn lookers_cost_no_clone_and_the_frame_dies_with_the_last_of_them() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    for name in ["a", "b", "c"] {
        let sink = pipeline.add(look::builder(name)).unwrap();
        pipeline.link(out, sink.frame).unwrap();
    }
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 0);
    assert_eq!(counters.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn of_several_owners_the_last_gets_the_frame_and_the_others_a_copy() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    for name in ["a", "b", "c"] {
        let sink = pipeline.add(take::builder(name)).unwrap();
        pipeline.link(out, sink.frame).unwrap();
    }
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 2 * 10);
    assert_eq!(counters.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn a_looker_that_was_linked_last_still_runs_before_the_owner() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    let owner = pipeline.add(take::builder("owner")).unwrap();
    let looker = pipeline.add(look::builder("looker")).unwrap();
    pipeline.link(out, owner.frame).unwrap();
    pipeline.link(out, looker.frame).unwrap();
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 0);
    let order = pipeline.call_order().unwrap();
    let place = |name: &str| order.iter().position(|pad| pad == name).unwrap();
    assert!(
        place("looker:snk:frame") < place("owner:snk:frame"),
        "{order:?}"
    );
}

#[test]
fn a_looker_downstream_of_the_owner_costs_one_copy() {
    // `late` looks at the frame and needs what the owner makes of it, so the owner cannot have the original.
    #[sgn::sink]
    fn late(original: &Frame<Counted>, processed: &Frame<Counted>) {
        assert!(original.data().is_some() && processed.data().is_some());
    }
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    let owner = pipeline.add(hand_on::builder("owner")).unwrap();
    let late = pipeline.add(late::builder("late")).unwrap();
    pipeline.link(out, owner.frame).unwrap();
    pipeline.link(out, late.original).unwrap();
    pipeline.link(owner.out, late.processed).unwrap();
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 10);
    assert_eq!(counters.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn one_element_may_look_at_a_frame_and_take_it() {
    let mut pipeline = Pipeline::new();
    let (counters, out) = counted(&mut pipeline);
    let both = pipeline.add(LooksAndTakes::builder("both")).unwrap();
    pipeline.link(out, both.look).unwrap();
    pipeline.link(out, both.take).unwrap();
    ten_strides(&mut pipeline);
    assert_eq!(counters.clones.load(Ordering::Relaxed), 10);
}

#[test]
fn a_payload_that_cannot_be_cloned_has_one_owner() {
    struct Unique;
    #[sgn::source]
    fn unique() -> Unique {
        Unique
    }
    #[sgn::sink]
    fn own(x: Unique) {
        let Unique = x;
    }
    #[sgn::sink]
    fn see(x: &Unique) {
        let _ = x;
    }
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(unique::builder("src")).unwrap();
    let first = pipeline.add(own::builder("first")).unwrap();
    let second = pipeline.add(own::builder("second")).unwrap();
    let looker = pipeline.add(see::builder("looker")).unwrap();
    pipeline.link(source.out, first.x).unwrap();
    pipeline.link(source.out, looker.x).unwrap();
    let error = pipeline.link(source.out, second.x).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotCloneable);
    assert_eq!(error.pad(), Some("src:src:out"));
    assert!(error.to_string().contains("Unique"), "{error}");
    assert_eq!(
        pipeline.pad_links().len(),
        2,
        "the refused link changed nothing"
    );
}
