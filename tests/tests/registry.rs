//! The catalogue: what the attributes register, look-up, and building from texts.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sgn::ErrorKind;
use sgn::element::Role;
use sgn::pad::{Access, Direction};
use sgn::prelude::*;
use sgn::registry::{ElementInfo, Properties};

const NUMBER_SOURCE_LINE: u32 = line!() + 7;

/// Emits numbers.
/// On two lines. And more.
///
/// Details.
#[sgn::source]
struct NumberSource {
    /// How many.
    #[prop(default = 10, range = 1..=100)]
    max_frames: u32,
    /// Where from.
    #[prop]
    path: PathBuf,
    #[prop(default)]
    tags: Vec<String>,
    #[prop(default = Duration::ZERO)]
    wait: Duration,
    #[state]
    count: u32,
}

#[sgn::source]
impl NumberSource {
    fn new(&mut self) -> Result<Option<Frame<Vec<f32>>>, std::io::Error> {
        let _ = (&self.path, &self.tags, self.wait);
        self.count += 1;
        Ok(Some(
            Frame::new(vec![1.0]).with_eos(self.count >= self.max_frames),
        ))
    }
}

/// Adds.
#[sgn::transform]
fn add_up(left: f64, right: &f64, #[prop(default = 1.0)] factor: f64) -> f64 {
    (left + right) * factor
}

#[sgn::sink]
struct Keep {
    #[prop]
    kept: Arc<Mutex<Vec<u8>>>,
}

#[sgn::sink(eos = all)]
impl Keep {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, frame: Frame<u8>) {
        self.kept.lock().extend(frame.into_data());
    }
}

/// Doubles.
#[sgn::transform]
struct Doubler;

#[sgn::transform]
impl Doubler {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, _frame: Frame<u8>) {}

    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Frame<u8> {
        Frame::gap()
    }
}

mod first {
    pub(super) const LINE: u32 = line!() + 3;

    #[sgn::sink]
    fn twin(_x: &u8) {}
}

mod second {
    pub(super) const LINE: u32 = line!() + 3;

    #[sgn::sink]
    fn twin(_x: &u8) {}
}

#[allow(dead_code, reason = "listed only")]
#[sgn::sink]
struct Generic<T: Send + 'static> {
    #[state]
    kept: Vec<T>,
}

#[sgn::sink]
impl<T: Send + 'static> Generic<T> {
    fn pull(&mut self, x: Frame<T>) {
        self.kept.extend(x.into_data());
    }
}

fn get(name: &str) -> &'static ElementInfo {
    sgn::registry()
        .get(name)
        .expect("the element is registered")
}

fn properties<const N: usize>(pairs: [(&str, &str); N]) -> Properties {
    pairs.into_iter().collect()
}

#[test]
fn an_element_is_registered_with_everything_its_author_said() {
    let info = get("number_source");
    assert_eq!(info.type_name(), "NumberSource");
    assert_eq!(info.path(), "registry::NumberSource");
    assert_eq!(info.role(), Role::Source);
    assert_eq!(info.summary(), "Emits numbers.");
    assert!(info.docs().ends_with("And more.\n\nDetails."));
    assert!(info.file().ends_with("registry.rs"));
    assert_eq!((info.line(), info.column()), (NUMBER_SOURCE_LINE, 8));
    let [max_frames, path, tags, wait] = info.properties() else {
        panic!("four properties: {:?}", info.properties());
    };
    assert_eq!(max_frames.type_name, "u32");
    assert_eq!(max_frames.default, Some("10"));
    assert_eq!(max_frames.range, Some("1..=100"));
    assert_eq!(max_frames.docs, "How many.");
    assert!(path.is_required() && path.is_readable());
    assert_eq!(tags.type_name, "Vec<String>");
    assert!(wait.is_readable());
    let [out] = info.pads() else {
        panic!("one pad: {:?}", info.pads());
    };
    assert_eq!((out.name, out.direction), ("out", Direction::Source));
    assert_eq!((out.payload, out.dynamic), ("Vec<f32>", false));
}

#[test]
fn a_function_is_registered_like_a_struct() {
    let info = get("add_up");
    assert_eq!(info.role(), Role::Transform);
    let pads: Vec<_> = info
        .pads()
        .iter()
        .map(|pad| (pad.name, pad.access, pad.payload))
        .collect();
    assert_eq!(
        pads,
        [
            ("left", Access::Owned, "f64"),
            ("right", Access::Shared, "f64"),
            ("out", Access::Owned, "f64")
        ]
    );
}

#[test]
fn names_are_found_in_both_cases_and_by_path() {
    assert_eq!(get("NumberSource").path(), "registry::NumberSource");
    assert_eq!(get("registry::first::twin").line(), first::LINE);
}

#[test]
fn the_list_is_sorted_and_has_the_stock_elements() {
    let names: Vec<&str> = sgn::registry().iter().map(ElementInfo::name).collect();
    assert!(names.is_sorted());
    for stock in [
        "callable_transform",
        "collect_frames",
        "collect_sink",
        "deque_sink",
        "iter_source",
        "null_sink",
        "null_source",
        "pass_through",
    ] {
        assert!(names.contains(&stock), "{stock}");
        assert!(!get(stock).pads().is_empty(), "{stock} has pads");
        // What `inspect` prints in a line fits a terminal of 80 columns.
        let line = format!("callable_transform  transform  {}", get(stock).summary());
        assert!(line.len() <= 80, "the summary of {stock} is too long");
    }
}

#[test]
fn an_unknown_name_says_what_is_near_and_how_a_crate_gets_linked() {
    let error = sgn::registry()
        .get("number_sorce")
        .expect_err("no such element");
    assert_eq!(error.kind(), ErrorKind::UnknownElement);
    let text = error.to_string();
    assert!(text.contains("did you mean `number_source`?"), "{text}");
    assert!(text.contains("`use my_elements as _;`"), "{text}");
}

#[test]
fn a_name_that_is_registered_twice_is_an_error_with_both_places() {
    let error = sgn::registry().get("twin").expect_err("two twins");
    assert_eq!(error.kind(), ErrorKind::DuplicateRegistration);
    let text = error.to_string();
    for line in [first::LINE, second::LINE] {
        assert!(text.contains(&format!("registry.rs:{line}:8")), "{text}");
    }
    let error = sgn::registry().check().expect_err("two twins");
    assert!(error.to_string().contains("registry::second::twin"));
}

#[test]
fn texts_become_properties() {
    let element = get("number_source")
        .build(
            "src",
            properties([
                ("path", "a b"),
                ("max_frames", "3"),
                ("tags", "x,y"),
                ("wait", "5ms"),
            ]),
        )
        .expect("all is well");
    let mut pipeline = Pipeline::new();
    pipeline.insert([element], []).expect("the name is free");
    let source = pipeline
        .element_by_name::<NumberSource>("src")
        .expect("it is there");
    assert_eq!(source.max_frames, 3);
    assert_eq!(source.path, PathBuf::from("a b"));
    assert_eq!(source.tags, ["x", "y"]);
    assert_eq!(source.wait, Duration::from_millis(5));
}

#[test]
fn pads_are_named_from_text() {
    let element = get("Doubler")
        .build(
            "d",
            properties([("source_pads", "a, b"), ("sink_pads", "x")]),
        )
        .expect("all is well");
    let mut pipeline = Pipeline::new();
    pipeline.insert([element], []).expect("the name is free");
    assert_eq!(pipeline.pads(), ["d:snk:x", "d:src:a", "d:src:b"]);
}

#[test]
fn bad_properties_are_refused_by_name() {
    type Case = (
        &'static [(&'static str, &'static str)],
        ErrorKind,
        Option<&'static str>,
        &'static str,
    );
    let cases: [Case; 8] = [
        (&[], ErrorKind::MissingProperty, None, "`path` (`PathBuf`)"),
        (
            &[("path", ""), ("max_frame", "1")],
            ErrorKind::UnknownProperty,
            Some("max_frame"),
            "did you mean `max_frames`?",
        ),
        (
            &[("path", ""), ("zzz", "1")],
            ErrorKind::UnknownProperty,
            Some("zzz"),
            "there are `max_frames`, `path`",
        ),
        (
            &[("path", ""), ("max_frames", "x")],
            ErrorKind::InvalidProperty,
            Some("max_frames"),
            "cannot be `x`: invalid digit found in string; it is a `u32`",
        ),
        (
            &[("path", ""), ("max_frames", "0")],
            ErrorKind::PropertyOutOfRange,
            Some("max_frames"),
            "it must lie in 1..=100",
        ),
        (
            &[("path", ""), ("path", "")],
            ErrorKind::InvalidProperty,
            Some("path"),
            "given twice",
        ),
        (
            &[("path", ""), ("source_pads", "a")],
            ErrorKind::UnknownProperty,
            Some("source_pads"),
            "its source pads are fixed",
        ),
        (
            &[("path", ""), ("eos", "all")],
            ErrorKind::UnknownProperty,
            Some("eos"),
            "only sinks",
        ),
    ];
    for (given, kind, property, says) in cases {
        let error = get("number_source")
            .build("src", given.iter().copied().collect())
            .expect_err("the properties are bad");
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.property(), property, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(error.element(), Some("src"));
    }
}

#[test]
fn what_cannot_be_made_from_text_says_why() {
    for (name, says) in [
        ("generic", "it is generic (`Generic<T: Send + 'static>`)"),
        (
            "keep",
            "its required property `kept` is a `Arc<Mutex<Vec<u8>>>`",
        ),
    ] {
        let reason = get(name).why_not_launchable().expect("there is a reason");
        assert!(reason.contains(says), "{reason}");
        let error = get(name)
            .build("x", Properties::new())
            .expect_err("there is a reason");
        assert_eq!(error.kind(), ErrorKind::NotLaunchable);
    }
    assert_eq!(get("number_source").why_not_launchable(), None);
}
