//! `SGNLOGLEVEL`: who may say what.

mod level;
mod levels;
mod near_miss;

pub use level::Level;
pub use levels::{LevelError, Levels, ROOT, UnknownLogger};
