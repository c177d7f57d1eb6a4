//! Stands in for the library's: nothing is requested by the environment.

pub(crate) const LEVELS: &str = "SGN_MODEL_LEVELS";
pub(crate) const SAMPLE: &str = "SGN_MODEL_SAMPLE";
pub(crate) const FILE: &str = "SGN_MODEL_FILE";
pub(crate) const HTML: &str = "SGN_MODEL_HTML";

pub(crate) fn asks_for_memprof(_levels: &str) -> bool {
    false
}
