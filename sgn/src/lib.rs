//! sgn

pub mod log;
pub mod scheduler;
