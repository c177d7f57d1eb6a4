//! The budgets of elements: whether a run keeps to them, stride by stride.
//!
//! The limits are read off the elements; [`Budgets`] exists only if some element has one, and reads the counters of
//! these elements after each stride.

mod broken;
mod check;

pub use self::broken::BrokenBudget;

pub(crate) use self::check::Budgets;
