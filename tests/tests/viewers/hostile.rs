//! Texts that try what a reader can be made to do: each reader still finds the numbers.
//!
//! The escapes of each format are tested beside it, in the library. speedscope, which has every text as it was,
//! is asked for all stacks of this run in its own test.

use crate::csv::table;
use crate::dhat::nodes;
use crate::firefox::Session;
use crate::heaptrack::heaptrack;
use crate::pprof::{TYPES, pprof};
use crate::readers::browse;
use crate::recorded::{LIVE_BYTES, TOTAL_BLOCKS, hostile, moments};

#[test]
fn pprof_finds_the_sums() {
    for (kind, number) in TYPES {
        let index = format!("-sample_index={kind}");
        let Some(printed) = pprof(hostile(), &["-top", &index]) else {
            return;
        };
        let total = format!(" Total samples = {}B ", hostile().total()[number]);
        assert!(printed.contains(&total), "{total}: {printed}");
        assert!(!printed.contains('\u{1b}'), "{printed:?}");
    }
}

#[test]
fn heaptrack_finds_the_sums() {
    for (cost, number) in [("leaked", LIVE_BYTES), ("allocations", TOTAL_BLOCKS)] {
        let Some((printed, costs)) = heaptrack(hostile(), cost) else {
            return;
        };
        assert_eq!(costs.values().sum::<u64>(), hostile().total()[number]);
        assert!(!printed.contains('\u{1b}'), "{printed:?}");
    }
}

#[test]
fn dh_view_finds_the_sums() {
    if let Some(shown) = browse("dh_view", &hostile().file("dhat")) {
        assert_eq!(nodes(&shown)["[root]"], hostile().total(), "{shown}");
    }
}

#[test]
fn the_firefox_profiler_finds_the_sums() {
    if let Some(session) = Session::load(hostile(), "folded") {
        let functions = session.functions("t-0");
        let elements = hostile().sums(|line| line.pad.is_empty().then(|| line.element.clone()));
        let live = elements["(runtime)"][LIVE_BYTES];
        assert_eq!(functions["(runtime)"], live, "{functions:?}");
    }
}

#[test]
fn python_finds_each_row() {
    if let Some(rows) = table(hostile()) {
        let lines = moments(&hostile().run);
        let lines = lines.iter().flat_map(|moment| &moment.lines);
        let expected: Vec<_> = lines
            .map(|line| line.usage[LIVE_BYTES].to_string())
            .collect();
        let read: Vec<_> = rows.iter().map(|row| row["live_bytes"].clone()).collect();
        assert_eq!(read, expected);
        let columns = rows
            .iter()
            .flat_map(|row| row.as_object().expect("by column").values());
        let is_formula = |field: &&serde_json::Value| {
            field
                .as_str()
                .is_some_and(|field| field.starts_with(['=', '+', '-', '@', '\t']))
        };
        assert_eq!(columns.filter(is_formula).count(), 0);
    }
}
