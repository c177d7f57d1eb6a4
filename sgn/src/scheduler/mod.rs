//! Runs a plan; nothing else does.

pub mod signals;

pub(crate) mod failed;
mod memory_report;
mod options;
mod run;
mod stop;

pub use self::memory_report::MemoryReport;
pub use self::options::{RunOptions, RunSummary};
pub use self::stop::StopHandle;

pub(crate) use self::memory_report::{Cadence, Every};
pub(crate) use self::run::{Observer, run};
