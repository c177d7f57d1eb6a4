//! Pipelines that run while an element of another one is in its stride.

use sgn::prelude::*;

use crate::by_hand::sink_by_hand;
use crate::lives::{Births, Life, Lives, elsewhere, some_strides};

sink_by_hand!(
    Sums,
    SumsHandle,
    Life,
    Vec<usize>,
    Owned,
    |element, step| {
        let (frame, _, _) = step.receive()?;
        element.state.extend(frame.data().map(|life| *life.number));
        Ok(())
    }
);

fn numbers(lives: &'static Lives) -> (Pipeline, SumsHandle) {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Births::builder("src").lives(lives)).unwrap();
    let sink = pipeline.add(Sums { state: Vec::new() }).unwrap();
    pipeline.link(source.out, sink.x).unwrap();
    (pipeline, sink)
}

sink_by_hand!(
    Nests,
    NestsHandle,
    Life,
    Vec<(Pipeline, SumsHandle)>,
    Shared,
    |element, step| {
        // The look lasts while the inner pipelines run.
        let (look, _, _) = step.peek()?;
        let outer = look.data().map(|life| *life.number);
        for (pipeline, _) in &mut element.state {
            pipeline.run_with(some_strides(1)).unwrap();
        }
        assert_eq!(look.data().map(|life| *life.number), outer);
        Ok(())
    }
);

#[test]
fn an_element_runs_pipelines_of_its_own_while_it_looks() {
    static OUTER: Lives = Lives::new();
    static INNER: [Lives; 2] = [const { Lives::new() }; 2];
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Births::builder("src").lives(&OUTER)).unwrap();
    let state = INNER.iter().map(numbers).collect();
    let sink = pipeline.add(Nests { state }).unwrap();
    pipeline.link(source.out, sink.x).unwrap();
    pipeline.run_with(some_strides(2)).unwrap();
    // Between two runs the inner pipelines change places, and the outer one its thread.
    pipeline.element_mut(&sink).unwrap().state.reverse();
    elsewhere(|| pipeline.run_with(some_strides(2)).unwrap());
    for (inner, sums) in &pipeline.element(&sink).unwrap().state {
        assert_eq!(inner.element(sums).unwrap().state, [0, 1, 2, 3]);
    }
    drop(pipeline);
    let left: usize = INNER.iter().chain([&OUTER]).map(Lives::left).sum();
    assert_eq!((OUTER.made(), left), (4, 0));
}

/// Runs on until the one inside panics.
#[sgn::sink]
struct Inner {
    #[state]
    inside: Option<Pipeline>,
}

#[sgn::sink]
impl Inner {
    fn pull(&mut self, x: &Frame<Life>) -> Result<(), sgn::Error> {
        assert!(x.data().is_some());
        let run = |inside: &mut Pipeline| inside.run_with(some_strides(1));
        self.inside.as_mut().map(run).transpose().map(drop)
    }
}

fn chain(lives: &'static Lives, inside: Option<Pipeline>) -> Pipeline {
    let mut pipeline = Pipeline::new();
    let births = Births::builder("src").lives(lives);
    let source = pipeline.add(births.fails_to_end(4)).unwrap();
    let sink = pipeline.add(Inner::builder("snk")).unwrap();
    pipeline.link(source.out, sink.x).unwrap();
    pipeline.element_mut(&sink).unwrap().inside = inside;
    pipeline
}

#[test]
fn a_panic_in_the_innermost_of_three_runs_leaves_all_of_them_whole() {
    static LIVES: Lives = Lives::new();
    let mut pipeline = chain(&LIVES, Some(chain(&LIVES, Some(chain(&LIVES, None)))));
    let error = pipeline.run_with(some_strides(5)).unwrap_err();
    assert!(error.to_string().contains("no end, as told"), "{error}");
    pipeline.run_with(some_strides(5)).unwrap();
    drop(pipeline);
    assert_eq!(LIVES.left(), 0);
}
