//! Runs a plan.

pub mod signals;

mod ending;
pub(crate) mod failed;
mod news;
mod observer;
mod options;
mod run;
mod stop;

pub use self::options::{RunOptions, RunSummary};
pub use self::stop::{StopCause, StopHandle};

pub(crate) use self::observer::{Event, Observer};
pub(crate) use self::run::run;
