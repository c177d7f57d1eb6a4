//! Runs of examples, exported in each format and read by a program that we did not write.
//!
//! `.ci/run viewers` installs the readers. A test whose reader is missing says so in a line `NOT RUN: ...`.

mod chrome;
mod command;
mod csv;
mod dhat;
mod firefox;
mod folded;
mod heaptrack;
mod hostile;
mod page;
mod pprof;
mod readers;
mod recorded;
mod speedscope;
