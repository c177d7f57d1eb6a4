//! sgn

pub mod log;
