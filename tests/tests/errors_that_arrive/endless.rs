//! Errors whose causes have no end.

use std::error::Error as StdError;
use std::fmt;
use std::sync::OnceLock;

use sgn::elements::IterSource;
use sgn::prelude::*;

use super::run;

#[derive(Debug)]
struct Circle(&'static str);

static THERE: Circle = Circle("there");
static BACK: Circle = Circle("back");

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Circle {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.0 {
            "itself" => Some(self),
            "there" => Some(&BACK),
            "back" => Some(&THERE),
            _ => panic!("no cause"),
        }
    }
}

/// One of a million errors, each caused by the next.
#[derive(Debug)]
struct Link(usize);

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.0)
    }
}

impl StdError for Link {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        static CHAIN: OnceLock<Vec<Link>> = OnceLock::new();
        let chain = CHAIN.get_or_init(|| (0..1_000_000).map(Link).collect());
        Some(chain.get(self.0 + 1)?)
    }
}

#[sgn::sink]
struct Fails {
    #[prop]
    error: fn() -> sgn::BoxError,
}

#[sgn::sink]
impl Fails {
    fn pull(&mut self, x: &Frame<u32>) -> Result<(), sgn::BoxError> {
        let _ = x;
        Err((self.error)())
    }
}

fn failing(error: fn() -> sgn::BoxError) -> sgn::Error {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("src").iter("x", 0..2_u32);
    pipeline
        .connect(source, Fails::builder("bad").error(error))
        .expect("it is well");
    run(&mut pipeline)
}

const HEAD: &str = "`pull` failed in element `bad` (Fails), pad `bad:snk:x`, stride 1: ";

#[test]
fn an_error_that_is_its_own_cause_is_told_once() {
    let error = failing(|| Box::new(Circle("itself")));
    assert_eq!(error.to_string(), format!("{HEAD}itself"));
    assert_eq!(format!("{error:?}"), format!("{HEAD}itself"));
}

#[test]
fn a_circle_of_causes_is_told_to_a_limit() {
    let error = failing(|| Box::new(Circle("there")));
    let text = format!("{error:?}");
    assert!(
        text.starts_with(&format!(
            "{HEAD}there\n  caused by: back\n  caused by: there"
        )),
        "{text}"
    );
    assert!(text.ends_with("\n  and more causes"), "{text}");
    assert_eq!(text.lines().count(), 1 + 19 + 1);
}

#[test]
fn a_million_causes_are_told_to_a_limit() {
    let error = failing(|| Box::new(Link(0)));
    let text = format!("{error:?}");
    assert!(
        text.contains("caused by: link 19") && !text.contains("link 20"),
        "{text}"
    );
    assert!(text.ends_with("\n  and more causes"), "{text}");
}

#[test]
fn a_cause_that_cannot_be_asked_for_ends_the_chain() {
    let error = failing(|| Box::new(Circle("nothing")));
    assert_eq!(format!("{error:?}"), format!("{HEAD}nothing"));
}
