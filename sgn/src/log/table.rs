//! The levels that are in force, for the whole process.

use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::RwLock;

use super::line::Style;
use super::{Level, Levels};

struct Settings {
    levels: Levels,
    style: Style,
}

// Read only for messages that the most verbose level lets pass, and written by `init` alone, so
// that readers do not wait for each other.
static SETTINGS: RwLock<Settings> = RwLock::new(Settings {
    levels: Levels::new(),
    style: Style::Plain,
});

static MOST_VERBOSE: AtomicU8 = AtomicU8::new(Level::Warning as u8);

/// Replaces everything at once: an entry that is gone is reset.
pub(super) fn replace(levels: Levels, style: Style) {
    let mut settings = SETTINGS.write();
    // Relaxed: it is a hint, and the lock decides. Stored under the lock, so that of two calls the
    // later one leaves both.
    MOST_VERBOSE.store(levels.most_verbose().number(), Ordering::Relaxed);
    *settings = Settings { levels, style };
}

/// Whether any logger may print `level`: one relaxed load.
pub(super) fn any_allows(level: Level) -> bool {
    level.number() >= MOST_VERBOSE.load(Ordering::Relaxed)
}

/// The lowest level that any logger prints.
pub(super) fn most_verbose() -> Level {
    Level::at_or_below(MOST_VERBOSE.load(Ordering::Relaxed)).unwrap_or_default()
}

/// Whether `logger` may print `level`.
pub(super) fn allows(logger: &str, level: Level) -> bool {
    any_allows(level) && level >= SETTINGS.read().levels.effective(logger)
}

/// Who reads the lines.
pub(super) fn style() -> Style {
    SETTINGS.read().style
}

/// A copy of the levels in force.
pub(super) fn levels() -> Levels {
    SETTINGS.read().levels.clone()
}
