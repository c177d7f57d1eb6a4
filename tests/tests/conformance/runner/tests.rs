//! The runner notices what is wrong: every word of an expectation counts, and nothing unknown is passed over.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::case::File;
use super::*;

/// The case that was changed, or why it cannot be read any more.
fn changed(case: &Json) -> Result<Verdict, String> {
    let case: Case = serde_json::from_value(case.clone()).map_err(|error| error.to_string())?;
    Ok(verdict(&case))
}

fn stored(group: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(own_cases().join(format!("{group}.json"))).unwrap();
    let mut file: Json = serde_json::from_str(&text).unwrap();
    match file["cases"].take() {
        Json::Array(cases) => cases,
        other => panic!("{group}.json has no list of cases: {other}"),
    }
}

/// The smallest case of `group` for each way to end; small ones are quick to play many times.
fn smallest(group: &str) -> BTreeMap<String, Json> {
    let mut examples: BTreeMap<String, Json> = BTreeMap::new();
    for case in stored(group) {
        if case.get("quirk").is_some() {
            continue;
        }
        let end = case["expect"]["error"]["category"]
            .as_str()
            .unwrap_or("ok")
            .to_owned();
        let size = |case: &Json| case.to_string().len();
        if examples
            .get(&end)
            .is_none_or(|present| size(&case) < size(present))
        {
            examples.insert(end, case);
        }
    }
    examples
}

/// The smallest case of `group` that ends well.
fn good(group: &str) -> Json {
    smallest(group).remove("ok").unwrap()
}

/// Whether we notice the error of `case` before the peer does, so that nothing after that is compared.
fn is_noticed_earlier(case: &Json) -> bool {
    let case: Case = serde_json::from_value(case.clone()).unwrap();
    let played = play::play(&case, Variant::Stock).unwrap();
    let expected = case.expect.error.map(|error| error.at);
    expected.is_some_and(|expected| played.refusal.is_some_and(|(place, _)| place < expected))
}

/// The places of everything inside `json` that is a value and not a collection of values.
fn leaves(json: &Json, path: &str, found: &mut Vec<String>) {
    match json {
        Json::Object(fields) => {
            for (name, value) in fields {
                leaves(
                    value,
                    &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Json::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}/{place}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn something_else(json: &Json) -> Json {
    match json {
        Json::Null => json!(77),
        Json::Bool(value) => json!(!value),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| json!(77), |number| json!(number + 1)),
        Json::String(text) => json!(format!("{text}x")),
        other => panic!("{other} is no leaf"),
    }
}

#[test]
fn every_value_of_an_expectation_counts() {
    let mut tried = 0;
    for group in PIPELINES {
        for example in smallest(group).into_values() {
            assert_eq!(changed(&example), Ok(Verdict::Passed), "{example}");
            let mut places = Vec::new();
            leaves(&example["expect"], "/expect", &mut places);
            // one is for information only, and of the other any one is enough
            places.retain(|place| {
                !place.ends_with("/python_type") && !place.contains("/mentions_any/")
            });
            if is_noticed_earlier(&example) {
                places.retain(|place| place.starts_with("/expect/error"));
            }
            for place in places {
                let mut case = example.clone();
                let leaf = case.pointer_mut(&place).unwrap();
                *leaf = something_else(leaf);
                let outcome = changed(&case);
                assert!(
                    matches!(outcome, Err(_) | Ok(Verdict::Failed(_))),
                    "{} passes with a wrong {place}: {outcome:?}",
                    example["id"]
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried} changes are too few to mean anything");
}

#[test]
fn every_item_of_what_runs_and_sinks_give_counts() {
    let example = good("linking");
    let sink = example["expect"]["sinks"]
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone();
    let pad = example["expect"]["sinks"][&sink]["pads"]
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone();
    let pad = format!("/expect/sinks/{sink}/pads/{pad}");
    for place in [
        "/expect/runs",
        "/expect/nodes/pads",
        "/expect/edges/pads_intra",
        "/expect/generations",
        "/expect/startup_generations",
        "/expect/dot_edges",
        &format!("{pad}/frames"),
        &format!("{pad}/collected"),
    ] {
        for change in [
            |items: &mut Vec<Json>| drop(items.pop()),
            |items: &mut Vec<Json>| items.push(items[0].clone()),
        ] {
            let mut case = example.clone();
            change(
                case.pointer_mut(place)
                    .and_then(Json::as_array_mut)
                    .unwrap(),
            );
            assert!(matches!(changed(&case), Ok(Verdict::Failed(_))), "{place}");
        }
    }
}

#[test]
fn an_error_may_come_earlier_and_never_later_and_names_something() {
    let example = stored("linking")
        .into_iter()
        .find(|case| case["id"] == "s-link-28")
        .unwrap();
    assert_eq!(example["expect"]["error"]["at"], "steps[1]");
    let mut case = example.clone();
    case["expect"]["error"]["at"] = json!("steps[2]");
    assert_eq!(changed(&case), Ok(Verdict::Passed));
    case["expect"]["error"]["at"] = json!("steps[0]");
    assert!(matches!(changed(&case), Ok(Verdict::Failed(_))));
    case["expect"]["error"] = example["expect"]["error"].clone();
    case["expect"]["error"]["mentions_any"] = json!(["nobody", "snk1:snk:V1"]);
    assert_eq!(changed(&case), Ok(Verdict::Passed));
    case["expect"]["error"]["mentions_any"] = json!(["nobody"]);
    assert!(matches!(changed(&case), Ok(Verdict::Failed(_))));
}

#[test]
fn a_quirk_leaves_frames_open_and_nothing_else() {
    let example = stored("eos")
        .into_iter()
        .find(|case| case["id"] == "s-eos-08")
        .unwrap();
    assert!(matches!(changed(&example), Ok(Verdict::Deliberate(_))));
    let mut case = example.clone();
    case.as_object_mut().unwrap().remove("quirk");
    assert!(matches!(changed(&case), Ok(Verdict::Failed(_))));
    let mut case = example;
    case["expect"]["nodes"]["elements"] = json!([]);
    assert!(matches!(changed(&case), Ok(Verdict::Failed(_))));
}

#[test]
fn what_is_unknown_is_refused() {
    let example = good("linking");
    for (place, name, value) in [
        ("", "colour", json!(1)),
        ("/elements/0", "colour", json!(1)),
        ("/elements/0", "kind", json!("quantum_source")),
        ("/steps/0", "op", json!("teleport")),
        ("/steps/0", "colour", json!(1)),
        ("/expect", "colour", json!(1)),
        ("/expect", "outcome", json!("maybe")),
        ("/expect/runs/0", "colour", json!(1)),
        (
            "/expect",
            "error",
            json!({"at": "steps[0]", "category": "bad_luck", "python_type": ""}),
        ),
        (
            "/expect",
            "error",
            json!({"at": "nowhere", "category": "cycle", "python_type": ""}),
        ),
    ] {
        let mut case = example.clone();
        case.pointer_mut(place).unwrap()[name] = value;
        assert!(changed(&case).is_err(), "{place}/{name}");
    }
}

#[test]
fn an_unknown_operation_is_refused() {
    let callable = |case: &Json| {
        case["elements"]
            .as_array()
            .unwrap()
            .iter()
            .position(|e| e.get("callmap").is_some())
    };
    let mut case = stored("eos")
        .into_iter()
        .find(|case| callable(case).is_some())
        .unwrap();
    let place = callable(&case).unwrap();
    case["elements"][place]["callmap"] = json!({"V1": "divide"});
    assert!(changed(&case).unwrap_err().contains("divide"));
}

#[test]
fn a_file_that_is_missing_or_broken_fails_its_group() {
    let report = run(Path::new("no such folder"));
    assert_eq!((report.passed(), report.total()), (0, PIPELINES.len() + 1));
    assert_eq!(report.failures().count(), report.total());
    // the right folder, and a file of another shape
    assert!(File::load(&own_cases(), "health").is_err());
}
