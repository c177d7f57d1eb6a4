//! Runs the cases that were recorded from the Python peer.
//!
//! `tests/conformance/README.md` describes the files. Each case is a pipeline, what is done with it, and what the
//! peer made of it; it is built here from the stock elements through the public interface, and everything that
//! the case expects is compared. A case is played twice: with the stock sinks, which shows what they keep, and
//! with recording sinks of the same names and pads, which shows every frame that arrives.
//!
//! Beyond the files, a step that is refused must leave the pipeline as it was.
//!
//! # Where we may differ
//!
//! By rule, never by a list of cases:
//!
//! 1. *Earlier.* An error may be noticed earlier than the peer notices it, at an earlier step or while an element
//!    is built, in the same category and naming the same names. What comes after that moment is not compared.
//! 2. *All at once.* `check` reports every problem; the one that the peer reports must be among them.
//! 3. *By the compiler.* An element type that nobody could give a pad is refused by the macro. To name pads for a
//!    type with fixed pads does not compile either; for that one the runner opens the way to the check at run
//!    time and tests it.
//! 4. *Quirks.* Where a case says that what the peer does is doubtful (`quirk`), the strides and the frames may
//!    differ; what the pipeline is and in which order it runs may not. [`GroupReport::deliberate`] lists them.
//!    There is one such difference: a missing value among those of an `IterSource` is a gap, and the stream goes
//!    on, where the peer takes it for the end.
//! 5. *Order.* Any order that respects the links, and the declared order of an element's source pads.
//! 6. *Once.* An element is moved into its pipeline, so inserting one twice means building it twice; and pads
//!    belong to a pipeline, so a selection is walked after its elements were inserted.
//! 7. *Panics.* A function of a callable transform fails by panicking; that counts as a callback that failed.

mod build;
mod case;
mod category;
mod compare;
mod datum;
mod elements;
mod expectation;
mod operation;
mod play;
mod refusal;
mod report;
mod sinks;
mod tests;

use std::path::{Path, PathBuf};

pub(crate) use self::report::{GroupReport, Report};

use self::build::Variant;
use self::case::{Case, File};
use sgn_tests::loglevel;

/// The groups of pipelines that are run, in order.
const PIPELINES: [&str; 9] = [
    "linking",
    "names",
    "check",
    "groups",
    "eos",
    "construct",
    "runtime_errors",
    "random",
    "random_errors",
];

/// The folder of the cases that come with the project.
#[must_use]
pub(crate) fn own_cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// Runs all groups whose files are in `directory`.
///
/// A file that is missing, broken, or holds something unknown is a failure of its group.
#[must_use]
pub(crate) fn run(directory: &Path) -> Report {
    let mut groups: Vec<GroupReport> = PIPELINES
        .iter()
        .map(|name| run_group(directory, name))
        .collect();
    let (passed, total, failures) = loglevel::run(&directory.join("loglevel.json"));
    groups.push(GroupReport {
        name: String::from("loglevel"),
        passed,
        total,
        failures,
        deliberate: Vec::new(),
    });
    Report { groups }
}

fn run_group(directory: &Path, name: &str) -> GroupReport {
    let mut report = GroupReport {
        name: name.to_owned(),
        ..GroupReport::default()
    };
    match File::load(directory, name) {
        Ok(file) => {
            for case in &file.cases {
                report.total += 1;
                match verdict(case) {
                    Verdict::Passed => report.passed += 1,
                    Verdict::Deliberate(why) => {
                        report.passed += 1;
                        report.deliberate.push(why);
                    }
                    Verdict::Failed(why) => report.failures.push(why),
                }
            }
        }
        Err(reason) => {
            report.total = 1;
            report.failures.push(reason);
        }
    }
    report
}

/// What came of a case.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// It differs in what a quirk leaves open.
    Deliberate(String),
    Failed(String),
}

fn verdict(case: &Case) -> Verdict {
    let mut of_structure = Vec::new();
    let mut of_runs = Vec::new();
    for variant in [Variant::Stock, Variant::Recorded] {
        match play::play(case, variant) {
            Ok(mut played) => {
                let found = compare::compare(case, &mut played, variant);
                of_structure.extend(found.of_structure);
                of_runs.extend(found.of_runs);
            }
            Err(reason) => of_structure.push(reason),
        }
    }
    match &case.quirk {
        _ if of_structure.is_empty() && of_runs.is_empty() => Verdict::Passed,
        Some(quirk) if of_structure.is_empty() => {
            Verdict::Deliberate(format!("{}: {quirk}", case.id))
        }
        _ => {
            of_structure.append(&mut of_runs);
            of_structure.dedup();
            Verdict::Failed(format!("{}: {}", case.id, of_structure.join("\n    ")))
        }
    }
}
