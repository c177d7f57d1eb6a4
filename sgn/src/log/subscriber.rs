//! The `tracing` subscriber that prints our lines to standard error.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::NoSubscriber;
use tracing::{Event, Metadata, Subscriber, dispatcher};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::element::of_pad;
use super::level::Level;
use super::names::{CRITICAL_TARGET, MEMPROF_TARGET, PIPELINE, ROOT};
use super::{line, table};
use crate::memory;

/// The field of an event that names its logger.
const LOGGER_FIELD: &str = "logger";

/// Makes our subscriber the global one, if there is none.
///
/// The one error this can meet, that a global subscriber is already there, is the wanted state: it
/// is ours from an earlier call, or the application's, which stays.
pub(super) fn install() {
    if !is_ours() {
        let ours = tracing_subscriber::registry().with(Lines);
        let _ = tracing::subscriber::set_global_default(ours);
    }
}

/// Returns true if events of this thread come to our subscriber.
pub(super) fn is_ours() -> bool {
    dispatcher::get_default(|current| current.is::<Lines>())
}

/// Returns true if the application has no subscriber of its own.
pub(super) fn is_no_other() -> bool {
    dispatcher::get_default(|current| current.is::<Lines>() || current.is::<NoSubscriber>())
}

/// Returns true if there is no subscriber at all.
pub(super) fn is_none() -> bool {
    dispatcher::get_default(|current| current.is::<NoSubscriber>())
}

/// Prints every event that its logger allows.
#[derive(Debug)]
struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    /// Returns true if the event may be printed, judged by its static part; with a `logger` field, or where it may be
    /// an element's, if any logger would print it.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        if metadata.is_span() {
            return false;
        }
        level_of(metadata).is_some_and(|level| {
            if metadata.fields().field(LOGGER_FIELD).is_some() {
                return table::any_allows(level);
            }
            match static_logger(metadata) {
                Logger::Foreign(_) => level >= FOREIGN || table::any_allows(level),
                ours => allows(&ours, level),
            }
        })
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // warnings of other crates are printed whatever our table says
        Some(match table::most_verbose().min(FOREIGN) {
            Level::MemProf => LevelFilter::TRACE,
            Level::Debug => LevelFilter::DEBUG,
            Level::Info => LevelFilter::INFO,
            Level::Warning => LevelFilter::WARN,
            Level::Error | Level::Critical => LevelFilter::ERROR,
        })
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let Some(level) = level_of(metadata) else {
            return;
        };
        let mut named = LoggerField(None);
        if metadata.fields().field(LOGGER_FIELD).is_some() {
            event.record(&mut named);
        }
        let logger = match named.0 {
            Some(name) => Logger::Ours(Cow::Owned(name)),
            None => logger_of(metadata),
        };
        if !allows(&logger, level) {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        print(level, logger.name(), &text.finish());
    }
}

/// Writes one message with one call, so that lines of several threads do not mix.
pub(super) fn print(level: Level, logger: &str, message: &str) {
    let text = line::render(table::style(), SystemTime::now(), level, logger, message);
    // ignored: there is no other way to report that standard error is closed
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The level of crates that no entry of `SGNLOGLEVEL` can name.
const FOREIGN: Level = Level::Warning;

enum Logger<'a> {
    /// A child of `sgn`, or `sgn` itself.
    Ours(Cow<'a, str>),
    /// Another crate, by its target.
    Foreign(&'a str),
}

impl Logger<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Ours(name) => name,
            Self::Foreign(target) => target,
        }
    }
}

fn allows(logger: &Logger<'_>, level: Level) -> bool {
    match logger {
        Logger::Ours(name) => table::allows(name, level),
        Logger::Foreign(_) => level >= FOREIGN,
    }
}

/// Returns our level of an event; none for TRACE, which has no name in `SGNLOGLEVEL` and would drown a `MEMPROF` of the
/// root logger.
fn level_of(metadata: &Metadata<'_>) -> Option<Level> {
    match *metadata.level() {
        tracing::Level::TRACE if metadata.target() == MEMPROF_TARGET => Some(Level::MemProf),
        tracing::Level::TRACE => None,
        tracing::Level::DEBUG => Some(Level::Debug),
        tracing::Level::INFO => Some(Level::Info),
        tracing::Level::WARN => Some(Level::Warning),
        tracing::Level::ERROR if metadata.target() == CRITICAL_TARGET => Some(Level::Critical),
        tracing::Level::ERROR => Some(Level::Error),
    }
}

/// Returns the logger of an event that does not name one: within an element that element's, else by its target.
fn logger_of<'a>(metadata: &Metadata<'a>) -> Logger<'a> {
    match static_logger(metadata) {
        Logger::Foreign(target) => match of_pad(&memory::owner().name()) {
            Some(element) => Logger::Ours(Cow::Owned(element.to_owned())),
            None => Logger::Foreign(target),
        },
        ours => ours,
    }
}

/// Returns the logger of a target: `sgn::a::b` is `a.b`.
fn static_logger<'a>(metadata: &Metadata<'a>) -> Logger<'a> {
    let target = metadata.target();
    if target == MEMPROF_TARGET {
        return Logger::Ours(Cow::Borrowed(PIPELINE));
    }
    if target == ROOT || target == CRITICAL_TARGET {
        return Logger::Ours(Cow::Borrowed(ROOT));
    }
    match target.strip_prefix("sgn::") {
        Some(path) => Logger::Ours(Cow::Owned(path.replace("::", "."))),
        None => Logger::Foreign(target),
    }
}

/// Picks the name of the logger out of the fields.
struct LoggerField(Option<String>);

impl Visit for LoggerField {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == LOGGER_FIELD {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == LOGGER_FIELD {
            self.0 = Some(format!("{value:?}"));
        }
    }
}

/// The message, followed by the other fields as `name=value`.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn finish(mut self) -> String {
        if self.message.is_empty() {
            return self.fields.trim_start().to_owned();
        }
        self.message.push_str(&self.fields);
        self.message
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // writing to a String cannot fail
        let _ = match field.name() {
            LOGGER_FIELD => Ok(()),
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
