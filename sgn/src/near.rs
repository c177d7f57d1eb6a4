//! The nearest name to one that does not exist.

/// `"; did you mean `x`?"` for the candidate within an edit distance of 2, or nothing.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    nearest(name, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The candidate nearest to `name`, if its edit distance is at most 2 and less than the length of `name`.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2 && *distance < name.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// The number of letters to insert, delete or replace to make one word of the other (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != *y);
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
    fn the_nearest_name_within_two_letters_wins() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(nearest("pul", ["push", "pull"]), Some("pull"));
        assert_eq!(nearest("H1", ["L2", "V3"]), None);
        assert_eq!(nearest("abc", ["xyz"]), None);
        assert_eq!(
            did_you_mean("a:src:ou", ["a:src:out"]),
            "; did you mean `a:src:out`?"
        );
    }
}
