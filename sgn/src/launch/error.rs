//! The problems of a launch string, and where they are.

use std::fmt;
use std::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::text::{clip_end, clip_start, line, lines, width};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The kind of mistake.
    pub kind: ErrorKind,
    /// One sentence.
    pub message: String,
    /// The bytes of the text that it is about.
    pub place: Range<usize>,
}

impl Problem {
    pub(super) fn syntax(message: impl Into<String>, place: Range<usize>) -> Self {
        Self {
            kind: ErrorKind::LaunchSyntax,
            message: message.into(),
            place,
        }
    }

    pub(super) fn at(place: &Range<usize>, error: &Error) -> Self {
        Self {
            kind: error.kind(),
            message: error.to_string(),
            place: place.clone(),
        }
    }
}

/// The most problems that are kept: more of them say nothing new, and the text may have been made by a program.
pub(super) const KEPT: usize = 20;

/// The columns of a line of the text that are shown.
const SHOWN: usize = 76;

/// The columns of a sentence that are shown.
const SENTENCE: usize = 2000;

/// A launch string that makes no pipeline.
///
/// `Display` and `Debug` print each problem with its line of the text and carets under the offending word. They show as
/// much of a long line as stands around the word, and characters that a terminal acts on as `\u{1b}`.
///
/// ```
/// use sgn::launch::{LaunchError, Problem};
///
/// let error: LaunchError = sgn::launch::pipeline("null_source !\n null_snk").unwrap_err();
/// let problem: &Problem = &error.problems()[0];
/// assert_eq!(problem.kind, sgn::ErrorKind::UnknownElement);
/// assert_eq!(error.line_and_column(problem), (2, 2));
/// assert_eq!(error.left_out(), 0);
/// ```
#[derive(Clone)]
pub struct LaunchError {
    text: String,
    problems: Vec<Problem>,
    left_out: usize,
}

impl LaunchError {
    pub(super) fn new(text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.place.start);
        let left_out = problems.len().saturating_sub(KEPT);
        problems.truncate(KEPT);
        Self {
            text: text.to_owned(),
            problems,
            left_out,
        }
    }

    /// Returns the first twenty problems in the order of their places; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns how many more problems there are than [`problems`](Self::problems) lists.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Returns the line and the column, from 1 and in characters, at which a problem begins.
    #[must_use]
    pub fn line_and_column(&self, problem: &Problem) -> (usize, usize) {
        let before = &self.text[..problem.place.start];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        (line, before[start..].chars().count() + 1)
    }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

/// The sentence of a problem, its line of the text, and carets under its place.
struct Pointed<'a> {
    text: &'a str,
    problem: &'a Problem,
}

impl fmt::Display for Pointed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { message, place, .. } = self.problem;
        let sentence = clip_end(message, SENTENCE);
        let cut = if sentence.len() < message.len() {
            "…"
        } else {
            ""
        };
        writeln!(f, "{}{cut}", lines(sentence))?;

        let (before, rest) = self.text.split_at(place.start);
        let before = before.rsplit('\n').next().unwrap_or_default();
        let (word, after) = rest.split_at(place.len());

        let after = if word.contains('\n') {
            ""
        } else {
            first_line(after)
        };
        let word = first_line(word);

        // Half of the line is for the word; what it leaves free is for both sides.
        let shown = clip_end(word, SHOWN / 2);
        let free = SHOWN - width(shown);
        let side = width(before).min((free / 2).max(free.saturating_sub(width(after))));
        let (left, right) = (clip_start(before, side), clip_end(after, free - side));
        let dots = |is_cut: bool| if is_cut { "…" } else { "" };
        let (cut_left, cut_word) = (
            dots(left.len() < before.len()),
            dots(shown.len() < word.len()),
        );
        let (right, cut_right) = match cut_word {
            "" => (right, dots(right.len() < after.len())),
            _ => ("", ""),
        };
        writeln!(
            f,
            "  {cut_left}{}{}{cut_word}{}{cut_right}",
            line(left),
            line(shown),
            line(right.trim_end()),
        )?;
        let indent = width(cut_left) + width(left);
        write!(
            f,
            "  {:indent$}{:^<carets$}",
            "",
            "",
            carets = width(shown).max(1)
        )
    }
}

impl fmt::Display for LaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            let text = &self.text;
            write!(f, "{}", Pointed { text, problem })?;
        }
        if self.left_out > 0 {
            write!(f, "\nand {} more problems", self.left_out)?;
        }
        Ok(())
    }
}

impl fmt::Debug for LaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for LaunchError {}

impl From<LaunchError> for Error {
    fn from(error: LaunchError) -> Self {
        let LaunchError {
            text,
            problems,
            left_out,
        } = &error;
        let pointed =
            |problem: &Problem| Self::new(problem.kind, Pointed { text, problem }.to_string());
        let all = problems.iter().map(pointed).collect();
        match left_out {
            0 => Self::several("the launch string cannot be read", all),
            more => {
                let headline = format!(
                    "the launch string cannot be read, and there are {more} problems besides these"
                );
                Self::several(&headline, all)
            }
        }
    }
}
