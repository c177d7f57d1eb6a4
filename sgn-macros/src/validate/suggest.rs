//! Near misses: "did you mean".

/// The candidate nearest to `word`, if it is at most two edits away and not the word itself.
///
/// An edit inserts, deletes or replaces a character, or swaps two neighbours. A candidate whose length differs by more
/// than that is not looked at.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters = |text: &str| text.chars().count();
    let length = letters(word);
    candidates
        .into_iter()
        .filter(|candidate| letters(candidate).abs_diff(length) <= 2)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(edits, candidate)| edits > 0 && edits <= 2 && edits < candidate.chars().count())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// How many edits turn `left` into `right`.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (i, &a) in left.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, &b) in right.iter().enumerate() {
            let replace = previous[j] + usize::from(a != b);
            let mut best = replace.min(previous[j + 1] + 1).min(current[j] + 1);
            let swapped = i > 0 && j > 0 && a == right[j - 1] && left[i - 1] == b;
            if swapped {
                best = best.min(before[j - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn counts_edits() {
        assert_eq!(distance("pull", "pull"), 0);
        assert_eq!(distance("pul", "pull"), 1);
        assert_eq!(distance("nwe", "new"), 1);
        assert_eq!(distance("on_start", "on_startup"), 2);
        assert_eq!(distance("", "new"), 3);
    }

    #[test]
    fn finds_the_nearest_and_nothing_far() {
        assert_eq!(nearest("eso", ["eos", "crate"]), Some("eos"));
        assert_eq!(nearest("crat", ["eos", "crate"]), Some("crate"));
        assert_eq!(nearest("eos", ["eos"]), None);
        assert_eq!(nearest("window", ["eos", "crate"]), None);
    }
}
