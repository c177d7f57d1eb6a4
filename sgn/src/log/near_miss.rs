//! "did you mean": the name that was probably meant.

/// Names further away than this are another word, not a typing mistake.
const FARTHEST: usize = 2;

/// The candidate nearest to `text`, upper and lower case being equal; none if all are too far away.
///
/// A short word is never replaced altogether: the distance must be below its length.
pub(super) fn near_miss<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted: Vec<char> = text.to_lowercase().chars().collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let found: Vec<char> = candidate.to_lowercase().chars().collect();
            (distance(&wanted, &found), candidate)
        })
        .filter(|(distance, _)| *distance <= FARTHEST && *distance < wanted.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance; costs the product of the lengths.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let of = |a: &str, b: &str| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            distance(&a, &b)
        };
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("pipelin", "pipeline"), 1);
        assert_eq!(of("same", "same"), 0);
    }

    #[test]
    fn the_nearest_wins_and_strangers_do_not() {
        assert_eq!(near_miss("inf", ["ERROR", "INFO"]), Some("INFO"));
        assert_eq!(near_miss("LOUD", ["DEBUG", "INFO"]), None);
        assert_eq!(near_miss("a", ["b"]), None);
    }
}
