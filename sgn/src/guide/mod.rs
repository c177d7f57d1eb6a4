//! Pages to read from the first line to the last.

/// Find out who holds the memory.
#[doc = include_str!("memory.md")]
pub mod memory {}

/// Record the memory of a run, and look at it.
#[doc = include_str!("memory_profile.md")]
pub mod memory_profile {}

/// Write your own element.
#[doc = include_str!("write_your_own_element.md")]
pub mod write_your_own_element {}
