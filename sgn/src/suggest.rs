//! The nearest name to one that does not exist.

/// Names further away than this are another word, not a typing mistake.
const FARTHEST: usize = 2;

/// Longer names are made by programs, which make no typing mistakes.
const LONGEST: usize = 64;

/// Returns `"; did you mean `x`?"` for the [`nearest`] candidate, or an empty text.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    nearest(name, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Returns the candidate nearest to `name`, upper and lower case being equal; none if all are too far away.
///
/// A short name is never replaced altogether: the distance must be below its length. Of several that are equally
/// near, the one that also agrees best in case, then the first in the alphabet. Names of more than 64 characters are
/// near to none, and candidates whose length differs too much are not looked at: a candidate costs 4096 steps at most.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let exact = letters(name);
    if exact.len() > LONGEST {
        return None;
    }
    let wanted = letters(&name.to_lowercase());
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let there = letters(candidate);
            if there.len().abs_diff(exact.len()) > FARTHEST {
                return None;
            }
            let folded = distance(&wanted, &letters(&candidate.to_lowercase()));
            let is_near = folded <= FARTHEST && folded < wanted.len();
            is_near.then(|| (folded, distance(&exact, &there), candidate))
        })
        .min()
        .map(|(.., candidate)| candidate)
}

/// Returns the characters of `text`, as many as tell that it is too long.
fn letters(text: &str) -> Vec<char> {
    text.chars().take(LONGEST + FARTHEST + 1).collect()
}

/// Returns the number of letters to insert, delete or replace to make one word of the other (Levenshtein 1966).
///
/// Costs the product of the lengths.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let of = |a: &str, b: &str| distance(&letters(a), &letters(b));
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("pipelin", "pipeline"), 1);
        assert_eq!(of("same", "same"), 0);
    }

    #[test]
    fn the_nearest_name_within_two_letters_wins() {
        assert_eq!(nearest("pul", ["push", "pull"]), Some("pull"));
        assert_eq!(nearest("inf", ["ERROR", "INFO"]), Some("INFO"));
        assert_eq!(nearest("h1", ["H1", "h2"]), Some("H1"));
        assert_eq!(nearest("Gain", ["GAIN", "gain"]), Some("gain"));
        assert_eq!(
            did_you_mean("a:src:ou", ["a:src:out"]),
            "; did you mean `a:src:out`?"
        );
    }

    #[test]
    fn long_names_are_near_to_none() {
        let long = "a".repeat(if cfg!(miri) { 1000 } else { 1_000_000 });
        assert_eq!(nearest(&long, [long.as_str(), "a"]), None);
        assert_eq!(nearest("a", [long.as_str()]), None);
        let longest = "a".repeat(LONGEST);
        assert_eq!(
            nearest(&longest[1..], [longest.as_str()]),
            Some(longest.as_str())
        );
        assert_eq!(nearest(&longest, [long.as_str()]), None);
    }

    #[test]
    fn strangers_are_not_near() {
        assert_eq!(nearest("H1", ["L2", "V3"]), None);
        assert_eq!(nearest("LOUD", ["DEBUG", "INFO"]), None);
        assert_eq!(nearest("a", ["b"]), None);
        assert_eq!(did_you_mean("abc", ["xyz"]), "");
    }
}
