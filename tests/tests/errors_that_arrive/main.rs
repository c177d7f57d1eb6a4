//! Errors that arrive: whatever panics, whatever an error says or does not say, the caller gets an error that names the
//! element and the callback.

mod display;
mod drops;
mod endless;
mod first;
mod in_stride;
mod several;
mod startup;
mod when_built;

use sgn::prelude::*;
use sgn::{Error, ErrorKind};

/// Element, callback, pad and stride of an error.
fn place(
    error: &Error,
) -> (
    Option<&str>,
    Option<&'static str>,
    Option<&str>,
    Option<u64>,
) {
    let callback = error.callback().map(|callback| callback.name());
    (error.element(), callback, error.pad(), error.stride())
}

/// Runs without handlers of signals, which are the process's.
fn run(pipeline: &mut Pipeline) -> Error {
    let options = RunOptions::new().handle_signals(false);
    pipeline.run_with(options).expect_err("it fails")
}

#[track_caller]
fn assert_panic(error: &Error, text: &str) {
    assert_eq!(error.kind(), ErrorKind::Panic, "{error}");
    assert!(error.to_string().contains(text), "{error}");
}
