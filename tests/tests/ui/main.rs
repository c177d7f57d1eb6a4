//! Programs that the macros refuse, with the errors; and accepted programs that must be crates of their own.

mod measure;
mod program;

/// Fails with all complaints at once.
#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn accepted_programs_compile_and_run() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}

/// Errors for attackers need not be short; see `tests/tests/attack/main.rs`.
#[test]
fn attacks_are_refused() {
    trybuild::TestCases::new().compile_fail("ui/attack/*.rs");
}
