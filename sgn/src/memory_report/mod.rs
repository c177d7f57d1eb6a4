//! The memory report of a run: its options, when it is due, and who makes it.
//!
//! [`Driver`] takes a snapshot when a report is due, and hands it to the renderers of `report` as one
//! [`Moment`](crate::report::Moment). Whoever adds an output adds a renderer there, and a call in [`Driver`].

mod cadence;
mod censuses;
mod driver;
mod dump;
mod file;
mod file_options;
mod from_environment;
mod options;
#[cfg(feature = "viewers")]
mod page;
mod past;
mod request;

pub use self::file_options::MemoryFile;
pub use self::options::MemoryReport;

pub(crate) use self::driver::Driver;
pub(crate) use self::past::Past;
pub(crate) use self::request::Request;
