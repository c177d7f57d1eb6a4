//! The table without a terminal: rows by choice, and the screen at every size.

mod rows;
mod screens;
