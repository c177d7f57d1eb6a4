//! Finds out who holds each live block.

#[expect(
    clippy::module_inception,
    reason = "both are named after the value that they make"
)]
pub(crate) mod census;
mod channels;
mod deadline;
mod doubtful;
mod edges;
mod foreign;
mod heap;
pub(crate) mod holders;
mod layouts;
pub(crate) mod names;
mod reach;
pub(crate) mod roots;
pub(crate) mod rows;
mod search;
mod sets;
mod shapes;
mod system;
pub(crate) mod unreachable;
mod walk;
mod words;

#[cfg(test)]
#[cfg(all(target_os = "linux", target_pointer_width = "64", not(miri)))]
mod tests;
