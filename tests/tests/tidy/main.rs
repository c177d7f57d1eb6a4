//! The house rules that a compiler does not know, as tests.

mod circles;
mod documents;
mod layers;
mod listed;
mod packages;
mod public;
mod source;
mod words;
