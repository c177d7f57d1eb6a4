//! Says one message of every level, and more, to standard error; `tests/log_process.rs` reads it.
//!
//! The argument is a second value of `SGNLOGLEVEL`, which is put in force after a first round.

use sgn::log::{self, Level};

fn main() {
    if let Err(error) = log::init() {
        eprintln!("refused: {error}");
        std::process::exit(2);
    }
    speak();
    if let Some(value) = std::env::args().nth(1) {
        log::emit(Level::Critical, "probe", format_args!("second round"));
        if let Err(error) = log::init_with(&value) {
            eprintln!("refused: {error}");
        }
        speak();
    }
    // a panic because of a closed standard error would not come here
    std::process::exit(7);
}

fn speak() {
    for logger in ["pipeline", "src"] {
        for level in Level::ALL {
            let enabled = log::enabled(logger, level);
            log::emit(level, logger, format_args!("{level} is enabled: {enabled}"));
        }
    }
    log::memprof_line("| a table");
    let name = String::from("src");
    tracing::info!(logger = %name, frames = 3, "from an element");
    tracing::info!(logger = "src", "from another");
    tracing::info!(target: "sgn::group::filter", "by target");
    tracing::trace!(logger = "src", "never");
    tracing::info!(target: "other::crate", "quiet");
    tracing::warn!(target: "other::crate", "loud");
}
