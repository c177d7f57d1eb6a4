//! Texts of others, made fit to be shown.
//!
//! Names, messages, values and paths come from data, and data may hold what a terminal acts on: escape sequences,
//! characters that turn the direction of writing, line ends that forge a line of the log. Every text that this crate
//! shows passes [`line()`] or [`lines()`], which write such a character as Rust does, `\u{1b}`. A backslash is left as
//! it is: paths and statements have many, and none of them does harm.
//!
//! A text of several lines stays readable, but each line after the first begins with a mark, so that none can be
//! taken for a line of ours.

mod escape;
mod list;
mod width;

pub(crate) use self::escape::{is_unfit, line, lines};
pub(crate) use self::list::quoted_list;
pub(crate) use self::width::{Shortened, clip_end, clip_start, width};
