//! What linking allows and refuses, where the recorded cases do not look: payloads, copies, and all mistakes at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgn::ErrorKind;
use sgn::elements::{CollectSink, IterSource, NullSink, PassThrough};
use sgn::prelude::*;

/// A payload that counts how often it was cloned.
#[derive(Debug, Default)]
struct Counted(Arc<AtomicUsize>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

/// How many copies one frame costs that feeds so many sinks that look and so many that take.
fn copies(lookers: usize, takers: usize) -> sgn::Result<usize> {
    let clones = Arc::default();
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("out", vec![Counted(Arc::clone(&clones))]))?;
    for place in 0..takers {
        p.connect(
            "src",
            CollectSink::<Counted>::build(format!("taker{place}")).sink_pads(["x"]),
        )?;
    }
    for place in 0..lookers {
        p.connect(
            "src",
            NullSink::<Counted>::build(format!("looker{place}")).sink_pads(["x"]),
        )?;
    }
    p.run()?;
    for place in 0..takers {
        let taker = p.element_by_name::<CollectSink<Counted>>(&format!("taker{place}"));
        assert_eq!(taker.map(|taker| taker.data("x").len()), Some(1));
    }
    Ok(clones.load(Ordering::Relaxed))
}

#[test]
fn of_those_that_take_all_but_one_get_a_copy_and_looking_is_free() -> sgn::Result<()> {
    assert_eq!(copies(0, 1)?, 0);
    assert_eq!(copies(5, 0)?, 0);
    assert_eq!(copies(5, 1)?, 0);
    assert_eq!(copies(0, 3)?, 2);
    assert_eq!(copies(4, 3)?, 2);
    Ok(())
}

/// A payload that nobody can clone.
#[derive(Debug)]
struct Unique;

/// Gives one.
#[sgn::source]
struct Mint {}

#[sgn::source]
impl Mint {
    fn new(&mut self) -> Frame<Unique> {
        Frame::new(Unique).with_eos(true)
    }
}

#[test]
fn what_cannot_be_cloned_feeds_one_owner_and_any_number_of_lookers() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(
        Mint::build("mint"),
        CollectSink::<Unique>::build("vault").sink_pads(["x"]),
    )?;
    p.connect("mint", NullSink::<Unique>::build("window").sink_pads(["x"]))?;
    let links = p.pad_links(true);
    let error = p
        .connect(
            "mint",
            CollectSink::<Unique>::build("thief").sink_pads(["x"]),
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotCloneable);
    assert!(error.to_string().contains("`mint:src:out`"), "{error}");
    assert_eq!(p.pad_links(true), links);
    assert!(
        !p.contains("thief"),
        "what was refused left an element behind"
    );
    p.run()?;
    let vault = p.element_by_name::<CollectSink<Unique>>("vault");
    assert_eq!(vault.map(|vault| vault.data("x").len()), Some(1));
    Ok(())
}

#[test]
fn payloads_that_differ_are_refused_with_both_ends_and_both_types() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("x", 0..3_u8))?;
    p.add(NullSink::<String>::build("snk").sink_pads(["x"]))?;
    let error = p.connect("src", "snk").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PayloadMismatch);
    for name in ["`src:src:x`", "`snk:snk:x`", "u8", "String"] {
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
    assert_eq!(p.pad_links(false), []);
    Ok(())
}

#[test]
fn a_handle_of_another_pipeline_is_refused() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let mut other = Pipeline::new();
    let src = p.add(IterSource::build("src").iter("x", 0..3))?;
    let snk = other.add(NullSink::<i32>::build("snk").sink_pads(["x"]))?;
    let error = p.link(src.out["x"], snk.frame["x"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
    Ok(())
}

#[test]
fn check_tells_everything_at_once() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("a", 0..3).iter("b", 0..3))?;
    let pass = |name: &str| {
        PassThrough::<i32>::build(name)
            .source_pads(["x"])
            .sink_pads(["x"])
    };
    p.connect(pass("hen"), pass("egg"))?;
    p.connect("egg", "hen")?;
    let error = p.check().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Several);
    let kinds: Vec<ErrorKind> = error.problems().iter().map(sgn::Error::kind).collect();
    let unlinked = ErrorKind::UnlinkedSourcePad;
    assert_eq!(
        kinds,
        [ErrorKind::NoSinks, unlinked, unlinked, ErrorKind::Cycle]
    );
    let text = format!("{error:?}");
    for name in ["src:src:a", "src:src:b", "hen", "egg"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert_eq!(p.run().unwrap_err().kind(), ErrorKind::Several);
    Ok(())
}

#[test]
fn a_pipeline_that_was_refused_can_be_repaired() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("a", 0..3).iter("b", 0..3))?;
    p.connect(
        select("src", ["a"])?,
        NullSink::<i32>::build("first").sink_pads(["a"]),
    )?;
    assert!(p.check().unwrap_err().is(ErrorKind::UnlinkedSourcePad));
    // one good link and one bad one: neither is made
    p.add(NullSink::<i32>::build("second").sink_pads(["b"]))?;
    let error = p
        .link_all(&[
            ("src:src:b", "second:snk:b"),
            ("src:src:b", "second:snk:bb"),
        ])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownPad);
    assert!(
        error.to_string().contains("did you mean `second:snk:b`"),
        "{error}"
    );
    assert_eq!(p.pad_links(false).len(), 1);
    p.link_by_name("src:src:b", "second:snk:b")?;
    p.run()
}

#[test]
fn a_group_with_a_bad_builder_inserts_nobody() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::build("src").iter("x", 0..3))?;
    let good = NewElement::new(NullSink::<i32>::build("good").sink_pads(["x"]))?;
    let twin = NewElement::new(NullSink::<i32>::build("src").sink_pads(["y"]))?;
    let error = p.insert([good, twin]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DuplicateElementName);
    assert_eq!(p.elements(), ["src"]);
    Ok(())
}
