//! Pipelines on several threads at once, and one that changes its thread.

use std::sync::{Arc, Barrier};
use std::thread;

use sgn::prelude::*;
use sgn::testing::Harness;

use crate::by_hand::sink_by_hand;
use crate::lives::{Births, Life, Lives, elsewhere, some_strides};

sink_by_hand!(
    Meets,
    MeetsHandle,
    Life,
    (Arc<Barrier>, Vec<Frame<Life>>),
    Owned,
    |element, step| {
        // Both threads are in the midst of a stride.
        element.state.0.wait();
        let (frame, _, _) = step.receive()?;
        element.state.1.push(frame);
        element.state.0.wait();
        Ok(())
    }
);

fn meeting(lives: &'static Lives, barrier: &Arc<Barrier>) -> (Pipeline, MeetsHandle) {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Births::builder("src").lives(lives)).unwrap();
    let state = (Arc::clone(barrier), Vec::new());
    let sink = pipeline.add(Meets { state }).unwrap();
    pipeline.link(source.out, sink.x).unwrap();
    (pipeline, sink)
}

#[test]
fn two_pipelines_of_the_same_types_share_nothing() {
    static LIVES: [Lives; 2] = [const { Lives::new() }; 2];
    let barrier = Arc::new(Barrier::new(2));
    let mut pipelines = LIVES.each_ref().map(|lives| meeting(lives, &barrier));
    for _ in 0..2 {
        // Each runs on another thread than before, with what the other one has taken.
        pipelines.reverse();
        thread::scope(|threads| {
            for (pipeline, _) in &mut pipelines {
                threads.spawn(|| pipeline.run_with(some_strides(4)).unwrap());
            }
        });
        let [(one, one_sink), (two, two_sink)] = &mut pipelines;
        let one = one.element_mut(one_sink).unwrap();
        std::mem::swap(one, two.element_mut(two_sink).unwrap());
    }
    drop(pipelines);
    for lives in &LIVES {
        assert_eq!((lives.made(), lives.left()), (8, 0));
    }
}

#[test]
fn a_bench_changes_its_thread_between_strides_with_its_frames() {
    static LIVES: Lives = Lives::new();
    let mut births = Harness::new(Births::builder("src").lives(&LIVES)).unwrap();
    let out = births.pads().out;
    for number in 0..4 {
        elsewhere(|| births.stride().unwrap());
        if number % 2 == 0 {
            let frame = births.take(out).unwrap();
            let found = elsewhere(move || frame.data().map(|life| *life.number));
            assert_eq!(found, Some(number));
        }
    }
    elsewhere(move || drop(births));
    assert_eq!((LIVES.made(), LIVES.left()), (4, 0));
}

/// Takes through a thread of its own, as far as the compiler lets it: the frame may go there, and the step may not.
#[sgn::sink]
struct Sends {
    #[state]
    numbers: Vec<usize>,
}

#[sgn::sink]
impl Sends {
    fn pull(&mut self, x: Frame<Life>) {
        let numbers = &mut self.numbers;
        thread::scope(|threads| {
            threads.spawn(move || numbers.extend(x.into_data().map(|life| *life.number)));
        });
    }
}

#[test]
fn frames_end_on_the_threads_that_they_are_sent_to() {
    static LIVES: Lives = Lives::new();
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Births::builder("src").lives(&LIVES)).unwrap();
    let sinks = ["one", "two"].map(|name| pipeline.add(Sends::builder(name)).unwrap());
    for sink in &sinks {
        pipeline.link(source.out, sink.x).unwrap();
    }
    pipeline.run_with(some_strides(3)).unwrap();
    for sink in &sinks {
        assert_eq!(pipeline.element(sink).unwrap().numbers, [0, 2, 4]);
    }
    assert_eq!((LIVES.made(), LIVES.left()), (6, 0));
}
