//! Messages of a pipeline and its elements, and `SGNLOGLEVEL`, which sets the level of each logger.
//!
//! ```text
//! SGNLOGLEVEL="pipeline:MEMPROF src:DEBUG WARNING" program
//! ```
//!
//! [`Levels`] has the grammar. A logger is the pipeline (`pipeline`) or an element, by its name; all
//! are children of `sgn`, whose level is `WARNING` unless the variable says otherwise. `source`,
//! `transform` and `sink` are all elements of that role, unless an element has that name.
//!
//! `pipeline:MEMPROF` and `MEMPROF` ask for the memory report. `src:MEMPROF` asks for the report of an
//! element: the lists have its lines only, the table its pads, and all others are summed up, so that
//! the report still adds up.
//!
//! A request that cannot be met gives one warning: for a name that nothing has, and, on standard error, for levels that
//! the application's own subscriber does not take.
//!
//! # On top of `tracing`
//!
//! Every message is a [`tracing`] event. Levels and targets are static there, so the name of the
//! logger travels as the field `logger`, and the two levels that `tracing` lacks are targets:
//!
//! | level | event |
//! |---|---|
//! | `MEMPROF` | target `sgn::memprof`, TRACE |
//! | `DEBUG`, `INFO`, `WARNING`, `ERROR` | target `sgn`, DEBUG to ERROR |
//! | `CRITICAL` | target `sgn::critical`, ERROR |
//!
//! An element writes `tracing::info!("opened")`: within its methods, and in threads that work for it, events are its
//! own and carry its name, which [`element()`] returns. The field `logger` names another one. Elsewhere an event
//! without the field takes its logger from a target below `sgn` (`sgn::a::b` is the logger `a.b`); those of other
//! crates are printed from WARNING on. TRACE events other than `MEMPROF` are not printed.
//!
//! # Whose subscriber
//!
//! [`init`] installs a subscriber that prints to standard error, but only if the application has none; a run does so
//! when `SGNLOGLEVEL` is set, and a program that wants to hear its elements while they are built calls it first. An
//! application that has its own gets **every** event, and its filter alone decides, for example
//! `RUST_LOG=sgn::memprof=trace`; `SGNLOGLEVEL` is read and checked then, and has no effect on that subscriber. Without
//! any subscriber nothing is printed: a library does not print by itself. There are two exceptions, which go to
//! standard error then: the memory reports of `RunOptions::memory_report`, and the message about a signal that a run
//! has received.
//!
//! # Numbers in the place of lines
//!
//! With each memory report, a subscriber of the application gets events of the target `sgn::memory` with fields: at WARN
//! one for each line that leaks or grows (`verdict`, `element`, `pad`, `file`, `line`, `statement`, `live_bytes`,
//! `live_blocks`, `bytes_per_stride`, `blocks_per_stride`, `bytes_per_second`, `since_stride`, `unreachable_bytes`,
//! `unreachable_blocks`, `held_by`), and at INFO one for the report (`stride`, `seconds`, `cause`, `live_bytes`,
//! `live_blocks`, `total_bytes`, `total_blocks`, `coverage`, `is_estimate`, `findings`). So a subscriber that writes JSON
//! writes numbers. Our own subscriber prints the lines of the report alone, which say the same.
//!
//! # Lines
//!
//! `2026-11-22T17:21:43.123Z WARNING src: message`, the time in UTC. When the environment has
//! `JOURNAL_STREAM` (systemd sets it), lines start with the `<priority>` of the journal in place of
//! the time. The memory report has lines of its own, `[MEMPROF] text`. A closed standard error
//! is no failure.
//!
//! Control characters, which a terminal would act on, are escaped in messages, fields and names (`\u{1b}`), and each
//! line of a message after the first begins with `  | `, so that a message cannot forge a line.

mod element;
mod level;
mod levels;
mod line;
mod memory;
mod names;
mod request;
mod subscriber;
mod table;

use std::env;
use std::fmt;

pub use element::element;
pub use level::Level;
pub use level::LevelError;
pub use levels::{Levels, UnknownLogger};
pub(crate) use request::{Asked, RolesScope, asked_memprof, check_requests, warn_once};

use crate::environment;
use line::Style;
pub(crate) use memory::{hears_memory_events, memory_events};
pub use names::{CRITICAL_TARGET, MEMORY_TARGET, MEMPROF_TARGET, PIPELINE, ROOT};

/// The environment variable with the levels.
pub const VARIABLE: &str = environment::LEVELS;

/// Reads `SGNLOGLEVEL`, puts its levels in force, and installs our subscriber if there is none.
///
/// May be called again at any time: it reads the variable again, and an entry that is gone is reset. Text that is not
/// UTF-8 is read with replacement characters, so it ends as a refused level or an unknown name.
///
/// ```
/// use sgn::log;
///
/// log::init()?; // by the variable `log::VARIABLE`
/// if !log::is_ours() {
///     eprintln!("{} has no effect: this program has a subscriber of its own", log::VARIABLE);
/// }
/// log::memprof_line("from a report of one's own");
/// assert_eq!((log::MEMPROF_TARGET, log::CRITICAL_TARGET), ("sgn::memprof", "sgn::critical"));
/// # Ok::<(), sgn::log::LevelError>(())
/// ```
///
/// # Errors
///
/// A [`LevelError`] for the first bad item; nothing has changed then.
pub fn init() -> Result<(), LevelError> {
    let value = env::var_os(VARIABLE).unwrap_or_default();
    init_with(&value.to_string_lossy())
}

/// Does as [`init`], with `value` in place of the variable.
///
/// ```
/// use sgn::log::{self, Level};
///
/// log::init_with("src:DEBUG")?;
/// assert!(log::enabled("src", Level::Debug));
/// assert!(!log::enabled("snk", Level::Debug));
///
/// log::init_with("")?;
/// assert!(!log::enabled("src", Level::Debug));
/// # Ok::<(), sgn::log::LevelError>(())
/// ```
///
/// # Errors
///
/// A [`LevelError`] for the first bad item; nothing has changed then.
pub fn init_with(value: &str) -> Result<(), LevelError> {
    let levels = Levels::parse(value)?;
    let style = match env::var_os("JOURNAL_STREAM") {
        Some(_) => Style::Journal,
        None => Style::Plain,
    };
    table::replace(levels, style);
    subscriber::install();
    // `tracing` caches for each call site whether anyone listens
    tracing::callsite::rebuild_interest_cache();
    Ok(())
}

/// Returns true if messages of this thread come to the subscriber that [`init`] installs.
///
/// If not, `SGNLOGLEVEL` has no effect here, which a caller may want to say.
#[must_use]
pub fn is_ours() -> bool {
    subscriber::is_ours()
}

/// Returns the levels that [`init`] put in force last; none if it never ran.
#[must_use]
pub fn levels() -> Levels {
    table::levels()
}

/// Returns true if a message of `logger` at `level` would reach anyone.
///
/// With a subscriber of the application, that one answers. If nobody listens at this level, this
/// is one relaxed load; otherwise a look-up of the logger.
#[must_use]
pub fn enabled(logger: &str, level: Level) -> bool {
    // A macro, because `tracing` wants levels and targets to be constants. The word `logger` is
    // the name of the field that such an event will have.
    macro_rules! listens {
        ($target:expr, $level:ident) => {
            tracing::enabled!(target: $target, tracing::Level::$level, logger)
        };
    }
    let listens = match level {
        Level::MemProf => listens!(MEMPROF_TARGET, TRACE),
        Level::Debug => listens!(ROOT, DEBUG),
        Level::Info => listens!(ROOT, INFO),
        Level::Warning => listens!(ROOT, WARN),
        Level::Error => listens!(ROOT, ERROR),
        Level::Critical => listens!(CRITICAL_TARGET, ERROR),
    };
    listens && (!subscriber::is_ours() || table::allows(logger, level))
}

/// Returns true if the lines of a memory report that the program wants reach anyone.
pub(crate) fn hears_memprof() -> bool {
    subscriber::is_no_other() || enabled(PIPELINE, Level::MemProf)
}

/// Says `message` in the name of `logger`.
///
/// The message is formatted only if someone listens; what the caller computes for it is not, so
/// ask [`enabled`] first when that is costly. The text is allocated by the calling thread.
///
/// ```
/// use sgn::log::{self, Level};
///
/// log::emit(Level::Info, "src", format_args!("opened {}", "file.gwf"));
/// ```
pub fn emit(level: Level, logger: &str, message: fmt::Arguments<'_>) {
    macro_rules! event {
        ($target:expr, $level:ident) => {
            tracing::event!(target: $target, tracing::Level::$level, logger, "{message}")
        };
    }
    match level {
        Level::MemProf => event!(MEMPROF_TARGET, TRACE),
        Level::Debug => event!(ROOT, DEBUG),
        Level::Info => event!(ROOT, INFO),
        Level::Warning => event!(ROOT, WARN),
        Level::Error => event!(ROOT, ERROR),
        Level::Critical => event!(CRITICAL_TARGET, ERROR),
    }
}

/// Says one or more lines of the memory report, in the name of the pipeline.
pub fn memprof_line(text: &str) {
    emit(Level::MemProf, PIPELINE, format_args!("{text}"));
}

/// Prints a line of a memory report that the program requested, or `SGNLOGLEVEL` for an element.
///
/// If no subscriber takes it and the application has none of its own, it goes to standard error all the same.
pub(crate) fn wanted_memprof_line(text: &str) {
    if enabled(PIPELINE, Level::MemProf) {
        memprof_line(text);
    } else if subscriber::is_no_other() {
        subscriber::print(Level::MemProf, PIPELINE, text);
    }
}

/// Says what has to be heard even if the program has no subscriber at all: then it goes to standard error.
///
/// For answers to what a user has just done to the process, such as a signal. A subscriber that is there decides.
pub(crate) fn insist(level: Level, logger: &str, message: fmt::Arguments<'_>) {
    if subscriber::is_none() {
        subscriber::print(level, logger, &message.to_string());
    } else {
        emit(level, logger, message);
    }
}
