//! The environment variables that the library reads, and the grammar of the one with levels.
//!
//! The grammar allocates nothing, because the allocator reads `SGNLOGLEVEL` in the first allocation of the process.

/// The levels of loggers. The level [`MEMPROF`] requests the memory report.
pub(crate) const LEVELS: &str = "SGNLOGLEVEL";

/// The interval of memory reports: `stride`, a number of strides, or a duration.
pub(crate) const EVERY: &str = "SGN_MEMPROF_EVERY";

/// The number of lines in each list of the memory report.
pub(crate) const TOP: &str = "SGN_MEMPROF_TOP";

/// The sampling interval in bytes, if blocks are to be sampled.
pub(crate) const SAMPLE: &str = "SGN_MEMPROF_SAMPLE";

/// The path of the memory profile, if a run is to be recorded.
pub(crate) const FILE: &str = "SGN_MEMPROF_FILE";

/// The number of bytes above which old moments of the memory profile are thinned out.
pub(crate) const FILE_LIMIT: &str = "SGN_MEMPROF_FILE_LIMIT";

/// The arguments of the program that the memory profile has: `all`, or `names` without their values.
pub(crate) const FILE_ARGUMENTS: &str = "SGN_MEMPROF_FILE_ARGUMENTS";

/// The signal that asks for a report: `SIGUSR1`.
pub(crate) const SIGNAL: &str = "SGN_MEMPROF_SIGNAL";

/// The path of the page that shows the memory of a run, if one is to be written.
pub(crate) const HTML: &str = "SGN_MEMPROF_HTML";

/// The level that requests the memory report.
pub(crate) const MEMPROF: &str = "MEMPROF";

/// Returns true if [`LEVELS`] is set, to whatever value.
pub(crate) fn has_levels() -> bool {
    std::env::var_os(LEVELS).is_some()
}

/// One item of a value of [`LEVELS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    /// The whole item.
    pub(crate) text: &'a str,
    /// The logger, or `None` for the root logger.
    pub(crate) logger: Option<&'a str>,
    /// The text in place of the level.
    pub(crate) level: &'a str,
}

/// Returns the items of a value of [`LEVELS`]: `LEVEL` or `name:LEVEL`, separated by white space.
///
/// The last colon splits, because the name of a pad has colons.
pub(crate) fn items(value: &str) -> impl Iterator<Item = Item<'_>> {
    value.split_whitespace().map(|text| {
        let (logger, level) = match text.rsplit_once(':') {
            Some((logger, level)) => (Some(logger), level),
            None => (None, text),
        };
        Item {
            text,
            logger,
            level,
        }
    })
}

/// Returns true if a value of [`LEVELS`] requests any memory report.
pub(crate) fn asks_for_memprof(value: &str) -> bool {
    items(value).any(|item| item.level == MEMPROF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_colon_splits() {
        let of = |value| {
            items(value)
                .map(|item| (item.logger, item.level))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(" \t"), []);
        assert_eq!(
            of("INFO src:DEBUG a:src:b:ERROR x:"),
            [
                (None, "INFO"),
                (Some("src"), "DEBUG"),
                (Some("a:src:b"), "ERROR"),
                (Some("x"), ""),
            ]
        );
    }

    #[test]
    fn only_a_level_asks_for_the_memory_report() {
        for on in [
            "MEMPROF",
            "INFO  pipeline:MEMPROF\tsink:INFO",
            "a:b:MEMPROF",
        ] {
            assert!(asks_for_memprof(on), "{on}");
        }
        for off in [
            "",
            "memprof",
            "MEMPROF:INFO",
            "pipeline:MEMPROFX",
            "pipeline:INFO",
            "x=MEMPROF",
        ] {
            assert!(!asks_for_memprof(off), "{off}");
        }
    }
}
