//! Checks what `SGNLOGLEVEL` requests against the pipeline and the subscriber.

use std::collections::BTreeSet;

use parking_lot::Mutex;

use super::table::{self, Roles};
use super::{Level, PIPELINE, ROOT, enabled, subscriber};
use crate::text::quoted_list;

/// The words that stand for all elements of a role.
const ROLES: [&str; 3] = ["source", "transform", "sink"];

/// The number of warnings that are remembered; a program with more of them is warned again.
const REMEMBERED: usize = 1000;

/// Gives the elements of a run the levels of their roles, until it is dropped.
#[derive(Debug)]
#[must_use = "the roles are forgotten when this is dropped"]
pub(crate) struct RolesScope(Option<u64>);

impl RolesScope {
    /// Takes in the names of all elements, each with the word for its role.
    pub(crate) fn enter<'a>(
        elements: impl Iterator<Item = (&'a str, &'static str)> + Clone,
    ) -> Self {
        let levels = table::levels();
        let is_asked = |word: &str| levels.iter().any(|(entry, _)| entry == word);
        let is_name = |word: &str| elements.clone().any(|(name, _)| name == word);
        let words: Vec<&str> = ROLES
            .into_iter()
            .filter(|word| is_asked(word) && !is_name(word))
            .collect();
        if words.is_empty() {
            return Self(None);
        }
        let roles: Roles = elements
            .filter(|(_, role)| words.contains(role))
            .map(|(name, role)| (name.to_owned(), role))
            .collect();
        Self(Some(table::add_roles(roles)))
    }
}

impl Drop for RolesScope {
    fn drop(&mut self) {
        if let Some(run) = self.0 {
            table::remove_roles(run);
        }
    }
}

/// The elements whose memory report the current levels request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Nobodys,
    /// Those of some elements, in their order.
    Elements(Vec<usize>),
    Everybodys,
}

/// Finds the elements whose memory report is requested, among those of these names.
pub(crate) fn asked_memprof<'a>(elements: impl Iterator<Item = &'a str>) -> Asked {
    if !table::any_allows(Level::MemProf) {
        return Asked::Nobodys;
    }
    let asks = |logger: &str| table::allows(logger, Level::MemProf);
    if asks(PIPELINE) {
        return Asked::Everybodys;
    }
    let asked: Vec<usize> = elements
        .enumerate()
        .filter(|(_, name)| asks(name))
        .map(|(place, _)| place)
        .collect();
    match asked.is_empty() {
        true => Asked::Nobodys,
        false => Asked::Elements(asked),
    }
}

/// Warns of what the levels in force ask for and what cannot be had in a pipeline of these elements.
pub(crate) fn check_requests<'a>(elements: impl Iterator<Item = (&'a str, &'static str)> + Clone) {
    let levels = table::levels();
    let names = elements.clone().map(|(name, _)| name);
    let roles = elements.map(|(_, role)| role);
    for unknown in levels.unknown(names.chain(roles).chain([PIPELINE])) {
        warn_once(&unknown.to_string());
    }
    if subscriber::is_no_other() {
        return;
    }
    let unheard: Vec<String> = levels
        .iter()
        .filter(|(name, level)| !enabled(name, *level))
        .map(|(name, level)| match name {
            ROOT => level.to_string(),
            name => format!("{name}:{level}"),
        })
        .collect();
    if !unheard.is_empty() {
        warn_once(&format!(
            "`SGNLOGLEVEL` asks for {}, which the application's own subscriber does not take; its filter alone decides \
             what is logged, and memory reports are events of the target `sgn::memprof` at the level TRACE",
            quoted_list(unheard.iter().map(String::as_str))
        ));
    }
}

static WARNED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Warns in the name of the pipeline, once in the life of the process.
///
/// If the application's own subscriber does not take warnings, this one goes to standard error.
pub(crate) fn warn_once(message: &str) {
    {
        let mut warned = WARNED.lock();
        if warned.len() >= REMEMBERED {
            warned.clear();
        }
        if !warned.insert(message.to_owned()) {
            return;
        }
    }
    if enabled(PIPELINE, Level::Warning) {
        super::emit(Level::Warning, PIPELINE, format_args!("{message}"));
    } else if !subscriber::is_no_other() {
        subscriber::print(Level::Warning, PIPELINE, message);
    }
}
