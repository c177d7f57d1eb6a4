//! Panics before there is an element: conversions, defaults, ranges, initial values, and `on_build`.

use std::cmp::Ordering;
use std::str::FromStr;

use sgn::elements::{IterSource, NullSink};
use sgn::launch;
use sgn::prelude::*;
use sgn::registry::{Properties, registry};
use sgn::testing::Harness;
use sgn::{Error, ErrorKind};

use super::{assert_panic, place};

/// A property whose code panics.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate(u32);

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        assert_ne!(self.0, 13, "not comparable");
        self.0.partial_cmp(&other.0)
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        assert!(!text.is_empty(), "nothing to read");
        text.parse().map(Self).map_err(|error| format!("{error}"))
    }
}

/// A state whose code panics.
#[derive(Debug)]
struct Reserved(u32);

impl Reserved {
    fn of(rate: Rate) -> Self {
        assert_ne!(rate.0, 7, "no room for seven");
        Self(rate.0)
    }
}

/// Takes its time.
#[sgn::sink]
struct Paced {
    /// A rate.
    #[prop(default = Rate(1), range = Rate(0)..=Rate(100))]
    rate: Rate,
    /// Whether `on_build` panics.
    #[prop(default)]
    panics: bool,
    #[state(Reserved::of(rate))]
    reserved: Reserved,
}

#[sgn::sink]
impl Paced {
    fn on_build(&mut self) {
        assert!(!self.panics, "no plan");
    }

    fn pull(&mut self, x: &Frame<u32>) {
        let _ = (x, self.rate, self.reserved.0);
    }
}

/// What each way to build an element comes to.
fn every_way(rate: u32, panics: bool) -> Vec<Error> {
    let builder = || Paced::builder("paced").rate(Rate(rate)).panics(panics);
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..1_u32))
        .expect("it is well");
    let rate = rate.to_string();
    let texts: Properties = [
        ("rate", rate.as_str()),
        ("panics", if panics { "true" } else { "false" }),
    ]
    .into_iter()
    .collect();
    let errors = vec![
        NewElement::new(builder()).expect_err("it fails"),
        pipeline.add(builder()).expect_err("it fails"),
        pipeline.connect("src", builder()).expect_err("it fails"),
        group([builder()]).expect_err("it fails"),
        Harness::new(builder()).expect_err("it fails"),
        registry()
            .get("Paced")
            .expect("it is well")
            .build("paced", texts)
            .expect_err("it fails"),
    ];
    // The pipeline is as it was.
    assert_eq!(pipeline.elements(), ["src"]);
    let sink = pipeline
        .add(NullSink::<u32>::builder("paced").sink_pads(["x"]))
        .expect("it is well");
    pipeline
        .link(source.out["x"], sink.frame["x"])
        .expect("it is well");
    errors
}

#[test]
fn a_panic_of_a_builder_is_an_error_with_the_element() {
    for (rate, text) in [(13, "not comparable"), (7, "no room for seven")] {
        for error in every_way(rate, false) {
            assert_panic(&error, text);
            assert!(error.to_string().contains("element `paced`"), "{error}");
            assert_eq!(place(&error), (Some("paced"), Some("build"), None, None));
        }
    }
}

#[test]
fn a_panic_in_on_build_is_of_on_build() {
    for error in every_way(1, true) {
        assert_panic(&error, "no plan");
        assert_eq!(place(&error), (Some("paced"), Some("on_build"), None, None));
    }
}

#[test]
fn a_property_whose_text_panics_is_named() {
    let texts: Properties = [("rate", "")].into_iter().collect();
    let error = registry()
        .get("Paced")
        .unwrap()
        .build("paced", texts)
        .unwrap_err();
    assert_panic(&error, "nothing to read");
    assert_eq!(
        (error.element(), error.property()),
        (Some("paced"), Some("rate"))
    );

    let error = launch::pipeline("null_source source_pads=x name=src ! paced rate=7").unwrap_err();
    assert!(
        error
            .problems()
            .iter()
            .any(|problem| problem.message.contains("no room for seven")),
        "{error}"
    );
    assert!(
        error
            .problems()
            .iter()
            .any(|problem| problem.kind == ErrorKind::Panic),
        "{error}"
    );
}
