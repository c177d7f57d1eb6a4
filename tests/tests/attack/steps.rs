//! Strides that do not serve their pads, serve them while a panic is caught, or forget what they were given.

use std::mem::{forget, take};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use sgn::prelude::*;

use crate::by_hand::sink_by_hand;
use crate::lives::{Births, Life, Lives, elsewhere, panic_quietly, panics, some_strides};

/// A source of counted payloads and the sink by hand, run for some strides.
macro_rules! run {
    ($lives:ident, $strides:expr, $sink:expr) => {{
        let mut pipeline = Pipeline::new();
        let source = pipeline.add(Births::builder("src").lives(&$lives)).unwrap();
        let sink = pipeline.add($sink).unwrap();
        pipeline.link(source.out, sink.x).unwrap();
        let outcome = pipeline.run_with(some_strides($strides));
        (pipeline, sink, outcome)
    }};
}

sink_by_hand!(Idle, IdleHandle, Life, u32, Owned, |element, step| {
    element.state += 1;
    drop(step);
    Ok(())
});

#[test]
fn a_step_that_serves_no_pad_leaves_its_frame_to_the_next_one() {
    static LIVES: Lives = Lives::new();
    let (_, _, outcome) = run!(LIVES, 5, Idle { state: 0 });
    assert_eq!(outcome.unwrap().strides, 5);
    assert_eq!((LIVES.made(), LIVES.left()), (5, 0));
}

/// A frame that nobody took ends where the next one is put in its place, in the midst of the slot's code.
#[test]
fn an_end_that_panics_where_a_frame_is_displaced_happens_once() {
    static LIVES: Lives = Lives::new();
    let mut pipeline = Pipeline::new();
    let source = Births::builder("src").lives(&LIVES).fails_to_end(1);
    let source = pipeline.add(source).unwrap();
    let sink = pipeline.add(Idle { state: 0 }).unwrap();
    pipeline.link(source.out, sink.x).unwrap();
    let error = pipeline.run_with(some_strides(5)).unwrap_err();
    assert_eq!(error.stride(), Some(3));
    assert_eq!((LIVES.made(), LIVES.left()), (3, 0));
    pipeline.run_with(some_strides(5)).unwrap();
    drop(pipeline);
    assert_eq!((LIVES.made(), LIVES.left()), (8, 0));
}

/// A payload without memory: one that never ends is no leak to Miri.
#[derive(Clone)]
pub(crate) struct Plain(&'static AtomicUsize);

impl Drop for Plain {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[sgn::source]
fn plain(#[prop] ended: &'static AtomicUsize) -> Plain {
    Plain(ended)
}

sink_by_hand!(
    Forgets,
    ForgetsHandle,
    Plain,
    usize,
    Shared,
    |element, step| {
        let (look, _, _) = step.peek()?;
        element.state += usize::from(look.data().is_some());
        forget(look);
        Ok(())
    }
);

#[test]
fn a_look_that_is_forgotten_keeps_its_frame_for_ever() {
    static ENDED: AtomicUsize = AtomicUsize::new(0);
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(plain::builder("src").ended(&ENDED)).unwrap();
    let sink = pipeline.add(Forgets { state: 0 }).unwrap();
    pipeline.link(source.out, sink.x).unwrap();
    // The source finds its frame of the stride before still looked at, in this run and in the next.
    for stride in [2, 1] {
        let error = pipeline.run_with(some_strides(5)).unwrap_err();
        assert_eq!(
            (error.pad(), error.stride()),
            (Some("src:src:out"), Some(stride))
        );
    }
    assert_eq!(pipeline.element(&sink).unwrap().state, 1);
    drop(pipeline);
    // Three were made.
    assert_eq!(ENDED.load(Relaxed), 2);
}

sink_by_hand!(Looks, LooksHandle, Life, usize, Shared, |element, step| {
    let (look, _, _) = step.peek()?;
    let look = &*look;
    thread::scope(|threads| {
        let readers = [(); 2].map(|()| threads.spawn(|| look.data().map(|life| *life.number)));
        let numbers = readers.map(|reader| reader.join().unwrap());
        assert_eq!(numbers, [Some(element.state); 2]);
    });
    element.state += 1;
    Ok(())
});

#[test]
fn other_threads_read_a_frame_while_it_is_looked_at() {
    static LIVES: Lives = Lives::new();
    let (_, _, outcome) = run!(LIVES, 3, Looks { state: 0 });
    outcome.unwrap();
    assert_eq!((LIVES.made(), LIVES.left()), (3, 0));
}

sink_by_hand!(Catches, CatchesHandle, Life, u32, Owned, |element, step| {
    element.state += 1;
    let caught = panics(|| {
        let _ = step.take(|_frame| {
            if element.state % 2 == 1 {
                panic_quietly("an odd stride");
            }
        });
    });
    assert_eq!(caught, element.state % 2 == 1);
    Ok(())
});

#[test]
fn a_stride_that_catches_its_panic_goes_on() {
    static LIVES: Lives = Lives::new();
    let (_, _, outcome) = run!(LIVES, 4, Catches { state: 0 });
    assert_eq!(outcome.unwrap().strides, 4);
    assert_eq!((LIVES.made(), LIVES.left()), (4, 0));
}

sink_by_hand!(
    Hoards,
    HoardsHandle,
    Life,
    Vec<Frame<Life>>,
    Owned,
    |element, step| {
        let (frame, _, _) = step.receive()?;
        element.state.push(frame);
        Ok(())
    }
);

#[test]
fn frames_outlive_their_run_and_their_thread() {
    static LIVES: Lives = Lives::new();
    let (mut pipeline, sink, outcome) = run!(LIVES, 3, Hoards { state: Vec::new() });
    outcome.unwrap();
    let hoard = take(&mut pipeline.element_mut(&sink).unwrap().state);
    elsewhere(move || drop(pipeline));
    assert_eq!((hoard.len(), LIVES.left()), (3, 3));
    drop(hoard);
    assert_eq!(LIVES.left(), 0);
}
