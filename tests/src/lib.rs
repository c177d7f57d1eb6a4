//! Shared parts of the tests.

pub mod conformance;
pub mod examples;
pub mod loglevel;
pub mod memprof;
pub mod oracle;
