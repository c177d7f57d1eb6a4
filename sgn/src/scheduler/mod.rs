//! Runs a plan; nothing else does.

pub mod signals;

mod ending;
pub(crate) mod failed;
mod memory_report;
mod news;
mod observer;
mod options;
mod run;
mod stop;

pub use self::memory_report::MemoryReport;
pub use self::options::{RunOptions, RunSummary};
pub use self::stop::{StopCause, StopHandle};

pub(crate) use self::memory_report::{Cadence, Every};
pub(crate) use self::observer::{Event, Observer};
pub(crate) use self::run::run;
