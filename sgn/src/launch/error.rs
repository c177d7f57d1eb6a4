//! What is wrong with a launch string, and where.

use std::fmt;
use std::ops::Range;

use crate::error::{Error, ErrorKind};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of mistake it is.
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

/// A launch string that makes no pipeline.
///
/// `Display` and `Debug` print each problem with the text and a caret under the offending word.
#[derive(Clone, PartialEq, Eq)]
pub struct LaunchError {
    text: String,
    problems: Vec<Problem>,
}

impl LaunchError {
    pub(super) fn new(text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.place.start);
        Self {
            text: text.to_owned(),
            problems,
        }
    }

    /// The problems in the order of their places; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The line and the column, from 1 and in characters, at which a problem begins.
    #[must_use]
    pub fn line_and_column(&self, problem: &Problem) -> (usize, usize) {
        let before = &self.text[..problem.place.start];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        (line, before[start..].chars().count() + 1)
    }

    /// The line of the text that a problem begins in, and carets under its place.
    fn pointed(&self, problem: &Problem) -> String {
        let (line, column) = self.line_and_column(problem);
        let shown = self.text.lines().nth(line - 1).unwrap_or_default();
        let width = self.text[problem.place.clone()]
            .lines()
            .next()
            .map_or(1, |part| part.chars().count().max(1));
        // Tabs stay tabs, so that the carets stand where the terminal puts the word.
        let indent: String = shown
            .chars()
            .chain(std::iter::repeat(' '))
            .take(column - 1)
            .map(|letter| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        format!("  {shown}\n  {indent}{}", "^".repeat(width))
    }
}

impl fmt::Display for LaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            write!(f, "{}\n{}", problem.message, self.pointed(problem))?;
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
        let kind = match error.problems.as_slice() {
            [only] => only.kind,
            _ => ErrorKind::Several,
        };
        Self::new(kind, error.to_string())
    }
}
