//! `SGNLOGLEVEL` means what it means to the Python peer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sgn::log::Level;
use sgn_tests::loglevel;

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/loglevel.json")
}

#[test]
fn every_case_of_the_table_passes() {
    let (passed, total, failures) = loglevel::run(&table());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!((passed, total), (39, 39));
}

#[test]
fn names_and_numbers_of_the_levels() {
    let found: BTreeMap<String, u8> = Level::ALL
        .iter()
        .map(|level| (level.to_string(), level.number()))
        .collect();
    let table = loglevel::load(&table()).unwrap();
    assert_eq!(found, table.levels);
    assert_eq!(Level::default().name(), table.default_effective);
}

#[test]
fn journal_priorities() {
    let table = loglevel::load(&table()).unwrap();
    assert!(!table.journal_priority.is_empty());
    for (number, expected) in &table.journal_priority {
        // below every level there is still a message, and the journal takes it for a debug one
        let found = Level::at_or_below(number.parse().unwrap()).map_or(7, Level::journal_priority);
        assert_eq!(found, *expected, "priority of {number}");
    }
}

#[test]
fn a_missing_file_is_a_failure() {
    let (passed, total, failures) = loglevel::run(Path::new("no such file"));
    assert_eq!((passed, total, failures.len()), (0, 1, 1));
}
