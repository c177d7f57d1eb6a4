//! Lists of names in a sentence.

use std::fmt::Write as _;

use super::width::Shortened;

/// The most names that a list shows.
const SHOWN: usize = 20;

/// The columns of a name in a list.
const NAME: usize = 60;

/// Formats names as "`a`, `b`, `c`"; a long list is cut and says how many are left out, and long names lose their
/// middle.
pub(crate) fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut list = String::new();
    for (place, name) in names.by_ref().take(SHOWN).enumerate() {
        let separator = if place == 0 { "" } else { ", " };
        let name = Shortened {
            text: name,
            width: NAME,
        };
        // writing to a String cannot fail
        let _ = write!(list, "{separator}`{name}`");
    }
    let left_out = names.count();
    if left_out > 0 {
        let _ = write!(list, " and {left_out} more");
    }
    list
}

#[cfg(test)]
mod tests {
    use super::quoted_list;

    #[test]
    fn long_lists_and_long_names_are_cut() {
        assert_eq!(quoted_list(["a", "b"]), "`a`, `b`");
        assert_eq!(quoted_list([]), "");
        let count = if cfg!(miri) { 50 } else { 1000 };
        let long = "x".repeat(count);
        let list = quoted_list(std::iter::repeat_n(long.as_str(), count));
        let cut = format!("` and {} more", count - 20);
        assert!(list.ends_with(&cut), "{list}");
        assert!(list.chars().count() < 1400);
    }
}
