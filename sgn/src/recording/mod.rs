//! Recorded runs.

mod bytes;
mod claim;
mod coder;
mod crc;
mod envelope;
#[cfg(test)]
mod long_runs;
mod numbers;
#[allow(dead_code, reason = "the commands that read come next")]
mod parts;
#[cfg(any(test, feature = "viewers"))]
#[allow(dead_code, reason = "the commands that read come next")]
pub(crate) mod read;
#[allow(dead_code, reason = "the commands that read come next")]
pub(crate) mod reader;
mod record;
#[allow(dead_code, reason = "the commands that read come next")]
mod recorder;
#[cfg(any(test, feature = "viewers"))]
pub(crate) mod run;
#[allow(dead_code, reason = "the commands that read come next")]
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
