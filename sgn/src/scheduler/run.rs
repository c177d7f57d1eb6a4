//! Runs stride after stride, until every sink has seen the end of its stream.

use std::num::NonZeroU64;

use super::ending::{Ending, Seen, Verdict};
use super::failed;
use super::news::News;
use super::observer::{Event, Observer};
use super::options::{RunOptions, RunSummary};
use super::signals::{self, SignalScope};
use super::stop::{StopCause, StopHandle};
use crate::budgets::{BrokenBudget, Budgets};
use crate::element::{AnyElement, Role};
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;
use crate::graph::{Graph, Node, Plan};
use crate::memory::{self, OwnerId};
use crate::pad::{Failure, Stride};

/// The position of a run, for the error it may end with.
#[derive(Default)]
struct Progress {
    strides: u64,
    stopped_by: Option<StopCause>,
    /// The origin of a panic, if it came from a step.
    panicked: Panicked,
}

/// The step that a panic came from.
#[derive(Clone, Copy, Default)]
enum Panicked {
    #[default]
    Nowhere,
    OnStartup(usize),
    InStride(usize),
}

/// Records `place` in its destructor. It is forgotten unless a panic unwinds, and costs nothing without one.
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
    Broken(Error),
    /// The end of the streams is lost: the step and its source pad that hold it back, for so many strides, if the graph
    /// shows which.
    Lost(Option<(usize, usize)>, u64),
}

/// Runs `graph` by `plan`.
pub(crate) fn run(
    graph: &mut Graph,
    plan: &Plan,
    options: &RunOptions,
    stop: &StopHandle,
    observer: &mut dyn Observer,
) -> Result<RunSummary> {
    let budgets = Budgets::begin(graph.nodes())?;
    let mut progress = Progress::default();
    let _signals = options.handle_signals.then(SignalScope::enter);
    let outcome = {
        let mut steps = in_order(graph.nodes_mut(), plan);
        let mut run = Run {
            options,
            stop,
            heeds_signals: options.handle_signals,
            budgets,
            observer,
            progress: &mut progress,
            ending: None,
            looks: false,
        };
        let outcome = foreign::catch(|| run.drive(&mut steps));
        // A stop that came after the last check was made while the run lasted.
        if run.is_asked_to_stop() {
            run.heed();
        }
        outcome
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
        Ok(Ended::Broken(error)) => Some(error),
        Ok(Ended::Lost(holder, strides)) => {
            let holder = holder.map(|(step, pad)| (&nodes[node(step)], pad));
            let stop = progress.stopped_by;
            Some(failed::end_lost(holder, strides, progress.strides, stop))
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
        // The streams have ended, by force.
        Some(error) if error.kind() == ErrorKind::EndLost => {
            Err(error.with_problems(absorbed(graph)))
        }
        Some(error) => Err(error),
        None => finish(graph, &progress),
    }
}

/// Returns the steps of a stride: the elements in the order of the plan.
fn in_order<'a>(nodes: &'a mut [Node], plan: &Plan) -> Vec<&'a mut Node> {
    let mut position = vec![0; nodes.len()];
    for (place, node) in plan.order.iter().enumerate() {
        position[*node as usize] = place;
    }
    let mut steps: Vec<&mut Node> = nodes.iter_mut().collect();
    steps.sort_unstable_by_key(|node| position[node.position()]);
    steps
}

/// The reason for a pause between strides, in which the elements are not borrowed and can be inspected.
enum Pause {
    /// A sink pad saw its first EOS.
    Eos,
    /// The observer wants to look at the elements.
    Look,
    /// The end does not come.
    Late(Verdict),
    Limit,
    Failed(usize, Failure),
    /// A budget is broken, which is an error.
    Broken(Error),
}

/// The data that a run needs besides the elements.
struct Run<'a> {
    options: &'a RunOptions,
    stop: &'a StopHandle,
    heeds_signals: bool,
    budgets: Option<Budgets>,
    observer: &'a mut dyn Observer,
    progress: &'a mut Progress,
    /// The end of the run, once all sources have ended.
    ending: Option<Ending>,
    /// True if the observer wants to look at the elements.
    looks: bool,
}

impl Run<'_> {
    fn drive(&mut self, nodes: &mut [&mut Node]) -> Ended {
        for (step, node) in nodes.iter_mut().enumerate() {
            memory::set_owner(node.internal_owner());
            let startup = || node.object.on_startup();
            let place = Panicked::OnStartup(step);
            if let Err(error) = watched(&mut self.progress.panicked, place, startup) {
                return Ended::Startup(step, error);
            }
        }
        memory::set_owner(OwnerId::RUNTIME);
        self.observer.tell(Event::Started { order: nodes });
        if let Some(budgets) = &mut self.budgets {
            budgets.start();
        }
        let mut stride = Stride::new();
        let mut seen = Seen::look(nodes);
        let mut news = News::new(nodes, &seen);
        while !all_finished(nodes) {
            self.watch_the_end(nodes, &seen);
            // The list of steps borrows the nodes and is made again only after a pause.
            let mut steps: Vec<Step<'_>> = nodes.iter_mut().map(|node| &mut *node.object).collect();
            let pause = self.strides(&mut steps, &mut stride);
            if std::mem::take(&mut self.looks) {
                self.observer.look(nodes);
            }
            match pause {
                Pause::Look => {}
                Pause::Eos => {
                    seen = Seen::look(nodes);
                    if let Some(ending) = &mut self.ending {
                        ending.came_nearer();
                    }
                    if self.observer.wants_details() {
                        news.tell(nodes, &seen, self.progress.strides, self.observer);
                    }
                }
                Pause::Late(Verdict::GiveUp) => {
                    let strides = self.ending.as_ref().map_or(0, Ending::strides);
                    return Ended::Lost(seen.held_back_by(nodes), strides);
                }
                Pause::Late(_) => self.warn(nodes, &seen),
                Pause::Limit => return Ended::Limit,
                Pause::Failed(step, failure) => return Ended::Failed(step, failure),
                Pause::Broken(error) => return Ended::Broken(error),
            }
        }
        Ended::Finished
    }

    fn strides(&mut self, steps: &mut [Step<'_>], stride: &mut Stride) -> Pause {
        let most = self.options.max_strides.map_or(u64::MAX, NonZeroU64::get);
        loop {
            if self.progress.strides >= most {
                return Pause::Limit;
            }
            if self.is_asked_to_stop() {
                self.heed();
                stride.end_streams();
            }
            if let Err((step, failure)) = one_stride(steps, stride, &mut self.progress.panicked) {
                return Pause::Failed(step, failure);
            }
            memory::set_owner(OwnerId::RUNTIME);
            self.progress.strides += 1;
            memory::end_stride();
            self.looks = self.observer.after_stride(self.progress.strides);
            if let Some(budgets) = &mut self.budgets
                && let Some(error) = budgets.after_stride(self.progress.strides)
                && let Some(error) = self.judge(error)
            {
                return Pause::Broken(error);
            }
            if stride.take_eos_note() {
                return Pause::Eos;
            }
            if let Some(ending) = &mut self.ending {
                match ending.after_stride() {
                    Verdict::GoOn => {}
                    verdict => return Pause::Late(verdict),
                }
            }
            if self.looks {
                return Pause::Look;
            }
        }
    }

    #[inline]
    fn is_asked_to_stop(&self) -> bool {
        self.stop.is_stopping() || (self.heeds_signals && signals::is_received())
    }

    /// Does what the options say of a broken budget; returns the error if the run is to fail.
    #[cold]
    fn judge(&mut self, error: Error) -> Option<Error> {
        match self.options.broken_budget {
            BrokenBudget::Fail => return Some(error),
            BrokenBudget::Warn => {}
            BrokenBudget::Stop => self.stop.stop_by_budget(),
        }
        self.observer.tell(Event::BrokenBudget(&error));
        None
    }

    /// Reports the cause of the stop, once.
    #[cold]
    fn heed(&mut self) {
        let signal = SignalScope::received().filter(|_| self.heeds_signals);
        if let Some(signal) = signal {
            self.stop.stop_by(signal);
            if signals::is_first_to_tell() {
                self.observer.tell(Event::Interrupted(signal));
            }
        }
        if self.progress.stopped_by.is_some() {
            return;
        }
        self.progress.stopped_by = self.stop.cause();
        if let Some(ending) = &mut self.ending {
            ending.stop();
        }
        if let Some(cause) = self.progress.stopped_by {
            self.observer.tell(Event::Stopping(cause));
        }
    }

    /// Counts the strides from the end of all sources to the end of the run.
    fn watch_the_end(&mut self, nodes: &[&mut Node], seen: &Seen) {
        if self.ending.is_none() && seen.all_sources_ended(nodes) {
            let (grace, strides) = (self.options.grace, self.progress.strides);
            let stopped = self.progress.stopped_by.is_some();
            self.ending = Some(Ending::new(grace, strides, stopped));
            self.observer.tell(Event::SourcesEnded { stride: strides });
        }
    }

    fn warn(&mut self, nodes: &[&mut Node], seen: &Seen) {
        if let (Some(ending), Some((step, pad))) = (&self.ending, seen.held_back_by(nodes)) {
            self.observer.tell(Event::Waiting {
                element: nodes[step].name(),
                pad: &nodes[step].sources[pad].full,
                strides: ending.strides(),
                waited: ending.waited(),
                limit: ending.limit(),
            });
        }
    }
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

/// Drops the frames that a run left in the slots, and returns the error for the first payload whose destructor
/// panicked.
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

/// Returns the summary of a run that did not fail, unless elements absorbed errors.
fn finish(graph: &mut Graph, progress: &Progress) -> Result<RunSummary> {
    let finished = {
        let mut sinks = graph
            .nodes_mut()
            .iter_mut()
            .filter(|node| node.role() == Role::Sink);
        sinks.all(|node| node.is_finished())
    };
    let problems = if finished {
        absorbed(graph)
    } else {
        Vec::new()
    };
    if problems.is_empty() {
        return Ok(RunSummary {
            strides: progress.strides,
            finished,
            stopped: progress.stopped_by.is_some(),
            stopped_by: progress.stopped_by,
        });
    }
    Err(failed::at_eos(problems))
}

/// Collects the errors that elements absorbed, by name.
fn absorbed(graph: &mut Graph) -> Vec<Error> {
    let mut problems: Vec<Error> = Vec::new();
    for node in graph.nodes_mut() {
        memory::set_owner(node.internal_owner());
        let absorbed = foreign::catch(|| node.object.eos_error());
        memory::set_owner(OwnerId::RUNTIME);
        problems.extend(match absorbed {
            Ok(error) => error.map(|error| failed::absorbed(node, error)),
            Err(text) => Some(failed::panicked(node, Callback::EosError, &text)),
        });
    }
    problems.sort_by(|a, b| a.element().cmp(&b.element()));
    problems
}
