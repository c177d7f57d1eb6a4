//! The levels that a value of `SGNLOGLEVEL` gives to loggers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::level::{Level, LevelError, shown};
use super::names::ROOT;
use crate::environment;
use crate::suggest::nearest;
use crate::text::quoted_list;

/// Levels by logger name, as one value of `SGNLOGLEVEL` gives them.
///
/// The value is a list of `LEVEL` or `name:LEVEL`, separated by white space. A `LEVEL` alone is that
/// of the root logger `sgn`; the last colon splits, so that a name may hold colons; the same name
/// twice means the last one. Every logger is a child of `sgn`, and dots nest: `group.filter` takes
/// the level of `group` unless it has its own. `source`, `transform` and `sink` are the elements of that role, unless an
/// element of the pipeline has the name.
///
/// ```
/// use sgn::log::{Level, Levels};
///
/// let levels = Levels::parse("ERROR group:DEBUG")?;
/// assert_eq!(levels.effective("group.filter"), Level::Debug);
/// assert_eq!(levels.effective("pipeline"), Level::Error);
/// # Ok::<(), sgn::log::LevelError>(())
/// ```
///
/// ```
/// use sgn::log::{Level, LevelError, Levels, PIPELINE, ROOT, UnknownLogger};
///
/// let levels = Levels::parse("pipeline:MEMPROF scr:DEBUG")?;
/// assert_eq!(levels.most_verbose(), Level::MemProf);
/// assert_eq!((levels.effective(PIPELINE), levels.effective(ROOT)), (Level::MemProf, Level::Warning));
/// let unknown: Vec<UnknownLogger> = levels.unknown([PIPELINE, "src"]);
/// assert_eq!(unknown[0].name(), "scr");
///
/// let error: LevelError = Levels::parse("src:LOUD").unwrap_err();
/// assert_eq!(error.offending(), "LOUD");
/// # Ok::<(), sgn::log::LevelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    by_name: BTreeMap<String, Level>,
}

impl Levels {
    /// Returns levels without an entry: every logger is at the default level.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            by_name: BTreeMap::new(),
        }
    }

    /// Reads a value of `SGNLOGLEVEL`; an empty one is no entry.
    ///
    /// # Errors
    ///
    /// A [`LevelError`] for the first bad item; nothing of the value is to be applied then.
    pub fn parse(value: &str) -> Result<Self, LevelError> {
        let mut by_name = BTreeMap::new();
        for item in environment::items(value) {
            let level = item
                .level
                .parse()
                .map_err(|_: LevelError| LevelError::new(item.level, Some(item.text)))?;
            by_name.insert(item.logger.unwrap_or(ROOT).to_owned(), level);
        }
        Ok(Self { by_name })
    }

    /// Iterates over the entries in order of their names; the root logger is called `sgn`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Level)> {
        self.by_name
            .iter()
            .map(|(name, level)| (name.as_str(), *level))
    }

    /// Returns the level at which `logger` prints: its own, or that of its nearest parent, or `WARNING`.
    ///
    /// The names `""` and `"sgn"` both mean the root logger. Costs one map look-up for each part of the name.
    #[must_use]
    pub fn effective(&self, logger: &str) -> Level {
        self.own(logger)
            .or_else(|| self.own(ROOT))
            .unwrap_or_default()
    }

    /// Returns the level that an entry gives to `logger` or to its nearest parent below the root.
    pub(super) fn own(&self, logger: &str) -> Option<Level> {
        let mut name = if logger.is_empty() { ROOT } else { logger };
        loop {
            if let Some(level) = self.by_name.get(name) {
                return Some(*level);
            }
            name = &name[..name.rfind('.')?];
        }
    }

    /// Returns the lowest level at which any logger prints.
    #[must_use]
    pub fn most_verbose(&self) -> Level {
        let default = self.effective(ROOT);
        self.by_name.values().copied().fold(default, Level::min)
    }

    /// Returns the entries that name no logger of `known` and no parent of one, in order of their names.
    ///
    /// They are no error, because an element may be added later; the caller warns. The root logger
    /// is always known.
    ///
    /// ```
    /// let levels = sgn::log::Levels::parse("INFO pipelin:MEMPROF")?;
    /// let unknown = levels.unknown(["pipeline", "src"]);
    /// assert_eq!(unknown.len(), 1);
    /// assert_eq!(
    ///     unknown[0].to_string(),
    ///     "`SGNLOGLEVEL` names the logger `pipelin`, which does not exist; \
    ///      loggers are `pipeline`, `sgn`, `src`; did you mean `pipeline`?",
    /// );
    /// # Ok::<(), sgn::log::LevelError>(())
    /// ```
    #[must_use]
    pub fn unknown<'a>(&self, known: impl IntoIterator<Item = &'a str>) -> Vec<UnknownLogger> {
        let known: BTreeSet<&str> = known.into_iter().chain([ROOT]).collect();
        self.by_name
            .keys()
            .filter(|entry| !known.iter().any(|logger| covers(entry, logger)))
            .map(|entry| UnknownLogger::new(entry, &known))
            .collect()
    }
}

/// Returns true if an entry called `entry` decides about `logger`: they are equal, or it is a parent.
fn covers(entry: &str, logger: &str) -> bool {
    logger
        .strip_prefix(entry)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// An entry of `SGNLOGLEVEL` that matches no logger; [`Levels::unknown`] finds it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnknownLogger {
    name: String,
    message: String,
}

impl UnknownLogger {
    fn new(name: &str, known: &BTreeSet<&str>) -> Self {
        // `sgn.pipeline` is how the parent is written in other places; here names start below it
        let below_root = name
            .strip_prefix(ROOT)
            .and_then(|rest| rest.strip_prefix('.'));
        let near = match below_root {
            Some(rest) if known.contains(rest) => Some(rest),
            _ => nearest(name, known.iter().copied()),
        };
        let mut message = format!(
            "`SGNLOGLEVEL` names the logger `{}`, which does not exist; loggers are {}",
            shown(name),
            quoted_list(known.iter().copied())
        );
        if let Some(near) = near {
            let _ = write!(message, "; did you mean `{}`?", shown(near));
        } else if name.contains([',', ';']) {
            message.push_str("; separate items by white space");
        }
        Self {
            name: name.to_owned(),
            message,
        }
    }

    /// Returns the name as it stands in the entry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "`MEMPROF`, `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`";

    fn message(value: &str) -> String {
        Levels::parse(value).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_item_what_is_valid_and_the_near_miss() {
        assert_eq!(
            message("DEBUG pipeline:debug"),
            format!(
                "unknown level `debug` in the item `pipeline:debug` of `SGNLOGLEVEL`; \
                 levels are {LIST}; did you mean `pipeline:DEBUG`?"
            )
        );
        assert!(message("pipeline=DEBUG").ends_with("did you mean `pipeline:DEBUG`?"));
        assert!(message("src:30").ends_with("did you mean `src:WARNING`?"));
        assert!(message("DEBUG,INFO").ends_with("; separate items by white space"));
        assert!(message("pipeline: INFO").starts_with("missing level in the item `pipeline:`"));
        assert!(message("NOTSET").ends_with(LIST));
    }

    #[test]
    fn a_level_alone_does_not_speak_of_the_variable() {
        let error = "warning".parse::<Level>().unwrap_err();
        assert_eq!(error.offending(), "warning");
        assert_eq!(
            error.to_string(),
            format!("unknown level `warning`; levels are {LIST}; did you mean `WARNING`?")
        );
    }

    #[test]
    fn a_parent_of_a_known_logger_is_known() {
        let levels = Levels::parse("group:DEBUG group.filter:INFO gro:ERROR").unwrap();
        let unknown = levels.unknown(["group.filter.low"]);
        let names: Vec<&str> = unknown.iter().map(UnknownLogger::name).collect();
        assert_eq!(names, ["gro"]);
    }

    #[test]
    fn names_start_below_the_root() {
        let levels = Levels::parse("sgn.pipeline:MEMPROF").unwrap();
        let unknown = levels.unknown(["pipeline"]);
        assert!(unknown[0].to_string().ends_with("did you mean `pipeline`?"));
    }

    #[test]
    fn items_of_the_variable_are_escaped_and_cut() {
        let hostile = "src:\u{1b}[2J\u{202e}";
        assert!(message(hostile).starts_with(r"unknown level `\u{1b}[2J\u{202e}` in the item"));
        assert!(message(&"x".repeat(if cfg!(miri) { 1000 } else { 100_000 })).len() < 1000);
        let levels = Levels::parse("\u{1b}[2J:INFO source:INFO,sink:INFO").unwrap();
        let told: Vec<String> = levels
            .unknown(["src"])
            .iter()
            .map(UnknownLogger::to_string)
            .collect();
        assert!(told[0].contains(r"the logger `\u{1b}[2J`"), "{told:?}");
        assert!(
            told[1].ends_with("; separate items by white space"),
            "{told:?}"
        );
    }

    #[test]
    fn most_verbose_counts_the_root() {
        let of = |value: &str| Levels::parse(value).unwrap().most_verbose();
        assert_eq!(of(""), Level::Warning);
        assert_eq!(of("ERROR"), Level::Error);
        assert_eq!(of("a:ERROR"), Level::Warning);
        assert_eq!(of("CRITICAL a:MEMPROF"), Level::MemProf);
    }
}
