//! The error that a case ended with, taken apart.

use sgn::Error;
use sgn::element::Role;

use super::category::Category;

/// What was wrong: one problem, or all that were found at once.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) problems: Vec<Problem>,
    /// Everything that was said, for the report.
    pub(super) text: String,
}

/// One problem.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) category: Option<Category>,
    pub(super) message: String,
    pub(super) element: Option<String>,
    pub(super) pad: Option<String>,
    pub(super) callback: Option<String>,
}

impl Refusal {
    /// An error of ours; `role` is that of the element being built, if one is.
    pub(super) fn new(error: &Error, role: Option<Role>) -> Self {
        let mut problems = Vec::new();
        list(error, role, &mut problems);
        Self {
            problems,
            text: format!("{error:?}"),
        }
    }

    /// What cannot be said at run time because it does not compile.
    pub(super) fn by_compiler(category: Category, element: &str, message: &str) -> Self {
        Self {
            problems: vec![Problem {
                category: Some(category),
                message: format!("element `{element}`: {message}"),
                element: Some(element.to_owned()),
                pad: None,
                callback: None,
            }],
            text: message.to_owned(),
        }
    }
}

/// Each problem by itself; the sentence above several ones counts too, as it may have a kind of its own.
fn list(error: &Error, role: Option<Role>, problems: &mut Vec<Problem>) {
    problems.push(Problem {
        category: Category::of(error, role),
        message: error.to_string(),
        element: error.element().map(str::to_owned),
        pad: error.pad().map(str::to_owned),
        callback: error.callback().map(|callback| callback.name().to_owned()),
    });
    for problem in error.problems() {
        list(problem, role, problems);
    }
}
