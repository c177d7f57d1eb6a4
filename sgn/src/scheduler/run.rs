//! Stride after stride, until every sink has seen the end of its stream.

use super::failed;
use super::options::{RunOptions, RunSummary};
use super::signals::SignalScope;
use super::stop::StopHandle;
use crate::element::{AnyElement, Role};
use crate::error::{Error, Result};
use crate::foreign;
use crate::graph::{Graph, Node, Plan};
use crate::memory::{self, OwnerId};
use crate::pad::{Callback, Failure, Stride};

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
    /// Where a panic came from, if it came from a step.
    panicked: Panicked,
}

/// Which step a panic came from.
#[derive(Clone, Copy, Default)]
enum Panicked {
    #[default]
    Nowhere,
    OnStartup(usize),
    InStride(usize),
}

/// Notes `place`, unless it is forgotten: it is dropped by a panic only, and costs nothing without one.
struct Watch<'a> {
    note: &'a mut Panicked,
    place: Panicked,
}

impl Drop for Watch<'_> {
    #[cold]
    fn drop(&mut self) {
        *self.note = self.place;
    }
}

/// Calls `work`; `note` is `place` after a panic.
#[inline(always)]
fn watched<R>(note: &mut Panicked, place: Panicked, work: impl FnOnce() -> R) -> R {
    let watch = Watch { note, place };
    let outcome = work();
    std::mem::forget(watch);
    outcome
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
        foreign::catch(|| {
            drive(
                &mut steps,
                options,
                stop,
                signals.as_ref(),
                observer,
                &mut progress,
            )
        })
    };
    let owner = memory::owner();
    memory::set_owner(OwnerId::RUNTIME);
    let nodes = graph.nodes_mut();
    let node = |step: usize| plan.order[step] as usize;
    let stride = progress.strides + 1;
    let error = match outcome {
        Ok(Ended::Finished | Ended::Limit) => None,
        Ok(Ended::Startup(step, error)) => Some(failed::on_startup(&nodes[node(step)], error)),
        Ok(Ended::Failed(step, failure)) => {
            Some(failed::in_stride(&nodes[node(step)], stride, failure))
        }
        Err(text) => Some(match progress.panicked {
            Panicked::Nowhere => failed::panicked_outside(stride, &text),
            Panicked::OnStartup(step) => {
                failed::panicked(&nodes[node(step)], Callback::OnStartup, &text)
            }
            Panicked::InStride(step) => {
                failed::panicked_in_stride(&mut nodes[node(step)], owner, stride, &text)
            }
        }),
    };
    let left = clear(graph);
    match error.or(left) {
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
        let startup = || node.object.on_startup();
        let place = Panicked::OnStartup(step);
        if let Err(error) = watched(&mut progress.panicked, place, startup) {
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
            if let Err((step, failure)) = one_stride(&mut steps, &stride, &mut progress.panicked) {
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
fn one_stride(
    steps: &mut [Step<'_>],
    stride: &Stride,
    panicked: &mut Panicked,
) -> Result<(), (usize, Failure)> {
    for (place, step) in steps.iter_mut().enumerate() {
        let work = || step.stride(stride);
        if let Err(failure) = watched(panicked, Panicked::InStride(place), work) {
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

/// Drops the frames that a run which was cut short left in the slots; the first panic of a payload that does not
/// want to be dropped.
fn clear(graph: &mut Graph) -> Option<Error> {
    let mut first = None;
    for node in graph.nodes_mut() {
        let mut panicked = Vec::new();
        node.object.sources(&mut |port| {
            if let Err(text) = foreign::catch(|| port.clear()) {
                panicked.push((port.name().full.clone(), text));
            }
        });
        if let (None, Some((pad, text))) = (&first, panicked.first()) {
            first = Some(failed::payload_dropped(node, pad, text));
        }
    }
    first
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
        memory::set_owner(node.internal_owner());
        let absorbed = foreign::catch(|| node.object.eos_error());
        memory::set_owner(OwnerId::RUNTIME);
        problems.extend(match absorbed {
            Ok(error) => error.map(|error| failed::absorbed(node, error)),
            Err(text) => Some(failed::panicked(node, Callback::EosError, &text)),
        });
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
