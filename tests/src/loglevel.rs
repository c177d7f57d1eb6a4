//! Runs the `SGNLOGLEVEL` table that was recorded from the Python peer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sgn::log::{Level, Levels, ROOT};

/// The file as it is stored.
#[derive(Debug, Deserialize)]
pub struct Table {
    /// Level names and their numbers.
    pub levels: BTreeMap<String, u8>,
    /// The level of a logger that nobody configured.
    pub default_effective: String,
    /// Level numbers, also between the named ones, and their journal priorities.
    pub journal_priority: BTreeMap<String, u8>,
    /// One value of the variable each.
    pub cases: Vec<Case>,
}

/// One value of the variable, and what it means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    value: String,
    parsed: Option<BTreeMap<String, String>>,
    error: Option<Refusal>,
    effective: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    category: String,
    offending: String,
}

/// Reads the table at `path`.
///
/// # Errors
///
/// A sentence that says why the file cannot be read or understood.
pub fn load(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Checks every case of the table at `path`: `(passed, total, failures)`.
///
/// A file that cannot be read is one failed case, so that it is never taken for success.
#[must_use]
pub fn run(path: &Path) -> (usize, usize, Vec<String>) {
    let table = match load(path) {
        Ok(table) => table,
        Err(reason) => return (0, 1, vec![reason]),
    };
    let total = table.cases.len();
    let failures: Vec<String> = table
        .cases
        .iter()
        .filter_map(|case| {
            check(case)
                .err()
                .map(|reason| format!("SGNLOGLEVEL={:?}: {reason}", case.value))
        })
        .collect();
    (total - failures.len(), total, failures)
}

fn check(case: &Case) -> Result<(), String> {
    let levels = match (Levels::parse(&case.value), &case.parsed, &case.error) {
        (Ok(levels), Some(expected), None) => {
            let found: BTreeMap<String, String> = levels
                .iter()
                .map(|(name, level)| (name.to_owned(), level.to_string()))
                .collect();
            same("parsed", expected, &found)?;
            levels
        }
        (Err(error), None, Some(refusal)) => {
            same(
                "category",
                &refusal.category,
                &String::from("invalid_level"),
            )?;
            same("offending", refusal.offending.as_str(), error.offending())?;
            let message = error.to_string();
            for name in Level::ALL.map(Level::name) {
                if !message.contains(name) {
                    return Err(format!("the message does not list {name}: {message}"));
                }
            }
            // nothing of a refused value is applied
            Levels::new()
        }
        (found, _, _) => return Err(format!("expected the opposite of {found:?}")),
    };
    for (logger, expected) in &case.effective {
        let found = levels.effective(logger);
        same(
            &format!("effective level of {logger:?}"),
            expected.as_str(),
            found.name(),
        )?;
    }
    same(
        "root",
        levels.effective("").name(),
        levels.effective(ROOT).name(),
    )
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    expected: &T,
    found: &T,
) -> Result<(), String> {
    if expected == found {
        Ok(())
    } else {
        Err(format!("{what}: expected {expected:?}, found {found:?}"))
    }
}
