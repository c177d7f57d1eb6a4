//! Recorded runs.

mod bytes;
mod claim;
mod coder;
mod crc;
mod envelope;
#[cfg(test)]
mod long_runs;
mod numbers;
#[cfg_attr(
    not(all(feature = "cli", any(unix, windows))),
    allow(dead_code, reason = "the commands alone use all of it")
)]
mod parts;
#[cfg(any(test, feature = "viewers"))]
#[cfg_attr(
    not(all(feature = "cli", any(unix, windows))),
    allow(dead_code, reason = "the commands alone use all of it")
)]
pub(crate) mod read;
#[cfg_attr(
    not(all(feature = "cli", any(unix, windows))),
    allow(dead_code, reason = "the commands alone use all of it")
)]
pub(crate) mod reader;
mod record;
#[cfg_attr(
    not(all(feature = "cli", any(unix, windows))),
    allow(dead_code, reason = "the commands alone use all of it")
)]
mod recorder;
#[cfg(any(test, feature = "viewers"))]
pub(crate) mod run;
#[cfg_attr(
    not(all(feature = "cli", any(unix, windows))),
    allow(dead_code, reason = "the commands alone use all of it")
)]
pub(crate) mod state;
mod store;
#[cfg(test)]
mod tests;
mod thin;
mod writer;

#[cfg(feature = "viewers")]
pub(crate) use self::claim::claim;
pub(crate) use self::parts::{Element, Event, Finding, Held, Link, Program};
pub(crate) use self::record::Graph;
pub(crate) use self::recorder::{Desk, LineOf, Reason, Recorder};
