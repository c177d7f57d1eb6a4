//! The observer of a run, and the events that it gets.

use std::time::Duration;

use super::signals::Signal;
use super::stop::StopCause;
use crate::error::Error;
use crate::graph::Node;

/// An observer of a run: the memory report, the log.
pub(crate) trait Observer {
    /// Runs when stride `number`, counted from 1, is complete. Returns true if the observer wants to
    /// [look](Self::look) at the elements.
    fn after_stride(&mut self, number: u64) -> bool;

    /// Runs between two strides, if [`after_stride`](Self::after_stride) has asked for it.
    fn look(&mut self, nodes: &mut [&mut Node]);

    /// Returns true if the observer wants events that are details: where the end of the streams is.
    fn wants_details(&self) -> bool;

    /// Runs when something happens that does not happen in every stride.
    fn tell(&mut self, event: Event<'_>);
}

/// An event in a run, outside of its strides.
pub(crate) enum Event<'a> {
    /// `on_startup` of all elements has returned, and the first stride is next.
    Started {
        /// In the order in which a stride calls them.
        order: &'a [&'a mut Node],
    },
    /// The first signal came, and no other run has reported it.
    Interrupted(Signal),
    /// The frames of all sources are marked EOS from the next stride on.
    Stopping(StopCause),
    /// An element gave its first EOS, on the pad of that full name.
    GaveEos {
        element: &'a str,
        pad: &'a str,
        stride: u64,
    },
    /// A sink has seen the end, by its policy.
    SinkEnded { element: &'a str, stride: u64 },
    /// An element broke its budget, and the run goes on.
    BrokenBudget(&'a Error),
    /// All sources have ended, and all elements have passed on what they gave.
    SourcesEnded { stride: u64 },
    /// The end does not come, and the run waits for `element` to give EOS on `pad`.
    Waiting {
        element: &'a str,
        pad: &'a str,
        strides: u64,
        waited: Duration,
        /// The number of strides after which the run gives up.
        limit: u64,
    },
}
