//! Running a plan.

pub mod signals;
