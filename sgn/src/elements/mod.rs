//! The stock elements: sources, transforms and sinks for any payload.

mod by_name;
mod callable;
mod collect;
mod deque_sink;
mod iter_source;
mod launchable;
mod null_sink;
mod null_source;
mod pass_through;

pub use self::callable::{CallableTransform, CallableTransformBuilder, Data, GapEosScope, Inputs};
pub use self::collect::{CollectFrames, CollectFramesBuilder, CollectSink, CollectSinkBuilder};
pub use self::deque_sink::{DequeSink, DequeSinkBuilder};
pub use self::iter_source::{IterSource, IterSourceBuilder, Values};
pub use self::null_sink::{NullSink, NullSinkBuilder};
pub use self::null_source::{NullSource, NullSourceBuilder};
pub use self::pass_through::{PassThrough, PassThroughBuilder};

use std::collections::{HashMap, HashSet};

use std::panic::Location;

use crate::__private::{Mark, MarkScope, mark, mark_at};
use crate::error::{Error, ErrorKind};

/// Returns the place of each of `names`.
fn places<'a>(names: impl IntoIterator<Item = &'a String>) -> HashMap<&'a str, usize> {
    names.into_iter().map(String::as_str).zip(0..).collect()
}

/// Returns the place of each of `names` among `pads`, which have them all.
fn places_of(names: &[&str], pads: &[String]) -> Vec<usize> {
    let places = places(pads);
    let place = |name| places.get(name).copied().unwrap_or_default();
    names.iter().copied().map(place).collect()
}

/// The line at which a closure or an iterator was passed to an element. Its allocations are charged to this line,
/// unless it has marks of its own.
#[derive(Clone, Copy, Debug)]
struct Given(&'static Mark);

impl Given {
    /// Returns the line of the caller.
    #[track_caller]
    fn here() -> Self {
        Self(mark_at(
            Location::caller(),
            "what is called of what is given here",
        ))
    }

    fn call<R>(self, work: impl FnOnce() -> R) -> R {
        let _element = MarkScope::enter();
        mark(self.0);
        work()
    }
}

/// Holds the names in a configuration to the pads there are.
fn match_names(what: &str, given: &[&str], pads: &[String]) -> Result<(), Error> {
    let known: HashSet<&str> = pads.iter().map(String::as_str).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let twice = given.iter().find(|name| !seen.insert(name));
    let seen: HashSet<&str> = given.iter().copied().collect();
    let unknown = given.iter().find(|name| !known.contains(*name));
    let missing = pads.iter().find(|pad| !seen.contains(pad.as_str()));
    let fault = match (unknown, missing, twice) {
        (Some(name), ..) => {
            format!("{what} is given for `{name}`, which is no pad of this element")
        }
        (_, Some(name), _) => format!("{what} is not given for pad `{name}`"),
        (.., Some(name)) => format!("{what} is given twice for pad `{name}`"),
        _ => return Ok(()),
    };
    Err(Error::new(
        ErrorKind::Configuration,
        format!("{fault}; it must name each pad once, and the pads are {pads:?}"),
    ))
}
