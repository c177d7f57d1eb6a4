//! Verdicts: whether a line leaks, grows, or only comes and goes, with the numbers that say so.

mod doubling;
mod floor;
pub(super) mod holders;
mod judge;
#[cfg(test)]
mod shapes;
pub(super) mod trend;
pub(super) mod verdict;
