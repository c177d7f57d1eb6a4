//! Payloads and specs whose own code panics, or does what it should not, in the midst of ours.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use sgn::__private::Set;
use sgn::prelude::*;
use sgn::testing::Harness;

use crate::lives::{
    Births, BirthsBuilder, Life, Lives, elsewhere, panic_quietly, panics, some_strides,
};

#[sgn::sink]
struct Takes;

#[sgn::sink]
impl Takes {
    fn pull(&mut self, x: Frame<Life>) {
        assert!(x.data().is_some());
    }
}

#[sgn::sink]
struct Looks;

#[sgn::sink]
impl Looks {
    fn pull(&mut self, x: &Frame<Life>) {
        assert!(x.data().is_some());
    }
}

/// A pipeline of a source, sinks that take, and sinks that look.
fn fan_out(source: BirthsBuilder<Set<&'static Lives>>, takers: u32, lookers: u32) -> Pipeline {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(source).unwrap();
    for number in 0..takers {
        let sink = pipeline
            .add(Takes::builder(format!("takes{number}")))
            .unwrap();
        pipeline.link(source.out, sink.x).unwrap();
    }
    for number in 0..lookers {
        let sink = pipeline
            .add(Looks::builder(format!("looks{number}")))
            .unwrap();
        pipeline.link(source.out, sink.x).unwrap();
    }
    pipeline
}

#[test]
fn a_clone_that_panics_leaves_a_pipeline_that_runs_again() {
    static LIVES: Lives = Lives::new();
    let mut pipeline = fan_out(Births::builder("src").lives(&LIVES).fails_to_clone(2), 2, 2);
    let error = pipeline.run_with(some_strides(5)).unwrap_err();
    assert!(error.to_string().contains("no clone, as told"), "{error}");
    assert_eq!(error.stride(), Some(2));
    // Two frames, and the copy of the first.
    assert_eq!((LIVES.made(), LIVES.left()), (3, 0));
    pipeline.run_with(some_strides(5)).unwrap();
    assert_eq!((LIVES.made(), LIVES.left()), (3 + 2 * 5, 0));
}

/// The last look ends in our code, and the frame with it.
#[test]
fn an_end_that_panics_after_the_last_look_happens_once() {
    static LIVES: Lives = Lives::new();
    let mut pipeline = fan_out(Births::builder("src").lives(&LIVES).fails_to_end(2), 0, 2);
    let error = pipeline.run_with(some_strides(5)).unwrap_err();
    assert!(error.to_string().contains("no end, as told"), "{error}");
    assert_eq!((LIVES.made(), LIVES.left()), (3, 0));
    pipeline.run_with(some_strides(5)).unwrap();
    drop(pipeline);
    assert_eq!((LIVES.made(), LIVES.left()), (8, 0));
}

#[test]
fn an_end_that_panics_where_a_pipeline_is_dropped_happens_once() {
    static LIVES: Lives = Lives::new();
    let mut births = Harness::new(Births::builder("src").lives(&LIVES).fails_to_end(0)).unwrap();
    births.stride().unwrap();
    // Whether that panic gets out is not asked here.
    let _ = panics(|| drop(births));
    assert_eq!((LIVES.made(), LIVES.left()), (1, 0));
}

/// A spec whose comparison counts itself, panics, and runs a pipeline of its own.
#[derive(Debug)]
struct Touchy {
    number: usize,
    panics: bool,
}

static COMPARED: AtomicUsize = AtomicUsize::new(0);

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        COMPARED.fetch_add(1, Relaxed);
        if self.panics {
            panic_quietly("no comparison, as told");
        }
        static LIVES: Lives = Lives::new();
        fan_out(Births::builder("src").lives(&LIVES), 2, 2)
            .run_with(some_strides(1))
            .unwrap();
        self.number == other.number
    }
}

#[sgn::source]
fn touchy(#[prop] panics: bool, #[state] number: &mut usize) -> Frame<String> {
    *number += 1;
    Frame::new(number.to_string()).with_spec(Spec::new(Touchy {
        number: 1,
        panics: *number == 2 && panics,
    }))
}

#[sgn::sink]
struct Texts {
    #[state]
    texts: Vec<String>,
}

#[sgn::sink]
impl Texts {
    fn pull(&mut self, x: Frame<String>) {
        self.texts.extend(x.into_data());
    }
}

#[test]
fn a_spec_that_runs_a_pipeline_while_it_is_compared_harms_nothing() {
    for panics in [false, true] {
        let mut pipeline = Pipeline::new();
        let source = pipeline.add(touchy::builder("src").panics(panics)).unwrap();
        let sink = pipeline.add(Texts::builder("snk")).unwrap();
        pipeline.link(source.out, sink.x).unwrap();
        let outcome = pipeline.run_with(some_strides(3));
        let texts = &pipeline.element(&sink).unwrap().texts;
        if panics {
            assert_eq!(outcome.is_err(), texts.len() == 1);
        } else {
            assert_eq!((outcome.unwrap().strides, texts.len()), (3, 3));
        }
    }
    assert!(COMPARED.load(Relaxed) >= 2);
}

/// Fit to be sent, and not to be shared.
#[sgn::source]
fn cells(#[state] number: &mut u32) -> Cell<Vec<u32>> {
    *number += 1;
    Cell::new(vec![*number])
}

#[sgn::sink]
fn swaps(cell: &Cell<Vec<u32>>, #[state] numbers: &mut Vec<u32>) {
    numbers.extend(cell.take());
    cell.set(numbers.clone());
}

#[test]
fn a_payload_that_cannot_be_shared_is_touched_on_one_thread_at_a_time() {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(cells::builder("src")).unwrap();
    let sinks = ["one", "two"].map(|name| pipeline.add(swaps::builder(name)).unwrap());
    for sink in &sinks {
        pipeline.link(source.out, sink.cell).unwrap();
    }
    for _ in 0..3 {
        elsewhere(|| pipeline.run_with(some_strides(2)).unwrap());
    }
    let numbers = |at: usize| pipeline.element(&sinks[at]).unwrap().numbers.clone();
    assert_eq!(numbers(0), [1, 2, 3, 4, 5, 6]);
    assert_eq!(numbers(1).len(), 21);
}
