//! speedscope, in a browser: what it has read is what it exports.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::readers::browse;
use crate::recorded::{LIVE_BYTES, TOTAL_BYTES, hostile, runs};

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Returns the bytes of each stack of a profile, whose frames open and close where the bytes before them end.
pub(crate) fn stacks(exported: &Value, profile: &Value) -> BTreeMap<String, u64> {
    let (mut stacks, mut open, mut at) = (BTreeMap::new(), Vec::<String>::new(), 0);
    for event in list(&profile["events"]) {
        let now = event["at"].as_u64().expect("a whole number");
        if now > at {
            *stacks.entry(open.join(";")).or_default() += now - at;
            at = now;
        }
        let frame = event["frame"].as_u64().expect("an index") as usize;
        let name = exported["shared"]["frames"][frame]["name"].as_str();
        match event["type"].as_str() {
            Some("O") => open.push(name.expect("a name").to_owned()),
            _ => assert_eq!(open.pop().as_deref(), name),
        }
    }
    stacks
}

#[test]
fn each_profile_has_the_bytes_of_its_stacks() {
    for recorded in runs().iter().chain([hostile()]) {
        let Some(printed) = browse("speedscope", &recorded.file("speedscope")) else {
            return;
        };
        let exported: Value = serde_json::from_str(&printed).expect("it exports JSON");
        let profiles: BTreeMap<&str, &Value> = list(&exported["profiles"])
            .iter()
            .map(|profile| (profile["name"].as_str().expect("a name"), profile))
            .collect();
        let compare = |name: &str, number: usize, element: Option<&str>| {
            let profile = profiles.get(name).unwrap_or_else(|| panic!("no {name:?}"));
            assert_eq!(profile["unit"], "bytes");
            let sums = recorded.sums(|line| {
                let is_meant = element.is_none_or(|element| line.element == element);
                is_meant.then(|| line.frames().join(";"))
            });
            let sums = sums.into_iter().map(|(stack, sum)| (stack, sum[number]));
            let sums: BTreeMap<_, _> = sums.filter(|(_, bytes)| *bytes > 0).collect();
            assert_eq!(stacks(&exported, profile), sums, "{name}");
        };
        compare("all elements: live bytes", LIVE_BYTES, None);
        compare("all elements: allocated bytes", TOTAL_BYTES, None);
        let elements = recorded.sums(|line| Some(line.element.clone()));
        for element in elements.keys() {
            compare(&format!("{element}: live bytes"), LIVE_BYTES, Some(element));
        }
        assert_eq!(profiles.len(), 2 + elements.len());
    }
}
