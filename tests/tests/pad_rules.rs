//! Rules about the number and the names of pads: the peer's table, and elements that declare them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sgn::ErrorKind;
use sgn::element::PadRules;
use sgn::prelude::*;

#[derive(serde::Deserialize)]
struct Table {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    sink_pads: Vec<String>,
    #[serde(default)]
    source_pads: Vec<String>,
    verdict: BTreeMap<String, bool>,
}

/// `num_pads:2:-` and the like as rules.
fn rules(name: &str) -> PadRules {
    let none = PadRules::NONE;
    let count = |text: &str| (text != "-").then(|| text.parse().expect("a count is a number"));
    match name.split(':').collect::<Vec<_>>().as_slice() {
        ["one_to_one"] => none.one_to_one(),
        ["one_to_many"] => none.one_to_many(),
        ["many_to_one"] => none.many_to_one(),
        ["pad_names_match"] => none.pad_names_match(),
        ["single_pad"] => none.single_pad(),
        ["num_pads", sinks, sources] => none.num_pads(count(sinks), count(sources)),
        _ => panic!("the table has an unknown rule `{name}`"),
    }
}

#[test]
fn verdicts_are_those_of_the_peer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/validators.json");
    let text = fs::read_to_string(path).expect("the table is there");
    let table: Table = serde_json::from_str(&text).expect("the table is JSON");
    assert_eq!(table.cases.len(), 9);
    for case in table.cases {
        for (name, expected) in &case.verdict {
            let verdict = rules(name).check(&case.sink_pads, &case.source_pads);
            assert_eq!(
                verdict.is_ok(),
                *expected,
                "{name} of {:?} and {:?}: {verdict:?}",
                case.sink_pads,
                case.source_pads
            );
        }
    }
}

/// Holds all dynamic pads to its rules.
#[sgn::transform]
struct Mixer;

#[sgn::transform(many_to_one, num_pads(sinks = 2))]
impl Mixer {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, _frame: Frame<u8>) {}

    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Frame<u8> {
        Frame::gap()
    }
}

#[sgn::transform]
struct Relay;

#[sgn::transform(pad_names_match)]
impl Relay {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, _frame: Frame<u8>) {}

    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Frame<u8> {
        Frame::gap()
    }
}

#[sgn::sink]
struct One;

#[sgn::sink(single_pad, eos = all)]
impl One {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, _frame: Frame<u8>) {}
}

/// Fixed pads are held to the rules by the compiler.
#[sgn::transform(one_to_one)]
fn negate(x: f64) -> f64 {
    -x
}

#[test]
fn pads_named_at_construction_are_counted_when_the_element_is_built() {
    let mut p = Pipeline::new();
    let error = p
        .add(
            Mixer::builder("mix")
                .sink_pads(["a", "b", "c"])
                .source_pads(["out"]),
        )
        .expect_err("three inputs");
    assert_eq!(error.kind(), ErrorKind::PadRule);
    assert_eq!(error.element(), Some("mix"));
    assert_eq!(
        error.to_string(),
        "the pads of element `mix` (Mixer) break a rule: `num_pads` asks for 2 sink pads and any number of source \
         pads, but there are 3 sink pads (`a`, `b`, `c`) and 1 source pad (`out`)"
    );
    let error = p
        .add(
            Mixer::builder("mix")
                .sink_pads(["a", "b"])
                .source_pads(["x", "y"]),
        )
        .expect_err("two outputs");
    assert!(
        error
            .to_string()
            .contains("`many_to_one` asks for any number of sink pads and 1 source pad")
    );
    p.add(
        Mixer::builder("mix")
            .sink_pads(["a", "b"])
            .source_pads(["x"]),
    )
    .expect("as the rules want it");

    let error = p
        .add(
            Relay::builder("relay")
                .sink_pads(["a", "b"])
                .source_pads(["a", "c"]),
        )
        .expect_err("other names");
    assert!(error.to_string().contains("`pad_names_match`"), "{error}");
    p.add(
        Relay::builder("relay")
            .sink_pads(["a", "b"])
            .source_pads(["b", "a"]),
    )
    .expect("the order is free");

    let error = p
        .add(One::builder("one").sink_pads(["a", "b"]))
        .expect_err("two");
    assert!(
        error.to_string().contains("`single_pad` asks for one pad"),
        "{error}"
    );
    p.add(One::builder("one").sink_pads(["a"])).expect("one");
}

#[test]
fn rules_are_in_the_registry() {
    let rules = |name| {
        let info = sgn::registry().get(name).expect("it is registered");
        info.rules().names().collect::<Vec<_>>()
    };
    assert_eq!(rules("mixer"), ["many_to_one", "num_pads"]);
    assert_eq!(rules("one"), ["single_pad"]);
    assert_eq!(rules("negate"), ["one_to_one"]);
}
