//! The levels that are in force, for the whole process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::RwLock;

use super::line::Style;
use super::{Level, Levels, ROOT};

struct Settings {
    levels: Levels,
    style: Style,
    /// The elements of the pipelines that run, by the number of the run.
    roles: BTreeMap<u64, Roles>,
}

/// The words for the roles of elements, by the names of the elements.
pub(super) type Roles = BTreeMap<String, &'static str>;

impl Settings {
    fn effective(&self, logger: &str) -> Level {
        let by_role = || {
            let mut words = self.roles.values().filter_map(|roles| roles.get(logger));
            words.find_map(|word| self.levels.own(word))
        };
        let own = self.levels.own(logger);
        own.or_else(by_role)
            .unwrap_or_else(|| self.levels.effective(ROOT))
    }
}

// Read only for messages that the most verbose level lets pass, and written by `init` alone, so
// that readers do not wait for each other.
static SETTINGS: RwLock<Settings> = RwLock::new(Settings {
    levels: Levels::new(),
    style: Style::Plain,
    roles: BTreeMap::new(),
});

static MOST_VERBOSE: AtomicU8 = AtomicU8::new(Level::Warning as u8);

/// Replaces everything at once: an entry that is gone is reset.
pub(super) fn replace(levels: Levels, style: Style) {
    let mut settings = SETTINGS.write();
    // Relaxed: it is a hint, and the lock decides. Stored under the lock, so that of two calls the
    // later one leaves both.
    MOST_VERBOSE.store(levels.most_verbose().number(), Ordering::Relaxed);
    settings.levels = levels;
    settings.style = style;
}

/// Adds the elements of a run; the number is for [`remove_roles`].
pub(super) fn add_roles(roles: Roles) -> u64 {
    let mut settings = SETTINGS.write();
    let run = settings
        .roles
        .last_key_value()
        .map_or(0, |(last, _)| last + 1);
    settings.roles.insert(run, roles);
    run
}

/// Forgets the elements of a run that has ended.
pub(super) fn remove_roles(run: u64) {
    SETTINGS.write().roles.remove(&run);
}

/// Returns true if any logger may print `level`: one relaxed load.
pub(super) fn any_allows(level: Level) -> bool {
    level.number() >= MOST_VERBOSE.load(Ordering::Relaxed)
}

/// Returns the lowest level that any logger prints.
pub(super) fn most_verbose() -> Level {
    Level::at_or_below(MOST_VERBOSE.load(Ordering::Relaxed)).unwrap_or_default()
}

/// Returns true if `logger` may print `level`.
pub(super) fn allows(logger: &str, level: Level) -> bool {
    any_allows(level) && level >= effective(logger)
}

/// Returns the level at which `logger` prints.
pub(super) fn effective(logger: &str) -> Level {
    SETTINGS.read().effective(logger)
}

/// Returns the reader of the lines.
pub(super) fn style() -> Style {
    SETTINGS.read().style
}

/// Returns a copy of the levels in force.
pub(super) fn levels() -> Levels {
    SETTINGS.read().levels.clone()
}
