//! A complete program is short.

use sgn_tests::examples::{example, run};

const HELLO: &str = include_str!("../../../examples/hello/main.rs");

#[test]
fn a_source_a_transform_a_sink_and_main_take_at_most_26_lines() {
    let lines = HELLO.lines().count();
    assert!(lines <= 26, "{lines} lines:\n{HELLO}");
    for part in [
        "#[sgn::source]",
        "#[sgn::transform]",
        "#[sgn::sink]",
        "fn main()",
    ] {
        assert_eq!(HELLO.matches(part).count(), 1, "{part}");
    }
}

#[test]
fn it_runs() {
    let printed = run(&mut example("hello"));
    assert_eq!(
        (printed.out.as_str(), printed.code),
        ("10\n20\n30\n", Some(0)),
        "{printed:?}"
    );
    assert_eq!(printed.err, "");
}
