//! The messages about a run: nothing per stride, and at DEBUG where the end of the streams is.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::foreign;
use crate::graph::Node;
use crate::log::{self, Level, PIPELINE};
use crate::memory::{OwnerId, Scope};
use crate::scheduler::{Event, RunSummary};

/// The number of elements that are listed by name.
const LISTED: usize = 100;

/// Returns true if messages at DEBUG reach anyone.
pub(super) fn is_wanted() -> bool {
    log::enabled(PIPELINE, Level::Debug)
}

/// Logs an event.
pub(super) fn tell(event: &Event<'_>) {
    let _scope = Scope::enter(OwnerId::RUNTIME);
    match event {
        Event::Started { order } => debug(format_args!("the run starts: {}", Order(order))),
        Event::Interrupted(signal) => insist(format_args!(
            "{signal}: the streams end now, and the run when all sinks have seen it; a second signal kills the process"
        )),
        Event::Stopping(cause) => debug(format_args!("the streams end now: {cause} asked for it")),
        Event::GaveEos {
            element,
            pad,
            stride,
        } => debug(format_args!(
            "`{element}` gave its first EOS in stride {stride}, on `{pad}`"
        )),
        Event::SinkEnded { element, stride } => {
            debug(format_args!("sink `{element}` ended in stride {stride}"));
        }
        Event::BrokenBudget(error) => insist(format_args!("{error}")),
        Event::SourcesEnded { stride } => {
            debug(format_args!("all sources have ended in stride {stride}"));
        }
        Event::Waiting {
            element,
            pad,
            strides,
            waited,
            limit,
        } => say(
            Level::Warning,
            format_args!(
                "all sources have ended, and the run waits for `{element}`, which has given no EOS on `{pad}` for \
                 {:.1} s, in {strides} of at most {limit} strides",
                waited.as_secs_f64()
            ),
        ),
    }
}

/// Logs how a run ended.
pub(super) fn outcome(outcome: &Result<RunSummary>, elapsed: Duration) {
    match outcome {
        Ok(summary) => say(
            Level::Info,
            format_args!(
                "{} strides in {:.3} s{}",
                summary.strides,
                elapsed.as_secs_f64(),
                Manner(summary)
            ),
        ),
        Err(problem) => error(problem),
    }
}

/// Logs the error of a run.
pub(super) fn error(error: &Error) {
    say(Level::Error, format_args!("{error}"));
}

fn debug(message: fmt::Arguments<'_>) {
    say(Level::Debug, message);
}

/// Logs in the name of the pipeline. A panic of a subscriber is caught, so that it does not replace the run's own
/// error.
fn say(level: Level, message: fmt::Arguments<'_>) {
    let _ = foreign::catch(|| log::emit(level, PIPELINE, message));
}

/// Logs a warning as [`say`] does, even without a subscriber.
fn insist(message: fmt::Arguments<'_>) {
    let _ = foreign::catch(|| log::insist(Level::Warning, PIPELINE, message));
}

/// The way in which a run ended, if not by itself.
struct Manner<'a>(&'a RunSummary);

impl fmt::Display for Manner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cause) = self.0.stopped_by {
            write!(f, ", stopped by {cause}")?;
        }
        if !self.0.finished {
            f.write_str(", and the streams go on")?;
        }
        Ok(())
    }
}

/// The elements by name, as far as a line goes.
struct Order<'a>(&'a [&'a mut Node]);

impl fmt::Display for Order<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} element{plural}, called in the order")?;
        for (place, node) in self.0.iter().take(LISTED).enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma} `{}`", node.name())?;
        }
        if count > LISTED {
            write!(f, " and {} more", count - LISTED)?;
        }
        Ok(())
    }
}
