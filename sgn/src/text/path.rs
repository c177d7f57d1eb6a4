//! The parts of names: of a pad, of a file.

/// Splits the full name of a pad into the element's and the rest: `gain` and `src:out`.
///
/// An element's name may have colons. A name that is no pad's is returned whole, with an empty rest.
pub(crate) fn split_pad(full: &str) -> (&str, &str) {
    match full.rmatch_indices(':').nth(1) {
        Some((at, _)) => (&full[..at], &full[at + 1..]),
        None => (full, ""),
    }
}

/// Returns the last part of a path of any system.
#[cfg(feature = "cli")]
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::split_pad;

    #[test]
    fn the_last_two_colons_split() {
        assert_eq!(split_pad("gain:src:out"), ("gain", "src:out"));
        assert_eq!(split_pad("a:b:snk:in"), ("a:b", "snk:in"));
        assert_eq!(split_pad("(runtime)"), ("(runtime)", ""));
        assert_eq!(split_pad("a:b"), ("a:b", ""));
    }
}
