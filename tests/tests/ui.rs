//! What the macros accept, and the words with which they refuse.

#[test]
fn accepted_programs_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

/// What only attackers write need not be explained in one short error; see `tests/tests/attack/main.rs`.
#[test]
fn attacks_are_refused() {
    trybuild::TestCases::new().compile_fail("ui/attack/*.rs");
}
