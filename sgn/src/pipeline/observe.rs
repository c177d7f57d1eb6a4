//! What a run says about itself: the memory report and the log.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::graph::Graph;
use crate::log::{self, Level};
use crate::scheduler::{Observer, RunSummary};

/// The memory reports of one run, if they were asked for.
pub(super) struct MemoryReports {}

impl MemoryReports {
    pub(super) fn from_environment(_graph: &Graph) -> Result<Self> {
        if std::env::var_os(log::VARIABLE).is_some() {
            log::init().map_err(|error| {
                Error::new(ErrorKind::Environment, error.to_string()).caused_by(error)
            })?;
        }
        Ok(Self {})
    }
    pub(super) fn begin(&mut self) {}
    pub(super) fn end(&mut self) {}
}

impl Observer for MemoryReports {
    #[inline]
    fn after_stride(&mut self, _number: u64) {}
}

/// Says how a run ended.
pub(super) fn log_outcome(outcome: &Result<RunSummary>, elapsed: Duration) {
    match outcome {
        Ok(summary) => log::emit(
            Level::Info,
            log::PIPELINE,
            format_args!(
                "{} strides in {:.3} s",
                summary.strides,
                elapsed.as_secs_f64()
            ),
        ),
        Err(error) => log::emit(Level::Error, log::PIPELINE, format_args!("{error}")),
    }
}
