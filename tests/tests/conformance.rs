//! Pipelines do what the recorded cases of the Python peer say.

use std::path::PathBuf;

use sgn_tests::conformance;

/// Every case passes, of the project's own folder or of the one that `SGN_CONFORMANCE_DIR` names.
#[test]
#[expect(
    clippy::print_stdout,
    reason = "the table is what people run this test for"
)]
fn every_case_passes() {
    let directory =
        std::env::var_os("SGN_CONFORMANCE_DIR").map_or_else(conformance::own_cases, PathBuf::from);
    let report = conformance::run(&directory);
    for why in report.groups.iter().flat_map(|group| &group.deliberate) {
        println!("differs on purpose, {why}");
    }
    for why in report.failures() {
        println!("failed, {why}");
    }
    println!("{report}");
    assert!(
        report.total() > 0,
        "there are no cases in {}",
        directory.display()
    );
    assert_eq!(
        report.passed(),
        report.total(),
        "the cases that fail are listed above"
    );
}
