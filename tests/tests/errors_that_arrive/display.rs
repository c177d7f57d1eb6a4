//! Errors and panics whose text cannot be had, or has no end.

use std::fmt;

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;
use sgn::testing::Harness;
use sgn::{Error, ErrorKind};

use super::{assert_panic, place, run};

#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Fails,
    Panics,
    PanicsInBoth,
    Heeds,
    GoesOn,
}

const ALL: [Manner; 5] = [
    Manner::Fails,
    Manner::Panics,
    Manner::PanicsInBoth,
    Manner::Heeds,
    Manner::GoesOn,
];

/// An error that says what it is in a hostile manner.
struct Hostile(Manner);

impl fmt::Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Manner::Fails => Err(fmt::Error),
            Manner::Panics | Manner::PanicsInBoth => panic!("no words"),
            Manner::Heeds => loop {
                f.write_str("on and on ")?;
            },
            Manner::GoesOn => loop {
                let _ = f.write_str("on and on ");
            },
        }
    }
}

impl fmt::Debug for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.0 != Manner::PanicsInBoth, "no words either");
        f.write_str("Hostile")
    }
}

impl std::error::Error for Hostile {}

impl Manner {
    #[track_caller]
    fn assert_told(self, error: &Error) {
        let told = match self {
            Self::Fails => "<an error whose `Display` failed; by `Debug` it is Hostile>",
            Self::Panics => {
                "<an error whose `Display` panicked: no words; by `Debug` it is Hostile>"
            }
            Self::PanicsInBoth => {
                "<an error whose `Display` panicked: no words, and whose `Debug` panicked: no words either>"
            }
            Self::Heeds | Self::GoesOn => "on and on on and on",
        };
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(text.contains(told), "{text}");
            assert!(text.len() < 40_000, "{} bytes", text.len());
        }
    }
}

#[sgn::sink]
struct Fails {
    #[prop(default = "")]
    at: &'static str,
    #[prop(default = Manner::Fails)]
    manner: Manner,
}

#[sgn::sink]
impl Fails {
    fn maybe(&self, at: &str) -> Result<(), Hostile> {
        if self.at == at {
            Err(Hostile(self.manner))
        } else {
            Ok(())
        }
    }

    fn on_build(&mut self) -> Result<(), Hostile> {
        self.maybe("on_build")
    }

    fn on_startup(&mut self) -> Result<(), Hostile> {
        self.maybe("on_startup")
    }

    fn pull(&mut self, x: &Frame<u32>) -> Result<(), Hostile> {
        let _ = x;
        self.maybe("pull")
    }

    fn internal(&mut self) -> Result<(), Hostile> {
        self.maybe("internal")
    }

    fn eos_error(&mut self) -> Option<Hostile> {
        self.maybe("eos_error").err()
    }
}

fn pipeline(builder: impl sgn::element::IntoElement<Element = Fails>) -> sgn::Result<Pipeline> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(IterSource::builder("src").iter("x", 0..2_u32))?;
    let bad = pipeline.add(builder)?;
    pipeline.link(source.out["x"], bad.x)?;
    Ok(pipeline)
}

#[test]
fn a_hostile_error_arrives_from_every_callback() {
    for at in ["on_startup", "pull", "internal", "eos_error"] {
        for manner in ALL {
            let error = run(&mut pipeline(Fails::builder("bad").at(at).manner(manner)).unwrap());
            manner.assert_told(&error);
            let within = error.problems().first().unwrap_or(&error);
            assert_eq!(
                (within.element(), place(within).1),
                (Some("bad"), Some(at)),
                "{error}"
            );
        }
    }
    for manner in ALL {
        let error = pipeline(Fails::builder("bad").at("on_build").manner(manner)).unwrap_err();
        manner.assert_told(&error);
        assert_eq!(place(&error), (Some("bad"), Some("on_build"), None, None));
    }
}

#[test]
fn a_hostile_error_arrives_on_the_bench() {
    for manner in ALL {
        let mut bench = Harness::new(Fails::builder("bad").at("pull").manner(manner)).unwrap();
        let x = bench.pads().x;
        bench.push(x, Frame::new(1));
        manner.assert_told(&bench.stride().unwrap_err());
    }
}

#[test]
fn a_hostile_spec_that_changed_is_told() {
    #[derive(Clone)]
    struct Mute(u32);
    impl fmt::Debug for Mute {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("secret {}", self.0)
        }
    }
    impl PartialEq for Mute {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[sgn::source]
    fn changes(#[state] count: &mut u32) -> Frame<u32> {
        *count += 1;
        Frame::gap().with_spec(Spec::new(Mute(*count / 3)))
    }
    let mut pipeline = Pipeline::new();
    pipeline
        .connect(
            changes::builder("src"),
            NullSink::<u32>::builder("snk").sink_pads(["x"]),
        )
        .unwrap();
    let error = run(&mut pipeline);
    assert_eq!(error.kind(), ErrorKind::SpecChanged);
    assert!(error.to_string().contains("panicked: secret 0"), "{error}");
    assert_eq!(
        place(&error),
        (Some("snk"), Some("pull"), Some("snk:snk:x"), Some(3))
    );
}

#[test]
fn a_panic_without_text_or_with_too_much_of_it_is_told() {
    #[sgn::sink]
    fn throws(x: u32) {
        match x {
            0 => std::panic::panic_any(7_u8),
            _ => panic!("{}", "x".repeat(1 << 20)),
        }
    }
    for (value, text) in [(0_u32, "a value that is no text"), (1, "xxxx")] {
        let mut pipeline = Pipeline::new();
        pipeline
            .connect(
                IterSource::builder("src").iter("x", [value; 3]),
                throws::builder("bad"),
            )
            .unwrap();
        let error = run(&mut pipeline);
        assert_panic(&error, text);
        assert!(error.to_string().len() < 20_000);
    }
}
