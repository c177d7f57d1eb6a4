//! Shared parts of the tests.

pub mod examples;
pub mod findings;
pub mod loglevel;
pub mod memprof;
pub mod oracle;
pub mod programs;
