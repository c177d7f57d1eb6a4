//! Measures the pinned errors: one a mistake, short, and pointing at what the user wrote.

use std::collections::BTreeSet;

use crate::none;
use crate::program::{Program, programs};

/// The most lines, blank ones aside, that one error may take.
const LINES: usize = 12;

/// The compiler's own error for a name that is not there, which lists all that it could be. What we say is its last lines.
const NAMES_THAT_ARE_NOT_THERE: &str = "new-for-a-constructor";

/// The compiler's own error for a wrong argument. It points at the argument, shows the signature, and where two were
/// swapped it says so; what we could say in its place is shorter and helps less.
const WRONG_ARGUMENT: &str = "note: method defined here";

/// One program that must not compile, and what the compiler says of it.
struct Case {
    name: String,
    source: String,
    stderr: String,
}

impl Case {
    fn all() -> Vec<Self> {
        let case = |program: Program| Self {
            name: program.name(),
            source: program.source(),
            stderr: program.expected(),
        };
        programs("fail").into_iter().map(case).collect()
    }

    /// How many mistakes it says it has, in its first line.
    fn mistakes(&self) -> Option<usize> {
        let first = self.source.lines().next()?;
        first.strip_prefix("//! mistakes: ")?.parse().ok()
    }

    /// The errors, each with its lines.
    fn errors(&self) -> Vec<Vec<&str>> {
        let mut errors: Vec<Vec<&str>> = Vec::new();
        for line in self.stderr.lines().filter(|line| !line.trim().is_empty()) {
            if line.starts_with("error") || errors.is_empty() {
                errors.push(Vec::new());
            }
            if let Some(last) = errors.last_mut() {
                last.push(line);
            }
        }
        errors
    }

    /// What stands in the program where the error's first arrow points.
    fn pointed_at(&self, error: &[&str]) -> Option<&str> {
        let arrow = error
            .iter()
            .find_map(|line| line.trim_start().strip_prefix("--> "))?;
        let mut parts = arrow.rsplit(':');
        let column: usize = parts.next()?.parse().ok()?;
        let line: usize = parts.next()?.parse().ok()?;
        self.source
            .lines()
            .nth(line.checked_sub(1)?)?
            .get(column.checked_sub(1)?..)
    }
}

#[test]
fn there_are_enough_programs_and_their_names_are_kebab_case() {
    let fail = programs("fail");
    assert!(fail.len() >= 160, "only {} programs that fail", fail.len());
    let mut names = BTreeSet::new();
    for program in fail.iter().chain(&programs("pass")) {
        let name = program.name();
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(kebab), "`{name}` is not kebab-case");
        assert!(
            names.insert(name.clone()),
            "two programs are called `{name}`"
        );
    }
}

#[test]
fn one_mistake_is_one_error() {
    let complaints: Vec<String> = Case::all()
        .iter()
        .filter_map(|case| {
            let Some(mistakes) = case.mistakes() else {
                return Some(format!(
                    "{}: no `//! mistakes: ` in the first line",
                    case.name
                ));
            };
            let errors = case.errors().len();
            (errors != mistakes)
                .then(|| format!("{}: {mistakes} mistakes, {errors} errors", case.name))
        })
        .collect();
    none(&complaints);
}

#[test]
fn no_warning_comes_with_an_error() {
    let warns = |case: &&Case| case.stderr.lines().any(|line| line.starts_with("warning"));
    let complaints: Vec<String> = Case::all()
        .iter()
        .filter(warns)
        .map(|case| case.name.clone())
        .collect();
    none(&complaints);
}

#[test]
fn errors_are_short() {
    let mut complaints = Vec::new();
    for case in Case::all() {
        for error in case.errors() {
            let ours = !error.contains(&WRONG_ARGUMENT);
            if ours && error.len() > LINES && case.name != NAMES_THAT_ARE_NOT_THERE {
                complaints.push(format!("{}: {} lines", case.name, error.len()));
            }
        }
    }
    none(&complaints);
}

#[test]
fn errors_point_at_the_users_tokens() {
    let mut complaints = Vec::new();
    for case in Case::all() {
        for error in case.errors() {
            match case.pointed_at(&error) {
                None => complaints.push(format!("{}: `{}` points nowhere", case.name, error[0])),
                Some(token) if token.starts_with('#') => {
                    complaints.push(format!(
                        "{}: `{}` points at the attribute",
                        case.name, error[0]
                    ));
                }
                Some(_) => {}
            }
        }
    }
    none(&complaints);
}

/// Its lines move with every edit of the library, and the user cannot change them.
#[test]
fn no_error_shows_the_source_of_the_library() {
    let shows = |case: &&Case| {
        let mut errors = case.errors().into_iter();
        errors.any(|error| {
            let ours = !error.contains(&WRONG_ARGUMENT);
            ours && error.iter().any(|line| line.contains("sgn/src/"))
        })
    };
    let complaints: Vec<String> = Case::all()
        .iter()
        .filter(shows)
        .map(|case| case.name.clone())
        .collect();
    none(&complaints);
}
