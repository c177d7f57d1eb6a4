//! Traces of Chrome, read by the Firefox Profiler; the counters, which it leaves out, as JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::firefox::Session;
use crate::recorded::{LIVE_BYTES, Recorded, moments, runs};

fn events(recorded: &Recorded) -> Vec<Value> {
    let file = std::fs::read(recorded.file("chrome")).expect("it was exported");
    let file: Value = serde_json::from_slice(&file).expect("it is JSON");
    file["traceEvents"].as_array().expect("a list").clone()
}

#[test]
fn each_moment_is_a_counter_of_the_live_bytes_of_each_element() {
    for recorded in runs() {
        let events = events(recorded);
        let counters: Vec<_> = events.iter().filter(|event| event["ph"] == "C").collect();
        let moments = moments(&recorded.run);
        assert_eq!(counters.len(), moments.len());
        for (counter, moment) in counters.iter().zip(&moments) {
            let mut sums = BTreeMap::<&str, u64>::new();
            for line in &moment.lines {
                *sums.entry(&line.element).or_default() += line.usage[LIVE_BYTES];
            }
            let read = counter["args"].as_object().expect("values by name");
            for (element, bytes) in &sums {
                assert_eq!(read[*element], *bytes, "{element}: {read:?}");
            }
            let total: u64 = read.values().filter_map(Value::as_u64).sum();
            assert_eq!(total, sums.values().sum::<u64>());
            let microseconds = counter["ts"].as_f64().expect("a number");
            assert!((microseconds / 1e6 - moment.seconds).abs() < 2e-6);
        }
    }
}

#[test]
fn the_firefox_profiler_shows_findings_and_events() {
    for recorded in runs() {
        let Some(session) = Session::load(recorded, "chrome") else {
            return;
        };
        let mut expected = BTreeMap::<String, u64>::new();
        for event in events(recorded).iter().filter(|event| event["ph"] == "i") {
            let name = event["name"].as_str().expect("a name");
            *expected.entry(name.to_owned()).or_default() += 1;
        }
        let findings = recorded.run["findings"].as_array().expect("a list");
        let alarms = findings
            .iter()
            .filter(|finding| finding["is_alarm"] == true)
            .count();
        let is_alarm = |name: &&String| name.ends_with(" leaks") || name.ends_with(" grows");
        assert_eq!(
            expected.keys().filter(is_alarm).count() > 0,
            alarms > 0,
            "{expected:?}"
        );
        assert_eq!(session.markers(), expected);
    }
}
