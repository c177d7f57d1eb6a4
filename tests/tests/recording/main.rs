//! Memory profiles: what a run records is read back to the byte, whatever happens to the program or to the file.

mod bad_files;
mod command;
mod demand;
mod endings;
mod files;
mod numbers;
mod probe;
