//! Folded stacks, read by speedscope and by the Firefox Profiler.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::firefox::Session;
use crate::readers::browse;
use crate::recorded::{LIVE_BYTES, Line, Recorded, runs};
use crate::speedscope::stacks;

/// Returns the frames of a line as the format can have them.
fn frames(line: &Line) -> Vec<String> {
    let frames = line.frames().into_iter();
    let frame = |name: String| {
        let name = name.strip_suffix(';').unwrap_or(&name);
        name.replace(';', r"\u{3b}").replace('\n', r"\n")
    };
    frames.map(frame).collect()
}

/// Returns the live bytes that are not zero, by the names that `name` gives to lines.
fn live(recorded: &Recorded, name: impl Fn(&Line) -> String) -> BTreeMap<String, u64> {
    let sums = recorded.sums(|line| Some(name(line))).into_iter();
    sums.map(|(name, sum)| (name, sum[LIVE_BYTES]))
        .filter(|(_, bytes)| *bytes > 0)
        .collect()
}

#[test]
fn speedscope_reads_the_live_bytes_of_each_stack() {
    for recorded in runs() {
        let Some(printed) = browse("speedscope", &recorded.file("folded")) else {
            return;
        };
        let exported: Value = serde_json::from_str(&printed).expect("it exports JSON");
        let read = stacks(&exported, &exported["profiles"][0]);
        assert_eq!(read, live(recorded, |line| frames(line).join(";")));
    }
}

#[test]
fn the_firefox_profiler_reads_the_live_bytes_of_each_name() {
    for recorded in runs() {
        let Some(session) = Session::load(recorded, "folded") else {
            return;
        };
        let read = session.functions("t-0");
        for (element, bytes) in live(recorded, |line| line.element.clone()) {
            assert_eq!(read.get(&element), Some(&bytes), "{element}: {read:?}");
        }
        let statements = live(recorded, |line| frames(line).pop().unwrap_or_default());
        for (statement, bytes) in statements {
            assert!(
                read.get(&statement) >= Some(&bytes),
                "{statement}: {read:?}"
            );
        }
    }
}
