//! From text to words.

use std::ops::Range;

use super::error::Problem;

/// A word, or the sign between two ends.
#[derive(Debug)]
pub(super) enum Token {
    /// `!`.
    Link(Range<usize>),
    Word(Word),
}

/// A word without its quotes, with the place of each letter.
#[derive(Debug)]
pub(super) struct Word {
    letters: Vec<Letter>,
    pub(super) place: Range<usize>,
}

#[derive(Debug)]
struct Letter {
    letter: char,
    start: usize,
    /// Between quotes or escaped: it is nothing but a letter.
    plain: bool,
}

impl Word {
    /// Returns the text before and after the first `sign` that is not quoted, with their places.
    pub(super) fn split(&self, sign: char) -> Option<(Part, Part)> {
        let at = self
            .letters
            .iter()
            .position(|letter| letter.letter == sign && !letter.plain)?;
        let start = self.letters[at].start;
        let part = |letters: &[Letter], place| Part {
            text: letters.iter().map(|letter| letter.letter).collect(),
            place,
        };
        Some((
            part(&self.letters[..at], self.place.start..start),
            part(
                &self.letters[at + 1..],
                start + sign.len_utf8()..self.place.end,
            ),
        ))
    }

    pub(super) fn whole(&self) -> Part {
        Part {
            text: self.letters.iter().map(|letter| letter.letter).collect(),
            place: self.place.clone(),
        }
    }
}

/// A piece of the text without its quotes, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) place: Range<usize>,
}

/// Cuts the text into words.
pub(super) fn words(text: &str) -> Result<Vec<Token>, Vec<Problem>> {
    let mut tokens = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some(&(start, first)) = letters.peek() {
        if first.is_whitespace() {
            letters.next();
        } else if first == '!' {
            letters.next();
            tokens.push(Token::Link(start..start + 1));
        } else {
            let word = word(text, start, &mut letters).map_err(|problem| vec![problem])?;
            tokens.push(Token::Word(word));
        }
    }
    Ok(tokens)
}

type Letters<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

fn word(text: &str, begin: usize, source: &mut Letters<'_>) -> Result<Word, Problem> {
    let mut letters = Vec::new();
    let mut quote: Option<(char, usize)> = None;
    while let Some(&(start, letter)) = source.peek() {
        if quote.is_none() && (letter.is_whitespace() || letter == '!') {
            break;
        }
        source.next();
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some((letter, start)),
            (_, Some((open, _))) if letter == open => quote = None,
            ('\\', open) if open.is_none_or(|(open, _)| open == '"') => {
                let Some((_, escaped)) = source.next() else {
                    return Err(Problem::syntax(
                        "a backslash makes the next letter plain; there is none",
                        start..start + 1,
                    ));
                };
                letters.push(Letter {
                    letter: escaped,
                    start,
                    plain: true,
                });
            }
            _ => letters.push(Letter {
                letter,
                start,
                plain: quote.is_some(),
            }),
        }
    }
    if let Some((open, start)) = quote {
        return Err(Problem::syntax(
            format!("the quote {open} is never closed; add another {open}"),
            start..text.len(),
        ));
    }
    let end = source.peek().map_or(text.len(), |(end, _)| *end);
    Ok(Word {
        letters,
        place: begin..end,
    })
}
