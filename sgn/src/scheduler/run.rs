//! Stride after stride, until every sink has seen the end of its stream.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::failed;
use super::options::{RunOptions, RunSummary};
use super::signals::SignalScope;
use super::stop::StopHandle;
use crate::element::{AnyElement, Role};
use crate::error::{Error, Result};
use crate::graph::{Graph, Node, Plan};
use crate::memory::{self, OwnerId};
use crate::pad::{Failure, Stride};

/// What wants to know of every stride: the memory report, health.
pub(crate) trait Observer {
    /// Called when stride `number`, counted from 1, is complete.
    fn after_stride(&mut self, number: u64);
}

/// Where a run is, for the error it may end with.
#[derive(Default)]
struct Progress {
    strides: u64,
    stopped: bool,
}

/// One virtual call a stride.
type Step<'a> = &'a mut (dyn AnyElement + 'static);

enum Ended {
    Finished,
    Limit,
    Startup(usize, crate::BoxError),
    Failed(usize, Failure),
}

/// Runs `graph` by `plan`.
pub(crate) fn run(
    graph: &mut Graph,
    plan: &Plan,
    options: &RunOptions,
    stop: &StopHandle,
    observer: &mut dyn Observer,
) -> Result<RunSummary> {
    let mut progress = Progress::default();
    let signals = options.handle_signals.then(SignalScope::enter);
    let outcome = {
        let mut steps = in_order(graph.nodes_mut(), plan);
        let work = AssertUnwindSafe(|| {
            drive(
                &mut steps,
                options,
                stop,
                signals.as_ref(),
                observer,
                &mut progress,
            )
        });
        catch_unwind(work)
    };
    let owner = memory::owner();
    memory::set_owner(OwnerId::RUNTIME);
    let node_of = |step: usize| graph.node(plan.order[step]);
    let stride = progress.strides + 1;
    let error = match outcome {
        Ok(Ended::Finished | Ended::Limit) => None,
        Ok(Ended::Startup(step, error)) => Some(failed::on_startup(node_of(step), error)),
        Ok(Ended::Failed(step, failure)) => Some(failed::in_stride(node_of(step), stride, failure)),
        Err(panic) => Some(failed::by_panic(graph, owner, stride, &*panic)),
    };
    clear(graph);
    match error {
        Some(error) => Err(error),
        None => finish(graph, &progress),
    }
}

/// The steps of a stride: the elements in the order of the plan.
fn in_order<'a>(nodes: &'a mut [Node], plan: &Plan) -> Vec<&'a mut Node> {
    let mut position = vec![0; nodes.len()];
    for (place, node) in plan.order.iter().enumerate() {
        position[*node as usize] = place;
    }
    let mut steps: Vec<&mut Node> = nodes.iter_mut().collect();
    steps.sort_unstable_by_key(|node| position[node.position()]);
    steps
}

fn drive(
    nodes: &mut [&mut Node],
    options: &RunOptions,
    stop: &StopHandle,
    signals: Option<&SignalScope>,
    observer: &mut dyn Observer,
    progress: &mut Progress,
) -> Ended {
    for (step, node) in nodes.iter_mut().enumerate() {
        memory::set_owner(node.internal_owner());
        if let Err(error) = node.object.on_startup() {
            return Ended::Startup(step, error);
        }
    }
    let mut stride = Stride::new();
    while !all_finished(nodes) {
        // The list of steps borrows the nodes and is made anew only after a sink came to its end.
        let mut steps: Vec<Step<'_>> = nodes.iter_mut().map(|node| &mut *node.object).collect();
        loop {
            if options
                .max_strides
                .is_some_and(|most| progress.strides >= most.get())
            {
                return Ended::Limit;
            }
            if stop.is_stopping() || signals.is_some_and(|_| SignalScope::received().is_some()) {
                stride.end_streams();
                progress.stopped = true;
            }
            if let Err((step, failure)) = one_stride(&mut steps, &stride) {
                return Ended::Failed(step, failure);
            }
            memory::set_owner(OwnerId::RUNTIME);
            progress.strides += 1;
            observer.after_stride(progress.strides);
            if stride.take_eos_note() {
                break;
            }
        }
    }
    Ended::Finished
}

#[inline]
fn one_stride(steps: &mut [Step<'_>], stride: &Stride) -> Result<(), (usize, Failure)> {
    for (place, step) in steps.iter_mut().enumerate() {
        if let Err(failure) = step.stride(stride) {
            return Err((place, failure));
        }
    }
    Ok(())
}

fn all_finished(nodes: &mut [&mut Node]) -> bool {
    memory::set_owner(OwnerId::RUNTIME);
    nodes
        .iter_mut()
        .filter(|node| node.role() == Role::Sink)
        .all(|node| node.is_finished())
}

/// Drops the frames that a run which was cut short left in the slots.
fn clear(graph: &mut Graph) {
    for node in graph.nodes_mut() {
        node.object.sources(&mut |port| port.clear());
    }
}

/// Collects the errors that elements absorbed.
fn finish(graph: &mut Graph, progress: &Progress) -> Result<RunSummary> {
    let finished = {
        let mut sinks = graph
            .nodes_mut()
            .iter_mut()
            .filter(|node| node.role() == Role::Sink);
        sinks.all(|node| node.is_finished())
    };
    let mut problems: Vec<Error> = Vec::new();
    for node in graph.nodes_mut().iter_mut().filter(|_| finished) {
        if let Some(error) = node.object.eos_error() {
            problems.push(failed::absorbed(node, error));
        }
    }
    if problems.is_empty() {
        return Ok(RunSummary {
            strides: progress.strides,
            finished,
            stopped: progress.stopped,
        });
    }
    problems.sort_by(|a, b| a.element().cmp(&b.element()));
    Err(failed::at_eos(problems))
}
